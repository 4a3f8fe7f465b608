#include "config.h"

#include "fakepages.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/order.h"

#define AROUND_PAGES	16	/* mapped by one minor fault at most */
#define FLUSH_PAGES	64	/* written at a time */

/* The next number of a xorshift64* generator. */
static uint64_t
rng_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d) >> 33;
}

/* Runs of 16 to 271 cached pages, gaps of 16 to 527. */
void
fake_pages_seed(struct fake_pages *f, uint64_t seed)
{
	uint64_t rng = seed ^ UINT64_C(0x9e3779b97f4a7c15), page = 0, end;

	if (rng == 0)
		rng = 1;
	while (page < FAKE_PAGES) {
		page += 16 + rng_next(&rng) % 512;
		end = page + 16 + rng_next(&rng) % 256;
		for (; page < end && page < FAKE_PAGES; page++)
			f->page[page] = FAKE_CACHED;
	}
}

void
fake_pages_map(struct fake_pages *f, uint64_t pages)
{
	uint64_t i;

	for (i = 0; i < FAKE_PAGES; i++)
		f->page[i] &= ~FAKE_MAPPED;
	f->map_flags = 0;
	memset(f->vmflags, 0, sizeof f->vmflags);
	f->ra_pages = FAKE_RA_PAGES;
	f->map_pages = pages < FAKE_PAGES ? pages : FAKE_PAGES;
}

uint64_t
fake_pages_bring(struct fake_pages *f, uint64_t first, uint64_t n,
    uint64_t max)
{
	uint64_t page, brought = 0;

	if (first > FAKE_PAGES)
		first = FAKE_PAGES;
	if (n > FAKE_PAGES - first)
		n = FAKE_PAGES - first;
	for (page = first; page < first + n; page++) {
		if ((f->page[page] & FAKE_CACHED) || brought == max)
			continue;
		f->page[page] &= FAKE_MAPPED | FAKE_PRIVATE;
		f->page[page] |= FAKE_CACHED | FAKE_READING;
		brought++;
	}
	return brought;
}

void
fake_pages_pass_time(struct fake_pages *f)
{
	unsigned left = FLUSH_PAGES;
	uint64_t i;

	for (i = 0; i < FAKE_PAGES; i++) {
		f->page[i] &= ~(FAKE_READING | FAKE_WRITEBACK);
		if (left == 0 || !(f->page[i] & FAKE_DIRTY))
			continue;
		f->page[i] ^= FAKE_DIRTY | FAKE_WRITEBACK;
		left--;
	}
}

void
fake_pages_write(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t i;

	for (i = first; i < FAKE_PAGES && i - first < n; i++) {
		f->page[i] &= FAKE_MAPPED | FAKE_WRITEBACK | FAKE_PRIVATE;
		f->page[i] |= FAKE_CACHED | FAKE_DIRTY;
	}
}

/* Reads what a miss at page brings, by the advice in force there. */
static void
miss(struct fake_pages *f, uint64_t page)
{
	uint64_t first = 0, n = f->ra_pages;

	if (page > n / 2)
		first = page - n / 2;
	if (f->vmflags[page] & VMF_RAND)
		n = 1;
	if (f->vmflags[page] & (VMF_RAND | VMF_SEQ))
		first = page;
	f->read_pages += fake_pages_bring(f, first, n, n);
}

bool
fake_pages_is_copy(const struct fake_pages *f, uint64_t page)
{
	return (f->page[page] & (FAKE_MAPPED | FAKE_PRIVATE)) ==
	    (FAKE_MAPPED | FAKE_PRIVATE);
}

void
fake_pages_map_around(struct fake_pages *f, uint64_t page)
{
	uint64_t first = page / AROUND_PAGES * AROUND_PAGES, i;

	for (i = first; i < first + AROUND_PAGES && i < f->map_pages; i++)
		if ((f->page[i] & FAKE_CACHED) && !fake_pages_is_copy(f, i))
			f->page[i] = (f->page[i] & ~(FAKE_READING |
			    FAKE_PRIVATE)) | FAKE_MAPPED;
}

static void
pay_ns(struct fake_pages *f, enum latency_kind kind, uint64_t ns)
{
	f->latency.count[kind][latency_bucket(ns)]++;
	f->paid = kind;
	f->paid_ns = ns;
}

uint64_t
fake_pages_price_ns(enum latency_kind kind)
{
	static const uint64_t price_ns[LATENCY_KINDS] = { 20, 2900, 55000 };

	return price_ns[kind];
}

/* A touch has the price of its kind. */
static void
pay(struct fake_pages *f, enum latency_kind kind)
{
	pay_ns(f, kind, fake_pages_price_ns(kind));
}

void
fake_pages_touch(struct fake_pages *f, uint64_t page)
{
	if (f->page[page] & FAKE_MAPPED) {
		pay(f, LATENCY_NO_FAULT);
		return;
	}
	if (f->page[page] & FAKE_CACHED) {
		f->minor++;
		pay(f, LATENCY_MINOR);
	} else {
		miss(f, page);
		f->major++;
		pay(f, LATENCY_MAJOR);
	}
	fake_pages_map_around(f, page);
}

void
fake_pages_store(struct fake_pages *f, uint64_t page)
{
	if (fake_pages_is_copy(f, page)) {
		pay(f, LATENCY_NO_FAULT);
		return;
	}
	if (f->page[page] & (FAKE_CACHED | FAKE_MAPPED)) {
		f->minor++;
		pay(f, LATENCY_MINOR);
	} else {
		miss(f, page);
		f->major++;
		pay(f, LATENCY_MAJOR);
	}
	f->page[page] = (f->page[page] & ~FAKE_READING) | FAKE_MAPPED |
	    FAKE_PRIVATE;
}

void
fake_pages_read(struct fake_pages *f, uint64_t page)
{
	if (f->page[page] & FAKE_CACHED) {
		pay_ns(f, LATENCY_NO_FAULT, 400);
	} else {
		miss(f, page);
		pay_ns(f, LATENCY_NO_FAULT, 55000);
	}
	f->page[page] &= ~FAKE_READING;
}
