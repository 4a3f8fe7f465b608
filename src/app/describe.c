#include "config.h"

#include "describe.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/pattern.h"
#include "pagetide/units.h"

#include "app.h"

/* What belongs to this kind of walk alone, as its options. Returns buf. */
static const char *
describe_kind(char *buf, size_t size, const struct pattern_spec *spec,
    uint32_t page_bytes)
{
	char text[UNITS_MAX];

	buf[0] = '\0';
	if (spec->kind == PATTERN_STRIDE)
		snprintf(buf, size, " %" PRIu64, spec->stride_pages);
	if (spec->kind == PATTERN_LOOP && spec->set_pages != 0)
		snprintf(buf, size, " set=%s", units_offset(text,
		    spec->set_pages * page_bytes));
	if (spec->kind == PATTERN_CHUNKED)
		snprintf(buf, size, " window=%s behind=%s", units_offset(text,
		    spec->window_pages * page_bytes),
		    chunk_behind_name[spec->behind]);
	if (spec->kind == PATTERN_HOTSPOT)
		snprintf(buf, size, " hot=%u.%u%% share=%u.%u%%",
		    spec->hot_pages_permille / 10,
		    spec->hot_pages_permille % 10,
		    spec->hot_touches_permille / 10,
		    spec->hot_touches_permille % 10);
	return buf;
}

void
describe_walk(char *buf, size_t size, const struct app *app,
    const struct pattern_spec *spec)
{
	uint32_t page_bytes = app->live.target.page_bytes;
	char from[UNITS_MAX], to[UNITS_MAX], pace[48] = "full speed";
	char how[80], op[16] = "", cap[UNITS_MAX + 8] = "", count[UNITS_MAX];

	if (app->pace_per_s != 0)
		snprintf(pace, sizeof pace, "%s/s", units_count(count,
		    app->pace_per_s, "touch"));
	if (spec->op != TOUCH_READ && spec->op < TOUCH_COUNT)
		snprintf(op, sizeof op, " op=%s", touch_name[spec->op]);
	if (spec->max_read_bytes != 0)
		snprintf(cap, sizeof cap, " read=%s", units_offset(count,
		    spec->max_read_bytes));
	units_offset(from, spec->first_page * page_bytes);
	units_offset(to, (spec->first_page + spec->n_pages) * page_bytes);
	if (spec->kind == PATTERN_SINGLE)
		snprintf(buf, size, "touch page %" PRIu64 " at %s",
		    spec->first_page, from);
	else
		snprintf(buf, size, "walk %s%s%s%s %s..%s, %s",
		    pattern_table[spec->kind].name,
		    describe_kind(how, sizeof how, spec, page_bytes),
		    op, cap, from, to, pace);
}
