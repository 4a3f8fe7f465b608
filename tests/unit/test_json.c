#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "pagetide/cells.h"
#include "pagetide/clock.h"
#include "pagetide/diagnosis.h"
#include "pagetide/field.h"
#include "pagetide/json.h"

#include "cells_rig.h"

/* A sample with everything in it known. */
static void
full_sample(struct sample *s)
{
	*s = (struct sample){
		.seq = 7,
		.t_ns = 5 * NS_PER_S,
		.wall_ns = UINT64_C(1700049631204567899),
		.target = {
			.path = "/data/f", .filesystem = "ext4",
			.size_bytes = 67108863, .pages = 16384,
			.page_bytes = 4096,
			.readahead_bytes = 131072, .readahead_known = true,
			.atime_known = true, .atime_kept = true,
			.waits_known = true, .waits_ns = 3 * NS_PER_S,
		},
		.worker = {
			.alive = true, .pid = 4711, .running = true,
			.kind = PATTERN_STRIDE, .cursor_known = true,
			.cursor_page = 99, .pace_per_s = 50,
			.window_ns = UINT64_C(10000000000),
			.readahead_bytes = 131072, .readahead_known = true,
		},
		.memory = {
			.limited = true, .limit_known = true,
			.usage_known = true, .hits_known = true,
			.kills_known = true, .limit_bytes = 16777216,
			.usage_bytes = 16000000, .parts_known = true,
			.file_bytes = 15000000, .anon_bytes = 900000,
			.dirty_known = true, .dirty_bytes = 8192,
			.limit_hits = 865, .limit_of = LIMIT_INHERITED,
			.limit_cgroup = "/u/\xff", .above_known = true,
			.limit_file = "memory.max", .above_hidden = true,
			.oom_kills = 2, .steals_by = "system",
			.pressure_known = true, .pressure_own = true,
			.some_avg10_bp = 1604, .full_avg10_bp = 99,
		},
		.scan = {
			.cached_by = "mincore", .mapped_by = "pagemap",
			.why = "no cachestat here", .duration_ns = 800000,
			.oldest_ns = 4 * NS_PER_S, .complete = true,
			.device_reads_known = true, .device_reads = 3,
		},
		.counters.known = COUNTER_BIT(COUNTER_COUNT) - 1,
		.total_known = LAYER_ALL,
	};
	for (int c = 0; c < COUNTER_COUNT; c++)
		s->counters.v[c] = 1000 + (uint64_t)c;
	for (int l = 0; l < LAYER_COUNT; l++)
		s->total[l] = 100 + (uint64_t)l;
}

/* The sample as a parser of JSON sees it; the caller drops it. */
static json_t *
parsed(const struct sample *s, unsigned cells)
{
	char		*text = json_sample(&(struct field_of){ .sample = s }, cells);
	json_error_t	 error;
	json_t		*root;

	for (const char *c = text; *c != '\0'; c++)
		assert_in_range(*c, 0x20, 0x7e);
	root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail_msg("%s in %s", error.text, text);
	free(text);
	return root;
}

/* Follows "scan.source"; fails if there is no such member. */
static json_t *
member(json_t *o, const char *path)
{
	char		 key[64];
	size_t		 n;

	for (;;) {
		n = strcspn(path, ".");
		assert_true(n < sizeof(key));
		memcpy(key, path, n);
		key[n] = '\0';
		o = json_object_get(o, key);
		if (o == NULL)
			fail_msg("no member %s", key);
		if (path[n] == '\0')
			return o;
		path += n + 1;
	}
}

static void
assert_number(json_t *root, const char *path, json_int_t want)
{
	json_t	*v = member(root, path);

	assert_true(json_is_integer(v));
	assert_int_equal(json_integer_value(v), want);
}

static void
assert_text(json_t *root, const char *path, const char *want)
{
	json_t	*v = member(root, path);

	assert_true(json_is_string(v));
	assert_string_equal(json_string_value(v), want);
}

