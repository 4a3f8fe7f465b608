#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdbool.h>

#include <cmocka.h>

#include "pagetide/field.h"
#include "pagetide/json.h"
#include "pagetide/strbuf.h"

#include "tamed.h"

static struct field_of
of(const struct told *t)
{
	return (struct field_of){ .sample = &t->s->sample, .walk = &t->walk,
		.diagnosis = &t->s->findings.now, .snapshot = t->s };
}

static void
some_walk(struct walk_facts *w)
{
	*w = (struct walk_facts){ .known = !madeup_one_in(3),
		.kind = madeup_below(PATTERN_COUNT) };
	w->forecast.known = madeup_one_in(2);
	w->forecast.minor = madeup_below(1000);
	w->forecast.major = madeup_below(1000);
	w->effect.done = madeup_one_in(2);
	w->effect.mixed = madeup_one_in(2);
	w->effect.before.known = (unsigned)madeup_below(1 << COUNTER_COUNT);
	w->effect.after.known = (unsigned)madeup_below(1 << COUNTER_COUNT);
	for (unsigned c = 0; c < COUNTER_COUNT; c++) {
		w->effect.before.v[c] = madeup_below(1000);
		w->effect.after.v[c] = madeup_below(2000);
	}
}

/* The record of it, read into *to; it is of the same text again. */
static void
read_back(struct told *from, struct told *to)
{
	struct strbuf why = STRBUF_INIT;
	char *text = json_record(from->s, &from->walk), *again;

	if (json_read(text, to->s, &to->walk, &why) != 0)
		fail_msg("%s in %.2000s", why.s, text);
	again = json_record(to->s, &to->walk);
	assert_string_equal(again, text);
	free(again);
	free(text);
}

static void
assert_same_fields(struct told *a, struct told *b)
{
	struct field_of one = of(a), other = of(b);

	for (unsigned i = 0; i < field_count; i++)
		if (!field_same(&field_table[i], &one, &other))
			fail_msg("%s differs", field_table[i].name);
}

/* No field tells them. */
static struct sample
grids_of(const struct snapshot *s)
{
	return (struct sample){ .overview = s->sample.overview,
		.zoom = s->sample.zoom };
}

/*
 * What is not known may be any number in the first, and is 0 in all that is
 * read: from the second on they are equal in all.
 */
static void
what_is_written_is_read_back(void **state)
{
	struct snapshot b, c;
	struct told from = { 0 }, to = { .s = &b }, last = { .s = &c };
	struct madeup m;

	(void)state;
	madeup_init(&m, 11);
	snapshot_init(&b);
	snapshot_init(&c);
	from.s = &m.now;
	for (unsigned i = 0; i < 400; i++) {
		madeup_step(&m);
		told_tame(&from);
		some_walk(&from.walk);
		read_back(&from, &to);
		assert_same_fields(&from, &to);
		read_back(&to, &last);
		assert_true(snapshot_equal(&b, &c));
		assert_memory_equal(&to.walk, &last.walk, sizeof last.walk);
		assert_true(snapshot_equal(
		    &(struct snapshot){ .sample = grids_of(&m.now) },
		    &(struct snapshot){ .sample = grids_of(&b) }));
	}
	snapshot_done(&b);
	snapshot_done(&c);
	madeup_done(&m);
}

/* A snapshot of which all is known, and each number another. */
static void
know_all(struct told *t)
{
	struct snapshot_strings strings;
	struct field_value v;
	struct field_of to = of(t);
	static char text[SNAPSHOT_STRINGS][12];

	for (unsigned i = 0; i < field_count; i++) {
		const struct field *f = &field_table[i];

		v = (struct field_value){ .known = true, .n = 2 * i + 2 };
		if (f->kind == FIELD_STATE || f->kind == FIELD_GROUP)
			v.n = 1;
		if (f->kind == FIELD_TEXT && f->word != NULL)
			v.text = f->word(1);
		if (f->kind != FIELD_COUNTS && f->kind != FIELD_LIST &&
		    f->place.in != PLACE_WALK && f->get == NULL)
			assert_true(field_set(f, &to, &v));
	}
	snapshot_strings(t->s, &strings);
	for (unsigned i = 0; i < SNAPSHOT_STRINGS; i++) {
		snprintf(text[i], sizeof text[i], "text %u", i);
		*strings.at[i] = text[i];
	}
	for (unsigned k = 0; k < LATENCY_KINDS; k++)
		for (unsigned b = 0; b < LATENCY_BUCKETS; b++)
			t->s->sample.worker.latency.count[k][b] = 100 * k + b;
	t->s->findings.now.n = t->s->findings.last.n = DIAGNOSIS_GROUPS;
	t->s->sample.n_vmas = SAMPLE_VMAS_MAX;
	t->s->sample.vmas_known = true;
}

