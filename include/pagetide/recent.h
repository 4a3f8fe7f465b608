/* The samples of the last seconds, and what the diagnosis takes from them. */
#ifndef PAGETIDE_RECENT_H
#define PAGETIDE_RECENT_H

#include <stdint.h>

struct diagnosis_facts;
struct sample;
struct recent;

struct recent *recent_new(void);
void	recent_free(struct recent *);
/*
 * Takes a sample in. A gap, a sample more than late_ns after the one before,
 * or a target that has shrunk begins anew. own_ns: when a hint of ours had
 * pages evicted last; 0: none has; UINT64_MAX: it is at it.
 */
void	recent_feed(struct recent *, const struct sample *, uint64_t late_ns,
	    uint64_t own_ns);
/*
 * Fills in what the samples report; the rest is unknown. Changes are over two
 * seconds, or as long as there are samples without a gap; of less than one
 * second none is known. What the walk did is measured from its own counts,
 * also where it began within the span.
 */
void	recent_facts(const struct recent *, const struct sample *newest,
	    struct diagnosis_facts *);
/* When the span begins; 0: there is none. */
uint64_t recent_begin_ns(const struct recent *);

#endif