static void
assert_unknown(json_t *root, const char *path)
{
	if (!json_is_null(member(root, path)))
		fail_msg("%s is not null", path);
}

/* Order of keys and form of values do not move under a schema. */
static void
the_whole_line(void **state)
{
	struct sample	 s;
	char		*text;

	(void)state;
	full_sample(&s);
	text = json_sample(&(struct field_of){ .sample = &s }, 0);
	assert_string_equal(text, "{\"schema\":\"pagetide/1\","
	    "\"time\":1700049631.204567,\"seq\":7,"
	    "\"target\":{\"path\":\"/data/f\",\"size_bytes\":67108863,"
	    "\"page_size_bytes\":4096,\"pages\":16384,"
	    "\"filesystem\":\"ext4\",\"readahead_bytes\":131072,"
	    "\"atime_kept\":true,\"storage_wait_ns\":3000000000},"
	    "\"layers\":{\"cached_pages\":100,\"mapped_pages\":101,"
	    "\"dirty_pages\":102,\"writeback_pages\":103,"
	    "\"evicted_pages\":104,\"recently_evicted_pages\":105,"
	    "\"in_flight_pages\":106,\"hole_pages\":107,"
	    "\"locked_pages\":108,\"private_pages\":109,"
	    "\"touched_pages\":110,\"zero_pages\":111,\"huge_pages\":112,"
	    "\"swapped_pages\":113,\"guard_pages\":114},"
	    "\"counters\":{\"minor_faults\":1000,\"major_faults\":1001,"
	    "\"read_bytes\":1002,\"rss_pages\":1003,"
	    "\"system_faults\":1004,\"system_major_faults\":1005,"
	    "\"touches\":1006,\"refault_pages\":1010,\"steal_pages\":1011,"
	    "\"working_set_pages\":1012,\"system_refault_pages\":1013},"
	    "\"worker\":{\"pid\":4711,\"running\":true,\"paused\":false,"
	    "\"pattern\":\"stride\",\"cursor_page\":99,\"pace_per_s\":50,"
	    "\"readahead_bytes\":131072,"
	    "\"working_set_window_ns\":10000000000},\"workers\":null,"
	    "\"process\":null,"
	    "\"memory\":{\"limited\":true,\"limit_bytes\":16777216,"
	    "\"limit_of\":\"inherited\",\"limit_cgroup\":\"/u/\\uFFFD\","
	    "\"limit_file\":\"memory.max\",\"ancestors_hidden\":true,"
	    "\"usage_bytes\":16000000,\"file_bytes\":15000000,"
	    "\"anon_bytes\":900000,\"dirty_bytes\":8192,"
	    "\"limit_hits\":865,\"oom_kills\":2,"
	    "\"steals_of\":\"system\",\"pressure_of\":\"cgroup\","
	    "\"some_avg10_percent\":16.04,\"full_avg10_percent\":0.99},"
	    "\"walk\":null,\"touch\":null,\"act\":null,\"compare\":null,\"diagnosis\":null,"
	    "\"scan\":{\"source\":\"mincore\",\"mapped_source\":\"pagemap\","
	    "\"duration_ns\":800000,\"oldest_age_ns\":1000000000,"
	    "\"complete\":true,\"remark\":\"no cachestat here\","
	    "\"device_reads\":3},\"readahead\":null,\"landing\":null}");
	free(text);
}

/* "walk" of the sample as text, the caller frees. */
static char *
walk_text(const struct sample *s, const struct walk_facts *walk)
{
	char	*text = json_sample(&(struct field_of){ .sample = s,
		    .walk = walk }, 0), *value;
	json_t	*root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(root);
	value = json_dumps(member(root, "walk"), JSON_COMPACT |
	    JSON_ENCODE_ANY);
	json_decref(root);
	free(text);
	return value;
}

static void
assert_walk(const struct sample *s, const struct walk_facts *walk,
    const char *want)
{
	char	*got = walk_text(s, walk);

	assert_string_equal(got, want);
	free(got);
}

