/* All cached bytes of a file, page by page: --ranges. */
#include "config.h"

#include <errno.h>

#include "pagetide/layer.h"
#include "pagetide/target.h"

#include "probe.h"

#define TMPFS_MAGIC	0x01021994
#define CHUNK_PAGES	MINCORE_CHUNK
#define FEW_PAGES	64	/* not worth another count */
#define SPAN_MAX	(UINT64_C(1) << 48)

/* One walk through the file. */
struct walk {
	struct scan_sink sink;		/* what a reader puts comes here */
	struct probes	*probes;
	bool		 counts;	/* cachestat may be asked ... */
	bool		 alone;		/* ... and nobody else */
	uint64_t	 found;		/* pages of the last chunk */
	uint64_t	 run, run_end;	/* of pages; equal: none */
	source_put	*put;
	void		*arg;
	int		 err;		/* of put(), or -EIO: unknown */
};

/* Hands the run under way out; the file's last page may be a part of one. */
static void
put_run(struct walk *w)
{
	const struct target_facts *t = &w->probes->target->facts;
	uint64_t from = w->run * t->page_bytes, to = t->size_bytes;

	if (w->run == w->run_end)
		return;
	if (w->run_end < t->pages)
		to = w->run_end * t->page_bytes;
	if (w->err == 0 && to > from)
		w->err = w->put(w->arg, from, to - from);
	w->run = w->run_end;
}

/* Runs of chunks that touch are one. */
static void
take(struct scan_sink *sink, uint64_t first_page, uint64_t n_pages,
    unsigned layers)
{
	struct walk *w = (struct walk *)sink;

	if ((layers & SCAN_UNKNOWN) != 0) {
		w->err = w->err != 0 ? w->err : -EIO;
		return;
	}
	w->found += n_pages;
	if (w->run == w->run_end || first_page != w->run_end) {
		put_run(w);
		w->run = first_page;
	}
	w->run_end = first_page + n_pages;
}

/* Pages that cachestat counts; false if it fails. */
static bool
count(struct walk *w, uint64_t page, uint64_t n, uint64_t *cached)
{
	uint64_t pages[LAYER_COUNT];

	if (cachestat_reader.count(&w->probes->cachestat, page, n, pages) != 0)
		return false;
	*cached = pages[LAYER_CACHED];
	return true;
}

/* By counts alone: halves, until a part has none or all. */
static void
bisect(struct walk *w, uint64_t page, uint64_t n)
{
	uint64_t cached;

	if (!count(w, page, n, &cached)) {
		take(&w->sink, page, n, SCAN_UNKNOWN);
	} else if (cached >= n) {
		take(&w->sink, page, n, LAYER_BIT(LAYER_CACHED));
	} else if (cached > 0) {
		bisect(w, page, n / 2);
		bisect(w, page + n / 2, n - n / 2);
	}
}

static void
ask_mincore(struct walk *w, uint64_t page, uint64_t n)
{
	mincore_reader.runs(&w->probes->mincore, page, page + n, &w->sink);
}

/* By mincore, which looks each page up, only where counts show that it is
 * worth it. */
static void
narrow(struct walk *w, uint64_t page, uint64_t n)
{
	uint64_t cached;

	if (!count(w, page, n, &cached)) {
		ask_mincore(w, page, n);
	} else if (n <= FEW_PAGES || cached >= n / 8) {
		if (cached > 0)
			ask_mincore(w, page, n);
	} else if (cached > 0) {
		narrow(w, page, n / 2);
		narrow(w, page + n / 2, n - n / 2);
	}
}

/* Looks at the pages from page on, at most up to end; returns where it came
 * to. */
static uint64_t
look(struct walk *w, uint64_t page, uint64_t end)
{
	bool dense = w->found >= CHUNK_PAGES / 8;

	if (end - page > CHUNK_PAGES)
		end = page + CHUNK_PAGES;
	w->found = 0;
	if (w->alone)
		bisect(w, page, end - page);
	else if (w->counts && !dense)
		narrow(w, page, end - page);
	else
		ask_mincore(w, page, end - page);
	return end;
}

/* Where the next cached page may be: longer and longer steps over what has
 * none, shorter ones where there is something. */
static uint64_t
skip(struct walk *w, uint64_t page, uint64_t end)
{
	uint64_t span = CHUNK_PAGES, n, cached;

	while (page < end) {
		n = end - page < span ? end - page : span;
		if (!count(w, page, n, &cached))
			return page;
		if (cached == 0) {
			page += n;
			span = span < SPAN_MAX ? 2 * span : span;
		} else if (n <= CHUNK_PAGES) {
			return page;
		} else {
			span = n / 8 > CHUNK_PAGES ? n / 8 : CHUNK_PAGES;
		}
	}
	return end;
}

int
probes_ranges(struct probes *p, const char **by, source_put *put, void *arg)
{
	const struct target *t = p->target;
	uint64_t page = 0, end = t->facts.pages;
	const struct scan_reader *reader =
	    p->area[AREA_OVERVIEW].scan.by.reader[SCAN_CACHE];
	struct walk w = { .sink.put = take, .probes = p, .put = put,
		.arg = arg };

	*by = NULL;
	if (reader == NULL)
		return -EOPNOTSUPP;
	/* What is swapped out may be resident, and is not counted. */
	w.counts = reader == &cachestat_reader && t->fstype != TMPFS_MAGIC;
	w.alone = p->method == METHOD_CACHESTAT;
	*by = w.alone ? cachestat_reader.name : mincore_reader.name;
	while (page < end && w.err == 0) {
		page = look(&w, page, end);
		if (w.counts && w.found == 0)
			page = skip(&w, page, end);
	}
	put_run(&w);
	return w.err;
}
