/* Walks in words, for their events. */
#ifndef PAGETIDE_DESCRIBE_H
#define PAGETIDE_DESCRIBE_H

#include <stddef.h>
#include <stdint.h>

struct pattern_spec;
struct one_touch;

/* "walk sequential 0..64M, 2000 touches/s"; a pace of 0 is "full speed". */
void	describe_walk(char *buf, size_t size, const struct pattern_spec *,
	    uint32_t page_bytes, uint64_t pace_per_s);
/* What became of a touch: "minor in 2.1 us", "SIGBUS BUS_ADRERR in 4.1 us" */
void	describe_touched(char *buf, size_t size, const struct one_touch *);
/* And what else was measured of it; "": nothing. */
void	describe_touched_effect(char *buf, size_t size,
	    const struct one_touch *);

#endif
