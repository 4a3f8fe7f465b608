#include "config.h"

#include "looking.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "mapping.h"
#include "timing.h"

#include "pagetide/clock.h"
#include "pagetide/pagelook.h"

/* Readahead where it is not known: that of most devices. */
#define READAHEAD_PAGES	32
/* No walk is looked at more rarely than that. */
#define ONE_OF_MAX	(UINT64_C(1) << 20)

/* What comes from a block device is counted where it is asked for. */
static bool
is_by_block(int file)
{
	struct stat st;

	return file >= 0 && fstat(file, &st) == 0 &&
	    (S_ISBLK(st.st_mode) || major(st.st_dev) != 0);
}

void
looking_init(struct looking *l, int file, struct rangecount *rangecount)
{
	*l = (struct looking){ .rangecount = rangecount, .file = file,
		.by_block = is_by_block(file), .random = 1 };
}

/* xorshift64: gaps that keep step with nothing that a walk does. */
static uint64_t
next_gap(struct looking *l)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return l->random % (2 * l->one_of - 1);
}

static void
put(_Atomic uint64_t *v, uint64_t n)
{
	atomic_store_explicit(v, n, memory_order_relaxed);
}

static void
add(_Atomic uint64_t *v, uint64_t n)
{
	put(v, atomic_load_explicit(v, memory_order_relaxed) + n);
}

void
looking_start(struct looking *l, const struct order *o, struct work_shared *s)
{
	l->how = o->count;
	l->readahead_pages = o->readahead_pages > 0 ? o->readahead_pages :
	    READAHEAD_PAGES;
	l->walk.paused = o->work.paused != 0;
	for (unsigned i = 0; i < PATH_COUNT; i++) {
		atomic_store(&s->path_touches[i], 0);
		atomic_store(&s->path_ns[i], 0);
	}
	atomic_store(&s->path_looked, 0);
	atomic_store(&s->path_looks_ns, 0);
	looking_pace(l, o->pace_per_s, s);
	if (!(l->how & ORDER_COUNT))
		atomic_store(&s->path_one_of, 0);
}

void
looking_pace(struct looking *l, uint64_t pace_per_s, struct work_shared *s)
{
	l->walk.paced = pace_per_s > 0;
	l->begin_ns = clock_now_ns();
	l->looks_ns = 0;
	l->one_of = 1;
	l->wait = 0;
	atomic_store(&s->path_one_of, l->how & ORDER_COUNT ? 1 : 0);
}

void
looking_pause(struct looking *l, bool paused)
{
	l->walk.paused = paused;
	l->begin_ns = clock_now_ns();
	l->looks_ns = 0;
}

bool
looking_due(struct looking *l)
{
	if (!(l->how & ORDER_COUNT))
		return false;
	if (l->wait > 0) {
		l->wait--;
		return false;
	}
	l->wait = l->one_of > 1 ? next_gap(l) : 0;
	return true;
}

/* Looking has taken more than its share: less often from now on. */
static void
spare(struct looking *l, struct work_shared *s)
{
	uint64_t share = l->walk.paced ? LOOKING_SHARE_PACED : LOOKING_SHARE;
	uint64_t now_ns = clock_now_ns();

	if (l->walk.paused ||
	    l->looks_ns < LOOKING_FREE_NS + (now_ns - l->begin_ns) / share ||
	    l->one_of >= ONE_OF_MAX)
		return;
	l->one_of *= 4;
	l->wait = next_gap(l);
	put(&s->path_one_of, l->one_of);
}

/* Copies take the place of the file's pages in what mincore tells, but not of
 * one that has no PTE, the only one that it is asked of. */
static bool
mincore_is_true(const struct mapping *m)
{
	int flags = m->fd >= 0 ? fcntl(m->fd, F_GETFL) : -1;

	return flags >= 0 && ((flags & O_NOATIME) != 0 ||
	    (flags & O_ACCMODE) == O_RDWR);
}

