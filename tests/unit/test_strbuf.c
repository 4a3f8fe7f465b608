#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/strbuf.h"

static void
empty_is_shared_and_terminated(void **state)
{
	struct strbuf	a = STRBUF_INIT, b;

	(void)state;
	strbuf_init(&b);
	assert_ptr_equal(a.s, strbuf_empty);
	assert_ptr_equal(b.s, strbuf_empty);
	assert_string_equal(a.s, "");
	assert_int_equal(a.len, 0);
	strbuf_reset(&a);
	strbuf_add(&a, "x", 0);
	strbuf_adds(&a, "");
	assert_ptr_equal(a.s, strbuf_empty);
	strbuf_done(&a);
	strbuf_done(&b);
}

static void
appends_in_order(void **state)
{
	struct strbuf	sb = STRBUF_INIT;

	(void)state;
	strbuf_adds(&sb, "page");
	strbuf_addc(&sb, ' ');
	strbuf_addf(&sb, "%d of %s", 7, "16");
	strbuf_add(&sb, "; more", 1);
	assert_string_equal(sb.s, "page 7 of 16;");
	assert_int_equal(sb.len, 13);
	assert_true(sb.cap > sb.len);
	assert_string_equal(strbuf_empty, "");
	strbuf_done(&sb);
}

static void
keeps_nul_bytes(void **state)
{
	struct strbuf	sb = STRBUF_INIT;

	(void)state;
	strbuf_add(&sb, "a\0b", 3);
	strbuf_addc(&sb, '\0');
	strbuf_addc(&sb, 'c');
	assert_int_equal(sb.len, 5);
	assert_memory_equal(sb.s, "a\0b\0c", 6);
	strbuf_done(&sb);
}

/* Every length up to some memory pages, in one go and byte by byte. */
static void
grows_to_every_length(void **state)
{
	struct strbuf	slow = STRBUF_INIT, once = STRBUF_INIT;
	char		block[9000];

	(void)state;
	memset(block, 'x', sizeof(block));
	for (size_t n = 1; n < sizeof(block); n++) {
		strbuf_addc(&slow, 'x');
		assert_int_equal(slow.len, n);
		assert_int_equal(slow.s[n], '\0');
	}
	assert_memory_equal(slow.s, block, slow.len);
	for (size_t n = 1; n < sizeof(block); n += 61) {
		strbuf_done(&once);
		strbuf_addf(&once, "%.*s", (int)n, slow.s);
		assert_int_equal(once.len, n);
		assert_int_equal(strlen(once.s), n);
		assert_true(once.cap > n);
	}
	strbuf_done(&slow);
	strbuf_done(&once);
}

/* Formatted text of every length behind text of every length. */
static void
formats_into_any_room(void **state)
{
	struct strbuf	sb = STRBUF_INIT;

	(void)state;
	for (int before = 0; before < 70; before++) {
		for (int n = 0; n < 140; n++) {
			strbuf_done(&sb);
			for (int i = 0; i < before; i++)
				strbuf_addc(&sb, 'a');
			strbuf_addf(&sb, "%0*d", n, 1);
			assert_int_equal(sb.len, before + (n > 0 ? n : 1));
			assert_int_equal(strlen(sb.s), sb.len);
			assert_int_equal(sb.s[sb.len - 1], '1');
		}
	}
	strbuf_done(&sb);
}

static void
reset_keeps_the_memory(void **state)
{
	struct strbuf	 sb = STRBUF_INIT;
	char		*before;
	size_t		 cap;

	(void)state;
	strbuf_adds(&sb, "something");
	before = sb.s;
	cap = sb.cap;
	strbuf_reset(&sb);
	assert_ptr_equal(sb.s, before);
	assert_int_equal(sb.cap, cap);
	assert_int_equal(sb.len, 0);
	assert_string_equal(sb.s, "");
	strbuf_adds(&sb, "new");
	assert_string_equal(sb.s, "new");
	strbuf_done(&sb);
	assert_ptr_equal(sb.s, strbuf_empty);
	strbuf_adds(&sb, "again");
	assert_string_equal(sb.s, "again");
	strbuf_done(&sb);
}

static void
detach_gives_the_string_away(void **state)
{
	struct strbuf	 sb = STRBUF_INIT;
	char		*s;

	(void)state;
	strbuf_adds(&sb, "mine");
	s = strbuf_detach(&sb);
	assert_string_equal(s, "mine");
	assert_ptr_equal(sb.s, strbuf_empty);
	assert_int_equal(sb.len, 0);
	assert_int_equal(sb.cap, 0);
	free(s);
	/* The caller may free even what was empty. */
	s = strbuf_detach(&sb);
	assert_string_equal(s, "");
	assert_ptr_not_equal(s, strbuf_empty);
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_shared_and_terminated),
		cmocka_unit_test(appends_in_order),
		cmocka_unit_test(keeps_nul_bytes),
		cmocka_unit_test(grows_to_every_length),
		cmocka_unit_test(formats_into_any_room),
		cmocka_unit_test(reset_keeps_the_memory),
		cmocka_unit_test(detach_gives_the_string_away),
	};

	return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
