#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/compare.h"
#include "pagetide/field.h"
#include "pagetide/order.h"
#include "pagetide/history.h"
#include "pagetide/snapshot.h"

static bool
ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len >= n && strcmp(s + len - n, end) == 0;
}

static void
names_are_unique(void **state)
{
	(void)state;
	for (unsigned i = 0; i < field_count; i++)
		assert_ptr_equal(field_find(field_table[i].name),
		    &field_table[i]);
	assert_null(field_find("layers"));
	assert_null(field_find("layers.cached_page"));
	assert_null(field_find(""));
}

/* "Numbers are plain, in the units that their names end in." */
static void
units_are_those_of_the_names(void **state)
{
	static const char *const units[] = { "bytes", "pages", "ns", "faults",
		"percent", "touches" };
	const struct field *f;

	(void)state;
	for (unsigned i = 0; i < field_count; i++) {
		f = &field_table[i];
		for (unsigned u = 0; u < 6; u++)
			if (ends_with(f->name, units[u]) &&
			    f->name[strlen(f->name) - strlen(units[u]) - 1]
			    == '_')
				assert_string_equal(f->unit, units[u]);
		if (f->kind == FIELD_STATE || f->kind == FIELD_TEXT ||
		    f->kind == FIELD_GROUP || f->kind == FIELD_LIST)
			assert_null(f->unit);
	}
}

/* The field of that place. */
static const struct field *
field_at(size_t at)
{
	for (unsigned i = 0; i < field_count; i++)
		if (field_table[i].place.in == PLACE_SAMPLE &&
		    field_table[i].place.at == at)
			return &field_table[i];
	fail_msg("no field at %zu", at);
	return NULL;
}

static void
every_layer_and_counter_is_there(void **state)
{
	struct sample s = { .worker.alive = true };
	struct field_of of = { .sample = &s };
	const struct field *f;

	(void)state;
	for (int l = 0; l < LAYER_COUNT; l++) {
		f = field_at(offsetof(struct sample, total[l]));
		assert_memory_equal(f->name, "layers.", 7);
		assert_memory_equal(f->name + 7, layer_table[l].name,
		    strlen(layer_table[l].name));
		s.total_known = LAYER_BIT(l);
		assert_true(field_get(f, &of).known);
		s.total_known = LAYER_ALL & ~LAYER_BIT(l);
		assert_false(field_get(f, &of).known);
	}
	for (int c = 0; c < COUNTER_COUNT; c++) {
		f = field_at(offsetof(struct sample, counters.v[c]));
		s.counters.known = COUNTER_BIT(c);
		assert_true(field_get(f, &of).known);
		s.counters.known = ~COUNTER_BIT(c);
		assert_false(field_get(f, &of).known);
		field_at(offsetof(struct sample, base.v[c]));
	}
}

/* Something that the field can be. */
static struct field_value
some_value(const struct field *f)
{
	static uint64_t counts[LATENCY_BUCKETS];
	static const struct diagnosis list = { .n = 1,
		.item = { { .rule = "rule" } } };
	struct field_value v = { .known = true, .n = 1 };

	if (f->kind == FIELD_LIST) {
		v.n = 0;
		v.list = &list;
	} else if (f->kind == FIELD_COUNTS) {
		for (unsigned b = 0; b < LATENCY_BUCKETS; b++)
			counts[b] = 3 * b;
		v.count = counts;
		v.n = LATENCY_BUCKETS;
	} else if (f->kind == FIELD_TEXT) {
		v.n = 0;
		v.text = f->word != NULL ? f->word(1) : "some text";
	} else if (f->kind == FIELD_NUMBER) {
		v.n = f->place.size == 4 ? INT32_MAX : INT64_MAX;
	}
	return v;
}

/* What fields are of. */
struct all {
	struct snapshot snapshot;
	struct walk_facts walk;
	struct compare compare;
	struct one_touch touched;
	struct field_of of;
};

/* Has all that a field may need. */
static void
make_there(struct all *a)
{
	*a = (struct all){ .walk = { .known = true, .forecast.known = true,
		.effect.done = true } };
	a->snapshot.sample.worker.alive = true;
	a->snapshot.sample.worker.process = 1;
	a->snapshot.sample.worker.latency_known = true;
	a->of = (struct field_of){ .sample = &a->snapshot.sample,
		.walk = &a->walk, .diagnosis = &a->snapshot.findings.now,
		.snapshot = &a->snapshot, .compare = &a->compare,
		.touched = &a->touched };
}

static void
what_is_set_is_told(void **state)
{
	struct field_value v, got;
	const struct field *f;
	struct all a, none;

	(void)state;
	make_there(&none);
	for (unsigned i = 0; i < field_count; i++) {
		f = &field_table[i];
		if (f->place.in == PLACE_NONE && f->set == NULL)
			continue;
		v = some_value(f);
		make_there(&a);
		assert_true(field_same(f, &a.of, &none.of));
		assert_true(field_set(f, &a.of, &v));
		got = field_get(f, &a.of);
		if (!got.known)
			fail_msg("%s is not known", f->name);
		if (f->kind == FIELD_GROUP)
			continue;
		if (strcmp(f->name, "walk.outcome.alone") != 0 &&
		    strcmp(f->name, "walk.pattern") != 0 &&
		    field_same(f, &a.of, &none.of))
			fail_msg("%s is as before", f->name);
		assert_int_equal(got.n, v.n);
		if (v.text != NULL)
			assert_string_equal(got.text, v.text);
		if (v.list != NULL)
			assert_string_equal(got.list->item[0].rule, "rule");
	}
}

