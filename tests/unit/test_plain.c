#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/plain.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"

#define WALL_NS (UINT64_C(1700049631) * NS_PER_S + 204 * NS_PER_MS)

static int
setup(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

/* A sample of which everything is known. */
static struct sample
full_sample(void)
{
	return (struct sample){
		.wall_ns = WALL_NS,
		.target = { .path = "f", .pages = 16384, .page_bytes = 4096 },
		.worker = { .alive = true, .pid = 42 },
		.scan = { .cached_by = "mincore", .mapped_by = "pagemap" },
		.counters = {
			.v = { [COUNTER_MINOR] = 3, [COUNTER_MAJOR] = 0,
			    [COUNTER_READ_BYTES] = 23068673 },
			.known = COUNTER_BIT(COUNTER_COUNT) - 1,
		},
		.total = { [LAYER_CACHED] = 5622, [LAYER_MAPPED] = 1 },
		.total_known = LAYER_ALL,
	};
}

static void
assert_sample(const struct sample *s, const char *want)
{
	struct strbuf	sb = STRBUF_INIT;

	plain_sample(&sb, s);
	assert_string_equal(sb.s, want);
	strbuf_done(&sb);
}

static void
assert_event(const struct event *ev, const char *want)
{
	struct strbuf	sb = STRBUF_INIT;

	plain_event(&sb, ev);
	assert_string_equal(sb.s, want);
	strbuf_done(&sb);
}

static void
a_known_sample(void **state)
{
	struct sample	s = full_sample();

	(void)state;
	assert_sample(&s, "12:00:31.204 cached=5622/16384 (34.3 %) "
	    "mapped=1/16384 (<0.1 %) minor=3 major=0 read=23068673 "
	    "by=mincore");
	s.total[LAYER_CACHED] = 16384;
	s.total[LAYER_MAPPED] = 0;
	s.counters.v[COUNTER_MINOR] = UINT64_MAX;
	assert_sample(&s, "12:00:31.204 cached=16384/16384 (100 %) "
	    "mapped=0/16384 (0 %) minor=18446744073709551615 major=0 "
	    "read=23068673 by=mincore");
}

static void
unknown_is_a_question_mark(void **state)
{
	struct sample	s = full_sample();

	(void)state;
	s.total_known = LAYER_BIT(LAYER_MAPPED);
	s.counters.known = COUNTER_BIT(COUNTER_MAJOR);
	s.scan.cached_by = NULL;
	assert_sample(&s, "12:00:31.204 cached=? mapped=1/16384 (<0.1 %) "
	    "minor=? major=0 read=? by=?");
	s.total_known = LAYER_ALL & ~LAYER_BIT(LAYER_MAPPED);
	s.counters.known = COUNTER_BIT(COUNTER_MINOR) |
	    COUNTER_BIT(COUNTER_READ_BYTES);
	s.scan.cached_by = "cachestat";
	assert_sample(&s, "12:00:31.204 cached=5622/16384 (34.3 %) mapped=? "
	    "minor=3 major=? read=23068673 by=cachestat");
}

static void
no_worker_no_counters(void **state)
{
	struct sample	s = full_sample();

	(void)state;
	s.worker.alive = false;
	assert_sample(&s, "12:00:31.204 cached=5622/16384 (34.3 %) "
	    "mapped=1/16384 (<0.1 %) minor=? major=? read=? by=mincore");
}

static void
appends_to_what_is_there(void **state)
{
	struct sample	s = full_sample();
	struct strbuf	sb = STRBUF_INIT;

	(void)state;
	strbuf_adds(&sb, "before ");
	plain_sample(&sb, &s);
	assert_memory_equal(sb.s, "before 12:00:31.204 cached=", 27);
	assert_ptr_equal(strchr(sb.s, '\n'), NULL);
	strbuf_done(&sb);
}

static void
events_say_what_and_what_came_of_it(void **state)
{
	struct event	ev = {
		.wall_ns = WALL_NS, .kind = EVENT_HINT,
		.text = "madvise(map+0, 4096, MADV_DONTNEED)",
		.result = "= 0", .effect = "cached +0, mapped -1",
	};

	(void)state;
	assert_event(&ev, "12:00:31.204 hint: madvise(map+0, 4096, "
	    "MADV_DONTNEED) = 0; cached +0, mapped -1");
	ev.effect[0] = '\0';
	assert_event(&ev, "12:00:31.204 hint: madvise(map+0, 4096, "
	    "MADV_DONTNEED) = 0");
	ev.result[0] = '\0';
	assert_event(&ev, "12:00:31.204 hint: madvise(map+0, 4096, "
	    "MADV_DONTNEED)");
}

static void
every_kind_has_its_word(void **state)
{
	struct event	ev = { .wall_ns = WALL_NS, .text = "x" };
	char		want[64];

	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		ev.kind = (enum event_kind)kind;
		snprintf(want, sizeof(want), "12:00:31.204 %s: x",
		    event_kind_name[kind]);
		assert_event(&ev, want);
	}
}

static void
events_stay_one_clean_line(void **state)
{
	struct event	ev = {
		.wall_ns = WALL_NS, .kind = EVENT_ERROR,
		.text = "a\nb\033[2J\xff", .result = "= \r-1",
		.effect = "\u202e\u00e9",
	};

	(void)state;
	assert_event(&ev, "12:00:31.204 error: a?b?[2J? = ?-1; ?\u00e9");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_sample),
		cmocka_unit_test(unknown_is_a_question_mark),
		cmocka_unit_test(no_worker_no_counters),
		cmocka_unit_test(appends_to_what_is_there),
		cmocka_unit_test(events_say_what_and_what_came_of_it),
		cmocka_unit_test(every_kind_has_its_word),
		cmocka_unit_test(events_stay_one_clean_line),
	};

	return cmocka_run_group_tests_name("plain", tests, setup, NULL);
}
