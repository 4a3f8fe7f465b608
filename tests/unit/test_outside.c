/* What others do to the target and to its pages: which events there are. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/said.h"
#include "pagetide/watch.h"

#include "../../src/watch/outside.h"

struct rig {
	struct said	said;
	struct watch	w;
};

static void
begin(struct rig *r)
{
	memset(r, 0, sizeof *r);
	r->w.said = &r->said;
	r->w.events = events_new(20);
	r->w.live.t_ns = 100 * NS_PER_S;
	r->w.live.total_known = r->w.before.total_known =
	    LAYER_BIT(LAYER_CACHED);
	r->w.comparable = true;
}

static void
end(struct rig *r)
{
	events_free(r->w.events);
}

static const struct event *
newest(const struct rig *r)
{
	const struct event *ev = events_at(r->w.events, 0);

	assert_non_null(ev);
	return ev;
}

static size_t
count(const struct rig *r)
{
	return events_len(r->w.events);
}

/* One sample later, so many pages are cached. */
static void
cached(struct rig *r, uint64_t after_ns, uint64_t pages, bool quiet)
{
	r->w.before = r->w.live;
	r->w.live.t_ns += after_ns;
	r->w.live.total[LAYER_CACHED] = pages;
	r->said.dirty = false;
	watch_outside(&r->w, quiet);
}

static void
one_event_collects_what_goes_on(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	cached(&r, NS_PER_S, 0, true);
	assert_int_equal(count(&r), 0);
	assert_false(r.said.dirty);
	cached(&r, NS_PER_S, 10, true);
	assert_int_equal(count(&r), 1);
	assert_true(r.said.dirty);
	assert_int_equal(newest(&r)->kind, EVENT_OUTSIDE);
	assert_string_equal(newest(&r)->text,
	    "not the worker: others, or reclaim, changed the cache");
	assert_string_equal(newest(&r)->effect,
	    "cached +10 -0 (net, sample by sample)");
	cached(&r, 2 * NS_PER_S, 3, true);
	assert_int_equal(count(&r), 1);
	assert_string_equal(newest(&r)->effect,
	    "cached +10 -7 (net, sample by sample)");
	/* Nothing for two seconds and it is over. */
	cached(&r, 2 * NS_PER_S, 3, true);
	cached(&r, 1, 3, true);
	assert_int_equal(r.w.outside.event_seq, 0);
	assert_int_equal(r.w.outside.times, 1);
	cached(&r, NS_PER_S, 5, true);
	assert_string_equal(newest(&r)->effect,
	    "cached +2 -0 (net, sample by sample)"
	    "  2 times so far, +12 -7");
	cached(&r, NS_PER_S, 1, true);
	assert_string_equal(newest(&r)->effect,
	    "cached +2 -4 (net, sample by sample)"
	    "  2 times so far, +12 -11");
	end(&r);
}

/* What the worker may have done is nobody else's. */
static void
the_worker_is_not_outside(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	cached(&r, NS_PER_S, 10, false);
	assert_int_equal(count(&r), 0);
	cached(&r, NS_PER_S, 12, true);
	assert_int_equal(count(&r), 1);
	/* It ends what goes on. */
	cached(&r, NS_PER_S, 20, false);
	assert_int_equal(r.w.outside.event_seq, 0);
	assert_int_equal(r.w.outside.times, 1);
	end(&r);
}

static void
what_is_not_known_is_no_change(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	r.w.comparable = false;
	cached(&r, NS_PER_S, 10, true);
	assert_int_equal(count(&r), 0);
	r.w.comparable = true;
	r.w.live.total_known = 0;
	cached(&r, NS_PER_S, 20, true);
	assert_int_equal(count(&r), 0);
	r.w.live.total_known = LAYER_BIT(LAYER_CACHED);
	cached(&r, NS_PER_S, 30, true);
	assert_int_equal(count(&r), 1);
	r.w.live.total_known = LAYER_BIT(LAYER_MAPPED);
	cached(&r, NS_PER_S, 40, true);
	assert_string_equal(newest(&r)->effect,
	    "cached +10 -0 (net, sample by sample)");
	end(&r);
}

