#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "pagetide/mapspec.h"
#include "pagetide/order.h"
#include "pagetide/strbuf.h"

#define PAGE 4096
#define MIB (UINT64_C(1) << 20)

static const struct map_limits file = { .pages = 16384, .page_bytes = PAGE };
static const struct map_limits own = { .own_file = true, .pages = 16384,
	.page_bytes = PAGE };
static const struct map_limits anon = { .anon = true, .pages = 16384,
	.page_bytes = PAGE };

static void
test_words(void **state)
{
	static const struct {
		const char	*words;
		struct map_spec	 spec;
	} rows[] = {
		{ "", { 0 } },
		{ " , ", { 0 } },
		{ "shared", { .shared = true } },
		{ "private", { .flags = MAP_SPEC_PRIVATE } },
		{ "private write", { .flags = MAP_SPEC_PRIVATE |
		    MAP_SPEC_WRITE } },
		{ "private,write,populate,locked", { .flags =
		    MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_POPULATE |
		    MAP_SPEC_LOCKED } },
		{ "from=12M length=4M", { .from_bytes = 12 * MIB,
		    .length_bytes = 4 * MIB } },
		{ "from=0x1000", { .from_bytes = 4096 } },
		{ "length=1", { .length_bytes = 1 } },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf why = STRBUF_INIT;
		struct map_spec spec = { 0 };

		assert_int_equal(mapspec_parse(&spec, rows[i].words, &why), 0);
		assert_int_equal(spec.flags, rows[i].spec.flags);
		assert_int_equal(spec.shared, rows[i].spec.shared);
		assert_int_equal(spec.from_bytes, rows[i].spec.from_bytes);
		assert_int_equal(spec.length_bytes, rows[i].spec.length_bytes);
		assert_int_equal(why.len, 0);
		strbuf_done(&why);
	}
}

static void
test_wrong_words(void **state)
{
	static const char *const words[] = { "privat", "private;write",
		"write=1", "from", "from=", "from=x", "from=-1", "length=0",
		"length=4M4", "populate lock",
		"from=00000000000000000000000000000000000000000000000001" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct strbuf why = STRBUF_INIT;
		struct map_spec spec = { 0 };

		assert_int_equal(mapspec_parse(&spec, words[i], &why),
		    -EINVAL);
		assert_memory_equal(why.s, "map: can't use ", 15);
		strbuf_done(&why);
	}
}

static void
test_contradiction(void **state)
{
	static const char *const words[] = { "private shared",
		"shared write private" };

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct strbuf why = STRBUF_INIT;
		struct map_spec spec = { 0 };

		assert_int_equal(mapspec_parse(&spec, words[i], &why),
		    -EINVAL);
		assert_string_equal(why.s, "map: shared or private, not both");
		strbuf_done(&why);
	}
}

/* Resolves words against limits; -EINVAL, or 0 with what came out. */
static int
resolve(const char *words, const struct map_limits *limits, uint32_t *flags,
    uint64_t *first, uint64_t *n)
{
	struct strbuf why = STRBUF_INIT;
	struct map_spec spec = { 0 };
	int rc;

	assert_int_equal(mapspec_parse(&spec, words, &why), 0);
	rc = mapspec_resolve(&spec, limits, flags, first, n, &why);
	assert_int_equal(rc == 0, why.len == 0);
	strbuf_done(&why);
	return rc;
}

static void
test_pages(void **state)
{
	static const struct {
		const char	*words;
		uint64_t	 first, n;
	} rows[] = {
		{ "", 0, 16384 },
		{ "from=12M length=4M", 3072, 1024 },
		{ "from=12M", 3072, 13312 },
		{ "length=1", 0, 1 },
		{ "length=4097", 0, 2 },
		{ "from=60M length=1G", 15360, 1024 },
	};
	uint64_t first, n;
	uint32_t flags;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(resolve(rows[i].words, &file, &flags, &first,
		    &n), 0);
		assert_int_equal(first, rows[i].first);
		assert_int_equal(n, rows[i].n);
		assert_int_equal(flags, 0);
	}
}

