#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "pagetide/advice.h"
#include "pagetide/strbuf.h"
#include "pagetide/truth.h"
#include "pagetide/truthjson.h"
#include "pagetide/truthlist.h"

static const struct truth_facts facts = {
	.has = ~0u,
	.linux_version = LINUXVER(6, 18),
	.file_pages = 1024,
	.region_pages = 256,
	.around_pages = 16,
	.huge_pages = 512,
	.readahead_pages = 2048,
	.readahead_known = true,
};

static const struct truth_place place = { "6.18.1", "/var/t\x1bmp", "ext4",
	4096 };

static const struct truth_row dontneed = {
	.name = "dontneed", .on = TRUTH_SHARED, .state = TRUTH_MAPPED,
	.act = { { ACT_HINT, "dontneed", 0 } },
	.pages = { [TRUTH_COL_CACHED] = PAGES_SAME,
	    [TRUTH_COL_MAPPED] = PAGES_NONE },
	.next = COST_CACHED, .remark = "the PTEs go",
};

static const struct truth_row locked = {
	.name = "mlock", .on = TRUTH_PRIVATE, .state = TRUTH_CACHED,
	.act = { { ACT_HINT, "mlock", 0 },
	    { ACT_HINT, "fadvise-dontneed", 0 } },
	.pages = { [TRUTH_COL_CACHED] = PAGES_NONE,
	    [TRUTH_COL_MAPPED] = PAGES_ALL,
	    [TRUTH_COL_PRIVATE] = PAGES_ALL },
	.flags_on = VMF_LOCKED, .call = COST_READ_AT_ONCE, .err = { 0, EIO },
};

#define ALL_KNOWN (TRUTH_BIT(TRUTH_COLS) - 1)

static struct truth_result
good(void)
{
	struct truth_result r = { .row = &dontneed, .tries = 1,
		.verdict = TRUTH_AS_EXPECTED };

	r.seen.before_known = r.seen.after_known = ALL_KNOWN;
	r.seen.before[TRUTH_COL_CACHED] = r.seen.after[TRUTH_COL_CACHED] = 256;
	r.seen.before[TRUTH_COL_MAPPED] = 256;
	r.seen.after[TRUTH_COL_MINOR] = 17;
	return r;
}

static struct truth_result
bad(void)
{
	struct truth_result r = { .row = &locked, .tries = 5,
		.verdict = TRUTH_DIFFERS, .differs =
		TRUTH_BIT(TRUTH_COL_CACHED) | TRUTH_BIT(TRUTH_COL_ERRNO) };

	r.seen.before_known = ALL_KNOWN;
	r.seen.after_known = ALL_KNOWN & ~TRUTH_BIT(TRUTH_COL_PRIVATE);
	r.seen.before[TRUTH_COL_CACHED] = 256;
	r.seen.after[TRUTH_COL_CACHED] = 255;
	r.seen.after[TRUTH_COL_MAPPED] = 256;
	r.seen.after[TRUTH_COL_CALL_MINOR] = 40;
	r.seen.flags_after = VMF_LOCKED;
	r.seen.err[0] = ENOMEM;
	return r;
}

static struct truth_result
not_run(void)
{
	struct truth_result r = { .row = &dontneed,
		.verdict = TRUTH_NOT_RUN };

	strcpy(r.why_not, "no swap");
	return r;
}

static void
assert_row(const struct truth_result *r, const char *text)
{
	struct strbuf sb = STRBUF_INIT;

	truthlist_row(&sb, &facts, r);
	assert_string_equal(sb.s, text);
	strbuf_done(&sb);
}

static void
measured_stands_above_expected(void **state)
{
	struct truth_result r = good();

	(void)state;
	assert_row(&r,
"dontneed           shared mapped   256>256 256>0   =      0      17/0   ok\n"
"                     expected      256     0       =      0      16-32/0\n"
"                   the PTEs go\n");
	r.seen.before_known &= ~TRUTH_BIT(TRUTH_COL_FLAGS);
	assert_row(&r,
"dontneed           shared mapped   256>256 256>0   -      0      17/0   ok\n"
"                     expected      256     0       =      0      16-32/0\n"
"                   the PTEs go\n");
}

static void
a_difference_is_named(void **state)
{
	struct truth_result r = bad();

	(void)state;
	assert_row(&r,
"mlock              private cached  256>255 0>256   +lo    ENOMEM 0/0    DIFFERS\n"
"+fadvise-dontneed    expected      0       256     +lo    EIO    -\n"
"                   differs: cache, errno; private 0>? (256)\n"
"                   faults of the call 40/0 (1-32/0); tries: 5\n");
}

static void
what_was_not_run_has_a_reason(void **state)
{
	struct truth_result r = not_run();

	(void)state;
	assert_row(&r,
"dontneed           shared mapped   not run: no swap\n");
}