/* A sample after a walk of five touches, and what came of it. */
static void
walked(struct sample *s, struct walk_facts *walk)
{
	struct latency	*l = &s->worker.latency;
	struct effect	*e = &walk->effect;

	full_sample(s);
	s->worker.latency_known = true;
	l->count[LATENCY_NO_FAULT][5] = 1;
	l->count[LATENCY_MINOR][12] = 2;
	l->count[LATENCY_MAJOR][16] = 1;
	l->count[LATENCY_MAJOR][LATENCY_BUCKETS - 1] = 1;
	l->stray_minor = 3;
	walk->forecast = (struct forecast){ .known = true, .minor = 4, .major = 1 };
	*e = (struct effect){ .done = true };
	e->before.known = e->after.known = COUNTER_BIT(COUNTER_COUNT) - 1;
	for (int c = 0; c < COUNTER_COUNT; c++)
		e->after.v[c] = (uint64_t)c;
	e->before.v[COUNTER_CACHED] = 100;
	e->after.v[COUNTER_CACHED] = 90;
	e->after.known &= ~COUNTER_BIT(COUNTER_PRIVATE);
}

#define ZEROS10 "0,0,0,0,0,0,0,0,0,0"
#define LATENCY_TEXT "\"latency\":{" \
    "\"no_fault\":{\"touches\":1,\"p50_bound_ns\":50," \
    "\"p99_bound_ns\":50,\"buckets\":[0,0,0,0,0,1,0,0,0,0," \
    ZEROS10 "," ZEROS10 "," ZEROS10 "]}," \
    "\"minor\":{\"touches\":2,\"p50_bound_ns\":10000," \
    "\"p99_bound_ns\":10000,\"buckets\":[" ZEROS10 "," \
    "0,0,2,0,0,0,0,0,0,0," ZEROS10 "," ZEROS10 "]}," \
    "\"major\":{\"touches\":2,\"p50_bound_ns\":200000," \
    "\"p99_bound_ns\":null,\"buckets\":[" ZEROS10 "," \
    "0,0,0,0,0,0,1,0,0,0," ZEROS10 ",0,0,0,0,0,0,0,0,0,1]}," \
    "\"stray_minor_faults\":3,\"stray_major_faults\":0},\"paths\":null"

static void
a_walk_with_forecast_and_outcome(void **state)
{
	struct sample		s;
	struct walk_facts	walk = { .known = true, .kind = PATTERN_RANDOM };

	(void)state;
	walked(&s, &walk);
	assert_walk(&s, &walk, "{\"pattern\":\"random\","
	    "\"forecast\":{\"minor_faults\":4,\"major_faults\":1},"
	    "\"outcome\":{\"touches\":6,\"minor_faults\":0,"
	    "\"major_faults\":1,\"read_bytes\":2,\"cached_pages\":-10,"
	    "\"mapped_pages\":8,\"private_pages\":null,\"alone\":true},"
	    LATENCY_TEXT "}");
}

static void
a_walk_of_which_less_is_known(void **state)
{
	struct sample		s;
	struct walk_facts	walk = { .known = true, .kind = PATTERN_CHUNKED };
	char			*text;

	(void)state;
	walked(&s, &walk);
	walk.effect.done = false;
	assert_walk(&s, NULL, "{\"pattern\":null,\"forecast\":null,"
	    "\"outcome\":null," LATENCY_TEXT "}");
	walk.forecast.known = false;
	assert_walk(&s, &walk, "{\"pattern\":\"chunked\",\"forecast\":null,"
	    "\"outcome\":null," LATENCY_TEXT "}");
	walk.effect.mixed = walk.effect.broken = walk.effect.done = true;
	text = walk_text(&s, &walk);
	assert_non_null(strstr(text, "\"outcome\":{\"touches\":null,"
	    "\"minor_faults\":null,\"major_faults\":null,"
	    "\"read_bytes\":null,\"cached_pages\":null,"
	    "\"mapped_pages\":null,\"private_pages\":null,"
	    "\"alone\":false}"));
	free(text);
	s.worker.latency_known = false;
	assert_walk(&s, &walk, "null");
	s.worker.latency_known = true;
	s.worker.alive = false;
	assert_walk(&s, &walk, "null");
}