/* As many pages before and after the page as are mapped. */
static void
range(const struct mapping *m, uint64_t page, uint64_t beside,
    uint64_t *first, uint64_t *end)
{
	uint64_t map_end = m->first_page + m->pages;

	*first = page - m->first_page < beside ? m->first_page :
	    page - beside;
	*end = map_end - page < beside ? map_end : page + beside;
}

/* No fault makes PTEs beyond the page table that the page is in. */
static void
page_table(const struct mapping *m, uint64_t page, uint64_t *first,
    uint64_t *end)
{
	uint64_t entries = m->page_bytes / sizeof(uint64_t);
	uint64_t before = (uintptr_t)m->addr / m->page_bytes + page;
	uint64_t map_end = m->first_page + m->pages;

	before %= entries;
	*first = page - m->first_page < before ? m->first_page :
	    page - before;
	*end = map_end - page < entries - before ? map_end :
	    page + entries - before;
}

static void
begin(struct looking *l, const struct mapping *m, bool write)
{
	bool anon = (m->flags & MAP_SPEC_ANON) != 0;

	l->of = (struct rangecount_of){
		.file = anon ? -1 : l->file,
		.cachestat = (l->how & ORDER_COUNT_CACHESTAT) != 0,
		.mincore = mincore_is_true(m),
		.addr = m->addr,
		.first_page = m->first_page,
		.pages = m->pages,
		.page_bytes = (uint32_t)m->page_bytes,
	};
	l->why = (struct touch_why){
		.by = WHY_BY_LOOKS,
		.write = write,
		.file = !anon,
		.map_flags = m->flags,
		.map_addr = (uintptr_t)mapping_start(m),
		.map_bytes = m->pages * m->page_bytes,
		.first_page = UINT64_MAX,
		.marker_page = UINT64_MAX,
	};
}

/*
 * Around a page that is cached only PTEs are counted: what a marker has read
 * the kernel counts. Around one that is not all that may be read is, and
 * twice that.
 */
static void
count_before(struct looking *l, const struct mapping *m)
{
	struct fault_look *b = &l->before;
	bool near = b->present || (b->cached && l->by_block);
	uint64_t left, right;

	page_table(m, l->page, &l->near_first, &l->near_end);
	range(m, l->page, near ? 0 : 2 * l->readahead_pages, &l->far_first,
	    &l->far_end);
	if (pagelook_mapped(l->rangecount, &l->of, l->near_first, l->near_end,
	    &b->mapped_pages))
		b->known |= LOOK_PTES;
	l->gap.pages = 0;
	l->gap.known = near ? !b->present && pagelook_gap(l->rangecount,
	    &l->of, l->page, 2 * l->readahead_pages, &l->gap.first,
	    &l->gap.end) : pagelook_there(l->rangecount, &l->of, l->page,
	    l->readahead_pages, &l->gap.first, &l->gap.end);
	l->gap.ahead = near && l->gap.known;
	if (!pagelook_cached(&l->of, l->far_first, l->page, &left) ||
	    !pagelook_cached(&l->of, l->page, l->far_end, &right)) {
		b->known &= ~LOOK_CACHE;
		return;
	}
	l->left_before = left;
	b->cached_pages = left + right;
}

/* What the kernel has counted for this process so far; or since then. */
static void
count_faults(struct looking *l)
{
	struct rusage now;

	getrusage(RUSAGE_SELF, &now);
	l->before_it.minor = (uint64_t)now.ru_minflt - l->before_it.minor;
	l->before_it.major = (uint64_t)now.ru_majflt - l->before_it.major;
	l->before_it.read_bytes = timing_bytes_of(&now) -
	    l->before_it.read_bytes;
}