/* Each notice, alone. */
static void
notices_are_events(void **state)
{
	static const struct {
		unsigned	bit;
		const char	*text, *result;
	} rows[] = {
		{ SOURCE_FOLLOWED, "the path leads to another file now, which "
		    "is watched from here on", "size 8.0 KiB" },
		{ SOURCE_GREW, "the file grew", "now 8.0 KiB" },
		{ SOURCE_REPLACED, "the path leads to another file now; the "
		    "old one is still watched", "" },
		{ SOURCE_DELETED, "the file's name is gone; it is still "
		    "watched", "" },
		{ SOURCE_BACK, "the path leads to the watched file again",
		    "" },
		{ SOURCE_REFUSED, "it is a folder", "" },
	};
	struct rig r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		begin(&r);
		r.w.live.target.size_bytes = 8192;
		r.w.live.target.refused = "it is a folder";
		outside_target(&r.w, rows[i].bit);
		assert_int_equal(count(&r), 1);
		assert_int_equal(newest(&r)->kind, EVENT_TARGET);
		assert_int_equal(newest(&r)->mark, '!');
		assert_string_equal(newest(&r)->text, rows[i].text);
		assert_string_equal(newest(&r)->result, rows[i].result);
		assert_true(newest(&r)->finished);
		assert_true(r.said.dirty);
		assert_int_equal(r.w.noticed, rows[i].bit);
		end(&r);
	}
}

static void
a_shrunken_file_says_its_size(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	r.w.live.target.size_bytes = 4096;
	outside_target(&r.w, SOURCE_SHRANK);
	assert_string_equal(newest(&r)->text, "the file shrank");
	assert_string_equal(newest(&r)->effect,
	    "touching past its end is SIGBUS");
	assert_string_equal(newest(&r)->result, "now 4.0 KiB");
	end(&r);
}

static void
nothing_noticed_is_no_event(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	r.w.live.target.refused = "it is a folder";
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 0);
	assert_false(r.said.dirty);
	r.w.live.target.refused = NULL;
	outside_target(&r.w, SOURCE_REFUSED);
	assert_int_equal(count(&r), 0);
	end(&r);
}

/* A log that is written to fills no list: one event, as long as it goes on. */
static void
growth_is_one_event(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	r.w.live.target.size_bytes = 4096;
	outside_target(&r.w, SOURCE_GREW);
	r.w.live.t_ns += 2 * NS_PER_S;
	r.w.live.target.size_bytes = 8192;
	outside_target(&r.w, SOURCE_GREW);
	assert_int_equal(count(&r), 1);
	assert_string_equal(newest(&r)->result, "now 8.0 KiB");
	/* After a rest it is another. */
	r.w.live.t_ns += 2 * NS_PER_S + 1;
	outside_target(&r.w, SOURCE_GREW);
	assert_int_equal(count(&r), 2);
	/* So it is when it shrank in between. */
	outside_target(&r.w, SOURCE_SHRANK);
	outside_target(&r.w, SOURCE_GREW);
	assert_int_equal(count(&r), 4);
	end(&r);
}

/* Another file: what was noticed, and counted, was about the old one. */
static void
another_file_begins_anew(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	outside_target(&r.w, SOURCE_DELETED);
	cached(&r, NS_PER_S, 10, true);
	assert_int_not_equal(r.w.outside.event_seq, 0);
	r.w.live.target.atime_known = true;
	outside_target(&r.w, SOURCE_FOLLOWED);
	assert_int_equal(r.w.noticed, SOURCE_FOLLOWED);
	assert_int_equal(r.w.outside.event_seq, 0);
	assert_int_equal(newest(&r)->kind, EVENT_NOTE);
	assert_non_null(strstr(newest(&r)->text, "access time"));
	end(&r);
}