/* Nothing measured: every key is there, and none has a number. */
static void
unknown_is_null(void **state)
{
	static const char *const	groups[] = { "layers", "counters" };
	struct sample			s;
	const char			*key;
	json_t				*root, *v;

	(void)state;
	full_sample(&s);
	s.counters.known = 0;
	s.total_known = 0;
	s.target.readahead_known = s.target.atime_known = false;
	s.target.waits_known = false;
	s.target.filesystem = NULL;
	s.worker.cursor_known = false;
	s.worker.running = false;
	s.scan = (struct scan_facts){ .duration_ns = 5 };
	s.memory = (struct memory_facts){ .limit_bytes = 7 };
	root = parsed(&s, 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(json_object_size(member(root, groups[i])),
		    i == 0 ? LAYER_COUNT : COUNTER_COUNT - 3);
		json_object_foreach(member(root, groups[i]), key, v)
			assert_true(json_is_null(v));
	}
	assert_unknown(root, "target.readahead_bytes");
	assert_unknown(root, "target.atime_kept");
	assert_unknown(root, "target.storage_wait_ns");
	assert_unknown(root, "target.filesystem");
	assert_unknown(root, "worker.cursor_page");
	assert_unknown(root, "worker.pattern");
	assert_true(json_is_false(member(root, "memory.limited")));
	assert_unknown(root, "memory.limit_bytes");
	assert_unknown(root, "memory.limit_of");
	assert_unknown(root, "memory.limit_cgroup");
	assert_unknown(root, "memory.limit_file");
	assert_unknown(root, "memory.ancestors_hidden");
	assert_unknown(root, "memory.usage_bytes");
	assert_unknown(root, "memory.file_bytes");
	assert_unknown(root, "memory.anon_bytes");
	assert_unknown(root, "memory.dirty_bytes");
	assert_unknown(root, "memory.limit_hits");
	assert_unknown(root, "memory.oom_kills");
	assert_unknown(root, "memory.steals_of");
	assert_unknown(root, "memory.pressure_of");
	assert_unknown(root, "memory.some_avg10_percent");
	assert_unknown(root, "memory.full_avg10_percent");
	assert_unknown(root, "scan.source");
	assert_unknown(root, "scan.mapped_source");
	assert_unknown(root, "scan.duration_ns");
	assert_unknown(root, "scan.oldest_age_ns");
	assert_unknown(root, "scan.remark");
	assert_unknown(root, "scan.device_reads");
	assert_true(json_is_false(member(root, "scan.complete")));
	assert_true(json_is_false(member(root, "worker.running")));
	json_decref(root);
}

/* A measured 0 is a 0, each known bit tells of its own value alone. */
static void
zero_is_not_unknown(void **state)
{
	struct sample	 s;
	json_t		*root;

	(void)state;
	full_sample(&s);
	s.total_known = LAYER_BIT(LAYER_MAPPED);
	s.total[LAYER_MAPPED] = 0;
	s.counters.known = COUNTER_BIT(COUNTER_MAJOR);
	s.counters.v[COUNTER_MAJOR] = 0;
	s.worker.cursor_page = 0;
	s.worker.pace_per_s = 0;
	root = parsed(&s, 0);
	assert_unknown(root, "layers.cached_pages");
	assert_number(root, "layers.mapped_pages", 0);
	assert_unknown(root, "layers.dirty_pages");
	assert_unknown(root, "counters.minor_faults");
	assert_number(root, "counters.major_faults", 0);
	assert_unknown(root, "counters.read_bytes");
	assert_number(root, "worker.cursor_page", 0);
	assert_number(root, "worker.pace_per_s", 0);
	json_decref(root);
}

