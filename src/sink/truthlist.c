#include "config.h"

#include "pagetide/truthlist.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#define COLUMNS		80
#define INDENT		19	/* behind the hint */
#define CELL_MAX	48

/* Widths: what is longer pushes the rest to the right. */
#define ROW "%-18s %-15s %-7s %-7s %-6s %-6s %-6s "

static const char *const verdict_word[] = {
	[TRUTH_AS_EXPECTED] = "ok",
	[TRUTH_DIFFERS] = "DIFFERS",
	[TRUTH_NOT_RUN] = "not run",
};

/* What stands beside the columns where a row asks for it. */
static const struct extra {
	enum truth_col	 col;
	const char	*name;
} extras[] = {
	{ TRUTH_COL_PRIVATE, "private" },
	{ TRUTH_COL_DIRTY, "dirty" },
	{ TRUTH_COL_EVICTED, "evicted" },
	{ TRUTH_COL_FILE, "of the file" },
	{ TRUTH_COL_READ, "of the file after the touch" },
};
#define N_EXTRAS (sizeof extras / sizeof extras[0])

/* The word for each column, where it differs. */
static const char *const differs_word[TRUTH_COLS] = {
	[TRUTH_COL_CACHED] = "cache",
	[TRUTH_COL_MAPPED] = "PTEs",
	[TRUTH_COL_PRIVATE] = "private",
	[TRUTH_COL_DIRTY] = "dirty",
	[TRUTH_COL_EVICTED] = "evicted",
	[TRUTH_COL_FILE] = "of the file",
	[TRUTH_COL_CALL_MINOR] = "minor faults of the call",
	[TRUTH_COL_CALL_MAJOR] = "major faults of the call",
	[TRUTH_COL_MINOR] = "minor faults of the touch",
	[TRUTH_COL_MAJOR] = "major faults of the touch",
	[TRUTH_COL_READ] = "of the file after the touch",
	[TRUTH_COL_FLAGS] = "flags",
	[TRUTH_COL_ERRNO] = "errno",
};

void
truth_sum_add(struct truth_sum *sum, const struct truth_result *res)
{
	sum->rows++;
	sum->as_expected += res->verdict == TRUTH_AS_EXPECTED;
	sum->differ += res->verdict == TRUTH_DIFFERS;
	sum->not_run += res->verdict == TRUTH_NOT_RUN;
}

void
truthlist_head(struct strbuf *sb, const struct truth_place *place,
    const struct truth_facts *f)
{
	char bytes[UNITS_MAX];

	strbuf_addf(sb, "Linux %s, scratch file in ", place->kernel);
	text_safe(sb, place->dir);
	strbuf_addf(sb, "\non %s, readahead %s: ", place->filesystem,
	    f->readahead_known ? units_bytes(bytes, f->readahead_pages *
	    place->page_bytes) : "not known");
	strbuf_addf(sb, "%" PRIu64 " of its %" PRIu64 " pages\n"
	    "before>after the calls as measured, below it as expected\n\n",
	    f->region_pages, f->file_pages);
	strbuf_addf(sb, ROW "%s\n", "hint", "on", "cache", "PTEs", "flags",
	    "errno", "next", "result");
}

/* "256>0", "?>0" */
static void
put_pages(char buf[CELL_MAX], const struct truth_seen *s, enum truth_col col)
{
	char before[24] = "?", after[24] = "?";

	if (s->before_known & TRUTH_BIT(col))
		snprintf(before, sizeof before, "%" PRIu64, s->before[col]);
	if (s->after_known & TRUTH_BIT(col))
		snprintf(after, sizeof after, "%" PRIu64, s->after[col]);
	snprintf(buf, CELL_MAX, "%s>%s", before, after);
	if (strcmp(buf, "?>?") == 0)
		snprintf(buf, CELL_MAX, "-");
}

/* "256", "0-32", "-" */
static void
put_range(char buf[CELL_MAX], const struct truth_facts *f,
    const struct truth_result *res, enum truth_col col)
{
	struct truth_range r;

	if (!truth_expects(res->row, f, &res->seen, col, &r))
		snprintf(buf, CELL_MAX, "-");
	else if (r.lo == r.hi)
		snprintf(buf, CELL_MAX, "%" PRIu64, r.lo);
	else
		snprintf(buf, CELL_MAX, "%" PRIu64 "-%" PRIu64, r.lo, r.hi);
}

