#include "config.h"

#include "pagetide/landing.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

const char *const landing_by_name[LANDING_BYS] = {
	[LANDING_OFF] = "off",
	[LANDING_BY_FAULTS] = "faults",
	[LANDING_BY_TABLES] = "page tables",
};

bool
landing_site_is_kernel(uint64_t ip)
{
	return ip >> 63 != 0;
}

void
landing_init(struct landing *l)
{
	*l = (struct landing){ .by = LANDING_OFF };
}

void
landing_done(struct landing *l)
{
	free(l->slot);
	landing_init(l);
}

void
landing_begin(struct landing *l, enum landing_by by, uint64_t pages,
    unsigned shift)
{
	landing_done(l);
	while (pages >> shift >= LANDING_SLOTS_MAX)
		shift++;
	l->by = by;
	l->one_of = 1;
	l->pages = pages;
	l->shift = shift;
	l->n_slots = (pages >> shift) + 1;
	l->slot = xcalloc(l->n_slots, sizeof *l->slot);
}

void
landing_copy(struct landing *to, const struct landing *from)
{
	landing_done(to);
	*to = *from;
	if (from->slot == NULL)
		return;
	to->slot = xcalloc(from->n_slots, sizeof *to->slot);
	memcpy(to->slot, from->slot, from->n_slots * sizeof *to->slot);
}

uint64_t
landing_bytes(const struct landing *l)
{
	return l->slot != NULL ? l->n_slots * sizeof *l->slot : 0;
}

void
landing_begin_kept(struct landing *l, const struct landing *of)
{
	unsigned shift = of->shift;

	while (of->pages >> shift >= LANDING_KEPT_SLOTS)
		shift++;
	landing_begin(l, of->by, of->pages, shift);
	landing_follow(l, of);
}

void
landing_follow(struct landing *l, const struct landing *of)
{
	struct landing_slot *slot = l->slot;
	uint64_t n_slots = l->n_slots;
	unsigned shift = l->shift;

	*l = *of;
	l->slot = slot;
	l->n_slots = n_slots;
	l->shift = shift;
}

void
landing_add(struct landing *l, uint64_t page, bool major, uint64_t n,
    uint64_t t_ns)
{
	struct landing_slot *s = &l->slot[page >> l->shift];

	if (page >= l->pages)
		return;
	*(major ? &s->major : &s->minor) += (uint32_t)n;
	*(major ? &l->major : &l->minor) += n;
	if (t_ns > s->last_ns)
		s->last_ns = t_ns;
	if (t_ns > l->last_ns)
		l->last_ns = t_ns;
}

static const struct landing_way *
ways_of(const struct landing *l, bool major)
{
	return major ? l->major_way : l->minor_way;
}

void
landing_add_way(struct landing *l, uint64_t page, bool major,
    enum fault_path path, uint64_t ns)
{
	struct landing_slot *s = &l->slot[page >> l->shift];
	struct landing_way *w = &(major ? l->major_way : l->minor_way)[path];

	if (page >= l->pages)
		return;
	l->named++;
	w->faults++;
	w->ns += ns;
	if (ns > w->max_ns)
		w->max_ns = ns;
	if (ns <= s->max_ns)
		return;
	s->max_ns = ns;
	s->max_path = path;
}

uint64_t
landing_longest_ns(const struct landing *l, bool major)
{
	const struct landing_way *w = ways_of(l, major);
	uint64_t ns = 0;

	for (int i = 0; i < PATH_COUNT; i++)
		if (w[i].max_ns > ns)
			ns = w[i].max_ns;
	return ns;
}

size_t
landing_ways(const struct landing *l, bool major,
    enum fault_path at[PATH_COUNT])
{
	const struct landing_way *w = ways_of(l, major);
	size_t n = 0, k;

	for (int i = 0; i < PATH_COUNT; i++) {
		if (w[i].faults == 0)
			continue;
		for (k = n++; k > 0 && w[at[k - 1]].ns < w[i].ns; k--)
			at[k] = at[k - 1];
		at[k] = (enum fault_path)i;
	}
	return n;
}