/* Bytes that are not changed, and why. */
static bool
is_left_out(size_t at)
{
	const struct { size_t from, size; } out[] = {
		/* They lead to something. */
		{ offsetof(struct snapshot, sample.overview),
		    2 * sizeof(void *) },
		/* In recordings alone. */
		{ offsetof(struct snapshot, acted.landing), sizeof(void *) },
		/* More than there may be. */
		{ offsetof(struct snapshot, sample.n_vmas), 4 },
		{ offsetof(struct snapshot, findings.now.n), 4 },
		{ offsetof(struct snapshot, findings.last.n), 4 },
		/* What is behind the end of a text is none of it. */
		{ offsetof(struct snapshot, findings.now.item),
		    sizeof(struct diagnosis_item) * DIAGNOSIS_GROUPS },
		{ offsetof(struct snapshot, findings.last.item),
		    sizeof(struct diagnosis_item) * DIAGNOSIS_GROUPS },
	};

	for (size_t i = 0; i < sizeof out / sizeof *out; i++)
		if (at >= out[i].from && at < out[i].from + out[i].size)
			return true;
	return false;
}

static bool
is_string(struct snapshot_strings *strings, const char *at)
{
	for (size_t i = 0; i < SNAPSHOT_STRINGS; i++)
		if (at >= (char *)strings->at[i] &&
		    at < (char *)strings->at[i] + sizeof(char *))
			return true;
	return false;
}

/*
 * Each byte of a snapshot that is changed changes its record, but for holes
 * between members, of less than a word: a member that has no row yet fails
 * here, if it is not so small that it lies in one.
 */
static void
nothing_is_left_out(void **state)
{
	struct snapshot s = { 0 };
	struct told t = { .s = &s };
	struct snapshot_strings strings;
	size_t silent = 0;
	char *text, *other;

	(void)state;
	know_all(&t);
	text = json_record(&s, NULL);
	snapshot_strings(&s, &strings);
	for (size_t i = 0; i < offsetof(struct snapshot, overview); i++) {
		char *byte = (char *)&s + i;

		silent++;
		if (is_left_out(i) || is_string(&strings, byte)) {
			silent = 0;
			continue;
		}
		*byte ^= 1;
		other = json_record(&s, NULL);
		if (strcmp(text, other) != 0)
			silent = 0;
		if (silent == sizeof(uint64_t))
			fail_msg("bytes up to %zu are in no record", i);
		free(other);
		*byte ^= 1;
	}
	free(text);
}

/* What all may read says no less of its fields. */
static void
a_sample_is_read_too(void **state)
{
	struct snapshot b;
	struct told from = { 0 }, to = { .s = &b };
	struct strbuf why = STRBUF_INIT;
	struct field_of one, other;
	struct madeup m;
	char *text;

	(void)state;
	madeup_init(&m, 12);
	snapshot_init(&b);
	from.s = &m.now;
	for (unsigned i = 0; i < 100; i++) {
		madeup_step(&m);
		told_tame(&from);
		some_walk(&from.walk);
		one = of(&from);
		text = json_sample(&one, 64);
		assert_int_equal(json_read(text, &b, &to.walk, &why), 0);
		free(text);
		other = of(&to);
		for (const struct field *f = field_table;
		    f < field_table + field_count; f++)
			if (f->whom == FIELD_FOR_ALL && f->kind != FIELD_TIME
			    && (f->get == NULL || f->set != NULL) &&
			    strcmp(f->name, "memory.limit_bytes") != 0 &&
			    !field_same(f, &one, &other))
				fail_msg("%s differs", f->name);
		assert_null(b.sample.overview);
	}
	snapshot_done(&b);
	madeup_done(&m);
}

static void
bytes_that_are_no_text_come_back(void **state)
{
	struct snapshot a = { 0 }, b = { 0 };
	struct told from = { .s = &a }, to = { .s = &b };

	(void)state;
	a.sample.target.path = "/a\xff\x01\xc3(\xe4\u4e2d";
	a.sample.target.filesystem = "\u00e9\x7f\n";
	read_back(&from, &to);
	assert_string_equal(b.sample.target.path, a.sample.target.path);
	assert_string_equal(b.sample.target.filesystem,
	    a.sample.target.filesystem);
	snapshot_done(&b);
}