/* "15/1": two columns from col on. */
static void
put_faults(char buf[CELL_MAX], const struct truth_seen *s, enum truth_col col)
{
	unsigned both = TRUTH_BIT(col) | TRUTH_BIT(col + 1);

	if ((s->after_known & both) != both)
		snprintf(buf, CELL_MAX, "-");
	else
		snprintf(buf, CELL_MAX, "%" PRIu64 "/%" PRIu64, s->after[col],
		    s->after[col + 1]);
}

static void
put_fault_ranges(char buf[CELL_MAX], const struct truth_facts *f,
    const struct truth_result *res, enum truth_col col)
{
	char minor[CELL_MAX], major[CELL_MAX];

	put_range(minor, f, res, col);
	put_range(major, f, res, col + 1);
	snprintf(buf, CELL_MAX, "%.20s/%.20s", minor, major);
	if (strcmp(buf, "-/-") == 0)
		snprintf(buf, CELL_MAX, "-");
}

/* The first error of the acts. */
static const char *
errno_word(const int err[TRUTH_ACTS])
{
	int i;

	for (i = 0; i < TRUTH_ACTS; i++)
		if (err[i] != 0)
			return strerrorname_np(err[i]);
	return "0";
}

static void
put_flags(char buf[CELL_MAX], const struct truth_result *res)
{
	const struct truth_seen *s = &res->seen;

	if (s->before_known & s->after_known & TRUTH_BIT(TRUTH_COL_FLAGS))
		advice_vmflags_change(buf, CELL_MAX, s->flags_before,
		    s->flags_after);
	else
		snprintf(buf, CELL_MAX, "-");
}

static void
put_flags_wanted(char buf[CELL_MAX], const struct truth_result *res)
{
	const struct truth_row *row = res->row;

	if (row->how & TRUTH_NO_MAPPING)
		snprintf(buf, CELL_MAX, "-");
	else
		advice_vmflags_change(buf, CELL_MAX, row->flags_off,
		    row->flags_on);
}

/* "shared mapped" */
static void
put_on(char buf[CELL_MAX], const struct truth_row *row)
{
	snprintf(buf, CELL_MAX, "%s %s", truth_on_name[row->on],
	    truth_state_name[row->state]);
}

/* The name of act i, as far as it is not the row's; "" if there is none. */
static const char *
act_name(const struct truth_row *row, int i)
{
	if (i == 0)
		return row->act[0].kind == ACT_HINT ? row->act[0].advice
		    : row->name;
	return row->act[i].kind == ACT_HINT ? row->act[i].advice : "";
}

static void
add_measured(struct strbuf *sb, const struct truth_result *res)
{
	const struct truth_seen *s = &res->seen;
	char on[CELL_MAX], cache[CELL_MAX], ptes[CELL_MAX], flags[CELL_MAX];
	char next[CELL_MAX];

	put_on(on, res->row);
	put_pages(cache, s, TRUTH_COL_CACHED);
	put_pages(ptes, s, TRUTH_COL_MAPPED);
	put_flags(flags, res);
	put_faults(next, s, TRUTH_COL_MINOR);
	strbuf_addf(sb, ROW "%s\n", act_name(res->row, 0), on, cache, ptes,
	    flags, errno_word(s->err), next, verdict_word[res->verdict]);
}

static void
add_expected(struct strbuf *sb, const struct truth_facts *f,
    const struct truth_result *res)
{
	const char *second = act_name(res->row, 1);
	char name[CELL_MAX] = "", cache[CELL_MAX], ptes[CELL_MAX];
	char flags[CELL_MAX], next[CELL_MAX];

	if (second[0] != '\0')
		snprintf(name, sizeof name, "+%s", second);
	put_range(cache, f, res, TRUTH_COL_CACHED);
	put_range(ptes, f, res, TRUTH_COL_MAPPED);
	put_flags_wanted(flags, res);
	put_fault_ranges(next, f, res, TRUTH_COL_MINOR);
	strbuf_addf(sb, ROW, name, "  expected", cache, ptes, flags,
	    errno_word(res->row->err), next);
	while (sb->s[sb->len - 1] == ' ')
		sb->s[--sb->len] = '\0';
	strbuf_addc(sb, '\n');
}

