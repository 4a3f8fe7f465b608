/* Hints on the worker's mapping. Private to src/work. */
#ifndef PAGETIDE_ADVISE_H
#define PAGETIDE_ADVISE_H

struct mapping;
struct order;
struct report;

/*
 * Makes the call or calls of advice_table[o->advice] on the order's range,
 * cut at the mapping's end, and sets err, calls and the times of the report;
 * err[0] is EINVAL, and no call is made, when the range lies outside or the
 * index is unknown.
 */
void	advise(const struct mapping *, const struct order *, struct report *);

#endif
