#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/record/packed.h"

#define MAX 300

static struct unpack
reader(const struct strbuf *b)
{
	const unsigned char *s = (const unsigned char *)b->s;

	return (struct unpack){ s, s + b->len };
}

static void
numbers_come_back(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct unpack u;
	unsigned shift;

	(void)state;
	for (shift = 0; shift < 64; shift++) {
		packed_number(&b, UINT64_C(1) << shift);
		packed_number(&b, (UINT64_C(1) << shift) - 1);
	}
	packed_number(&b, UINT64_MAX);
	u = reader(&b);
	for (shift = 0; shift < 64; shift++) {
		assert_true(unpack_number(&u) == UINT64_C(1) << shift);
		assert_true(unpack_number(&u) == (UINT64_C(1) << shift) - 1);
	}
	assert_true(unpack_number(&u) == UINT64_MAX);
	assert_ptr_equal(u.at, u.end);
	assert_int_equal(unpack_number(&u), 0);
	strbuf_done(&b);
}

static void
small_numbers_are_short(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	packed_number(&b, 127);
	assert_int_equal(b.len, 1);
	packed_number(&b, 128);
	assert_int_equal(b.len, 3);
	packed_number(&b, packed_sign(UINT64_C(5) - 68));
	assert_int_equal(b.len, 4);
	strbuf_done(&b);
}

static void
signs_come_back(void **state)
{
	static const uint64_t v[] = { 0, 1, -UINT64_C(1), 63, -UINT64_C(64),
		UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1, UINT64_MAX };

	(void)state;
	assert_int_equal(packed_sign(-UINT64_C(1)), 1);
	assert_int_equal(packed_sign(1), 2);
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		assert_true(unpacked_sign(packed_sign(v[i])) == v[i]);
}

/* Stretches of any length, of zeros, of the same and of other numbers. */
static size_t
make_list(uint64_t *v)
{
	size_t n = (size_t)random() % MAX, i = 0, len;
	uint64_t same;
	int how;

	while (i < n) {
		len = (size_t)random() % (random() % 4 ? 7 : 100) + 1;
		how = (int)(random() % 3);
		same = (uint64_t)random() << random() % 32;
		for (; len > 0 && i < n; len--)
			v[i++] = how == 0 ? 0 : how == 1 ? same :
			    (uint64_t)random() % 300;
	}
	return n;
}

static void
lists_come_back(void **state)
{
	uint64_t v[MAX], w[MAX];
	struct strbuf b = STRBUF_INIT;
	struct unpack u;
	size_t n;

	(void)state;
	srandom(77);
	for (unsigned times = 0; times < 5000; times++) {
		n = make_list(v);
		strbuf_reset(&b);
		packed_list(&b, v, n);
		packed_number(&b, 4711);
		memset(w, 0xff, sizeof w);
		u = reader(&b);
		unpack_list(&u, w, n);
		assert_memory_equal(v, w, n * sizeof *v);
		assert_int_equal(unpack_number(&u), 4711);
	}
	strbuf_done(&b);
}

/* Wrong bytes make wrong numbers, and nothing worse. */
static void
what_is_cut_ends(void **state)
{
	uint64_t v[MAX], w[MAX + 1];
	struct strbuf b = STRBUF_INIT;
	struct unpack u;
	size_t n;

	(void)state;
	srandom(78);
	for (unsigned times = 0; times < 2000; times++) {
		n = make_list(v);
		strbuf_reset(&b);
		packed_list(&b, v, n);
		for (unsigned k = 0; b.len > 0 && k < 3; k++)
			b.s[(size_t)random() % b.len] = (char)random();
		u = reader(&b);
		u.end -= b.len > 2 ? 2 : 0;
		w[n] = 1234;
		unpack_list(&u, w, n);
		assert_true(w[n] == 1234 && u.at <= u.end);
	}
	strbuf_done(&b);
}

static void
what_is_alike_is_short(void **state)
{
	uint64_t v[MAX] = { 0 };
	struct strbuf b = STRBUF_INIT;

	(void)state;
	packed_list(&b, v, MAX);
	assert_int_equal(b.len, 2);
	for (size_t i = 0; i < MAX; i++)
		v[i] = 64;
	strbuf_reset(&b);
	packed_list(&b, v, MAX);
	assert_int_equal(b.len, 3);
	memset(v, 0, sizeof v);
	v[20] = 1;
	strbuf_reset(&b);
	packed_list(&b, v, MAX);
	assert_int_equal(b.len, 1 + 2 + 2);
	strbuf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(small_numbers_are_short),
		cmocka_unit_test(signs_come_back),
		cmocka_unit_test(lists_come_back),
		cmocka_unit_test(what_is_cut_ends),
		cmocka_unit_test(what_is_alike_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