/* Words that are broken into lines behind the hint. */
struct wrap {
	struct strbuf	*sb;
	size_t		 column;	/* 0: nothing on the line yet */
};

static void
add_after(struct wrap *w, const char *mark, const char *mark_at_end,
    const char *text)
{
	size_t len = strlen(text);

	/* One column is kept for a mark at the end. */
	if (w->column != 0 && w->column + 2 + len >= COLUMNS) {
		strbuf_addf(w->sb, "%s\n", mark_at_end);
		w->column = 0;
	}
	if (w->column == 0)
		strbuf_addf(w->sb, "%*s", INDENT, "");
	else
		strbuf_addf(w->sb, "%s ", mark);
	w->column += w->column == 0 ? INDENT + len : 2 + len;
	strbuf_adds(w->sb, text);
}

static void
add_part(struct wrap *w, const char *text)
{
	add_after(w, ";", "", text);
}

/* "dirty 256>0 (0)" */
static void
add_extra(struct wrap *w, const struct truth_facts *f,
    const struct truth_result *res, const struct extra *e)
{
	char measured[CELL_MAX], wanted[CELL_MAX], text[3 * CELL_MAX];

	put_range(wanted, f, res, e->col);
	if (strcmp(wanted, "-") == 0)
		return;
	if (e->col < TRUTH_PAGE_COLS)
		put_pages(measured, &res->seen, e->col);
	else
		snprintf(measured, sizeof measured, "%" PRIu64,
		    res->seen.after[e->col]);
	snprintf(text, sizeof text, "%s %s (%s)", e->name, measured, wanted);
	add_part(w, text);
}

static void
add_call(struct wrap *w, const struct truth_facts *f,
    const struct truth_result *res)
{
	char measured[CELL_MAX], wanted[CELL_MAX], text[3 * CELL_MAX];

	put_fault_ranges(wanted, f, res, TRUTH_COL_CALL_MINOR);
	if (strcmp(wanted, "-") == 0)
		return;
	put_faults(measured, &res->seen, TRUTH_COL_CALL_MINOR);
	snprintf(text, sizeof text, "faults of the call %s (%s)", measured,
	    wanted);
	add_part(w, text);
}

static void
add_differences(struct wrap *w, const struct truth_result *res)
{
	char text[CELL_MAX];
	const char *head = "differs: ";
	unsigned col;

	for (col = 0; col < TRUTH_COLS; col++) {
		if (!(res->differs & TRUTH_BIT(col)))
			continue;
		snprintf(text, sizeof text, "%s%s", head, differs_word[col]);
		add_after(w, ",", ",", text);
		head = "";
	}
}

/* What else there is to say. */
static void
add_more(struct strbuf *sb, const struct truth_facts *f,
    const struct truth_result *res)
{
	struct wrap w = { sb, 0 };
	char tries[CELL_MAX];
	size_t i;

	add_differences(&w, res);
	for (i = 0; i < N_EXTRAS; i++)
		add_extra(&w, f, res, &extras[i]);
	add_call(&w, f, res);
	if (res->row->how & TRUTH_WHOLE)
		add_part(&w, "all pages of it");
	snprintf(tries, sizeof tries, "tries: %u", res->tries);
	if (res->tries > 1)
		add_part(&w, tries);
	if (res->row->remark != NULL)
		add_part(&w, res->row->remark);
	if (w.column != 0)
		strbuf_addc(sb, '\n');
}

void
truthlist_row(struct strbuf *sb, const struct truth_facts *f,
    const struct truth_result *res)
{
	char on[CELL_MAX];

	if (res->verdict != TRUTH_NOT_RUN) {
		add_measured(sb, res);
		add_expected(sb, f, res);
		add_more(sb, f, res);
		return;
	}
	put_on(on, res->row);
	strbuf_addf(sb, "%-18s %-15s not run: %s\n", act_name(res->row, 0),
	    on, res->why_not);
}

void
truthlist_sum(struct strbuf *sb, const struct truth_sum *sum)
{
	strbuf_addf(sb, "%u rows: %u as expected, %u differ, %u not run "
	    "here\n", sum->rows, sum->as_expected, sum->differ,
	    sum->not_run);
}
