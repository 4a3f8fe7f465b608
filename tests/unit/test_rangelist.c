#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "pagetide/clock.h"
#include "pagetide/rangelist.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"

static const struct target_facts target = {
	.path = "a\"b", .filesystem = "ext4", .size_bytes = 5000,
	.page_bytes = 4096, .pages = 2,
};

/* All of a list of n runs: of 1 byte at 0, 2 at 10, ... */
static struct strbuf
whole(bool json, unsigned n, const char *by, const char *remark)
{
	struct rangelist l = { .json = json };
	struct strbuf out = STRBUF_INIT;
	unsigned i;

	rangelist_begin(&l, &out, &target, 1500 * NS_PER_MS, by);
	for (i = 0; i < n; i++)
		rangelist_run(&l, &out, 10 * i, i + 1);
	rangelist_end(&l, &out, by, remark);
	assert_int_equal(l.runs, n);
	return out;
}

static void
lines_are_two_numbers(void **state)
{
	struct strbuf out = whole(false, 3, "mincore", NULL);

	(void)state;
	assert_string_equal(out.s, "0 1\n10 2\n20 3\n");
	strbuf_done(&out);
	out = whole(false, 0, NULL, "not known");
	assert_string_equal(out.s, "");
	strbuf_done(&out);
}

/* The object of the list, which is one line. */
static json_t *
object(unsigned n, const char *by, const char *remark)
{
	struct strbuf out = whole(true, n, by, remark);
	json_t *o = json_loads(out.s, 0, NULL);

	assert_non_null(o);
	assert_ptr_equal(strchr(out.s, '\n'), out.s + out.len - 1);
	strbuf_done(&out);
	return o;
}

static void
json_is_one_object(void **state)
{
	json_t *o = object(3, "mincore", NULL), *runs, *run;

	(void)state;
	assert_string_equal(json_string_value(json_object_get(o, "schema")),
	    "pagetide-ranges/1");
	assert_string_equal(json_string_value(json_object_get(
	    json_object_get(o, "target"), "path")), "a\"b");
	assert_string_equal(json_string_value(json_object_get(o, "source")),
	    "mincore");
	runs = json_object_get(o, "runs");
	assert_int_equal(json_array_size(runs), 3);
	run = json_array_get(runs, 2);
	assert_int_equal(json_integer_value(json_array_get(run, 0)), 20);
	assert_int_equal(json_integer_value(json_array_get(run, 1)), 3);
	assert_int_equal(json_integer_value(json_object_get(o,
	    "resident_bytes")), 6);
	assert_true(json_is_true(json_object_get(o, "complete")));
	assert_true(json_is_null(json_object_get(o, "remark")));
	json_decref(o);
	o = object(0, "cachestat", NULL);
	assert_int_equal(json_array_size(json_object_get(o, "runs")), 0);
	json_decref(o);
}

static void
unknown_is_null(void **state)
{
	json_t *o = object(0, NULL, "not known");

	(void)state;
	assert_true(json_is_null(json_object_get(o, "source")));
	assert_true(json_is_null(json_object_get(o, "runs")));
	assert_true(json_is_null(json_object_get(o, "resident_bytes")));
	assert_true(json_is_false(json_object_get(o, "complete")));
	assert_string_equal(json_string_value(json_object_get(o, "remark")),
	    "not known");
	json_decref(o);
	/* Half of it is not all of it. */
	o = object(2, "mincore", "it ended");
	assert_int_equal(json_array_size(json_object_get(o, "runs")), 2);
	assert_true(json_is_null(json_object_get(o, "resident_bytes")));
	assert_true(json_is_false(json_object_get(o, "complete")));
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_two_numbers),
		cmocka_unit_test(json_is_one_object),
		cmocka_unit_test(unknown_is_null),
	};

	return cmocka_run_group_tests_name("rangelist", tests, NULL, NULL);
}
