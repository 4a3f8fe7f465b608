/* Totals that stand for a moment, and what stands still in a frozen picture. */
#ifndef PAGETIDE_HELD_H
#define PAGETIDE_HELD_H

#include <stdbool.h>

struct sample;
struct changes;
struct difference;
struct waterfall;
struct landing;
struct sharers;
struct ui;

/*
 * On a terminal totals and counts stand for a moment, all of them together:
 * what twitches can't be read, and costs bytes. All else is of the sample.
 */
void	held_totals(struct ui *, struct sample *);

/* While frozen: measures how far back from the picture snapshots are kept. */
void	held_reach(struct ui *);
/* What came and went as of the picture: of the past made of the snapshots
 * before it, where there are any. */
const struct changes *held_changes(struct ui *);
/* Filled up to now, if it is what is shown. */
const struct waterfall *held_waterfall(struct ui *, const struct sample *now);

/* What differs between two moments, in the cells that are shown; NULL: of
 * none. */
const struct difference *held_diff(const struct ui *);

/* What landed, up to the picture: in few slots where that is one of the past, or
 * of a recording; NULL: it was not kept. */
const struct landing *held_landing(const struct ui *);
/* The picture freezes: keeps what landed. */
void	held_keep(struct ui *);
/* The cursor's cell is to be counted apart, where that is shown. */
void	held_ask_cell(const struct ui *);
/* Who maps what is watched; NULL: of the past that is not kept. */
const struct sharers *held_sharers(const struct ui *);
/* Is something on the screen that fades? */
bool	held_fades(const struct ui *);

#endif
