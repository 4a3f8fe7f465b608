/* The samples of the last seconds, and what the diagnosis takes from them. */
#ifndef PAGETIDE_TRAIL_H
#define PAGETIDE_TRAIL_H

#include <stdint.h>

struct diagnosis_facts;
struct sample;
struct trail;

struct trail *trail_new(void);
void	trail_free(struct trail *);
/*
 * Takes a sample in. A gap, or a sample more than late_ns after the one
 * before, begins a new trail.
 */
void	trail_feed(struct trail *, const struct sample *, uint64_t late_ns);
/*
 * Fills in what the samples tell; the rest is unknown. Changes are over two
 * seconds, or as long as there are samples without a gap; of less than one
 * second none is known. What the walk did is measured from its own counts,
 * also where it began within the span.
 */
void	trail_facts(const struct trail *, const struct sample *newest,
	    struct diagnosis_facts *);
/* When the span begins; 0: there is none. */
uint64_t trail_begin_ns(const struct trail *);

#endif
