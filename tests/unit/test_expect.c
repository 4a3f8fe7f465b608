#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/expect.h"
#include "pagetide/field.h"
#include "pagetide/strbuf.h"

static struct walk_facts walk = {
	.known = true, .kind = PATTERN_RANDOM,
	.effect = { .done = true,
	    .before = { .known = COUNTER_BIT(COUNTER_CACHED) },
	    .after = { .known = COUNTER_BIT(COUNTER_CACHED) } },
};

/* A worker that walks; of the layers only one is known. */
static struct sample
some_sample(void)
{
	walk.effect.before.v[COUNTER_CACHED] = 100;
	walk.effect.after.v[COUNTER_CACHED] = 90;
	return (struct sample){
		.seq = 7, .wall_ns = UINT64_C(1700049631500000000),
		.target = { .path = "/data/a file", .filesystem = "ext4",
		    .pages = 1000, .size_bytes = 4096000,
		    .page_bytes = 4096, .waits_known = true,
		    .waits_ns = 1500000000 },
		.worker = { .alive = true, .running = true,
		    .kind = PATTERN_RANDOM, .pace_per_s = 50,
		    .latency_known = true },
		.memory = { .limit_known = true, .limit_bytes = UINT64_MAX,
		    .pressure_known = true, .some_avg10_bp = 1604 },
		.total = { [LAYER_CACHED] = 500 },
		.total_known = LAYER_BIT(LAYER_CACHED),
	};
}

/* What comes of it; the name of what is unknown goes to *unknown. */
static enum expect_is
test(const char *text, const char **unknown)
{
	struct sample s = some_sample();
	struct field_of of = { .sample = &s, .walk = &walk,
		.idle_known = true };
	const struct field *f = NULL;
	struct strbuf why = STRBUF_INIT;
	struct expect *e = expect_parse(text, &why);
	enum expect_is is;

	if (e == NULL)
		fail_msg("%s: %s", text, why.s);
	assert_int_equal(why.len, 0);
	is = expect_test(e, &of, &f);
	if (is == EXPECT_UNKNOWN)
		*unknown = f->name;
	expect_free(e);
	return is;
}

static void
each_kind_is_compared(void **state)
{
	static const struct {
		const char	*text;
		enum expect_is	 is;
	} rows[] = {
		{ "layers.cached_pages == 500", EXPECT_TRUE },
		{ "layers.cached_pages != 500", EXPECT_FALSE },
		{ "layers.cached_pages<500", EXPECT_FALSE },
		{ "layers.cached_pages<=500", EXPECT_TRUE },
		{ "layers.cached_pages>500", EXPECT_FALSE },
		{ "layers.cached_pages >= 500", EXPECT_TRUE },
		{ "layers.cached_pages >= 501", EXPECT_FALSE },
		{ "layers.cached_pages < target.pages", EXPECT_TRUE },
		{ "target.size_bytes > 3M", EXPECT_TRUE },
		{ "target.size_bytes == 4000K", EXPECT_TRUE },
		{ "target.storage_wait_ns == 1500000000", EXPECT_TRUE },
		{ "target.storage_wait_ns == 1500ms", EXPECT_TRUE },
		{ "target.storage_wait_ns > 1.4s", EXPECT_TRUE },
		{ "memory.some_avg10_percent == 16.04", EXPECT_TRUE },
		{ "memory.some_avg10_percent > 16.05", EXPECT_FALSE },
		{ "time >= 1700049631.5", EXPECT_TRUE },
		{ "time > 1700049631.5", EXPECT_FALSE },
		{ "walk.outcome.cached_pages == -10", EXPECT_TRUE },
		{ "walk.outcome.cached_pages > -10", EXPECT_FALSE },
		{ "worker.running", EXPECT_TRUE },
		{ "!worker.running", EXPECT_FALSE },
		{ "worker.running == false", EXPECT_FALSE },
		{ "worker.running != true", EXPECT_FALSE },
		{ "memory.limited == worker.running", EXPECT_FALSE },
		{ "idle", EXPECT_FALSE },
		{ "worker.pattern == random", EXPECT_TRUE },
		{ "worker.pattern==\"random\"", EXPECT_TRUE },
		{ "worker.pattern != stride", EXPECT_TRUE },
		{ "worker.pattern == walk.pattern", EXPECT_TRUE },
		{ "target.path == \"/data/a file\"", EXPECT_TRUE },
		{ "target.filesystem == ext4", EXPECT_TRUE },
		{ "target.filesystem == \"\"", EXPECT_FALSE },
		/* What a ( begins is told by what follows its ). */
		{ "(layers.cached_pages + 1) * 2 == 1002", EXPECT_TRUE },
		{ "((seq + 1) * 2) / 2 > 8 || idle", EXPECT_FALSE },
		{ "((seq + 1) * 2 > 15 && !(idle))", EXPECT_TRUE },
		{ "(target.path != \"a ) b\") && (seq) - 1 < (seq)",
		    EXPECT_TRUE },
		{ "(idle) != (worker.running)", EXPECT_TRUE },
		{ "seq == (1 + 2) * 3 - 2", EXPECT_TRUE },
		{ "seq > (seq)", EXPECT_FALSE },
	};
	const char *unknown;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (test(rows[i].text, &unknown) != rows[i].is)
			fail_msg("%s", rows[i].text);
}

