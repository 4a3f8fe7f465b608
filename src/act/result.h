/* What an act returned, in a few words. Private to src/act. */
#ifndef PAGETIDE_RESULT_H
#define PAGETIDE_RESULT_H

#include <stdbool.h>
#include <stddef.h>

struct own;
struct pattern_spec;
struct report;
struct strbuf;
struct touch_why;

/* "= 0 in 38 us" or "= -1 ENOMEM" of each call that was made, and in which
 * one of many. */
void	result_calls(char *buf, size_t size, const struct report *);
/* What became of one touch: "major in 92 us", "failed: EIO". */
void	result_touch(char *buf, size_t size, const struct report *);
/* How a walk ended that ended by itself: "done, 4096 touched"; what one
 * touch was: "major in 92 us". */
void	result_walk(char *buf, size_t size, const struct pattern_spec *,
	    const struct report *);
/* What an act did itself, by its counts, and why where it was one touch. */
void	result_own(struct strbuf *, const struct own *,
	    const struct touch_why *, bool no_cache);
/* Two parts of a line, of which each may be empty. */
void	result_join(struct strbuf *, const char *first, const char *second);

#endif
