#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/calc.h"
#include "pagetide/expect.h"
#include "pagetide/field.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"

static struct sample now_sample, then_sample;
static const struct field_of then = { .sample = &then_sample };
static const struct field_of of = { .sample = &now_sample, .since = &then };

static int
setup(void **state)
{
	(void)state;
	now_sample.seq = 107;
	then_sample.seq = 100;
	now_sample.target.pages = 16384;
	then_sample.target.pages = 16000;
	now_sample.target.page_bytes = then_sample.target.page_bytes = 4096;
	now_sample.target.size_bytes = 16384 * 4096;
	now_sample.target.readahead_known = true;
	now_sample.target.readahead_bytes = 131072;
	now_sample.memory.pressure_known = true;
	now_sample.memory.some_avg10_bp = 1604;
	return 0;
}

static void
numbers_are_calculated(void **state)
{
	static const struct {
		const char	*text;
		int64_t		 n;
		const char	*measure;
	} rows[] = {
		{ "5", 5, NULL },
		{ "16M", 16 << 20, "bytes" },
		{ "200ms", 200000000, "ns" },
		{ "seq", 107, "a count" },
		{ "seq - 7 - 50", 50, "a count" },
		{ "2 + 3 * 4", 14, NULL },
		{ "2 * 3 + 4", 10, NULL },
		{ "2 * (3 + 4)", 14, NULL },
		{ "(seq - (100 + 2)) * 2", 10, "a count" },
		{ "100 / 3 / 3", 11, NULL },
		{ "since(seq)", 7, "a count" },
		{ "since(target.pages) * 4", 1536, "a count" },
		{ "target.readahead_bytes / target.page_size_bytes", 32,
		    "a count" },
		{ "target.readahead_bytes / target.page_size_bytes / 2 + 1",
		    17, "a count" },
		{ "target.size_bytes - 64M", 0, "bytes" },
		{ "target.size_bytes / 2", 32 << 20, "bytes" },
		{ "3 * target.page_size_bytes", 12288, "bytes" },
		{ "seq - 200", -93, "a count" },
		{ "50%", 5000, "percent" },
		{ "2 * 16.04%", 3208, "percent" },
		{ "30% / 16.04%", 1, "a count" },
	};
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calc *c = calc_parse(rows[i].text, &why);
		int64_t n;

		if (c == NULL)
			fail_msg("%s: %s", rows[i].text, why.s);
		assert_true(calc_value(c, &of, &n, NULL));
		if (n != rows[i].n)
			fail_msg("%s: %lld", rows[i].text, (long long)n);
		if (rows[i].measure == NULL)
			assert_null(calc_measure(c));
		else
			assert_string_equal(calc_measure(c), rows[i].measure);
		calc_free(c);
	}
	strbuf_done(&why);
}

/* Only what is a change may be below 0: else it has wrapped. */
static void
only_a_change_is_below_zero(void **state)
{
	struct sample s = { .worker = { .alive = true,
	    .latency_known = true }, .seq = UINT64_MAX };
	struct walk_facts walk = { .known = true, .effect.done = true };
	const struct field_of walked = { .sample = &s, .walk = &walk };
	struct strbuf why = STRBUF_INIT;
	struct calc *c = calc_parse("walk.outcome.mapped_pages + 1", &why);
	int64_t n;

	(void)state;
	walk.effect.before.known = COUNTER_BIT(COUNTER_MAPPED);
	walk.effect.after.known = COUNTER_BIT(COUNTER_MAPPED);
	walk.effect.before.v[COUNTER_MAPPED] = 8;
	assert_non_null(c);
	assert_true(calc_value(c, &walked, &n, NULL));
	assert_int_equal(n, -7);
	calc_free(c);
	c = calc_parse("seq + 1", &why);
	assert_false(calc_value(c, &walked, &n, NULL));
	calc_free(c);
	strbuf_done(&why);
}

/* What is unknown has no value, whatever it is part of; nor has what there is
 * no number for. */
