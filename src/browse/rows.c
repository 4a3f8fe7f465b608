#include "config.h"

#include "rows.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/maps.h"
#include "pagetide/xalloc.h"

#define P (1u << BROWSE_PROCESSES)
#define M (1u << BROWSE_MAPPINGS)

static const char *
name_of(const struct browse_row *r)
{
	if (r->process != NULL)
		return r->process->name;
	return r->mapping.piece->name[0] != '\0' ? r->mapping.piece->name :
	    "anon";
}

static uint64_t
files(const struct browse_row *r)
{
	return r->process->file_pages;
}

static uint64_t
faults(const struct browse_row *r)
{
	return r->process->new_minor + r->process->new_major;
}

static uint64_t
resident(const struct browse_row *r)
{
	return r->process != NULL ? r->process->resident_pages :
	    r->sum.resident_bytes;
}

static uint64_t
size(const struct browse_row *r)
{
	return r->process != NULL ? r->process->size_pages :
	    r->sum.size_bytes;
}

static uint64_t
pss(const struct browse_row *r)
{
	return r->sum.pss_bytes;
}

static uint64_t
swapped(const struct browse_row *r)
{
	return r->sum.swap_bytes;
}

/* By a number, the largest first; without one by name, or by what a row is. */
static const struct order {
	const char	*word;
	unsigned	 kinds;
	uint64_t	(*value)(const struct browse_row *);
} order_table[BROWSE_SORTS] = {
	[BROWSE_BY_FILES] = { "files", P, files },
	[BROWSE_BY_FAULTS] = { "faults", P, faults },
	[BROWSE_BY_PID] = { "pid", P, NULL },
	[BROWSE_BY_RESIDENT] = { "resident", P | M, resident },
	[BROWSE_BY_SIZE] = { "size", P | M, size },
	[BROWSE_BY_NAME] = { "name", P | M, NULL },
	[BROWSE_BY_PSS] = { "pss", M, pss },
	[BROWSE_BY_SWAP] = { "swap", M, swapped },
	[BROWSE_BY_ADDRESS] = { "address", M, NULL },
};

const char *
rows_sort_word(enum browse_sort sort)
{
	return order_table[sort].word;
}

bool
rows_sort_of(enum browse_sort sort, enum browse_kind kind)
{
	return (order_table[sort].kinds & (1u << kind)) != 0;
}

static uint64_t
place(const struct browse_row *r)
{
	return r->process != NULL ? (uint64_t)r->process->pid :
	    r->mapping.piece->start;
}

static int
compare(const void *a, const void *b, void *arg)
{
	const struct browse_row *r = a, *q = b;
	const struct order *o = arg;
	uint64_t x = 0, y = 0;
	int by_name = 0;

	if (o->value != NULL) {
		x = o->value(r);
		y = o->value(q);
	} else if (o == &order_table[BROWSE_BY_NAME]) {
		by_name = strcmp(name_of(r), name_of(q));
	}
	if (x != y)
		return x < y ? 1 : -1;
	return by_name != 0 ? by_name :
	    (place(r) > place(q)) - (place(r) < place(q));
}

void
rows_sort(struct rows *rows, enum browse_sort sort)
{
	if (rows->n > 1)
		qsort_r(rows->row, rows->n, sizeof *rows->row, compare,
		    (void *)(uintptr_t)&order_table[sort]);
}

bool
rows_same(const struct browse_row *a, const struct browse_row *b)
{
	if (a->process != NULL)
		return a->process->pid == b->process->pid &&
		    a->process->start_ticks == b->process->start_ticks;
	return a->mapping.piece->start == b->mapping.piece->start;
}

/* An address that the mapping has, as the list shows it or with 0x before. */
static bool
has_address(const struct browse_row *r, const char *text)
{
	const struct mapping_pieces *m = &r->mapping;
	uint64_t addr;
	char *end;

	if (r->process != NULL || !isxdigit((unsigned char)*text))
		return false;
	errno = 0;
	addr = strtoull(text, &end, 16);
	return errno == 0 && *end == '\0' && addr >= m->piece->start &&
	    addr < m->piece[m->n - 1].end;
}

static bool
is_meant(const struct browse_row *r, const char *filter)
{
	return filter[0] == '\0' || strcasestr(name_of(r), filter) != NULL ||
	    has_address(r, filter);
}

static void
add(struct rows *rows, const struct browse_row *r, const char *filter)
{
	rows->of++;
	if (is_meant(r, filter))
		rows->row[rows->n++] = *r;
}

static void
begin(struct rows *rows, size_t most)
{
	rows->row = xreallocarray(rows->row, most + 1, sizeof *rows->row);
	rows->n = rows->of = 0;
}

void
rows_processes(struct rows *rows, const struct processes *all,
    const char *filter)
{
	struct browse_row r = { 0 };
	size_t i;

	begin(rows, all->n);
	for (i = 0; i < all->n; i++) {
		r.process = &all->process[i];
		add(rows, &r, filter);
	}
}

void
rows_mappings(struct rows *rows, const struct vmas *all, const char *filter)
{
	struct browse_row r = { 0 };
	size_t i;

	begin(rows, all->n);
	for (i = 0; i < all->n; i += r.mapping.n) {
		r.mapping = maps_mapping(all, i);
		r.sum = vmasum_of(&r.mapping);
		add(rows, &r, filter);
	}
}

void
rows_free(struct rows *rows)
{
	free(rows->row);
	*rows = (struct rows){ 0 };
}