static void
no_worker_no_counters(void **state)
{
	struct sample	 s;
	json_t		*root;

	(void)state;
	full_sample(&s);
	s.worker.alive = false;
	root = parsed(&s, 0);
	assert_unknown(root, "worker");
	assert_unknown(root, "counters.minor_faults");
	assert_unknown(root, "counters.major_faults");
	assert_unknown(root, "counters.read_bytes");
	assert_unknown(root, "counters.rss_pages");
	assert_unknown(root, "counters.touches");
	assert_unknown(root, "counters.working_set_pages");
	assert_number(root, "counters.system_faults", 1004);
	assert_number(root, "counters.system_major_faults", 1005);
	json_decref(root);
}

/* In place of a worker. */
static void
another_process(void **state)
{
	struct sample	 s;
	json_t		*root;

	(void)state;
	full_sample(&s);
	s.worker.alive = false;
	s.worker.process = 99;
	s.worker.map_addr = 4096;
	s.worker.map_first_page = 5;
	s.worker.map_pages = 6;
	root = parsed(&s, 0);
	assert_unknown(root, "worker");
	assert_number(root, "process.pid", 99);
	assert_number(root, "process.map_address", 4096);
	assert_number(root, "process.map_first_page", 5);
	assert_number(root, "process.map_pages", 6);
	assert_true(json_is_false(member(root, "process.gone")));
	assert_number(root, "counters.minor_faults", 1000);
	assert_number(root, "counters.rss_pages", 1003);
	assert_unknown(root, "counters.touches");
	json_decref(root);
}

static void
huge_numbers_are_exact_or_null(void **state)
{
	struct sample	 s;
	json_t		*root;

	(void)state;
	full_sample(&s);
	s.counters.v[COUNTER_MINOR] = INT64_MAX;
	s.counters.v[COUNTER_MAJOR] = (uint64_t)INT64_MAX + 1;
	s.counters.v[COUNTER_READ_BYTES] = 9007199254740993;
	root = parsed(&s, 0);
	assert_number(root, "counters.minor_faults", INT64_MAX);
	assert_unknown(root, "counters.major_faults");
	assert_number(root, "counters.read_bytes", 9007199254740993);
	json_decref(root);
}

static void
part_measured_after_the_counters_is_new(void **state)
{
	struct sample	 s;
	json_t		*root;

	(void)state;
	full_sample(&s);
	s.scan.oldest_ns = s.t_ns + 1;
	root = parsed(&s, 0);
	assert_number(root, "scan.oldest_age_ns", 0);
	json_decref(root);
}

static void
any_path_is_valid_json(void **state)
{
#define BAD "\ufffd"
	static const struct {
		const char	*path, *want;
	} cases[] = {
		{ "", "" },
		{ "a\"b\\c/d", "a\"b\\c/d" },
		{ "a\nb\tc\033[1md\x7f", "a\nb\tc\033[1md\x7f" },
		{ "\u00e9\u4e2d\U0001f600", "\u00e9\u4e2d\U0001f600" },
		{ "csi \xc2\x9b \u202e", "csi \xc2\x9b \u202e" },
		{ "\xff" "a\xfe", BAD "a" BAD },
		{ "\x80\xbf", BAD BAD },
		{ "\xc3", BAD }, { "\xc3(", BAD "(" },
		{ "\xe4\xb8", BAD BAD }, { "\xe4\xb8z", BAD BAD "z" },
		{ "\xf0\x9f\x98", BAD BAD BAD },
		{ "\xc0\xaf", BAD BAD }, { "\xe0\x80\xaf", BAD BAD BAD },
		{ "\xed\xa0\x80", BAD BAD BAD },
		{ "\xed\x9f\xbf", "\ud7ff" },
		{ "\xf4\x8f\xbf\xbf", "\U0010ffff" },
		{ "\xf4\x90\x80\x80", BAD BAD BAD BAD },
		{ "\xf5\x80\x80\x80", BAD BAD BAD BAD },
		{ "\xe4\u4e2d", BAD "\u4e2d" },
	};
	struct sample	 s;
	json_t		*root;

	(void)state;
	full_sample(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.target.path = cases[i].path;
		root = parsed(&s, 0);
		assert_text(root, "target.path", cases[i].want);
		json_decref(root);
	}
}

