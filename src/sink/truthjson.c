#include "config.h"

#include "pagetide/truthjson.h"

#include <string.h>

#include <jansson.h>

#include "jval.h"

#include "pagetide/advice.h"
#include "pagetide/truthlist.h"

static const char *const result_word[] = {
	[TRUTH_AS_EXPECTED] = "as expected",
	[TRUTH_DIFFERS] = "differs",
	[TRUTH_NOT_RUN] = "not run",
};

/* The names of the calls that are made. */
static json_t *
calls_value(const struct truth_row *row)
{
	json_t *a = json_array();
	int i;

	for (i = 0; i < TRUTH_ACTS; i++)
		if (row->act[i].kind != ACT_NONE)
			jval_append(a, jval_text(
			    row->act[i].kind == ACT_HINT ?
			    row->act[i].advice : row->name));
	return a;
}

static json_t *
errno_value(const struct truth_row *row, const int err[TRUTH_ACTS])
{
	json_t *a = json_array();
	int i;

	for (i = 0; i < TRUTH_ACTS; i++)
		if (row->act[i].kind != ACT_NONE)
			jval_append(a, jval_text(err[i] == 0 ? "0"
			    : strerrorname_np(err[i])));
	return a;
}

static json_t *
flags_value(bool known, unsigned from, unsigned to)
{
	char buf[48];

	return jval_text(!known ? NULL :
	    advice_vmflags_change(buf, sizeof buf, from, to));
}

static json_t *
range_value(const struct truth_range *r)
{
	json_t *o = json_object();

	jval_put(o, "min", jval_number(true, r->lo));
	jval_put(o, "max", jval_number(true, r->hi));
	return o;
}

static json_t *
expected_value(const struct truth_facts *f, const struct truth_result *res)
{
	const struct truth_row *row = res->row;
	json_t *o = json_object();
	struct truth_range r;
	unsigned col;

	for (col = 0; col < TRUTH_NUMBERS; col++)
		jval_put(o, truth_col_name[col],
		    truth_expects(row, f, &res->seen, col, &r) ?
		    range_value(&r) : json_null());
	jval_put(o, truth_col_name[TRUTH_COL_FLAGS],
	    flags_value(!(row->how & TRUTH_NO_MAPPING), row->flags_off,
	    row->flags_on));
	jval_put(o, truth_col_name[TRUTH_COL_ERRNO],
	    errno_value(row, row->err));
	return o;
}

/* A number, or what it was before and after. */
static json_t *
number_value(const struct truth_seen *s, unsigned col)
{
	json_t *after = jval_number((s->after_known & TRUTH_BIT(col)) != 0,
	    s->after[col]);
	json_t *o;

	if (col >= TRUTH_PAGE_COLS)
		return after;
	o = json_object();
	jval_put(o, "before", jval_number(
	    (s->before_known & TRUTH_BIT(col)) != 0, s->before[col]));
	jval_put(o, "after", after);
	return o;
}

static json_t *
measured_value(const struct truth_result *res)
{
	const struct truth_seen *s = &res->seen;
	unsigned both = s->before_known & s->after_known;
	json_t *o;
	unsigned col;

	if (res->verdict == TRUTH_NOT_RUN)
		return json_null();
	o = json_object();
	for (col = 0; col < TRUTH_NUMBERS; col++)
		jval_put(o, truth_col_name[col], number_value(s, col));
	jval_put(o, truth_col_name[TRUTH_COL_FLAGS],
	    flags_value((both & TRUTH_BIT(TRUTH_COL_FLAGS)) != 0,
	    s->flags_before, s->flags_after));
	jval_put(o, truth_col_name[TRUTH_COL_ERRNO],
	    errno_value(res->row, s->err));
	return o;
}

static json_t *
differs_value(unsigned differs)
{
	json_t *a = json_array();
	unsigned col;

	for (col = 0; col < TRUTH_COLS; col++)
		if (differs & TRUTH_BIT(col))
			jval_append(a, jval_text(truth_col_name[col]));
	return a;
}

static json_t *
row_value(const struct truth_facts *f, const struct truth_result *res)
{
	const struct truth_row *row = res->row;
	json_t *o = json_object();

	jval_put(o, "name", jval_text(row->name));
	jval_put(o, "on", jval_text(truth_on_name[row->on]));
	jval_put(o, "state", jval_text(truth_state_name[row->state]));
	jval_put(o, "calls", calls_value(row));
	jval_put(o, "pages", jval_number(true, truth_pages_of(row, f)));
	jval_put(o, "result", jval_text(result_word[res->verdict]));
	jval_put(o, "why_not", jval_text(res->verdict == TRUTH_NOT_RUN ?
	    res->why_not : NULL));
	jval_put(o, "tries", jval_number(true, res->tries));
	jval_put(o, "differs", differs_value(res->differs));
	jval_put(o, "expected", expected_value(f, res));
	jval_put(o, "measured", measured_value(res));
	jval_put(o, "remark", jval_text(row->remark));
	return o;
}

static json_t *
summary_value(const struct truth_sum *sum)
{
	json_t *o = json_object();

	jval_put(o, "rows", jval_number(true, sum->rows));
	jval_put(o, "as_expected", jval_number(true, sum->as_expected));
	jval_put(o, "differ", jval_number(true, sum->differ));
	jval_put(o, "not_run", jval_number(true, sum->not_run));
	return o;
}

char *
truthjson(const struct truth_place *place, const struct truth_facts *f,
    const struct truth_result *res, unsigned n)
{
	json_t *o = json_object(), *rows = json_array();
	struct truth_sum sum = { 0 };
	unsigned i;

	for (i = 0; i < n; i++) {
		truth_sum_add(&sum, &res[i]);
		jval_append(rows, row_value(f, &res[i]));
	}
	jval_put(o, "schema", jval_text(TRUTHJSON_SCHEMA));
	jval_put(o, "kernel", jval_text(place->kernel));
	jval_put(o, "directory", jval_text(place->dir));
	jval_put(o, "filesystem", jval_text(place->filesystem));
	jval_put(o, "page_size_bytes", jval_number(true, place->page_bytes));
	jval_put(o, "file_pages", jval_number(true, f->file_pages));
	jval_put(o, "readahead_bytes", jval_number(f->readahead_known,
	    f->readahead_pages * place->page_bytes));
	jval_put(o, "rows", rows);
	jval_put(o, "summary", summary_value(&sum));
	return jval_line(o);
}