void
looking_before(struct looking *l, const struct mapping *m, uint64_t page,
    bool write)
{
	uint64_t begin_ns = clock_now_ns();

	begin(l, m, write);
	l->before_it.look_ns = begin_ns;
	l->on = true;
	l->page = page;
	pagelook(l->rangecount, &l->of, page, &l->before);
	count_before(l, m);
	l->why.known = l->before.known;
	l->why.present = l->before.present;
	l->why.swapped = l->before.swapped;
	l->why.guard = l->before.guard;
	l->why.cached = l->before.cached;
	l->why.up_to_date = l->before.up_to_date;
	l->before_it.minor = l->before_it.major = l->before_it.read_bytes = 0;
	count_faults(l);
	l->why.looks_ns = clock_now_ns() - begin_ns;
}

/* Where the pages begin that were read around a page, or from it on: what is
 * new on either side is next to it, up to what was there before. */
static uint64_t
first_read(const struct looking *l, uint64_t left, uint64_t right)
{
	uint64_t left_new = left - l->left_before, first, n;
	uint64_t right_new = right -
	    (l->before.cached_pages - l->left_before);

	first = l->page - left_new;
	if (!l->gap.known || left < l->left_before || right_new > right ||
	    left_new > l->page - l->gap.first ||
	    right_new > l->gap.end - l->page || !pagelook_cached(&l->of,
	    first, l->page + right_new, &n) || n != left_new + right_new)
		return UINT64_MAX;
	return first;
}

/* What came into the gap ahead of a page that was cached: from its beginning
 * on, or it is not known where. */
static void
set_ahead(struct looking *l, uint64_t read_pages)
{
	struct touch_why *w = &l->why;
	uint64_t came = l->gap.pages, n;

	if (came > 0 && came < read_pages) {
		w->asked_least = came;
		return;
	}
	w->asked_known = l->by_block || came > 0;
	w->asked_pages = came > 0 ? came : read_pages;
	if (came > 0 && pagelook_cached(&l->of, l->gap.first,
	    l->gap.first + came, &n) && n == came)
		w->first_page = l->gap.first;
}

/* Does what came reach an end of what was looked at, amidst the mapping? */
static bool
is_cut(const struct looking *l, uint64_t left, uint64_t right)
{
	uint64_t right_before = l->before.cached_pages - l->left_before;
	uint64_t map_first = l->of.first_page;

	return (left > l->left_before && left == l->page - l->far_first &&
	    l->far_first > map_first) || (right > right_before &&
	    right == l->far_end - l->page &&
	    l->far_end < map_first + l->of.pages);
}

/* What came around a page that was not cached. Where the thread had more read
 * than came, reclaim has taken the rest of it. */
static void
set_around(struct looking *l, uint64_t came, uint64_t read_pages,
    uint64_t left, uint64_t right)
{
	struct touch_why *w = &l->why;

	if (came > 0 && came >= read_pages)
		w->first_page = first_read(l, left, right);
	w->asked_known = w->first_page != UINT64_MAX || (came > 0 &&
	    (came == read_pages || (came > read_pages &&
	    !is_cut(l, left, right))));
	if (w->asked_known)
		w->asked_pages = came;
	else
		w->asked_least = came;
}

/* How many pages storage was asked for, and which. */
static void
set_asked(struct looking *l, const struct fault_look *after,
    uint64_t read_pages, uint64_t left, uint64_t right)
{
	enum fault_path path = l->why.path;
	uint64_t more = after->cached_pages > l->before.cached_pages ?
	    after->cached_pages - l->before.cached_pages : 0;

	if (path == PATH_MARKER)
		set_ahead(l, read_pages);
	else if ((path == PATH_MISS_READAHEAD || path == PATH_MISS_SINGLE) &&
	    !l->before.cached &&
	    (after->known & l->before.known & LOOK_CACHE))
		set_around(l, more, read_pages, left, right);
}

static void
set_mapped(struct looking *l, const struct fault_look *after)
{
	const struct fault_look *b = &l->before;

	if (!(after->known & b->known & LOOK_PTES))
		return;
	l->why.mapped_known = 1;
	l->why.mapped_more = after->mapped_pages > b->mapped_pages ?
	    after->mapped_pages - b->mapped_pages : 0;
}