/* Whatever three bytes come, a parser takes them. */
static void
any_bytes_are_valid_json(void **state)
{
	static const unsigned char	edges[] = {
		0x01, 0x1f, 0x22, 0x5c, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0,
		0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
		0xff,
	};
	const size_t	n = sizeof(edges);
	struct sample	s;

	(void)state;
	full_sample(&s);
	for (size_t i = 0; i < n * n * n; i++) {
		char	path[] = { (char)edges[i / n / n],
			    (char)edges[i / n % n], (char)edges[i % n], '\0' };

		s.target.path = path;
		json_decref(parsed(&s, 0));
	}
}

/* The sum of an array of numbers; null fails. */
static uint64_t
array_sum(json_t *array)
{
	uint64_t	sum = 0;
	size_t		i;
	json_t		*v;

	json_array_foreach(array, i, v) {
		assert_true(json_is_integer(v));
		sum += (uint64_t)json_integer_value(v);
	}
	return sum;
}

/* A grid in which each cell holds another count. */
static void
fill_grid(struct cells *c, uint64_t pages, unsigned shift)
{
	uint64_t	in;

	cells_reshape(c, 0, pages, shift);
	for (size_t i = 0; i < c->n; i++) {
		in = cells_pages(c, i);
		cells_set(c, i, LAYER_CACHED, (uint32_t)(i * 7 % (in + 1)), 1);
		cells_set(c, i, LAYER_MAPPED, (uint32_t)(i * 3 % (in + 1)), 1);
	}
}

/* At most as many cells as asked for, and their sum is the total. */
static void
cells_add_up_at_every_number(void **state)
{
	static const uint64_t	pages[] = { 1, 2, 63, 64, 65, 999, 1000 };
	struct sample		s;
	struct cells		grid;
	uint64_t		cached, mapped, per_cell;
	json_t			*root, *a;

	(void)state;
	full_sample(&s);
	cells_init(&grid);
	s.overview = &grid;
	for (unsigned k = 0; k < 7 * 4; k++) {
		fill_grid(&grid, pages[k / 4], k % 4);
		assert_true(cells_total(&grid, LAYER_CACHED, &cached));
		assert_true(cells_total(&grid, LAYER_MAPPED, &mapped));
		for (unsigned max = 1; max < 70; max++) {
			root = parsed(&s, max);
			a = member(root, "cells.cached");
			assert_in_range(json_array_size(a), 1, max);
			assert_int_equal(array_sum(a), cached);
			per_cell = (uint64_t)json_integer_value(
			    member(root, "cells.pages_per_cell"));
			assert_int_equal(json_array_size(a),
			    (grid.pages + per_cell - 1) / per_cell);
			a = member(root, "cells.mapped");
			assert_int_equal(array_sum(a), mapped);
			json_decref(root);
		}
	}
	cells_done(&grid);
}

static void
cells_are_in_order(void **state)
{
	struct sample	 s;
	struct cells	 grid;
	json_t		*root;
	char		*text;

	(void)state;
	full_sample(&s);
	cells_init(&grid);
	cells_reshape(&grid, 0, 9, 1);
	for (size_t i = 0; i < 5; i++) {
		cells_set(&grid, i, LAYER_CACHED, i % 2 ? 2 : 1, 1);
		if (i != 3)
			cells_set(&grid, i, LAYER_MAPPED, i == 0, 1);
	}
	s.overview = &grid;
	root = parsed(&s, 4);
	text = json_dumps(member(root, "cells"), JSON_COMPACT);
	assert_string_equal(text, "{\"pages_per_cell\":4,"
	    "\"cached\":[3,3,1],\"mapped\":[1,null,0]}");
	free(text);
	json_decref(root);
	/* No finer than what was measured. */
	root = parsed(&s, 1000000);
	text = json_dumps(member(root, "cells"), JSON_COMPACT);
	assert_string_equal(text, "{\"pages_per_cell\":2,"
	    "\"cached\":[1,2,1,2,1],\"mapped\":[1,0,0,null,0]}");
	free(text);
	json_decref(root);
	cells_done(&grid);
}