/* T: true, F: false, U: unknown, each by a field that is so. */
static void
put_terms(struct strbuf *sb, const char *form)
{
	for (; *form != '\0'; form++) {
		if (*form == 'T')
			strbuf_adds(sb, "worker.running");
		else if (*form == 'F')
			strbuf_adds(sb, "memory.limited");
		else if (*form == 'U')
			strbuf_adds(sb, "target.atime_kept");
		else if (*form == 'V')
			strbuf_adds(sb, "layers.mapped_pages == 0");
		else
			strbuf_addc(sb, *form);
	}
}

static void
unknown_is_a_third_value(void **state)
{
	static const char *const kept = "target.atime_kept";
	static const char *const mapped = "layers.mapped_pages";
	const struct {
		const char	*form, *unknown;
		enum expect_is	 is;
	} rows[] = {
		{ "T && T", NULL, EXPECT_TRUE },
		{ "T && F", NULL, EXPECT_FALSE },
		{ "F && T", NULL, EXPECT_FALSE },
		{ "T && U", kept, EXPECT_UNKNOWN },
		{ "U && T", kept, EXPECT_UNKNOWN },
		{ "F && U", NULL, EXPECT_FALSE },
		{ "U && F", NULL, EXPECT_FALSE },
		{ "U && V", kept, EXPECT_UNKNOWN },
		{ "V && U", mapped, EXPECT_UNKNOWN },
		{ "T || F", NULL, EXPECT_TRUE },
		{ "F || T", NULL, EXPECT_TRUE },
		{ "F || F", NULL, EXPECT_FALSE },
		{ "T || U", NULL, EXPECT_TRUE },
		{ "U || T", NULL, EXPECT_TRUE },
		{ "F || U", kept, EXPECT_UNKNOWN },
		{ "U || F", kept, EXPECT_UNKNOWN },
		{ "!U", kept, EXPECT_UNKNOWN },
		{ "!V", mapped, EXPECT_UNKNOWN },
		{ "!F", NULL, EXPECT_TRUE },
		{ "!!T", NULL, EXPECT_TRUE },
		/* && binds more than ||. */
		{ "T || T && F", NULL, EXPECT_TRUE },
		{ "F && T || T", NULL, EXPECT_TRUE },
		{ "(T || T) && F", NULL, EXPECT_FALSE },
		{ "!(F && T)", NULL, EXPECT_TRUE },
		{ "!F && F", NULL, EXPECT_FALSE },
		/* The one that matters. */
		{ "U && F || V", mapped, EXPECT_UNKNOWN },
		{ "(U || T) && V", mapped, EXPECT_UNKNOWN },
		{ "  ( T )&&( T )  ", NULL, EXPECT_TRUE },
		{ "((T) || (F)) && !(F)", NULL, EXPECT_TRUE },
	};
	struct strbuf text = STRBUF_INIT;
	const char *unknown = "";

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		strbuf_reset(&text);
		put_terms(&text, rows[i].form);
		if (test(text.s, &unknown) != rows[i].is)
			fail_msg("%s", rows[i].form);
		if (rows[i].unknown != NULL)
			assert_string_equal(unknown, rows[i].unknown);
	}
	strbuf_done(&text);
}

/* No limit is no number, and no group is there without a worker. */
static void
what_is_not_told_is_unknown(void **state)
{
	struct sample s = some_sample();
	struct field_of of = { .sample = &s };
	struct strbuf why = STRBUF_INIT;
	struct expect *e = expect_parse("walk.pattern == random", &why);
	const struct field *f;
	const char *unknown = "";

	(void)state;
	assert_int_equal(test("memory.limit_bytes > 1", &unknown),
	    EXPECT_UNKNOWN);
	assert_string_equal(unknown, "memory.limit_bytes");
	assert_int_equal(test("target.pages > layers.hole_pages", &unknown),
	    EXPECT_UNKNOWN);
	assert_string_equal(unknown, "layers.hole_pages");
	assert_int_equal(expect_test(e, &of, &f), EXPECT_UNKNOWN);
	expect_free(e);
}

