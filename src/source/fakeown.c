#include "config.h"

#include "fakeown.h"

#include "fakefacts.h"

#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/own.h"

/* Of a call, and of each page that it moves. */
#define CALL_NS 1000
#define PAGE_NS 10

static const struct {
	enum layer	layer;
	unsigned	flag;
} counted[] = {
	{ LAYER_CACHED, FAKE_CACHED },
	{ LAYER_MAPPED, FAKE_MAPPED },
	{ LAYER_DIRTY, FAKE_DIRTY },
	{ LAYER_WRITEBACK, FAKE_WRITEBACK },
	{ LAYER_EVICTED, FAKE_EVICTED },
};

static void
count_page(const struct fake_pages *f, uint64_t page, struct layer_pages *out)
{
	for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++)
		out->count[counted[i].layer] +=
		    (f->page[page] & counted[i].flag) != 0;
	out->count[LAYER_PRIVATE] += fake_pages_is_copy(f, page);
}

static void
count(const struct fake_pages *f, uint64_t first, uint64_t n,
    struct layer_pages *range, struct layer_pages *rest)
{
	*range = *rest = (struct layer_pages){ 0 };
	for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++)
		range->known |= LAYER_BIT(counted[i].layer);
	range->known |= LAYER_BIT(LAYER_PRIVATE);
	rest->known = range->known;
	for (uint64_t page = 0; page < FAKE_PAGES; page++)
		count_page(f, page, page - first < n ? range : rest);
}

void
fakeown_before(const struct fake *f, const struct order *o, uint64_t first,
    uint64_t n, struct own *own)
{
	*own = (struct own){ .asked = o->count != 0 };
	if (!own->asked)
		return;
	count(&f->pages, first, n, &own->before, &own->rest_before);
	own->file_pages = FAKE_PAGES;
	own->minor_before = f->pages.minor;
	own->major_before = f->pages.major;
	own->read_before = f->pages.read_pages * FAKE_PAGE_BYTES;
}

void
fakeown_after(const struct fake *f, uint64_t first, uint64_t n,
    struct own *own)
{
	if (!own->asked)
		return;
	count(&f->pages, first, n, &own->after, &own->rest_after);
	own->faults_known = 1;
	own->minor = f->pages.minor - own->minor_before;
	own->major = f->pages.major - own->major_before;
	own->read_bytes = f->pages.read_pages * FAKE_PAGE_BYTES -
	    own->read_before;
}

static uint64_t
moved(const struct own *own, enum layer l)
{
	int64_t delta = 0;

	own_change(own, l, &delta);
	return (uint64_t)(delta < 0 ? -delta : delta);
}

void
fakeown_price(struct report *r)
{
	const struct own *own = &r->own;
	uint64_t ptes_ns = PAGE_NS * moved(own, LAYER_MAPPED);
	uint64_t cache_ns = PAGE_NS * moved(own, LAYER_CACHED);

	if (!own->asked)
		return;
	r->call_ns[0] = CALL_NS + ptes_ns +
	    own->minor * fake_pages_price_ns(LATENCY_MINOR) +
	    own->major * fake_pages_price_ns(LATENCY_MAJOR);
	if (r->err[1] == -1)
		r->call_ns[0] += cache_ns;
	else
		r->call_ns[1] = CALL_NS + cache_ns;
}

static uint64_t
in_flight(const struct fake *f)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < f->wait.pages; i++)
		n += (f->pages.page[f->wait.first + i] & FAKE_READING) != 0;
	return n;
}

void
fakeown_wait(struct fake *f, uint64_t first, uint64_t n, struct report *r)
{
	/* Under copies the real worker sees nothing arrive. */
	if (!r->own.asked || r->own.before.count[LAYER_PRIVATE] > 0 ||
	    r->own.after.count[LAYER_CACHED] <=
	    r->own.before.count[LAYER_CACHED])
		return;
	f->wait.first = first;
	f->wait.pages = n;
	f->wait.seq = r->seq;
	f->wait.since_ns = clock_now_ns();
	r->own.in_flight = in_flight(f);
	f->wait.on = r->own.in_flight > 0;
	r->own.arrival = f->wait.on ? OWN_ARRIVAL_UNDER_WAY :
	    OWN_ARRIVAL_THERE;
	if (!f->wait.on)
		r->own.arrived_ns = r->call_ns[0] + r->call_ns[1];
}

bool
fakeown_arrived(struct fake *f, bool cut, struct report *r)
{
	uint64_t now_ns = clock_now_ns();

	if (!f->wait.on || (!cut && in_flight(f) > 0))
		return false;
	f->wait.on = false;
	*r = (struct report){ .seq = f->wait.seq, .op = ORDER_ADVISE,
		.done = 1, .err = { 0, -1 }, .begin_ns = now_ns,
		.end_ns = now_ns };
	r->paused = f->running && f->paused;
	r->own.asked = 1;
	r->own.arrival = cut ? OWN_ARRIVAL_CUT : OWN_ARRIVAL_LAST;
	r->own.arrived_ns = now_ns - f->wait.since_ns;
	return true;
}