/* The word is of the signal that came. */
static void
a_signal_has_its_word(void **state)
{
	static const struct { int signal; const char *word; } rows[] = {
		{ 0, "none" }, { SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" } };
	const struct field *f = field_find("act.signal");
	struct own own = { .one_touch = true };
	struct sample none = { 0 };
	struct field_of of = { .sample = &none, .own = &own };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		own.signal = rows[i].signal;
		assert_true(field_get(f, &of).known);
		assert_string_equal(field_get(f, &of).text, rows[i].word);
	}
	own.signal = SIGFPE;
	assert_false(field_get(f, &of).known);
}

/* Without worker, walk and what is known of them, nothing of them is. */
static void
nothing_is_known_of_what_is_not_there(void **state)
{
	struct field_value v;
	const struct field *f;
	struct all a;

	(void)state;
	for (unsigned i = 0; i < field_count; i++) {
		f = &field_table[i];
		make_there(&a);
		v = some_value(f);
		if (f->place.in != PLACE_NONE || f->set != NULL)
			assert_true(field_set(f, &a.of, &v));
		a.of.walk = NULL;
		if (f->needs >= FIELD_NEEDS_WALK)
			assert_false(field_get(f, &a.of).known);
		a.of.walk = &a.walk;
		a.snapshot.sample.worker.latency_known = false;
		if (f->needs >= FIELD_NEEDS_LATENCY)
			assert_false(field_get(f, &a.of).known);
		a.snapshot.sample.worker.latency_known = true;
		a.snapshot.sample.worker.alive = false;
		if (f->needs >= FIELD_NEEDS_WORKER)
			assert_false(field_get(f, &a.of).known);
		a.of = (struct field_of){ .sample = &a.snapshot.sample };
		if (f->place.in > PLACE_SAMPLE)
			assert_false(field_get(f, &a.of).known);
	}
}

static void
no_field_takes_what_it_cannot_be(void **state)
{
	static const char *const words[] = { "worker.pattern",
		"memory.limit_of", "memory.pressure_of" };
	static const char *const narrow[] = { "target.page_size_bytes",
		"worker.pid", "memory.limited" };
	struct field_value word = { .known = true, .text = "nonsense" };
	struct field_value wide = { .known = true, .n = INT64_C(1) << 32 };
	struct all a;

	(void)state;
	make_there(&a);
	for (unsigned i = 0; i < 3; i++) {
		assert_false(field_set(field_find(words[i]), &a.of, &word));
		assert_false(field_set(field_find(narrow[i]), &a.of, &wide));
	}
	wide.n = LATENCY_BUCKETS - 1;
	assert_false(field_set(field_find("walk.latency.minor.buckets"),
	    &a.of, &wide));
}

static void
idle_is_known_in_a_session_only(void **state)
{
	struct sample s = { 0 };
	struct field_of of = { .sample = &s, .idle = true };
	const struct field *f = field_find("idle");

	(void)state;
	assert_false(field_get(f, &of).known);
	of.idle_known = true;
	assert_int_equal(field_get(f, &of).n, 1);
	of.idle = false;
	assert_true(field_get(f, &of).known);
	assert_int_equal(field_get(f, &of).n, 0);
}

static void
history_is_known_in_a_session_only(void **state)
{
	struct history *h = history_new(1 << 20);
	struct snapshot first = { .sample.t_ns = 100 };
	struct sample s = { .t_ns = 350 };
	struct field_of of = { .sample = &s };

	(void)state;
	assert_false(field_get(field_find("history.samples"), &of).known);
	assert_false(field_get(field_find("history.bytes"), &of).known);
	assert_false(field_get(field_find("history.span_ns"), &of).known);
	of.history = h;
	assert_int_equal(field_get(field_find("history.samples"), &of).n, 0);
	assert_true(field_get(field_find("history.span_ns"), &of).known);
	assert_int_equal(field_get(field_find("history.span_ns"), &of).n, 0);
	history_keep(h, &first);
	assert_int_equal(field_get(field_find("history.samples"), &of).n, 1);
	assert_int_equal(field_get(field_find("history.bytes"), &of).n,
	    history_bytes(h));
	assert_int_equal(field_get(field_find("history.span_ns"), &of).n, 250);
	history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(units_are_those_of_the_names),
		cmocka_unit_test(every_layer_and_counter_is_there),
		cmocka_unit_test(what_is_set_is_told),
		cmocka_unit_test(a_signal_has_its_word),
		cmocka_unit_test(nothing_is_known_of_what_is_not_there),
		cmocka_unit_test(no_field_takes_what_it_cannot_be),
		cmocka_unit_test(idle_is_known_in_a_session_only),
		cmocka_unit_test(history_is_known_in_a_session_only),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
