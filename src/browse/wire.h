/* What the process that reads sends: one picture of a list after the other,
 * between two processes of the same program. */
#ifndef PAGETIDE_WIRE_H
#define PAGETIDE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/browselook.h"
#include "pagetide/process.h"

struct wire_head {
	uint32_t	kind;		/* enum browse_kind */
	int32_t		err;		/* -errno: why it can't be read */
	uint64_t	n;		/* records */
	uint64_t	bytes;		/* ... and of all behind this */
	uint64_t	within_ns, took_ns;
	uint64_t	counted_ns;	/* monotonic, when all was; 0: not yet */
	struct process	process;	/* whose mappings these are */
};

struct strbuf;

/* One picture, appended; the rest of head is set before. */
void	wire_processes(struct strbuf *, struct wire_head *,
	    const struct processes *);
void	wire_mappings(struct strbuf *, struct wire_head *,
	    const struct vmas *);

/* What has come so far: does it begin with a whole picture? Then head is
 * filled in, and *bytes is how much of it that is. */
bool	wire_is_whole(const char *data, size_t len, struct wire_head *,
	    size_t *bytes);
/* The records behind a head; false: they are not of the form. What was there
 * is freed. */
bool	wire_take_processes(const struct wire_head *, const char *data,
	    struct processes *);
bool	wire_take_mappings(const struct wire_head *, const char *data,
	    struct vmas *);

#endif
