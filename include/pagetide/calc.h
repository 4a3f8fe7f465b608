/*
 * Numbers made of the fields of a sample:
 *	target.readahead_bytes / target.page_size_bytes - 1
 *	since(worker.minor_faults) * 16
 * A number, a field that is one, or since(FIELD), which is what it changed by
 * since an earlier sample; joined by * and / first, then + and -, which have
 * spaces around; ( ) group. What has a unit is added to what has the same; the
 * number of something may be multiplied and divided by. A size may have a unit
 * of its own (16M), a time, too (200ms); a share has one (50%).
 */
#ifndef PAGETIDE_CALC_H
#define PAGETIDE_CALC_H

#include <stdbool.h>
#include <stdint.h>

struct calc;
struct field;
struct field_of;
struct strbuf;

/*
 * Reads as much of *text as belongs to it and moves *text behind it. NULL,
 * with one line in why and *text where it is wrong, if there is none.
 */
struct calc *calc_read(const char **text, struct strbuf *why);
/* All of text. */
struct calc *calc_parse(const char *text, struct strbuf *why);
void	calc_free(struct calc *);
/* "bytes", "ns", "a count", ...; NULL: a number that may be any of these
 * three. */
const char *calc_measure(const struct calc *);
/* May what is measured in the one be compared with the other? */
bool	calc_agree(const char *one, const char *other);
/* The field if it is one and no more, else NULL. */
const struct field *calc_field(const struct calc *);
/*
 * false: not known, as *unknown (may be NULL) is not, or has no earlier
 * sample; NULL there: a division by nothing, or more than 64 bits hold.
 */
bool	calc_value(const struct calc *, const struct field_of *, int64_t *out,
	    const struct field **unknown);
/* What a field is measured in, as calc_measure() says; NULL: it is no number,
 * word or state. */
const char *calc_measure_of(const struct field *);

#endif
