#include "config.h"

#include "fakefacts.h"

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/workset.h"

/* The simulated machine. */
#define MACHINE_BYTES	(UINT64_C(256) << 20)
#define ANON_BYTES	(UINT64_C(24) << 20)
#define KERNEL_BYTES	(UINT64_C(12) << 20)
/* What a scan is said to cost. */
#define SCAN_NS		(200 * NS_PER_US)

/* The layers that are bits of a page. */
static const struct {
	enum layer	 layer;
	unsigned	 bits;	/* all of them */
} page_layers[] = {
	{ LAYER_CACHED, FAKE_CACHED },
	{ LAYER_MAPPED, FAKE_MAPPED },
	{ LAYER_DIRTY, FAKE_DIRTY },
	{ LAYER_WRITEBACK, FAKE_WRITEBACK },
	{ LAYER_EVICTED, FAKE_EVICTED },
	{ LAYER_RECENT, FAKE_EVICTED },
	{ LAYER_INFLIGHT, FAKE_READING },
	{ LAYER_PRIVATE, FAKE_PRIVATE | FAKE_MAPPED },
};

/* LAYER_BITs that are known at the moment, as of the live source. */
static unsigned
known_layers(const struct fake *f)
{
	unsigned layers = LAYER_ALL & ~LAYER_KINDS;

	if (!f->alive)
		layers &= ~(LAYER_BIT(LAYER_MAPPED) |
		    LAYER_BIT(LAYER_LOCKED) | LAYER_BIT(LAYER_PRIVATE) |
		    LAYER_BIT(LAYER_TOUCHED));
	if (f->window_ns == 0)
		layers &= ~LAYER_BIT(LAYER_TOUCHED);
	if (!(f->wanted & LAYER_BIT(LAYER_INFLIGHT)))
		layers &= ~LAYER_BIT(LAYER_INFLIGHT);
	return layers;
}

static void
measure_page(struct fake *f, size_t i, unsigned layers, uint64_t now)
{
	struct cells *c = &f->grid;
	size_t k;

	for (k = 0; k < sizeof page_layers / sizeof page_layers[0]; k++)
		if (layers & LAYER_BIT(page_layers[k].layer))
			cells_set(c, i, page_layers[k].layer,
			    (f->pages.page[i] & page_layers[k].bits) ==
			    page_layers[k].bits, now);
	cells_set(c, i, LAYER_HOLE, 0, now);
	if (layers & LAYER_BIT(LAYER_LOCKED))
		cells_set(c, i, LAYER_LOCKED,
		    (f->pages.vmflags[i] & VMF_LOCKED) != 0, now);
	if (layers & LAYER_BIT(LAYER_TOUCHED))
		cells_set(c, i, LAYER_TOUCHED, f->slot[i] >=
		    workset_first(now, f->window_ns), now);
}

void
fakefacts_measure(struct fake *f)
{
	uint64_t now = clock_now_ns();
	unsigned layers = known_layers(f);
	size_t i;

	cells_forget(&f->grid, LAYER_ALL);
	for (i = 0; i < FAKE_PAGES; i++)
		measure_page(f, i, layers, now);
}

static void
put(struct counters *c, enum counter which, uint64_t v)
{
	c->v[which] = v;
	c->known |= COUNTER_BIT(which);
}

static uint64_t
working_set(const struct fake *f)
{
	uint64_t first = workset_first(clock_now_ns(), f->window_ns), n = 0;
	size_t i;

	for (i = 0; i < FAKE_PAGES; i++)
		n += f->slot[i] >= first;
	return n;
}

static void
read_counters(const struct fake *f, struct sample *out)
{
	struct counters *c = &out->counters;

	put(c, COUNTER_SYS_FAULTS, f->pages.minor + f->pages.major);
	put(c, COUNTER_SYS_MAJOR, f->pages.major);
	put(c, COUNTER_CACHED, out->total[LAYER_CACHED]);
	if (!f->alive)
		return;
	put(c, COUNTER_MINOR, f->pages.minor);
	put(c, COUNTER_MAJOR, f->pages.major);
	put(c, COUNTER_READ_BYTES, f->pages.read_pages * FAKE_PAGE_BYTES);
	put(c, COUNTER_RSS_PAGES, out->total[LAYER_MAPPED]);
	put(c, COUNTER_TOUCHES, f->touches);
	put(c, COUNTER_MAPPED, out->total[LAYER_MAPPED]);
	put(c, COUNTER_PRIVATE, out->total[LAYER_PRIVATE]);
	if (f->window_ns > 0)
		put(c, COUNTER_WORKING_SET, working_set(f));
}

