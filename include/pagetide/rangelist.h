/* Runs of bytes that are in the page cache: as lines, or as one JSON object,
 * piece by piece, since there may be many. */
#ifndef PAGETIDE_RANGELIST_H
#define PAGETIDE_RANGELIST_H

#include <stdbool.h>
#include <stdint.h>

#define RANGELIST_SCHEMA "pagetide-ranges/1"

struct strbuf;
struct target_facts;

struct rangelist {
	bool		json;
	uint64_t	runs, bytes;	/* so far */
};

/*
 * Each appends what comes next. Lines are "OFFSET LENGTH", in bytes, and no
 * more than that. The object is, in one line: {"schema", "time" (wall, s),
 * "target" (as in a sample), "source", "runs":[[offset,length],...]|null,
 * "resident_bytes", "complete", "remark"}.
 */
/* by: the interface that reports; NULL: nobody can. */
void	rangelist_begin(const struct rangelist *, struct strbuf *,
	    const struct target_facts *, uint64_t wall_ns, const char *by);
void	rangelist_run(struct rangelist *, struct strbuf *,
	    uint64_t offset_bytes, uint64_t length_bytes);
/* remark: why it is not complete; NULL: it is. */
void	rangelist_end(const struct rangelist *, struct strbuf *,
	    const char *by, const char *remark);

#endif
