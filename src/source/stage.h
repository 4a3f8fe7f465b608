/* One stage of a scan: calls of a reader, and what they told in the cells.
 * Private to src/source. */
#ifndef PAGETIDE_STAGE_H
#define PAGETIDE_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan.h"

/* Bits of the stages that have a reader. */
unsigned stage_all(const struct scan *);
/* The stage under way begins at page, which begins a cell, and ends at end,
 * which is the end of one. */
void	stage_start(struct scan *, uint64_t page, uint64_t end);
/* One call of the reader; now_ns is the time. Returns the time after it. */
uint64_t stage_step(struct scan *, uint64_t now_ns);
/*
 * Measures all stages of one cell, beside whatever is under way. false if
 * deadline_ns came before the end: then layers that were not measured to the
 * end are as they were.
 */
bool	stage_cell(struct scan *, size_t cell, uint64_t deadline_ns);

#endif
