#include "config.h"

#include "pagetide/membox.h"

#include <stddef.h>

#define NONE UINT64_MAX	/* no limit */

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What is there, as the counters of a cgroup and of the machine say it. */
struct counted {
	uint64_t	total, used, file, shmem, anon, dirty;
};

/* Counters lag behind each other: the parts never exceed the whole. */
static void
fill(struct membox *box, const struct counted *c)
{
	uint64_t left = least(c->used, c->total), *part = box->bytes;
	uint64_t shmem = least(c->shmem, c->file);

	box->total_bytes = c->total;
	part[MEMBOX_FREE] = c->total - left;
	part[MEMBOX_ANON] = least(c->anon + shmem, left);
	left -= part[MEMBOX_ANON];
	part[MEMBOX_CLEAN] = least(c->file - shmem, left);
	part[MEMBOX_OTHER] = left - part[MEMBOX_CLEAN];
	part[MEMBOX_DIRTY] = least(c->dirty, part[MEMBOX_CLEAN]);
	part[MEMBOX_CLEAN] -= part[MEMBOX_DIRTY];
}

bool
membox_of(const struct memory_facts *m, struct membox *box)
{
	const struct machine_facts *all = &m->machine;

	*box = (struct membox){ .limited = m->limit_known &&
		m->limit_bytes != NONE && m->usage_known && m->parts_known };
	if (!box->limited && !all->known)
		return false;
	box->dirty_known = !box->limited || (m->dirty_known && m->shmem_known);
	fill(box, box->limited ? &(struct counted){ m->limit_bytes,
		m->usage_bytes, m->file_bytes,
		m->shmem_known ? m->shmem_bytes : 0, m->anon_bytes,
		box->dirty_known ? m->dirty_bytes : 0 } : &(struct counted){ all->total_bytes,
		all->total_bytes - least(all->free_bytes, all->total_bytes),
		all->file_bytes, all->shmem_bytes, all->anon_bytes,
		all->dirty_bytes });
	return true;
}

/* The least step that is not below; NONE: there is none. There are two from
 * one power of two to the next. */
static uint64_t
step_from(uint64_t bytes)
{
	uint64_t step = MEMBOX_LEAST_BYTES;

	while (step < bytes && step <= NONE / 4)
		step = (step & (step - 1)) == 0 ? step / 2 * 3 : step / 3 * 4;
	return step < bytes ? NONE : step;
}

uint64_t
membox_less(uint64_t limit_bytes, uint64_t file_bytes)
{
	uint64_t below = limit_bytes == NONE ? file_bytes : limit_bytes;
	uint64_t step = MEMBOX_LEAST_BYTES, next;

	while ((next = step_from(step + 1)) < below)
		step = next;
	return step;
}

uint64_t
membox_more(uint64_t limit_bytes, uint64_t file_bytes)
{
	uint64_t step = limit_bytes == NONE ? NONE : step_from(limit_bytes + 1);

	return step == NONE || step / 2 >= file_bytes ? NONE : step;
}
