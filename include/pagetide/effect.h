/* What a hint really did: the counters before it against those after. */
#ifndef PAGETIDE_EFFECT_H
#define PAGETIDE_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/sample.h"

struct own;
struct strbuf;

struct effect {
	struct counters	before;
	struct counters after;
	uint64_t	t_before_ns, t_after_ns;
	bool		done;
	bool		no_cache;	/* the target is in no page cache */
	bool		walking;	/* a walk ran meanwhile: not the
					   hint's doing alone */
	bool		mixed;		/* another act fell into it: not
					   the doing of this one alone */
	bool		cut;		/* the next act ended it before
					   its time */
	bool		broken;		/* a gap or worker change came
					   between: deltas unknown */
	const char	*why;		/* gauges are not known, static; or
					   NULL */
};

/* Starts from the state just before the hint. */
void	effect_begin(struct effect *, const struct sample *before);
/*
 * Takes a later sample; done once it is at least window_ns after before.
 * Returns true when this call completed it.
 */
bool	effect_feed(struct effect *, const struct sample *, uint64_t window_ns);
/*
 * It begins where the act itself began, by its own count, as far as that was
 * counted whole: whatever came between the sample and that is of the acts
 * before. end_ns: when the act ended; what follows it is timed from then.
 */
void	effect_rebase(struct effect *, const struct own *, uint64_t end_ns);
/* What the act itself did, as far as it was counted whole; all else is
 * unknown. */
void	effect_of_own(struct effect *, const struct own *);
/* Change of one counter or gauge; false if unknown. */
bool	effect_delta(const struct effect *, enum counter, int64_t *delta);
/*
 * Appends one line of what was measured, unknown parts as "?" (cached is left
 * out where there is no page cache):
 * "cached +320  mapped +0  minor +0  major +0  read +1.2 MiB", with
 * " (walk running)" where walking, " (other acts too)" where mixed and
 * " (in 0.3 s, then the next act)" where cut; " (?: why)" after an unknown
 * part whose why is known. Nothing that was not measured.
 */
void	effect_text(const struct effect *, struct strbuf *);
/*
 * Appends what is not the act's own, which was counted: "then, 1 s: minor
 * +506", with the walk or other acts where these went on; what can't be told
 * apart from its own, since that was not counted as far, as "not told apart,
 * 1 s: cached +12". Nothing where nothing else changed.
 */
void	effect_then_text(const struct effect *, const struct own *,
	    struct strbuf *);

#endif