static void
unknown_stays_unknown(void **state)
{
	static const char *const rows[][2] = {
		{ "worker.pid + 1", "worker.pid" },
		{ "1 + worker.pid", "worker.pid" },
		{ "since(memory.usage_bytes)", "memory.usage_bytes" },
		{ "1 / 0", NULL },
		{ "seq / (seq", "" },
		{ "9223372036854775807 + 1", NULL },
		{ "seq * 9223372036854775807", NULL },
	};
	const struct field_of alone = { .sample = &now_sample };
	const struct field *unknown;
	struct strbuf why = STRBUF_INIT;
	struct calc *c;
	int64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		c = calc_parse(rows[i][0], &why);
		if (rows[i][1] != NULL && *rows[i][1] == '\0') {
			assert_null(c);
			continue;
		}
		assert_non_null(c);
		assert_false(calc_value(c, &of, &n, &unknown));
		if (rows[i][1] == NULL)
			assert_null(unknown);
		else
			assert_string_equal(unknown->name, rows[i][1]);
		calc_free(c);
	}
	c = calc_parse("since(seq)", &why);
	assert_false(calc_value(c, &alone, &n, &unknown));
	assert_string_equal(unknown->name, "seq");
	calc_free(c);
	strbuf_done(&why);
}

/* Two workers count each for itself. */
static void
since_is_of_one_worker(void **state)
{
	struct strbuf why = STRBUF_INIT;
	struct calc *c = calc_parse("since(counters.minor_faults)", &why);
	struct calc *system = calc_parse("since(counters.system_faults)", &why);
	struct sample begin = { .counters.known = ~0u }, end = begin;
	const struct field_of from = { .sample = &begin };
	const struct field_of at = { .sample = &end, .since = &from };
	const struct field *unknown;
	int64_t n;

	(void)state;
	begin.worker.alive = end.worker.alive = true;
	begin.worker.pid = end.worker.pid = 100;
	end.counters.v[COUNTER_MINOR] = end.counters.v[COUNTER_SYS_FAULTS] = 7;
	assert_true(calc_value(c, &at, &n, &unknown));
	assert_int_equal(n, 7);
	end.worker.pid = 101;
	assert_false(calc_value(c, &at, &n, &unknown));
	assert_string_equal(unknown->name, "counters.minor_faults");
	assert_true(calc_value(system, &at, &n, &unknown));
	assert_int_equal(n, 7);
	calc_free(c);
	calc_free(system);
	strbuf_done(&why);
}

static void
conditions_have_sums(void **state)
{
	static const struct {
		const char	*text;
		enum expect_is	is;
	} rows[] = {
		{ "since(seq) == 7", EXPECT_TRUE },
		{ "memory.some_avg10_percent == 16.04%", EXPECT_TRUE },
		{ "memory.some_avg10_percent * 2 == 32.08%", EXPECT_TRUE },
		{ "30% < memory.some_avg10_percent + 14%", EXPECT_TRUE },
		{ "since(seq) > 7 || seq - 100 >= 7", EXPECT_TRUE },
		{ "seq == 100 + 7", EXPECT_TRUE },
		{ "7 == since(seq)", EXPECT_TRUE },
		{ "seq > since(seq) * 15 + 2", EXPECT_FALSE },
		{ "target.size_bytes < 32M * 2 + 1", EXPECT_TRUE },
		{ "!(seq + 1 == 108)", EXPECT_FALSE },
		{ "since(worker.pid) == 1", EXPECT_UNKNOWN },
		{ "1 / 0 == 1", EXPECT_UNKNOWN },
	};
	const struct field *unknown;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct expect *e = expect_parse(rows[i].text, &why);

		if (e == NULL)
			fail_msg("%s: %s", rows[i].text, why.s);
		if (expect_test(e, &of, &unknown) != rows[i].is)
			fail_msg("%s", rows[i].text);
		expect_free(e);
	}
	strbuf_done(&why);
}

static void
too_much_is_refused(void **state)
{
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	int i;

	(void)state;
	strbuf_adds(&text, "1");
	for (i = 0; i < 64; i++)
		strbuf_adds(&text, " + 1");
	calc_free(calc_parse(text.s, &why));
	assert_string_equal(why.s, "");
	strbuf_adds(&text, " + 1");
	assert_null(calc_parse(text.s, &why));
	assert_non_null(strstr(why.s, "too many"));
	strbuf_reset(&why);
	assert_null(calc_parse("2 * (3 + 4", &why));
	assert_string_equal(why.s, "character 11: a ) should stand here");
	strbuf_done(&text);
	strbuf_done(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_calculated),
		cmocka_unit_test(only_a_change_is_below_zero),
		cmocka_unit_test(unknown_stays_unknown),
		cmocka_unit_test(since_is_of_one_worker),
		cmocka_unit_test(conditions_have_sums),
		cmocka_unit_test(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
