/* The panel of what pidstat, perf, sar and vmstat say of the worker. */
#ifndef PAGETIDE_SIDEMONITORS_H
#define PAGETIDE_SIDEMONITORS_H

#include <stdint.h>

#include "pagetide/scene.h"

#include "pagetide/panel.h"

/* Rates are those of the second before to_ns, 0: there is no sample yet. */
void	sidemonitors_draw(struct panel *, const struct scene *, uint64_t to_ns);

#endif
