/* Touches that the kernel answers with a signal. Private to src/work. */
#ifndef PAGETIDE_TRESPASS_H
#define PAGETIDE_TRESPASS_H

struct mapping;
struct one_touch;
struct order;

/*
 * Touches once as the order says: beyond the end of the mapping's file, in a
 * mapping of its own; where nothing is mapped; or writes to the order's page
 * of a mapping that may not be written. EFAULT: the signal came, *touch has
 * it; 0: it did not, the page was touched; else why nothing could be touched
 * (EINVAL: no file, not mapped, or it may be written).
 */
int	trespass(const struct mapping *, const struct order *,
	    struct one_touch *);

#endif