static void
the_head_says_where(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct truth_facts f = facts;

	(void)state;
	truthlist_head(&sb, &place, &f);
	assert_non_null(strstr(sb.s, "Linux 6.18.1"));
	assert_non_null(strstr(sb.s, "on ext4, readahead 8.0 MiB: "
	    "256 of its 1024 pages\n"));
	assert_null(strchr(sb.s, '\x1b'));
	strbuf_reset(&sb);
	f.readahead_known = false;
	truthlist_head(&sb, &place, &f);
	assert_non_null(strstr(sb.s, "readahead not known"));
	strbuf_done(&sb);
}

static void
all_rows_fit_in_a_line(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct truth_result r = good();
	const char *line, *end;
	unsigned i;

	(void)state;
	for (i = 0; i < truth_rows; i++) {
		r.row = &truth_table[i];
		r.verdict = TRUTH_DIFFERS;
		r.differs = TRUTH_BIT(TRUTH_COLS) - 1;
		truthlist_row(&sb, &facts, &r);
	}
	for (line = sb.s; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		assert_true(end - line <= 80);
		assert_true(end == line || end[-1] != ' ');
	}
	strbuf_done(&sb);
}

static void
the_sum_adds_up(void **state)
{
	struct truth_result r[] = { good(), bad(), not_run(), good() };
	struct truth_sum sum = { 0 };
	struct strbuf sb = STRBUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof r / sizeof r[0]; i++)
		truth_sum_add(&sum, &r[i]);
	truthlist_sum(&sb, &sum);
	assert_string_equal(sb.s,
	    "4 rows: 2 as expected, 1 differ, 1 not run here\n");
	strbuf_done(&sb);
}

/* The value at a path of keys of row i. */
static json_t *
at(json_t *o, size_t i, const char *a, const char *b, const char *c)
{
	json_t *v = json_array_get(json_object_get(o, "rows"), i);

	v = json_object_get(v, a);
	if (b != NULL)
		v = json_object_get(v, b);
	return c != NULL ? json_object_get(v, c) : v;
}

static void
json_has_all_of_it(void **state)
{
	struct truth_result r[] = { good(), bad(), not_run() };
	char *line = truthjson(&place, &facts, r, 3);
	json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	(void)state;
	assert_null(strchr(line, '\n'));
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "schema")),
	    "pagetide-truth/1");
	assert_int_equal(json_integer_value(json_object_get(o,
	    "readahead_bytes")), 8 << 20);
	assert_int_equal(json_array_size(json_object_get(o, "rows")), 3);
	assert_string_equal(json_string_value(at(o, 0, "result", NULL,
	    NULL)), "as expected");
	assert_true(json_is_null(at(o, 0, "why_not", NULL, NULL)));
	assert_int_equal(json_integer_value(at(o, 0, "measured",
	    "cached_pages", "after")), 256);
	assert_int_equal(json_integer_value(at(o, 0, "measured",
	    "next_minor_faults", NULL)), 17);
	assert_int_equal(json_integer_value(at(o, 0, "expected",
	    "next_minor_faults", "max")), 32);
	assert_true(json_is_null(at(o, 0, "expected", "dirty_pages", NULL)));
	assert_string_equal(json_string_value(at(o, 0, "expected", "vmflags",
	    NULL)), "=");
	json_decref(o);
	free(line);
}

static void
json_tells_what_differs_and_what_is_unknown(void **state)
{
	struct truth_result r[] = { good(), bad(), not_run() };
	char *line = truthjson(&place, &facts, r, 3);
	json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	json_t *differs = at(o, 1, "differs", NULL, NULL);
	json_t *errors = at(o, 1, "measured", "errno", NULL);

	(void)state;
	assert_int_equal(json_array_size(differs), 2);
	assert_string_equal(json_string_value(json_array_get(differs, 0)),
	    "cached_pages");
	assert_string_equal(json_string_value(json_array_get(differs, 1)),
	    "errno");
	assert_int_equal(json_array_size(errors), 2);
	assert_string_equal(json_string_value(json_array_get(errors, 0)),
	    "ENOMEM");
	assert_string_equal(json_string_value(json_array_get(errors, 1)),
	    "0");
	assert_true(json_is_null(at(o, 1, "measured", "private_pages",
	    "after")));
	assert_int_equal(json_array_size(at(o, 1, "calls", NULL, NULL)), 2);
	assert_true(json_is_null(at(o, 2, "measured", NULL, NULL)));
	assert_string_equal(json_string_value(at(o, 2, "why_not", NULL,
	    NULL)), "no swap");
	json_decref(o);
	free(line);
}

