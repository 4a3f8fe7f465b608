/* Processes, and what one has mapped: as lines, or as one JSON object. */
#ifndef PAGETIDE_PROCLIST_H
#define PAGETIDE_PROCLIST_H

#include <stddef.h>
#include <stdint.h>

#include "pagetide/process.h"

#define PROCLIST_SCHEMA "pagetide-processes/1"
#define MAPLIST_SCHEMA "pagetide-mappings/1"

struct strbuf;

/* A process with its mappings, those with most resident pages first. */
struct maplist {
	struct process	process;
	uint64_t	wall_ns;
	struct mapping_pieces *mapping;
	size_t		n;
};

/* Each appends lines: a head, then one each. */
void	proclist_lines(struct strbuf *, const struct processes *,
	    uint32_t page_bytes);
/* ... the first is all of the process. */
void	maplist_lines(struct strbuf *, const struct maplist *);

/* Each appends one line of JSON, all sizes in bytes:
 * {"schema", "time", "within_ns", "processes":[{"pid", "name", "state",
 * "size_bytes", "resident_bytes", "file_bytes", "minor_faults",
 * "major_faults", "new_minor_faults", "new_major_faults"}]} */
void	proclist_json(struct strbuf *, const struct processes *,
	    uint64_t wall_ns, uint32_t page_bytes);
/* {"schema", "time", "process":{as above}, "mappings":[{"name", "device",
 * "inode", "start", "end", "size_bytes", "resident_bytes", "pss_bytes",
 * "swap_bytes", "pieces":[{"start", "end", "permissions", "offset_bytes",
 * "resident_bytes", "pss_bytes", "swap_bytes", "advice"}]}]} */
void	maplist_json(struct strbuf *, const struct maplist *,
	    uint32_t page_bytes);

#endif