static void
what_is_wrong_is_said_where_it_is(void **state)
{
	static const char *const rows[][2] = {
		{ "", "character 1: a field should stand here" },
		{ "  ", "character 3: a field should stand here" },
		{ "1x < seq", "character 1: there is no field 1x" },
		{ "100", "character 4: one of == != < <= > >= should stand "
		    "here" },
		{ "seq + 1", "character 8: one of == != < <= > >= should "
		    "stand here" },
		{ "seq + 1 > 5ms",
		    "character 11: one side is a count, the other ns" },
		{ "50 < memory.some_avg10_percent",
		    "character 6: one side is a number, the other percent" },
		{ "memory.some_avg10_percent * 2 > 50",
		    "character 33: one side is percent, the other a number" },
		{ "memory.some_avg10_percent + 1 > 50%", "character 27: "
		    "percent + a number: these do not go together" },
		{ "seq > target.size_bytes + 1",
		    "character 7: one side is a count, the other bytes" },
		{ "seq + idle > 1", "character 5: a count + true or false: "
		    "these do not go together" },
		{ "since(idle) > 1", "character 7: idle is no number" },
		{ "since(seq > 1", "character 10: a ) should stand here" },
		{ "since() > 1", "character 7: a field should stand here" },
		{ "\"seq\" == 1", "character 1: a field should stand here" },
		{ "layers.cached > 1",
		    "character 1: there is no field layers.cached" },
		{ "idle && gap", "character 9: there is no field gap" },
		{ "worker",
		    "character 1: worker is no number, word or state" },
		{ "walk.latency.minor.buckets == 1", "character 1: "
		    "walk.latency.minor.buckets is no number, word or state" },
		{ "seq == diagnosis",
		    "character 8: diagnosis is no number, word or state" },
		{ "seq", "character 4: one of == != < <= > >= should stand "
		    "here" },
		{ "seq = 1", "character 5: one of == != < <= > >= should "
		    "stand here" },
		{ "idle = true", "character 6: one of == != < <= > >= should "
		    "stand here" },
		{ "seq =>", "character 5: one of == != < <= > >= should "
		    "stand here" },
		{ "seq >", "character 6: a value should stand here" },
		{ "seq > && idle", "character 7: a value should stand here" },
		{ "seq > 1x", "character 7: seq can't be \"1x\"" },
		{ "seq > -1", "character 7: seq can't be \"-1\"" },
		{ "seq > 2s", "character 7: seq can't be \"2s\"" },
		{ "seq > \"1\"", "character 7: seq can't be \"1\"" },
		{ "seq > 9223372036854775808",
		    "character 7: seq can't be \"9223372036854775808\"" },
		{ "memory.some_avg10_percent > 5ms", "character 29: "
		    "memory.some_avg10_percent can't be \"5ms\"" },
		{ "target.size_bytes > 1X",
		    "character 21: target.size_bytes can't be \"1X\"" },
		{ "idle == yes", "character 9: idle can't be \"yes\"" },
		{ "idle > false", "character 6: idle has no order: == or !=" },
		{ "worker.pattern >= random", "character 16: worker.pattern "
		    "has no order: == or !=" },
		{ "worker.pattern == randm",
		    "character 19: worker.pattern can't be \"randm\"" },
		{ "target.path == \"/a",
		    "character 16: this \" has no other" },
		{ "target.pages > target.size_bytes", "character 16: "
		    "target.pages is a count, but target.size_bytes is bytes"
		    },
		{ "idle == seq",
		    "character 9: idle is true or false, but seq is a count" },
		{ "idle idle", "character 6: && or || should stand here" },
		{ "idle & idle", "character 6: && or || should stand here" },
		{ "idle)", "character 5: && or || should stand here" },
		{ "(idle", "character 6: a ) should stand here" },
		{ "(idle && (idle)", "character 16: a ) should stand here" },
		{ "idle &&", "character 8: a field should stand here" },
		{ "idle && !", "character 10: a field should stand here" },
		{ "(seq + 1) idle", "character 9: one of == != < <= > >= "
		    "should stand here" },
		{ "(seq + 1", "character 9: one of == != < <= > >= should "
		    "stand here" },
		{ "seq > (idle)", "character 7: one side is a count, the "
		    "other true or false" },
		{ "()", "character 2: a field should stand here" },
		{ "|| idle", "character 1: a field should stand here" },
	};
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		strbuf_reset(&why);
		assert_null(expect_parse(rows[i][0], &why));
		assert_string_equal(why.s, rows[i][1]);
	}
	strbuf_done(&why);
}

/* 64 of them are taken, one more is not; the stack is not a limit. */
static void
depth_is_limited(void **state)
{
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	const char *unknown;

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		strbuf_adds(&text, "!");
	strbuf_adds(&text, "idle");
	assert_int_equal(test(text.s, &unknown), EXPECT_FALSE);
	strbuf_reset(&text);
	for (unsigned i = 0; i < 100000; i++)
		strbuf_adds(&text, "(");
	assert_null(expect_parse(text.s, &why));
	assert_string_equal(why.s,
	    "character 65: too many ! and ( in each other");
	strbuf_reset(&text);
	for (unsigned i = 0; i < 9000; i++)
		strbuf_adds(&text, "!idle&&");
	strbuf_adds(&text, "!idle");
	assert_int_equal(test(text.s, &unknown), EXPECT_TRUE);
	strbuf_done(&text);
	strbuf_done(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_compared),
		cmocka_unit_test(unknown_is_a_third_value),
		cmocka_unit_test(what_is_not_told_is_unknown),
		cmocka_unit_test(what_is_wrong_is_said_where_it_is),
		cmocka_unit_test(depth_is_limited),
	};

	return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
