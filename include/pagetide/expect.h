/*
 * Conditions over the fields of a sample:
 *	layers.cached_pages >= 100 && !worker.running
 *	walk.pattern == random || memory.usage_bytes > 16M
 *	since(worker.minor_faults) < layers.mapped_pages / 8
 * A condition is FIELD OP VALUE or FIELD OP FIELD with == != < <= > >=, the
 * same of numbers that are calculated (calc.h), or a state (true or false)
 * alone; they are joined by && and ||, && first, and may have ! before them
 * and ( ) around. A value is a number in the unit of
 * its field (sizes and times may have units of their own: 16M, 200ms), a word,
 * or a text in "".
 * What is not known makes a condition neither true nor false, unless the
 * others decide: false && unknown is false, true || unknown is true.
 */
#ifndef PAGETIDE_EXPECT_H
#define PAGETIDE_EXPECT_H

struct expect;
struct field;
struct field_of;
struct strbuf;

enum expect_is { EXPECT_FALSE, EXPECT_TRUE, EXPECT_UNKNOWN };

/* NULL, with one line in why that begins "character 7: ", if text is none. */
struct expect *expect_parse(const char *text, struct strbuf *why);
void	expect_free(struct expect *);
/* If it is unknown, *unknown is the first field that is and matters, or NULL
 * where a number can't be calculated. */
enum expect_is expect_test(const struct expect *, const struct field_of *,
	    const struct field **unknown);

#endif