static const char whole[] =
    "{\"schema\":\"pagetide-truth/1\",\"kernel\":\"6.18.1\","
    "\"directory\":\"/var/t\\u001Bmp\",\"filesystem\":\"ext4\","
    "\"page_size_bytes\":4096,\"file_pages\":1024,"
    "\"readahead_bytes\":null,\"rows\":[{\"name\":\"dontneed\","
    "\"on\":\"shared\",\"state\":\"mapped\",\"calls\":[\"dontneed\"],"
    "\"pages\":256,\"result\":\"as expected\",\"why_not\":null,"
    "\"tries\":1,\"differs\":[],"
    "\"expected\":{\"cached_pages\":{\"min\":256,\"max\":256},"
    "\"mapped_pages\":{\"min\":0,\"max\":0},\"private_pages\":null,"
    "\"dirty_pages\":null,\"evicted_pages\":null,"
    "\"file_cached_pages\":null,\"call_minor_faults\":null,"
    "\"call_major_faults\":null,\"next_minor_faults\":{\"min\":16,"
    "\"max\":32},\"next_major_faults\":{\"min\":0,\"max\":0},"
    "\"next_file_cached_pages\":null,\"vmflags\":\"=\","
    "\"errno\":[\"0\"]},\"measured\":{\"cached_pages\":{\"before\":256,"
    "\"after\":256},\"mapped_pages\":{\"before\":256,\"after\":0},"
    "\"private_pages\":{\"before\":0,\"after\":0},"
    "\"dirty_pages\":{\"before\":0,\"after\":0},"
    "\"evicted_pages\":{\"before\":0,\"after\":0},"
    "\"file_cached_pages\":{\"before\":0,\"after\":0},"
    "\"call_minor_faults\":0,\"call_major_faults\":0,"
    "\"next_minor_faults\":17,\"next_major_faults\":0,"
    "\"next_file_cached_pages\":0,\"vmflags\":null,\"errno\":[\"0\"]},"
    "\"remark\":\"the PTEs go\"},{\"name\":\"mlock\","
    "\"on\":\"private\",\"state\":\"cached\",\"calls\":[\"mlock\","
    "\"fadvise-dontneed\"],\"pages\":256,\"result\":\"differs\","
    "\"why_not\":null,\"tries\":5,\"differs\":[\"cached_pages\","
    "\"errno\"],\"expected\":{\"cached_pages\":{\"min\":0,\"max\":0},"
    "\"mapped_pages\":{\"min\":256,\"max\":256},"
    "\"private_pages\":{\"min\":256,\"max\":256},\"dirty_pages\":null,"
    "\"evicted_pages\":null,\"file_cached_pages\":null,"
    "\"call_minor_faults\":{\"min\":1,\"max\":256},"
    "\"call_major_faults\":{\"min\":0,\"max\":0},"
    "\"next_minor_faults\":null,\"next_major_faults\":null,"
    "\"next_file_cached_pages\":null,\"vmflags\":\"+lo\","
    "\"errno\":[\"0\",\"EIO\"]},"
    "\"measured\":{\"cached_pages\":{\"before\":256,\"after\":255},"
    "\"mapped_pages\":{\"before\":0,\"after\":256},"
    "\"private_pages\":{\"before\":0,\"after\":null},"
    "\"dirty_pages\":{\"before\":0,\"after\":0},"
    "\"evicted_pages\":{\"before\":0,\"after\":0},"
    "\"file_cached_pages\":{\"before\":0,\"after\":0},"
    "\"call_minor_faults\":40,\"call_major_faults\":0,"
    "\"next_minor_faults\":0,\"next_major_faults\":0,"
    "\"next_file_cached_pages\":0,\"vmflags\":\"+lo\","
    "\"errno\":[\"ENOMEM\",\"0\"]},\"remark\":null},"
    "{\"name\":\"dontneed\",\"on\":\"shared\",\"state\":\"mapped\","
    "\"calls\":[\"dontneed\"],\"pages\":256,\"result\":\"not run\","
    "\"why_not\":\"no swap\",\"tries\":0,\"differs\":[],"
    "\"expected\":{\"cached_pages\":null,\"mapped_pages\":{\"min\":0,"
    "\"max\":0},\"private_pages\":null,\"dirty_pages\":null,"
    "\"evicted_pages\":null,\"file_cached_pages\":null,"
    "\"call_minor_faults\":null,\"call_major_faults\":null,"
    "\"next_minor_faults\":{\"min\":16,\"max\":32},"
    "\"next_major_faults\":{\"min\":0,\"max\":0},"
    "\"next_file_cached_pages\":null,\"vmflags\":\"=\","
    "\"errno\":[\"0\"]},\"measured\":null,\"remark\":\"the PTEs go\"}],"
    "\"summary\":{\"rows\":3,\"as_expected\":1,\"differ\":1,"
    "\"not_run\":1}}";

/* To the byte: what is in it is told to programs. */
static void
json_is_this(void **state)
{
	struct truth_result r[] = { good(), bad(), not_run() };
	struct truth_facts f = facts;
	char *line;

	(void)state;
	r[0].seen.after_known &= ~TRUTH_BIT(TRUTH_COL_FLAGS);
	f.readahead_known = false;
	line = truthjson(&place, &f, r, 3);
	assert_string_equal(line, whole);
	free(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measured_stands_above_expected),
		cmocka_unit_test(a_difference_is_named),
		cmocka_unit_test(what_was_not_run_has_a_reason),
		cmocka_unit_test(the_head_says_where),
		cmocka_unit_test(all_rows_fit_in_a_line),
		cmocka_unit_test(the_sum_adds_up),
		cmocka_unit_test(json_is_this),
		cmocka_unit_test(json_has_all_of_it),
		cmocka_unit_test(json_tells_what_differs_and_what_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
