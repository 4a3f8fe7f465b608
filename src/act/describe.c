#include "config.h"

#include "describe.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/order.h"
#include "pagetide/pattern.h"
#include "pagetide/units.h"

/* More than the range was asked for: then it is the range. */
static const char *
cut_word(const struct pattern_spec *spec, uint64_t pages)
{
	return pages > spec->n_pages ? " (more than the range)" : "";
}

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
		snprintf(buf, size, " set=%s%s", units_offset(text,
		    spec->set_pages * page_bytes),
		    cut_word(spec, spec->set_pages));
	if (spec->kind == PATTERN_CHUNKED)
		snprintf(buf, size, " window=%s%s behind=%s",
		    units_offset(text, spec->window_pages * page_bytes),
		    cut_word(spec, spec->window_pages),
		    chunk_behind_name[spec->behind]);
	if (spec->kind == PATTERN_HOTSPOT)
		snprintf(buf, size, " hot=%u.%u%% share=%u.%u%%",
		    spec->hot_pages_permille / 10,
		    spec->hot_pages_permille % 10,
		    spec->hot_touches_permille / 10,
		    spec->hot_touches_permille % 10);
	return buf;
}

/* What ends it, where that is not one pass. Returns buf. */
static const char *
describe_end(char *buf, size_t size, const struct pattern_spec *spec)
{
	char passes[24] = "", touches[32] = "", read[UNITS_MAX + 8] = "";
	char text[UNITS_MAX];
	bool by_touches = spec->passes == 0 && spec->max_touches != 0;

	if (spec->passes != 1 && !by_touches)
		snprintf(passes, sizeof passes, " passes=%" PRIu32,
		    spec->passes);
	if (spec->max_touches != 0)
		snprintf(touches, sizeof touches, " touches=%" PRIu64,
		    spec->max_touches);
	if (spec->max_read_bytes != 0)
		snprintf(read, sizeof read, " read=%s", units_offset(text,
		    spec->max_read_bytes));
	snprintf(buf, size, "%s%s%s", passes, touches, read);
	return buf;
}

void
describe_walk(char *buf, size_t size, const struct pattern_spec *spec,
    uint32_t page_bytes, uint64_t pace_per_s)
{
	char from[UNITS_MAX], to[UNITS_MAX], pace[48] = "full speed";
	char how[80], op[16] = "", end[96], count[UNITS_MAX];

	if (pace_per_s != 0)
		snprintf(pace, sizeof pace, "%s/s", units_count(count,
		    pace_per_s, "touch"));
	if (spec->op != TOUCH_READ && spec->op < TOUCH_COUNT)
		snprintf(op, sizeof op, " op=%s", touch_name[spec->op]);
	units_offset(from, spec->first_page * page_bytes);
	units_offset(to, (spec->first_page + spec->n_pages) * page_bytes);
	if (spec->kind == PATTERN_SINGLE)
		snprintf(buf, size, "touch page %" PRIu64 " at %s%s",
		    spec->first_page, from, op);
	else
		snprintf(buf, size, "walk %s%s%s%s %s..%s, %s",
		    pattern_table[spec->kind].name,
		    describe_kind(how, sizeof how, spec, page_bytes),
		    op, describe_end(end, sizeof end, spec), from, to,
		    spec->paused ? "step by step" : pace);
}

/* What the kernel says of a signal that it gives for a touch. */
static const struct {
	int		 signal, code;
	const char	*name;
} code_table[] = {
	{ SIGBUS, BUS_ADRALN, "BUS_ADRALN" },
	{ SIGBUS, BUS_ADRERR, "BUS_ADRERR" },
	{ SIGBUS, BUS_OBJERR, "BUS_OBJERR" },
	{ SIGBUS, BUS_MCEERR_AR, "BUS_MCEERR_AR" },
	{ SIGSEGV, SEGV_MAPERR, "SEGV_MAPERR" },
	{ SIGSEGV, SEGV_ACCERR, "SEGV_ACCERR" },
};

/* "SIGBUS BUS_ADRERR" */
static void
describe_signal(char *buf, size_t size, const struct one_touch *t)
{
	size_t i;

	snprintf(buf, size, "SIG%s si_code %" PRId32,
	    sigabbrev_np(t->signal), t->code);
	for (i = 0; i < sizeof code_table / sizeof code_table[0]; i++)
		if (code_table[i].signal == t->signal &&
		    code_table[i].code == t->code)
			snprintf(buf, size, "SIG%s %s",
			    sigabbrev_np(t->signal), code_table[i].name);
}

void
describe_touched(char *buf, size_t size, const struct one_touch *t)
{
	char took[UNITS_MAX], what[32], byte[16] = "";

	snprintf(what, sizeof what, "%s", latency_name[t->kind]);
	if (t->signal != 0)
		describe_signal(what, sizeof what, t);
	if (t->byte_known)
		snprintf(byte, sizeof byte, ", byte 0x%02x", t->byte & 0xff);
	snprintf(buf, size, "%s in %s%s", what, units_duration(took, t->ns),
	    byte);
}

void
describe_touched_effect(char *buf, size_t size, const struct one_touch *t)
{
	char read[UNITS_MAX];

	buf[0] = '\0';
	if (t->signal != 0)
		snprintf(buf, size, "at 0x%" PRIx64 ", %s counted", t->addr,
		    latency_name[t->kind]);
	else if (t->read_bytes > 0)
		snprintf(buf, size, "read %s", units_bytes(read,
		    t->read_bytes));
}
