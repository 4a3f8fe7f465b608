#include "config.h"

#include "counts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/maps.h"

/* Bytes of one read: the kernel has the lock for some three VMAs then. */
#define PIECE 4096
/* So many times what a read took nothing is read: a 50th of its time the
 * process may have to wait for us. */
#define REST_TIMES 49

void
counts_init(struct counts *c)
{
	*c = (struct counts){ .fd = -1 };
	strbuf_init(&c->line);
}

void
counts_close(struct counts *c)
{
	if (c->fd >= 0)
		close(c->fd);
	strbuf_done(&c->line);
	counts_init(c);
}

void
counts_open(struct counts *c, int dir)
{
	counts_close(c);
	c->fd = openat(dir, "smaps", O_RDONLY | O_CLOEXEC);
}

/* The first that does not begin before v. */
static size_t
find(const struct vmas *all, const struct vma *v)
{
	size_t low = 0, high = all->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (all->vma[mid].start < v->start)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Are they one and the same? */
static bool
is_same(const struct vma *a, const struct vma *b)
{
	return a->start == b->start && a->end == b->end &&
	    a->offset == b->offset && a->ino == b->ino &&
	    a->dev_major == b->dev_major && a->dev_minor == b->dev_minor &&
	    strcmp(a->perms, b->perms) == 0;
}

void
counts_keep(struct vmas *now, const struct vmas *before)
{
	size_t i = 0, k;

	for (k = 0; k < now->n; k++) {
		struct vma *v = &now->vma[k];
		const struct vma *old;

		while (i < before->n && before->vma[i].start < v->start)
			i++;
		old = i < before->n ? &before->vma[i] : NULL;
		if (old == NULL || !is_same(old, v))
			continue;
		v->counted = old->counted;
		v->resident_bytes = old->resident_bytes;
		v->pss_bytes = old->pss_bytes;
		v->swap_bytes = old->swap_bytes;
		v->vmflags = old->vmflags;
	}
}

/* The one in the list that is being counted. */
static struct vma *
find_own(const struct counts *c, struct vmas *all)
{
	size_t at = find(all, &c->vma);

	return at < all->n && is_same(&all->vma[at], &c->vma) ?
	    &all->vma[at] : NULL;
}

static void
take_line(struct counts *c, const char *line, struct vmas *all)
{
	const char *name;

	if (maps_parse(line, &c->vma, &name))
		c->found = find_own(c, all);
	else if (c->found != NULL)
		maps_count(line, c->found);
}

static void
take_lines(struct counts *c, struct vmas *all)
{
	char *line = c->line.s, *end;
	size_t left;

	while ((end = strchr(line, '\n')) != NULL) {
		*end = '\0';
		take_line(c, line, all);
		line = end + 1;
	}
	left = strlen(line);
	memmove(c->line.s, line, left + 1);
	c->line.len = left;
}

/* One read; false: the end was reached, or nothing can be read. */
static bool
count_piece(struct counts *c, struct vmas *all)
{
	char piece[PIECE];
	ssize_t n = read(c->fd, piece, sizeof piece);

	if (n <= 0)
		return n < 0 && errno == EINTR;
	strbuf_add(&c->line, piece, (size_t)n);
	take_lines(c, all);
	return true;
}

static void
rest_until(uint64_t ns)
{
	const struct timespec t = { (time_t)(ns / NS_PER_S),
		(long)(ns % NS_PER_S) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* One that read nothing is of an address space that is gone. */
static void
end_pass(struct counts *c)
{
	c->counted_ns = c->pass_ns;
	c->pass_ns = 0;
	c->found = NULL;
	strbuf_reset(&c->line);
	if (lseek(c->fd, 0, SEEK_SET) == 0)
		return;
	close(c->fd);
	c->fd = -1;
}

/* A piece of a pass, and how long to rest then; false: that was its end. */
static bool
go_on(struct counts *c, struct vmas *all)
{
	uint64_t now = clock_now_ns();
	bool any = c->pass_ns != 0, more;

	c->pass_ns = any ? c->pass_ns : now;
	more = count_piece(c, all);
	if (c->counted_ns != 0)
		c->free_ns = clock_now_ns() +
		    REST_TIMES * (clock_now_ns() - now);
	if (!more && !any) {
		close(c->fd);
		c->fd = -1;
		c->pass_ns = 0;
	} else if (!more) {
		end_pass(c);
	}
	return more;
}

void
counts_until(struct counts *c, uint64_t until_ns, struct vmas *all)
{
	bool more = c->fd >= 0, first = c->counted_ns == 0;

	c->found = find_own(c, all);
	while (more && clock_now_ns() < until_ns) {
		if (c->free_ns > clock_now_ns())
			rest_until(c->free_ns < until_ns ? c->free_ns :
			    until_ns);
		else
			more = go_on(c, all);
	}
	/* The list is the caller's. */
	c->found = NULL;
	if (!first || c->counted_ns == 0)
		rest_until(until_ns);
}
