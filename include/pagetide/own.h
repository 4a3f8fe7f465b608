/*
 * What an act did itself: its range, counted right before and right after its
 * calls by the worker who made them and did nothing else meanwhile.
 */
#ifndef PAGETIDE_OWN_H
#define PAGETIDE_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/layer.h"

struct strbuf;

/* Pages whose reads the calls began: when was the last one there? */
enum own_arrival {
	OWN_ARRIVAL_UNKNOWN,	/* not looked for, or that can't be seen */
	OWN_ARRIVAL_UNDER_WAY,	/* in_flight of them were, as the calls
				   returned */
	OWN_ARRIVAL_THERE,	/* all were there when it was looked first,
				   right after the calls */
	OWN_ARRIVAL_LAST,	/* it was looked for it, and it came */
	OWN_ARRIVAL_LATE,	/* some were not, after a second */
	OWN_ARRIVAL_CUT,	/* another act ended the looking */
};

/* Plain data of fixed size, which travels in a report. */
struct own {
	uint32_t	asked;		/* it was to be counted; else all is
					   unknown */
	uint32_t	faults_known;
	struct layer_pages before, after;	/* of the range; unknown where
					   that took too long */
	struct layer_pages rest_before, rest_after; /* of all else: page
					   tables that are mapped, pages of
					   the file that are cached */
	uint64_t	minor, major, read_bytes;	/* of the calls */
	/* What the kernel had counted for the worker as they began. */
	uint64_t	minor_before, major_before, read_before;
	uint64_t	file_pages;	/* as they began; 0: not known */
	uint64_t	call_ns;	/* how long they took, all together */
	uint64_t	in_flight;
	uint64_t	arrived_ns;	/* after the calls began: when it was
					   seen, or the calls' end, where they
					   wait for all pages themselves */
	uint32_t	arrival;	/* enum own_arrival */
	uint32_t	one_touch;	/* it was one, and got ... */
	int32_t		signal;		/* ... this; 0: none */
};

/* Was the layer counted, before and after, over the range? */
bool	own_knows(const struct own *, enum layer);
/* ... over all else, too? */
bool	own_knows_rest(const struct own *, enum layer);
/* May pages of the layer that it asked for come after it was counted?
 * cachestat, which tells dirty pages too, counts a page from the moment it is
 * asked for, mincore when it has arrived. */
bool	own_reads_on(const struct own *, enum layer);
/* Pages of an act before came meanwhile, as only mincore sees it: by how much
 * the act itself changed the cache is not known. */
void	own_forget_late(struct own *);
/* Was anything of the range? */
bool	own_counted(const struct own *);
/* By how much the act itself changed the layer, beside its range too where
 * that was counted; false: not known. */
bool	own_change(const struct own *, enum layer, int64_t *delta);
/*
 * Appends what it did: "mapped 16384 -> 0  cached 16384 =", what else there
 * was in the range, faults and reads of the calls, pages that came or went
 * beside the range, and when the last page came. "not counted" where counting
 * took too long; nothing where it was not asked for. no_cache: there is no
 * page cache to speak of.
 */
void	own_text(const struct own *, bool no_cache, struct strbuf *);

#endif