/* Pages that came ahead of one that was cached. */
static uint64_t
count_ahead(struct looking *l)
{
	if (!l->gap.ahead || !pagelook_cached(&l->of, l->gap.first, l->gap.end,
	    &l->gap.pages))
		l->gap.pages = 0;
	return l->gap.pages;
}

void
looking_after(struct looking *l, int signal, int code)
{
	uint64_t begin_ns = clock_now_ns(), left = 0, right = 0;
	struct fault_look after;
	struct fault_touch t = { .write = l->why.write, .file = l->why.file,
		.is_private = (l->why.map_flags & MAP_SPEC_PRIVATE) != 0,
		.signal = signal, .code = code, .reads_known = l->by_block };

	l->on = false;
	count_faults(l);
	t.minor = l->before_it.minor;
	t.major = l->before_it.major;
	t.read_pages = l->by_block ?
	    l->before_it.read_bytes / l->of.page_bytes : 0;
	pagelook(l->rangecount, &l->of, l->page, &after);
	if (pagelook_mapped(l->rangecount, &l->of, l->near_first, l->near_end,
	    &after.mapped_pages))
		after.known |= LOOK_PTES;
	if (pagelook_cached(&l->of, l->far_first, l->page, &left) &&
	    pagelook_cached(&l->of, l->page, l->far_end, &right))
		after.cached_pages = left + right + count_ahead(l);
	else
		after.known &= ~LOOK_CACHE;
	l->why.path = fault_path_of(&t, &l->before, &after);
	set_mapped(l, &after);
	set_asked(l, &after, t.read_pages, left, right);
	l->why.looks_ns += clock_now_ns() - begin_ns;
}

/* What came with it is seen from now on. */
static void
note_seen(const struct looking *l, struct work_shared *s)
{
	const struct touch_why *w = &l->why;
	uint64_t n = atomic_load_explicit(&s->seen, memory_order_relaxed);
	uint64_t sum = n == 0 ? 0 : atomic_load_explicit(
	    &s->seen_sum[(n - 1) % WORK_SEEN], memory_order_relaxed);

	if (!fault_path_reads(w->path))
		return;
	if (!w->asked_known || w->first_page == UINT64_MAX) {
		add(&s->seen_in_part, 1);
		return;
	}
	put(&s->seen_sum[n % WORK_SEEN], sum + w->asked_pages);
	put(&s->seen_ns[n % WORK_SEEN], l->before_it.look_ns);
	put(&s->seen_first_page[n % WORK_SEEN], w->first_page);
	put(&s->seen_pages[n % WORK_SEEN], w->asked_pages);
	put(&s->seen_trigger_page[n % WORK_SEEN], l->page);
	atomic_store_explicit(&s->seen, n + 1, memory_order_release);
}

void
looking_count(struct looking *l, uint64_t ns, struct work_shared *s)
{
	l->looks_ns += l->why.looks_ns;
	add(&s->path_touches[l->why.path], 1);
	add(&s->path_ns[l->why.path], ns);
	add(&s->path_looked, 1);
	add(&s->path_looks_ns, l->why.looks_ns);
	note_seen(l, s);
	spare(l, s);
}

void
looking_signal(struct one_touch *touch, const struct mapping *where,
    bool write)
{
	struct fault_touch t = { .write = write, .file = true,
		.signal = touch->signal, .code = touch->code };
	struct fault_look unknown = { 0 };
	struct touch_why *w = &touch->why;

	*w = (struct touch_why){ .by = WHY_BY_LOOKS, .write = write,
		.first_page = UINT64_MAX, .marker_page = UINT64_MAX };
	if (where != NULL) {
		w->map_flags = where->flags;
		w->map_addr = (uintptr_t)mapping_start(where);
		w->map_bytes = where->pages * where->page_bytes;
	}
	w->path = fault_path_of(&t, &unknown, &unknown);
}