/* All of the kernel are one: addresses there say nothing of who called it. */
static uint64_t
key_of(uint64_t ip)
{
	return landing_site_is_kernel(ip) ? UINT64_MAX : ip;
}

/* Its site, or the first free one; NULL: there is none. */
static const struct landing_site *
find_site(const struct landing *l, uint64_t key)
{
	size_t i = (key ^ key >> 17) * UINT64_C(0x9e3779b97f4a7c15) >> 56;
	const struct landing_site *s;

	for (size_t tried = 0; tried < LANDING_SITES; tried++) {
		s = &l->site[(i + tried) % LANDING_SITES];
		if (s->ip == 0 || s->ip == key)
			return s;
	}
	return NULL;
}

void
landing_add_site(struct landing *l, uint64_t page, uint64_t ip, uint64_t n)
{
	uint64_t key = key_of(ip);
	const struct landing_site *found = find_site(l, key);

	if (page < l->pages)
		l->slot[page >> l->shift].ip = key;
	if (found == NULL) {
		l->sites_lost += n;
		return;
	}
	l->site[found - l->site].ip = key;
	l->site[found - l->site].faults += n;
}

const struct landing_site *
landing_site(const struct landing *l, uint64_t ip)
{
	const struct landing_site *s = ip != 0 ? find_site(l, key_of(ip)) :
	    NULL;

	return s != NULL && s->ip != 0 ? s : NULL;
}

const char *
landing_site_text(const struct landing_site *s)
{
	return s == NULL ? "?" : s->symbol[0] != '\0' ? s->symbol :
	    s->place[0] != '\0' ? s->place : "?";
}

bool
landing_range(const struct landing *l, uint64_t first_page, uint64_t n_pages,
    struct landing_slot *out)
{
	uint64_t end = first_page + n_pages, i;
	bool known = true;

	*out = (struct landing_slot){ 0 };
	if (l->slot == NULL || n_pages == 0 || end > l->pages)
		return false;
	for (i = first_page >> l->shift; i << l->shift < end; i++) {
		const struct landing_slot *s = &l->slot[i];
		uint64_t from = i << l->shift;
		uint64_t to = (i + 1) << l->shift;

		if (s->last_ns == 0)
			continue;
		known &= from >= first_page && (to <= end || end == l->pages);
		out->minor += s->minor;
		out->major += s->major;
		if (s->max_ns > out->max_ns) {
			out->max_ns = s->max_ns;
			out->max_path = s->max_path;
		}
		if (s->last_ns > out->last_ns)
			out->last_ns = s->last_ns;
	}
	return known;
}

static uint64_t
sum(const struct landing_slot *s)
{
	return (uint64_t)s->minor + s->major;
}

size_t
landing_hottest(const struct landing *l, uint64_t *at, size_t max)
{
	size_t n = 0, k;

	for (uint64_t i = 0; l->slot != NULL && i < l->n_slots; i++) {
		if (sum(&l->slot[i]) == 0 || (n == max &&
		    sum(&l->slot[i]) <= sum(&l->slot[at[n - 1]])))
			continue;
		k = n < max ? n++ : n - 1;
		for (; k > 0 && sum(&l->slot[at[k - 1]]) < sum(&l->slot[i]);
		    k--)
			at[k] = at[k - 1];
		at[k] = i;
	}
	return n;
}

size_t
landing_sites(const struct landing *l, const struct landing_site **at,
    size_t max)
{
	size_t n = 0, k;

	for (const struct landing_site *s = l->site;
	    s < l->site + LANDING_SITES; s++) {
		if (s->faults == 0 || (n == max &&
		    s->faults <= at[n - 1]->faults))
			continue;
		k = n < max ? n++ : n - 1;
		for (; k > 0 && at[k - 1]->faults < s->faults; k--)
			at[k] = at[k - 1];
		at[k] = s;
	}
	return n;
}
