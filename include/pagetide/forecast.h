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
	bool		not_random;	/* the advice over the range is known,
					   and nowhere RANDOM */
};

/*
 * known only if it can be told exactly: loads from a mapping without private
 * pages, or writes that are the first in a private one, and all layers of the
 * range measured since_ns or later. Of walks that leave pages out only if the
 * range is not larger than FORECAST_PAGES_MAX.
 */
void	forecast_make(struct forecast *, const struct pattern_spec *,
	    const struct sample *, uint64_t since_ns);
/*
 * Appends "  forecast 0/4096" (minor/major), and where the faults of the effect
 * differ the cause if the facts show it: ": readahead" (fewer major faults,
 * advice not RANDOM, more read than these faults' pages) and "fault-around"
 * (fewer faults in all, more pages mapped than faults), and "refaults" (more
 * major faults, about as many pages as these counted as refaults). Nothing
 * where the forecast is not known.
 */
void	forecast_text(const struct forecast *, const struct effect *,
	    struct strbuf *);

#endif
