/* What a process has mapped: /proc/PID/maps and smaps, parsing apart from
 * reading. */
#ifndef PAGETIDE_MAPS_H
#define PAGETIDE_MAPS_H

#include <stdbool.h>
#include <stddef.h>

#include "pagetide/process.h"

struct strbuf;

/* A line of maps, or a head in smaps, but for its name: *name points to that
 * in line, up to its end, "" where there is none. Pure; false: it is none. */
bool	maps_parse(const char *line, struct vma *, const char **name);
/* A line of smaps behind the head: adds what it counts. Pure. */
void	maps_count(const char *line, struct vma *);
/* Appends one with a name that ends with its line. */
void	maps_add(struct vmas *, const struct vma *, const char *name);
/* The mapping that begins with vma[first]. Pure. */
struct mapping_pieces maps_mapping(const struct vmas *, size_t first);

/*
 * All that the process whose folder in /proc is open as dir has mapped. counts:
 * with what smaps counts; the target's mmap, munmap and mprotect wait while the
 * kernel walks its page tables for that. 0 or -errno: -ESRCH, it is gone, or
 * has no memory any more. An exec meanwhile is begun again.
 */
int	maps_read(int dir, bool counts, struct vmas *);
void	maps_free(struct vmas *);

#endif
