#include "config.h"

#include "result.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/order.h"
#include "pagetide/own.h"
#include "pagetide/pattern.h"
#include "pagetide/strbuf.h"
#include "pagetide/touchwhy.h"
#include "pagetide/units.h"

#include "describe.h"

void
result_calls(char *buf, size_t size, const struct report *r)
{
	char took[UNITS_MAX];
	size_t len = 0;
	int i;

	buf[0] = '\0';
	for (i = 0; i < 2; i++) {
		if (r->err[i] == -1)
			continue;
		len += (size_t)snprintf(buf + len, size - len,
		    r->err[i] == 0 ? "%s= 0" : "%s= -1 %s",
		    len > 0 ? ", " : "", strerrorname_np(r->err[i]));
		if (len < size && r->call_ns[i] > 0)
			len += (size_t)snprintf(buf + len, size - len,
			    " in %s", units_duration(took, r->call_ns[i]));
		if (len >= size)
			return;
	}
	if (r->calls > 0 && r->err[0] > 0)
		snprintf(buf + len, size - len, " (call %" PRIu64 ")",
		    r->calls);
}

/* Of two ends that were asked for, the one that came first cuts the other. */
static const char *
ended_by(const struct pattern_spec *walk, const struct report *r)
{
	uint64_t pass = pattern_pass_touches(walk);

	if (r->capped)
		return "ended by read=";
	if (walk->passes == 0 || walk->max_touches == 0)
		return "done";
	if (r->touches < walk->max_touches)
		return "ended by passes=";
	return r->touches / pass < walk->passes ? "ended by touches=" : "done";
}

/* A signal is what became of it, an errno is not. */
static bool
failed(const struct report *r)
{
	return r->err[0] > 0 && r->touched.signal == 0;
}

void
result_touch(char *buf, size_t size, const struct report *r)
{
	if (failed(r))
		snprintf(buf, size, "failed: %s", strerrorname_np(r->err[0]));
	else
		describe_touched(buf, size, &r->touched);
}

void
result_walk(char *buf, size_t size, const struct pattern_spec *walk,
    const struct report *r)
{
	char how[24];

	if (walk->kind == PATTERN_SINGLE && r->touched.ns > 0 && !failed(r)) {
		describe_touched(buf, size, &r->touched);
		return;
	}
	if (r->err[0] > 0)
		snprintf(how, sizeof how, "failed: %s",
		    strerrorname_np(r->err[0]));
	else
		snprintf(how, sizeof how, "%s", ended_by(walk, r));
	snprintf(buf, size, "%s, %" PRIu64 " touched", how, r->touches);
}

void
result_own(struct strbuf *out, const struct own *own,
    const struct touch_why *why, bool no_cache)
{
	touchwhy_text(why, out);
	if (out->len > 0 && own->asked)
		strbuf_adds(out, "  ");
	own_text(own, no_cache, out);
}

void
result_join(struct strbuf *out, const char *first, const char *second)
{
	first += strspn(first, " ");
	second += strspn(second, " ");
	strbuf_addf(out, "%s%s%s", first, first[0] != '\0' &&
	    second[0] != '\0' ? "  " : "", second);
}