static void
test_rules(void **state)
{
	uint64_t first, n;
	uint32_t flags;

	(void)state;
	/* A user's file is never written. */
	assert_int_equal(resolve("write", &file, &flags, &first, &n), -EINVAL);
	assert_int_equal(resolve("shared write", &file, &flags, &first, &n),
	    -EINVAL);
	assert_int_equal(resolve("private write", &file, &flags, &first, &n),
	    0);
	assert_int_equal(flags, MAP_SPEC_PRIVATE | MAP_SPEC_WRITE);
	assert_int_equal(resolve("shared write", &own, &flags, &first, &n),
	    0);
	assert_int_equal(flags, MAP_SPEC_WRITE);
	/* The place. */
	assert_int_equal(resolve("from=1", &file, &flags, &first, &n),
	    -EINVAL);
	assert_int_equal(resolve("from=64M", &file, &flags, &first, &n),
	    -EINVAL);
	/* Anonymous memory. */
	assert_int_equal(resolve("populate length=1M", &anon, &flags, &first,
	    &n), 0);
	assert_int_equal(flags, MAP_SPEC_ANON | MAP_SPEC_PRIVATE |
	    MAP_SPEC_WRITE | MAP_SPEC_POPULATE);
	assert_int_equal(n, 256);
	assert_int_equal(resolve("shared", &anon, &flags, &first, &n),
	    -EINVAL);
	assert_int_equal(resolve("from=4K", &anon, &flags, &first, &n),
	    -EINVAL);
}

static void
test_texts(void **state)
{
	static const struct {
		uint32_t	 flags;
		const char	*call, *text;
	} rows[] = {
		{ 0, "mmap(NULL, 8K, PROT_READ, MAP_SHARED, fd, 4K)",
		    "MAP_SHARED r--" },
		{ MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_POPULATE,
		    "mmap(NULL, 8K, PROT_READ|PROT_WRITE, "
		    "MAP_PRIVATE|MAP_POPULATE, fd, 4K)",
		    "MAP_PRIVATE rw-" },
		{ MAP_SPEC_LOCKED,
		    "mmap(NULL, 8K, PROT_READ, MAP_SHARED|MAP_LOCKED, fd, "
		    "4K)", "MAP_SHARED|MAP_LOCKED r--" },
		{ MAP_SPEC_PRIVATE | MAP_SPEC_WRITE | MAP_SPEC_ANON,
		    "mmap(NULL, 8K, PROT_READ|PROT_WRITE, "
		    "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)",
		    "MAP_PRIVATE|MAP_ANONYMOUS rw-" },
	};
	char buf[160];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_string_equal(mapspec_call_text(buf, sizeof buf,
		    rows[i].flags, 4096, 8192), rows[i].call);
		assert_string_equal(mapspec_text(buf, sizeof buf,
		    rows[i].flags), rows[i].text);
	}
	/* The longest one fits into an event. */
	mapspec_call_text(buf, sizeof buf, MAP_SPEC_PRIVATE | MAP_SPEC_WRITE |
	    MAP_SPEC_POPULATE | MAP_SPEC_LOCKED, UINT64_MAX, UINT64_MAX);
	assert_non_null(strstr(buf, "fd, 18014398509481983K+1023)"));
}

static void
test_copies(void **state)
{
	(void)state;
	assert_true(mapspec_makes_copies(MAP_SPEC_PRIVATE | MAP_SPEC_WRITE |
	    MAP_SPEC_LOCKED));
	assert_false(mapspec_makes_copies(MAP_SPEC_PRIVATE | MAP_SPEC_LOCKED));
	assert_false(mapspec_makes_copies(MAP_SPEC_WRITE));
	assert_false(mapspec_makes_copies(0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_wrong_words),
		cmocka_unit_test(test_contradiction),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