static void
read_vmas(const struct fake *f, struct sample *out)
{
	struct vma_range *v = NULL;
	uint64_t i;

	out->vmas_known = f->alive && f->pages.map_pages > 0;
	for (i = 0; i < f->pages.map_pages; i++) {
		if (v == NULL || v->vmflags != f->pages.vmflags[i]) {
			if (out->n_vmas == SAMPLE_VMAS_MAX)
				return;
			v = &out->vma[out->n_vmas++];
			v->first_page = i;
			v->vmflags = f->pages.vmflags[i];
		}
		v->n_pages++;
	}
}

static void
read_by(const struct fake *f, struct scan_facts *s)
{
	int i;

	for (i = 0; i < LAYER_COUNT; i++)
		if (known_layers(f) & LAYER_BIT(i))
			s->by[i] = "fake";
	if (s->by[LAYER_MAPPED] == NULL)
		s->why_not[LAYER_MAPPED] = s->why_not[LAYER_LOCKED] =
		    s->why_not[LAYER_PRIVATE] = s->why_not[LAYER_TOUCHED] =
		    "no worker: this is about its mapping";
	if (s->by[LAYER_INFLIGHT] == NULL)
		s->why_not[LAYER_INFLIGHT] =
		    "not measured then: only while its view is on";
}

static void
read_facts(const struct fake *f, struct sample *out)
{
	out->target = (struct target_facts){
		.path = f->name,
		.filesystem = "ext4",
		.size_bytes = (uint64_t)FAKE_PAGES * FAKE_PAGE_BYTES,
		.pages = FAKE_PAGES,
		.page_bytes = FAKE_PAGE_BYTES,
		.readahead_bytes = FAKE_RA_PAGES * FAKE_PAGE_BYTES,
		.readahead_known = true,
	};
	out->worker = (struct worker_facts){
		.alive = f->alive,
		.readahead_bytes = FAKE_RA_PAGES * FAKE_PAGE_BYTES,
		.readahead_known = f->alive,
		.running = f->running,
		.paused = f->running && f->paused,
		.kind = f->pattern.spec.kind,
		.cursor_known = f->touches > 0,
		.cursor_page = f->cursor_page,
		.pace_per_s = f->pace_per_s,
		.walk_seq = f->walk_seq,
		.latency_known = f->walk_seq != 0,
		.latency = f->pages.latency,
		.paths_known = f->walk_seq != 0,
		.paths = f->pages.paths,
		.map_addr = f->alive && f->pages.map_pages > 0 ? FAKE_MAP_ADDR : 0,
		.map_pages = f->pages.map_pages,
		.map_flags = f->pages.map_flags,
		.window_ns = f->window_ns,
	};
	out->scan = (struct scan_facts){
		.cached_by = "fake",
		.mapped_by = f->alive ? "fake" : NULL,
		.duration_ns = SCAN_NS,
		.pass_ns = clock_now_ns(),
		.oldest_ns = cells_oldest_ns(&f->grid),
		.complete = true,
	};
	read_by(f, &out->scan);
}

/* A machine with this file, and a little else. */
static void
read_machine(struct sample *out)
{
	struct machine_facts *m = &out->memory.machine;
	const uint64_t *pages = out->total;

	*m = (struct machine_facts){ .known = true,
		.total_bytes = MACHINE_BYTES, .anon_bytes = ANON_BYTES,
		.file_bytes = pages[LAYER_CACHED] * FAKE_PAGE_BYTES,
		.dirty_bytes = (pages[LAYER_DIRTY] + pages[LAYER_WRITEBACK]) *
		    FAKE_PAGE_BYTES };
	m->free_bytes = m->total_bytes - m->anon_bytes - m->file_bytes -
	    KERNEL_BYTES;
}

void
fakefacts_read(const struct fake *f, struct sample *out)
{
	int i;

	out->overview = &f->grid;
	for (i = 0; i < LAYER_COUNT; i++)
		if (cells_total(&f->grid, i, &out->total[i]))
			out->total_known |= LAYER_BIT(i);
	read_facts(f, out);
	read_machine(out);
	read_counters(f, out);
	read_vmas(f, out);
}
