#include "config.h"

#include "live.h"

#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/target.h"

/* Private_Dirty is read no more often: smaps walks all PTEs. */
#define SMAPS_NS	NS_PER_S

void
liveflags_put(const struct live *l, struct cells *c)
{
	if (l->smaps.n > 0 && smaps_complete(&l->smaps))
		smaps_locked(l->smaps.vma, l->smaps.n, c, clock_now_ns());
	else
		cells_forget(c, LAYER_BIT(LAYER_LOCKED));
}

/* Is it time to look how much was written to private pages? */
static bool
private_dirty_due(const struct live *l)
{
	const uint32_t written = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;

	return l->map_addr != 0 && (l->map_flags & written) == written &&
	    clock_now_ns() >= l->smaps_ns + SMAPS_NS;
}

void
liveflags_read(struct live *l)
{
	if (!l->flags_stale && !private_dirty_due(l))
		return;
	l->smaps_ns = clock_now_ns();
	smaps_start(&l->smaps, l->map_addr, l->map_first_page, l->map_pages,
	    l->target->facts.page_bytes);
	if (l->smaps_fd >= 0 && smaps_read(l->smaps_fd, &l->smaps) != 0)
		l->smaps.n = 0;
	l->flags_stale = l->map_addr != 0 && l->smaps_fd >= 0 &&
	    !l->smaps.full && !smaps_complete(&l->smaps);
	liveflags_put(l, &l->overview.grid);
	liveflags_put(l, &l->zoom.grid);
}