/* A name that is followed and is back is neither gone nor refused any more. */
static void
a_name_that_is_back(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	r.w.live.target.refused = "it is a folder";
	outside_target(&r.w, SOURCE_DELETED | SOURCE_REFUSED);
	outside_target(&r.w, SOURCE_BACK);
	assert_int_equal(r.w.noticed, SOURCE_DELETED | SOURCE_REFUSED |
	    SOURCE_BACK);
	r.w.opts.follow_name = true;
	outside_target(&r.w, SOURCE_BACK);
	assert_int_equal(r.w.noticed, SOURCE_BACK);
	end(&r);
}

static void
the_access_time_is_told_of_once(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	outside_begin(&r.w);
	r.w.live.target.atime_known = r.w.live.target.atime_kept = true;
	outside_begin(&r.w);
	assert_int_equal(count(&r), 0);
	r.w.live.target.atime_kept = false;
	outside_begin(&r.w);
	assert_int_equal(count(&r), 1);
	end(&r);
}

static void
storage_that_waits(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	r.w.live.target.waits_ns = 3 * NS_PER_S;
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 1);
	assert_non_null(strstr(newest(&r)->text, "storage does not answer"));
	assert_true(newest(&r)->finished);
	assert_true(r.said.dirty);
	r.said.dirty = false;
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 1);
	assert_false(r.said.dirty);
	r.w.live.target.waits_ns = 5 * NS_PER_S;
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 1);
	assert_true(r.said.dirty);
	r.w.live.target.waits_ns = 0;
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 2);
	assert_string_equal(newest(&r)->text, "storage answers again");
	assert_non_null(strstr(newest(&r)->result, "after 5"));
	assert_true(newest(&r)->finished);
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 2);
	end(&r);
}

/* The readahead before and now; of what is not comparable nothing is said. */
static void
readahead_that_changes(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	r.w.live.target.readahead_known = true;
	r.w.live.target.readahead_bytes = 131072;
	r.w.before.target = r.w.live.target;
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 0);
	r.w.live.target.readahead_bytes = 0;
	r.w.comparable = false;
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 0);
	r.w.comparable = true;
	outside_target(&r.w, 0);
	assert_int_equal(count(&r), 1);
	assert_string_equal(newest(&r)->text, "readahead of the device: 0");
	assert_string_equal(newest(&r)->result, "was 128K");
	assert_string_equal(newest(&r)->effect, "");
	assert_true(newest(&r)->finished);
	assert_true(r.said.dirty);
	r.w.live.worker.readahead_known = true;
	r.w.live.worker.readahead_bytes = 65536;
	r.w.live.target.readahead_known = false;
	outside_target(&r.w, 0);
	assert_string_equal(newest(&r)->text, "readahead of the device: ?");
	assert_string_equal(newest(&r)->effect, "the worker's mapping keeps "
	    "64K until it is made anew (:map)");
	r.w.live.worker.process = 7;
	outside_target(&r.w, 0);
	assert_string_equal(newest(&r)->effect, "");
	r.w.live.worker.process = 0;
	r.w.before.target.readahead_known = false;
	r.w.live.target.readahead_known = true;
	r.w.live.target.readahead_bytes = 4096;
	outside_target(&r.w, 0);
	assert_string_equal(newest(&r)->result, "was ?");
	end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_event_collects_what_goes_on),
		cmocka_unit_test(the_worker_is_not_outside),
		cmocka_unit_test(what_is_not_known_is_no_change),
		cmocka_unit_test(notices_are_events),
		cmocka_unit_test(a_shrunken_file_says_its_size),
		cmocka_unit_test(nothing_noticed_is_no_event),
		cmocka_unit_test(growth_is_one_event),
		cmocka_unit_test(another_file_begins_anew),
		cmocka_unit_test(a_name_that_is_back),
		cmocka_unit_test(the_access_time_is_told_of_once),
		cmocka_unit_test(storage_that_waits),
		cmocka_unit_test(readahead_that_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
