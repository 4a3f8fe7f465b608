/* What one call that counts pages asks for. Private to src/probe. */
#ifndef PAGETIDE_ASK_H
#define PAGETIDE_ASK_H

#include <stdint.h>

#include "pass.h"

/* Above any node there can be: 8^ASK_LEVEL_TOP cells. */
#define ASK_LEVEL_TOP 20

/*
 * One call of a reader of counts, for as many cells as are likely to be alike,
 * and as take no longer than a call should. now_ns is the time; returns the
 * time after it.
 */
uint64_t ask_counts(struct pass *, uint64_t now_ns);

#endif
