#include "config.h"

#include "pagetide/touchwhy.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/order.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"

const char *const why_by_name[WHY_BYS] = {
	[WHY_BY_LOOKS] = "looks",
	[WHY_BY_TRACE] = "tracepoints",
};

static struct why_stage *
add(struct why_stage *stage, unsigned *n, const char *question)
{
	stage[*n].question = question;
	stage[*n].answer[0] = '\0';
	return &stage[(*n)++];
}

static void
answer(struct why_stage *s, const char *text)
{
	snprintf(s->answer, sizeof s->answer, "%s", text);
}

static void
pte_stage(const struct touch_why *w, struct why_stage *s)
{
	answer(s, w->guard ? "guard" : w->swapped ? "swapped out" :
	    w->present ? "yes" : "no");
}

static void
vma_stage(const struct touch_why *w, bool addresses, struct why_stage *s)
{
	char at[48] = "";

	if (w->map_bytes == 0) {
		answer(s, "none");
		return;
	}
	if (addresses)
		snprintf(at, sizeof at, "%" PRIx64 "-%" PRIx64 " ",
		    w->map_addr, w->map_addr + w->map_bytes);
	snprintf(s->answer, sizeof s->answer, "%sr%c- %s %s", at,
	    w->map_flags & MAP_SPEC_WRITE ? 'w' : '-',
	    w->map_flags & MAP_SPEC_PRIVATE ? "private" : "shared",
	    w->path == PATH_NOT_PERMITTED ? "no" : "ok");
}

/* Does the way lead through the page cache? */
static bool
asks_cache(enum fault_path path)
{
	return path == PATH_COPY_CACHE || path == PATH_COPY_READ ||
	    (path >= PATH_MISS_SINGLE && path <= PATH_PMD);
}

static void
cache_stage(const struct touch_why *w, struct why_stage *s)
{
	bool cached = (w->known & LOOK_CACHE) ? w->cached :
	    w->path != PATH_MISS_SINGLE && w->path != PATH_MISS_READAHEAD &&
	    w->path != PATH_COPY_READ;

	answer(s, w->path == PATH_MARKER ? "yes, the readahead marker" :
	    w->path == PATH_WAITED ? "yes, still being read" :
	    cached ? "yes" : "no");
}

/* " 83+32", " of 32 pages", with the marker where that is known. */
static void
add_window(const struct touch_why *w, struct strbuf *out)
{
	char count[UNITS_MAX];

	if (!w->asked_known && w->asked_least > 0)
		strbuf_addf(out, " of at least %s", units_count(count,
		    w->asked_least, "page"));
	if (!w->asked_known || w->asked_pages == 0)
		return;
	if (w->first_page != UINT64_MAX)
		strbuf_addf(out, " %" PRIu64 "+%" PRIu64, w->first_page,
		    w->asked_pages);
	else
		strbuf_addf(out, " of %s", units_count(count, w->asked_pages,
		    "page"));
	if (w->marker_page != UINT64_MAX)
		strbuf_addf(out, " marker %" PRIu64, w->marker_page);
}

static void
add_ptes(const struct touch_why *w, struct strbuf *out)
{
	if (!w->mapped_known || w->mapped_more <= 1)
		return;
	strbuf_addf(out, ", %" PRIu64 " PTEs", w->mapped_more);
}

/* What was done in the end. */
static void
way(const struct touch_why *w, struct strbuf *out)
{
	switch ((enum fault_path)w->path) {
	case PATH_MAPPED:
		strbuf_adds(out, "no fault: already mapped");
		break;
	case PATH_MARKER:
		strbuf_adds(out, "async readahead");
		add_window(w, out);
		strbuf_adds(out, " begun");
		break;
	case PATH_MISS_READAHEAD:
		strbuf_adds(out, "synchronous readahead");
		add_window(w, out);
		strbuf_adds(out, ", waited");
		break;
	case PATH_MISS_SINGLE:
		strbuf_adds(out, "single-page miss, waited");
		break;
	case PATH_WAITED:
		strbuf_adds(out, "waited for its read");
		break;
	default:
		strbuf_adds(out, path_table[w->path].name);
	}
	add_ptes(w, out);
}

static void
way_stage(const struct touch_why *w, struct why_stage *s)
{
	struct strbuf text = STRBUF_INIT;

	way(w, &text);
	answer(s, text.s);
	strbuf_done(&text);
}

unsigned
touchwhy_stages(const struct touch_why *w, bool addresses,
    struct why_stage stage[WHY_STAGES])
{
	unsigned n = 0;

	if (w->by == WHY_BY_NOBODY)
		return 0;
	if (w->known & LOOK_PTE)
		pte_stage(w, add(stage, &n, "PTE?"));
	vma_stage(w, addresses, add(stage, &n, "VMA?"));
	if (asks_cache(w->path))
		cache_stage(w, add(stage, &n, "page cache?"));
	way_stage(w, add(stage, &n, ""));
	return n;
}

void
touchwhy_text(const struct touch_why *w, struct strbuf *out)
{
	struct why_stage stage[WHY_STAGES];
	unsigned n = touchwhy_stages(w, false, stage);

	for (unsigned i = 0; i < n; i++)
		strbuf_addf(out, "%s%s%s%s", i > 0 ? "  " : "",
		    stage[i].question, stage[i].question[0] ? " " : "",
		    stage[i].answer);
	if (n > 0 && w->by == WHY_BY_TRACE)
		strbuf_adds(out, "  (by tracepoints)");
}

unsigned
path_counts_order(const struct path_counts *c, enum fault_path out[PATH_COUNT])
{
	unsigned n = 0, i;

	for (unsigned p = 0; p < PATH_COUNT; p++) {
		if (c->touches[p] == 0)
			continue;
		for (i = n++; i > 0 && c->touches[out[i - 1]] < c->touches[p];
		    i--)
			out[i] = out[i - 1];
		out[i] = p;
	}
	return n;
}
