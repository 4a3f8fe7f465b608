#include "config.h"

#include "pagetide/history.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "delta.h"
#include "fifo.h"

/* Snapshots of a group: one is made by taking as many differences. */
#define GROUP_LEN 128
/* So many groups at least make a full history: what goes at once is one. */
#define GROUPS_MIN 8

/* A key snapshot, which is a difference to nothing, and those that follow. */
struct group {
	uint64_t	at;		/* of its first entry */
	uint64_t	t_ns;		/* time of that */
	size_t		len;		/* entries */
};

/* Before each entry. */
struct head {
	uint64_t	t_ns;
	uint64_t	bytes;		/* of the entry */
};

struct history {
	uint64_t	 budget_bytes;
	struct fifo	 fifo;		/* heads and entries */
	struct group	*group;
	size_t		 n_groups, cap_groups;
	size_t		 len;
	struct snapshot	 last;		/* the newest, as it comes back */
	struct strbuf	 entry;		/* the next one, while it is made */
};

struct history *
history_new(uint64_t budget_bytes)
{
	struct history *h = xcalloc(1, sizeof *h);

	h->budget_bytes = budget_bytes;
	snapshot_init(&h->last);
	strbuf_init(&h->entry);
	return h;
}

void
history_clear(struct history *h)
{
	fifo_done(&h->fifo);
	free(h->group);
	h->group = NULL;
	h->n_groups = h->cap_groups = h->len = 0;
	snapshot_done(&h->last);
	strbuf_done(&h->entry);
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	history_clear(h);
	free(h);
}

size_t
history_len(const struct history *h)
{
	return h->len;
}

uint64_t
history_bytes(const struct history *h)
{
	return sizeof *h + fifo_bytes(&h->fifo) +
	    h->cap_groups * sizeof *h->group + h->entry.cap +
	    snapshot_bytes(&h->last);
}

/* Is the group of the newest as large as groups are to be? */
static bool
is_full(const struct history *h)
{
	const struct group *g = &h->group[h->n_groups - 1];

	return g->len >= GROUP_LEN ||
	    h->fifo.end - g->at >= h->budget_bytes / (2 * GROUPS_MIN);
}

/* The next one is a difference to nothing: last is that, but keeps its memory,
 * which would be in pieces if it came and went. */
static void
begin_group(struct history *h, uint64_t t_ns)
{
	if (h->n_groups == h->cap_groups) {
		h->cap_groups = h->cap_groups > 0 ? 2 * h->cap_groups : 8;
		h->group = xreallocarray(h->group, h->cap_groups,
		    sizeof *h->group);
	}
	h->group[h->n_groups++] = (struct group){ h->fifo.end, t_ns, 0 };
	memset(&h->last, 0, offsetof(struct snapshot, overview));
}

/* The oldest snapshots, as many as go at once. */
static void
drop_group(struct history *h)
{
	h->len -= h->group[0].len;
	h->n_groups--;
	memmove(h->group, h->group + 1, h->n_groups * sizeof *h->group);
	fifo_drop(&h->fifo, h->n_groups > 0 ? h->group[0].at : h->fifo.end);
}

void
history_keep(struct history *h, const struct snapshot *src)
{
	struct head head = { src->sample.t_ns, 0 };
	struct unpack u;

	if (h->budget_bytes == 0)
		return;
	if (h->n_groups == 0 || is_full(h))
		begin_group(h, head.t_ns);
	strbuf_reset(&h->entry);
	delta_put(&h->entry, &h->last, src);
	head.bytes = h->entry.len;
	fifo_put(&h->fifo, &head, sizeof head);
	fifo_put(&h->fifo, h->entry.s, h->entry.len);
	h->group[h->n_groups - 1].len++;
	h->len++;
	u = (struct unpack){ (const unsigned char *)h->entry.s,
		(const unsigned char *)h->entry.s + h->entry.len };
	delta_take(&u, &h->last);
	while (h->n_groups > 0 && history_bytes(h) > h->budget_bytes)
		drop_group(h);
	if (h->n_groups == 0)
		history_clear(h);
}

uint64_t
history_oldest_ns(const struct history *h)
{
	return h->n_groups > 0 ? h->group[0].t_ns : 0;
}

bool
history_has_dropped(const struct history *h)
{
	return h->fifo.begin > 0;
}

/* The group of snapshot *i, which becomes its number in it. */
static const struct group *
group_of(const struct history *h, size_t *i)
{
	const struct group *g = h->group;

	for (; *i >= g->len; g++)
		*i -= g->len;
	return g;
}

/* Takes the entry at a place into out, and goes on behind it. */
static void
take_entry(const struct history *h, uint64_t *at, struct snapshot *out)
{
	unsigned char *entry;
	struct unpack u;
	struct head head;

	fifo_get(&h->fifo, *at, &head, sizeof head);
	entry = xmalloc(head.bytes);
	fifo_get(&h->fifo, *at + sizeof head, entry, head.bytes);
	u = (struct unpack){ entry, entry + head.bytes };
	delta_take(&u, out);
	free(entry);
	*at += sizeof head + head.bytes;
}

bool
history_at(const struct history *h, size_t i, struct snapshot *out)
{
	uint64_t at;

	if (i >= h->len)
		return false;
	snapshot_done(out);
	at = group_of(h, &i)->at;
	for (i++; i > 0; i--)
		take_entry(h, &at, out);
	return true;
}

/* The snapshots of a group from number i in it on, n of them at most; how many
 * there were. */
static size_t
each_of_group(const struct history *h, const struct group *g, size_t i,
    size_t n, history_use *use, void *arg)
{
	size_t end = n < g->len - i ? i + n : g->len, k;
	struct snapshot s = { 0 };
	uint64_t at = g->at;

	for (k = 0; k < end; k++) {
		take_entry(h, &at, &s);
		if (k >= i)
			use(arg, &s);
	}
	snapshot_done(&s);
	return end - i;
}

void
history_each(const struct history *h, size_t from, size_t to,
    history_use *use, void *arg)
{
	const struct group *g;
	size_t i = from;

	if (to > h->len)
		to = h->len;
	if (from >= to)
		return;
	for (g = group_of(h, &i); from < to; g++, i = 0)
		from += each_of_group(h, g, i, to - from, use, arg);
}

void
history_some(const struct history *h, const size_t *i, size_t n,
    history_use *use, void *arg)
{
	const struct group *g, *last = NULL;
	struct snapshot s = { 0 };
	size_t in, taken = 0;
	uint64_t at = 0;

	for (size_t k = 0; k < n && i[k] < h->len; k++) {
		in = i[k];
		g = group_of(h, &in);
		if (g != last) {
			snapshot_done(&s);
			at = g->at;
			taken = 0;
			last = g;
		}
		for (; taken <= in; taken++)
			take_entry(h, &at, &s);
		use(arg, &s);
	}
	snapshot_done(&s);
}

bool
history_find(const struct history *h, uint64_t t_ns, size_t *i)
{
	struct head head;
	size_t g, found = 0, n;
	uint64_t at;

	if (h->n_groups == 0 || h->group[0].t_ns > t_ns)
		return false;
	for (g = 0; g + 1 < h->n_groups && h->group[g + 1].t_ns <= t_ns; g++)
		found += h->group[g].len;
	at = h->group[g].at;
	for (n = 0; n < h->group[g].len; n++) {
		fifo_get(&h->fifo, at, &head, sizeof head);
		if (head.t_ns > t_ns)
			break;
		at += sizeof head + head.bytes;
	}
	*i = found + n - 1;
	return true;
}
