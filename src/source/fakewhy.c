#include "config.h"

#include "fakewhy.h"

#include <signal.h>

#include "pagetide/fake.h"
#include "pagetide/order.h"

/* Pages that share a page table. */
#define TABLE_PAGES	512

/* Mapped pages of the page table that the page is in. */
static uint64_t
mapped_near(const struct fake_pages *p, uint64_t page)
{
	uint64_t first = page / TABLE_PAGES * TABLE_PAGES, n = 0;

	for (uint64_t i = first; i < first + TABLE_PAGES && i < FAKE_PAGES; i++)
		n += (p->page[i] & FAKE_MAPPED) != 0;
	return n;
}

void
fakewhy_before(const struct fake *f, struct fake_look *look)
{
	*look = (struct fake_look){ f->pages.page[f->next_page],
		mapped_near(&f->pages, f->next_page), f->pages.read_pages };
}

static enum fault_path
load_path(uint8_t was, uint64_t mapped_more, uint64_t asked)
{
	if (was & FAKE_MAPPED)
		return PATH_MAPPED;
	if (!(was & FAKE_CACHED))
		return asked > 1 ? PATH_MISS_READAHEAD : PATH_MISS_SINGLE;
	if (was & FAKE_READING)
		return PATH_WAITED;
	return mapped_more > 1 ? PATH_AROUND : PATH_HIT;
}

static enum fault_path
store_path(uint8_t was)
{
	if ((was & FAKE_MAPPED) != 0)
		return was & FAKE_PRIVATE ? PATH_MAPPED : PATH_COPY_MAPPED;
	return was & FAKE_CACHED ? PATH_COPY_CACHE : PATH_COPY_READ;
}

/* What holds of each touch. */
static struct touch_why
why_of(const struct fake *f)
{
	return (struct touch_why){
		.by = WHY_BY_LOOKS,
		.map_flags = f->pages.map_flags,
		.map_addr = FAKE_MAP_ADDR,
		.map_bytes = f->pages.map_pages * FAKE_PAGE_BYTES,
		.first_page = UINT64_MAX,
		.marker_page = UINT64_MAX,
	};
}

void
fakewhy_after(struct fake *f, const struct fake_look *look)
{
	struct touch_why *w = &f->touched.why;
	uint32_t op = f->pattern.spec.op;

	if (op != TOUCH_READ && op != TOUCH_WRITE)
		return;
	*w = why_of(f);
	w->write = op == TOUCH_WRITE;
	w->file = true;
	w->known = LOOK_PTE | LOOK_CACHE;
	w->present = (look->was & FAKE_MAPPED) != 0;
	w->cached = (look->was & FAKE_CACHED) != 0;
	w->up_to_date = w->cached && !(look->was & FAKE_READING);
	w->mapped_known = true;
	w->mapped_more = mapped_near(&f->pages, f->touched.page) -
	    look->mapped;
	w->asked_pages = f->pages.read_pages - look->read_pages;
	w->asked_known = w->asked_pages > 0;
	w->path = w->write ? store_path(look->was) :
	    load_path(look->was, w->mapped_more, w->asked_pages);
	f->pages.paths.touches[w->path]++;
	f->pages.paths.ns[w->path] += f->touched.ns;
	f->pages.paths.looked++;
}

void
fakewhy_signal(const struct fake *f, struct one_touch *t)
{
	t->why = why_of(f);
	if (t->trespass == TRESPASS_UNMAPPED)
		t->why.map_bytes = 0;
	t->why.path = t->signal == SIGBUS ? PATH_PAST_END :
	    t->code == SEGV_ACCERR ? PATH_NOT_PERMITTED : PATH_NOT_MAPPED;
}
