/* What a walk would cost if each touch brought its own page alone. */
#ifndef PAGETIDE_FORECAST_H
#define PAGETIDE_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

struct effect;
struct pattern_spec;
struct sample;
struct strbuf;

/* A range is gone through page by page up to this size. */
#define FORECAST_PAGES_MAX	65536

/*
 * Faults of the first touches of the pages that a walk touches, from the
 * layers before it: none where there is a PTE, minor where the page is
 * cached, else major. A write that copies the page faults whether there is a
 * PTE or not. No readahead and no fault-around, that is the point.
 */
struct forecast {
	bool		known;
	uint64_t	minor, major;
	uint32_t	page_bytes;
	bool		single;		/* of one touch */
	bool		not_random;	/* the advice over the range is known,
					   and nowhere RANDOM */
};

/*
 * known only if that is exact: loads from a mapping without private
 * pages, or writes that are the first in a private one, and all layers of the
 * range measured since_ns or later. Of walks that leave pages out only if the
 * range is not larger than FORECAST_PAGES_MAX.
 */
void	forecast_make(struct forecast *, const struct pattern_spec *,
	    const struct sample *, uint64_t since_ns);
/*
 * Appends "  page by page it would be 4096 major", or where the faults of the
 * effect differ, and the facts show the cause, "  without readahead it would be
 * 4096 major" (fewer major faults, advice not RANDOM, more read than these
 * faults' pages), "fault-around" (fewer faults in all, more pages mapped than
 * faults), or "refaults" (more major faults, about as many pages as these
 * counted as refaults). "at least" is before the numbers where pages came back
 * that were reclaimed: of touches after the first of a page nothing is known
 * then. Nothing where the forecast is not known, or of one touch.
 */
void	forecast_text(const struct forecast *, const struct effect *,
	    struct strbuf *);

#endif
