#include "config.h"

#include "pagetide/workset.h"

/* Slots are cleared within microseconds, once in a slot at most. */
#define TRIES	1000

bool
workset_is_window(uint64_t window_ns)
{
	return window_ns > 0 && window_ns <= WORKSET_WINDOW_MAX_NS &&
	    window_ns % WORKSET_SLOT_NS == 0;
}

uint64_t
workset_first(uint64_t now_ns, uint64_t window_ns)
{
	uint64_t last = workset_slot(now_ns);
	uint64_t n = window_ns / WORKSET_SLOT_NS;

	return last >= n ? last - n + 1 : 1;
}

static _Atomic uint32_t *
count_of(struct workset *w, uint64_t slot)
{
	return &w->count[slot % WORKSET_SLOTS];
}

/* The only writer's plain sum; others see it whole, and in order. */
static void
add32(_Atomic uint32_t *v, uint32_t n)
{
	atomic_store_explicit(v,
	    atomic_load_explicit(v, memory_order_relaxed) + n,
	    memory_order_release);
}

static void
add64(_Atomic uint64_t *v, uint64_t n)
{
	atomic_store_explicit(v,
	    atomic_load_explicit(v, memory_order_relaxed) + n,
	    memory_order_release);
}

void
workset_reset(struct workset *w)
{
	unsigned i;

	add32(&w->version, 1);
	atomic_store(&w->head, 0);
	atomic_store(&w->pages, 0);
	for (i = 0; i < WORKSET_SLOTS; i++)
		atomic_store_explicit(&w->count[i], 0, memory_order_relaxed);
	add32(&w->version, 1);
}

/* Time has come to slot now: what stood in the places of the slots since is
 * too old to be kept. */
static void
advance(struct workset *w, uint64_t now)
{
	uint64_t slot = atomic_load(&w->head) + 1;
	_Atomic uint32_t *count;

	if (now >= WORKSET_SLOTS && slot <= now - WORKSET_SLOTS)
		slot = now - WORKSET_SLOTS + 1;
	add32(&w->version, 1);
	for (; slot <= now; slot++) {
		count = count_of(w, slot);
		add64(&w->pages, -(uint64_t)atomic_load(count));
		atomic_store(count, 0);
	}
	atomic_store(&w->head, now);
	add32(&w->version, 1);
}

void
workset_touch(struct workset *w, uint64_t before, uint64_t now)
{
	if (before == now)
		return;
	if (atomic_load_explicit(&w->head, memory_order_relaxed) < now)
		advance(w, now);
	add32(count_of(w, now), 1);
	if (before != 0 && before + WORKSET_SLOTS > now)
		add32(count_of(w, before), -1U);
	else
		add64(&w->pages, 1);
}

/*
 * All pages less those touched last before the window. In this order: the sum
 * of all only grows, the counts of slots gone by only shrink, so that the
 * difference is one that was true in between. Adding up the window itself
 * would miss pages that go from slot to slot meanwhile.
 */
static uint64_t
pages_from(const struct workset *w, uint64_t first)
{
	uint64_t pages = atomic_load(&w->pages), head = atomic_load(&w->head);
	uint64_t slot = head >= WORKSET_SLOTS ? head - WORKSET_SLOTS + 1 : 1;

	for (; slot < first && slot <= head; slot++)
		pages -= atomic_load_explicit(
		    &w->count[slot % WORKSET_SLOTS], memory_order_acquire);
	return pages;
}

bool
workset_pages(const struct workset *w, uint64_t now_ns, uint64_t window_ns,
    uint64_t *pages)
{
	uint64_t first = workset_first(now_ns, window_ns), n;
	unsigned version, tries;

	for (tries = 0; tries < TRIES; tries++) {
		version = atomic_load(&w->version);
		n = pages_from(w, first);
		if (version % 2 == 0 && atomic_load(&w->version) == version) {
			*pages = n;
			return true;
		}
	}
	return false;
}