#define LINE(members) "{\"schema\":\"pagetide/1\"," members "}"
#define GRID(members) LINE("\"zoom\":{\"first_page\":0,\"pages\":9," \
    "\"shift\":1" members "}")

static void
what_is_wrong_is_named(void **state)
{
	static const char *const rows[][2] = {
		{ "", "no JSON: " }, { "{", "no JSON: " },
		{ "[]", "\"schema\"" }, { "{}", "\"schema\"" },
		{ "{\"schema\":\"pagetide/2\"}", "\"schema\"" },
		{ LINE("\"seq\":-1"), "\"seq\"" },
		{ LINE("\"seq\":1.5"), "\"seq\"" },
		{ LINE("\"worker\":{},\"walk\":{\"outcome\":{"
		    "\"cached_pages\":1.5}}"), "\"walk.outcome.cached_pages\""
		    },
		{ LINE("\"monotonic_ns\":true"), "\"monotonic_ns\"" },
		{ LINE("\"time\":-1"), "\"time\"" },
		{ LINE("\"time\":1e300"), "\"time\"" },
		{ LINE("\"worker\":1"), "\"worker\"" },
		{ LINE("\"target\":{\"path\":7}"), "\"target.path\"" },
		{ LINE("\"target\":{\"page_size_bytes\":4294967296}"),
		    "\"target.page_size_bytes\"" },
		{ LINE("\"scan\":{\"complete\":1}"), "\"scan.complete\"" },
		{ LINE("\"memory\":{\"limit_of\":\"mine\"}"),
		    "\"memory.limit_of\"" },
		{ LINE("\"diagnosis\":[{}]"), "\"diagnosis\"" },
		{ LINE("\"diagnosis\":[1,2,3,4,5]"), "\"diagnosis\"" },
		{ LINE("\"worker\":{},\"walk\":{\"latency\":{\"minor\":{"
		    "\"buckets\":[1]}}}"), "\"walk.latency.minor.buckets\"" },
		{ LINE("\"vmas\":[[1,2]]"), "\"vmas\"" },
		{ LINE("\"overview\":{}"), "\"overview\"" },
		{ LINE("\"overview\":{\"first_page\":0,\"pages\":"
		    "9223372036854775807,\"shift\":0}"), "\"overview\"" },
		{ LINE("\"overview\":{\"first_page\":0,\"pages\":1,"
		    "\"shift\":63}"), "\"overview\"" },
		{ GRID(",\"cached\":[4,1]"), "\"zoom\"" },
		{ GRID(",\"cached\":[6,1]"), "\"zoom\"" },
		{ GRID(",\"cached\":[4,2,1,2]"), "\"zoom\"" },
		{ GRID(",\"cached\":[5,-1]"), "\"zoom\"" },
		{ GRID(",\"cached\":[5,\"1\"]"), "\"zoom\"" },
		{ GRID(",\"stamps_ns\":[5,null]"), "\"zoom\"" },
	};
	struct snapshot s = { .sample.seq = 7 };
	struct walk_facts walk;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		strbuf_reset(&why);
		assert_int_equal(json_read(rows[i][0], &s, &walk, &why),
		    -EINVAL);
		if (strstr(why.s, rows[i][1]) == NULL)
			fail_msg("%s: %s", rows[i][0], why.s);
		assert_int_equal(s.sample.seq, 7);
	}
	assert_int_equal(json_read(GRID(",\"cached\":[3,2,1,null,1,1]"), &s,
	    &walk, &why), 0);
	assert_int_equal(s.sample.zoom->n, 5);
	assert_int_equal(s.sample.zoom->count[LAYER_CACHED][4], 1);
	assert_false(cells_known(s.sample.zoom, 3, LAYER_CACHED));
	assert_false(cells_known(s.sample.zoom, 4, LAYER_MAPPED));
	assert_int_equal(s.sample.seq, 0);
	snapshot_done(&s);
	strbuf_done(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(nothing_is_left_out),
		cmocka_unit_test(a_sample_is_read_too),
		cmocka_unit_test(bytes_that_are_no_text_come_back),
		cmocka_unit_test(what_is_wrong_is_named),
	};

	return cmocka_run_group_tests_name("jsonread", tests, NULL, NULL);
}