/* Counts of several cells together may leave 32 bits behind. */
static void
cells_do_not_overflow(void **state)
{
	struct sample	 s;
	struct cells	 grid;
	json_t		*root;

	(void)state;
	full_sample(&s);
	cells_init(&grid);
	cells_reshape(&grid, 0, UINT64_C(1) << 34, 31);
	fill_cells(&grid, 0, grid.n, LAYER_CACHED, true, 1);
	s.overview = &grid;
	root = parsed(&s, 1);
	assert_number(root, "cells.pages_per_cell", INT64_C(1) << 34);
	assert_int_equal(json_integer_value(json_array_get(member(root,
	    "cells.cached"), 0)), INT64_C(1) << 34);
	assert_true(json_is_null(json_array_get(member(root,
	    "cells.mapped"), 0)));
	json_decref(root);
	cells_done(&grid);
}

static void
cells_only_when_asked_for(void **state)
{
	struct sample	 s;
	json_t		*root;

	(void)state;
	full_sample(&s);
	root = parsed(&s, 0);
	assert_ptr_equal(json_object_get(root, "cells"), NULL);
	json_decref(root);
	root = parsed(&s, 10);
	assert_unknown(root, "cells");
	json_decref(root);
}

/* "diagnosis" as text, the caller frees. */
static char *
diagnosis_text(const struct diagnosis *d)
{
	struct sample	 s;
	char		*text, *value;
	json_t		*root;

	full_sample(&s);
	text = json_sample(&(struct field_of){ .sample = &s,
	    .diagnosis = d }, 0);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	value = json_dumps(member(root, "diagnosis"), JSON_COMPACT |
	    JSON_ENCODE_ANY);
	json_decref(root);
	free(text);
	return value;
}

static void
a_diagnosis(void **state)
{
	struct diagnosis d = { .known = true };
	char *text;

	(void)state;
	text = diagnosis_text(&d);
	assert_string_equal(text, "[]");
	free(text);
	d.known = false;
	text = diagnosis_text(&d);
	assert_string_equal(text, "null");
	free(text);
	d.n = 2;
	d.item[0] = (struct diagnosis_item){ "unused", "4 pages", "why",
		"advise random" };
	d.item[1] = (struct diagnosis_item){ "refaults", "9 pages", "so",
		NULL };
	text = diagnosis_text(&d);
	assert_string_equal(text, "[{\"rule\":\"unused\",\"text\":\"4 pages\","
	    "\"cause\":\"why\",\"command\":\"advise random\"},"
	    "{\"rule\":\"refaults\",\"text\":\"9 pages\",\"cause\":\"so\","
	    "\"command\":null}]");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_line),
		cmocka_unit_test(a_walk_with_forecast_and_outcome),
		cmocka_unit_test(a_walk_of_which_less_is_known),
		cmocka_unit_test(unknown_is_null),
		cmocka_unit_test(zero_is_not_unknown),
		cmocka_unit_test(no_worker_no_counters),
		cmocka_unit_test(another_process),
		cmocka_unit_test(huge_numbers_are_exact_or_null),
		cmocka_unit_test(part_measured_after_the_counters_is_new),
		cmocka_unit_test(any_path_is_valid_json),
		cmocka_unit_test(any_bytes_are_valid_json),
		cmocka_unit_test(cells_add_up_at_every_number),
		cmocka_unit_test(cells_are_in_order),
		cmocka_unit_test(cells_do_not_overflow),
		cmocka_unit_test(cells_only_when_asked_for),
		cmocka_unit_test(a_diagnosis),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
