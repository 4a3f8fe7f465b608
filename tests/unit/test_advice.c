#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "pagetide/advice.h"

static const struct want {
	const char		*name, *constant;
	char			 key;
	int			 value;
	enum advice_call	 call;
	unsigned		 flags;
} wanted[] = {
	{ "normal", "MADV_NORMAL", 'N', 0, ADVICE_MADVISE, 0 },
	{ "sequential", "MADV_SEQUENTIAL", 'S', 2, ADVICE_MADVISE, 0 },
	{ "random", "MADV_RANDOM", 'R', 1, ADVICE_MADVISE, 0 },
	{ "willneed", "MADV_WILLNEED", 'W', 3, ADVICE_MADVISE, 0 },
	{ "dontneed", "MADV_DONTNEED", 'D', 4, ADVICE_MADVISE, 0 },
	{ "cold", "MADV_COLD", 'C', 20, ADVICE_MADVISE, 0 },
	{ "pageout", "MADV_PAGEOUT", 'O', 21, ADVICE_MADVISE,
	    ADVICE_HURTS_OTHERS },
	{ "populate", "MADV_POPULATE_READ", 'P', 22, ADVICE_MADVISE, 0 },
	{ "mlock", "mlock", 'L', 0, ADVICE_MLOCK, 0 },
	{ "munlock", "munlock", 'U', 0, ADVICE_MUNLOCK, 0 },
	{ "evict", "MADV_DONTNEED + POSIX_FADV_DONTNEED", 'E', 4,
	    ADVICE_EVICT, ADVICE_HURTS_OTHERS },
};
#define N_WANTED (sizeof wanted / sizeof wanted[0])

static void
the_table_is_as_promised(void **state)
{
	const struct advice	*a;
	size_t			 i;

	(void)state;
	assert_int_equal(advice_count, N_WANTED);
	for (i = 0; i < N_WANTED; i++) {
		a = &advice_table[i];
		assert_string_equal(a->name, wanted[i].name);
		assert_string_equal(a->constant, wanted[i].constant);
		assert_int_equal(a->key, wanted[i].key);
		assert_int_equal(a->value, wanted[i].value);
		assert_int_equal(a->call, wanted[i].call);
		assert_int_equal(a->flags, wanted[i].flags);
		assert_int_equal(advice_find(a->name), i);
	}
	assert_int_equal(advice_find("free"), -1);
	assert_int_equal(advice_find(""), -1);
	assert_int_equal(advice_find("NORMAL"), -1);
}

static void
numbers_are_those_of_the_system(void **state)
{
	(void)state;
	assert_int_equal(advice_table[advice_find("normal")].value,
	    MADV_NORMAL);
	assert_int_equal(advice_table[advice_find("random")].value,
	    MADV_RANDOM);
	assert_int_equal(advice_table[advice_find("sequential")].value,
	    MADV_SEQUENTIAL);
	assert_int_equal(advice_table[advice_find("willneed")].value,
	    MADV_WILLNEED);
	assert_int_equal(advice_table[advice_find("dontneed")].value,
	    MADV_DONTNEED);
#ifdef MADV_PAGEOUT
	assert_int_equal(advice_table[advice_find("cold")].value, MADV_COLD);
	assert_int_equal(advice_table[advice_find("pageout")].value,
	    MADV_PAGEOUT);
#endif
#ifdef MADV_POPULATE_READ
	assert_int_equal(advice_table[advice_find("populate")].value,
	    MADV_POPULATE_READ);
#endif
}

static void
help_is_one_short_line(void **state)
{
	const char	*help;
	unsigned	 i;

	(void)state;
	for (i = 0; i < advice_count; i++) {
		help = advice_table[i].help;
		assert_in_range(strlen(help), 20, 60);
		assert_null(strchr(help, '\n'));
		assert_int_not_equal(help[strlen(help) - 1], '.');
	}
}

static void
vmflags_are_read(void **state)
{
	(void)state;
	assert_int_equal(advice_vmflags_parse(""), 0);
	assert_int_equal(advice_vmflags_parse("rd mr mw me ms"), 0);
	assert_int_equal(advice_vmflags_parse("rd mr mw me ms sr"), VMF_SEQ);
	assert_int_equal(advice_vmflags_parse("VmFlags: rd mr rr \n"),
	    VMF_RAND);
	assert_int_equal(advice_vmflags_parse("lo lf"),
	    VMF_LOCKED | VMF_ONFAULT);
	assert_int_equal(advice_vmflags_parse("\thg  nh sr\n"),
	    VMF_HUGE | VMF_NOHUGE | VMF_SEQ);
	assert_int_equal(advice_vmflags_parse("srr xsr s r l lo1 SR"), 0);
}

static void
vmflags_are_told(void **state)
{
	static const struct {
		unsigned	 vmf;
		const char	*text;
	} cases[] = {
		{ 0, "NORMAL" },
		{ VMF_SEQ, "SEQUENTIAL" },
		{ VMF_RAND, "RANDOM" },
		{ VMF_LOCKED, "NORMAL locked" },
		{ VMF_RAND | VMF_LOCKED, "RANDOM locked" },
		{ VMF_LOCKED | VMF_ONFAULT, "NORMAL locked on-fault" },
		{ VMF_SEQ | VMF_HUGE, "SEQUENTIAL hugepage" },
		{ VMF_NOHUGE, "NORMAL nohugepage" },
	};
	char	buf[64];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(advice_vmflags_text(buf, sizeof buf,
		    cases[i].vmf), cases[i].text);
}

/* The call of one hint on 4 MiB from 8 MiB on. */
static void
assert_call(const char *name, int part, const char *text)
{
	char	buf[96];

	assert_ptr_equal(advice_call_text(buf, sizeof buf,
	    &advice_table[advice_find(name)], part, 8 << 20, 4 << 20), buf);
	assert_string_equal(buf, text);
}

static void
the_call_as_made(void **state)
{
	char	buf[96];

	(void)state;
	assert_call("dontneed", 0, "madvise(map+8M, 4194304, MADV_DONTNEED)");
	assert_call("populate", 0,
	    "madvise(map+8M, 4194304, MADV_POPULATE_READ)");
	assert_call("mlock", 0, "mlock(map+8M, 4194304)");
	assert_call("munlock", 0, "munlock(map+8M, 4194304)");
	assert_call("evict", 0, "madvise(map+8M, 4194304, MADV_DONTNEED)");
	assert_call("evict", 1,
	    "posix_fadvise(fd, 8M, 4194304, POSIX_FADV_DONTNEED)");
	assert_string_equal(advice_call_text(buf, sizeof buf,
	    &advice_table[0], 0, 0, UINT64_C(1) << 40),
	    "madvise(map+0, 1099511627776, MADV_NORMAL)");
	assert_string_equal(advice_call_text(buf, sizeof buf,
	    &advice_table[0], 0, 0x1f000, 4096),
	    "madvise(map+124K, 4096, MADV_NORMAL)");
}

static void
small_buffers_are_kept_to(void **state)
{
	char		buf[64];
	unsigned	size;

	(void)state;
	for (size = 1; size < 40; size++) {
		memset(buf, '#', sizeof buf);
		advice_vmflags_text(buf, size, VMF_SEQ | VMF_LOCKED | VMF_HUGE);
		assert_true(strlen(buf) < size);
		assert_memory_equal(buf, "SEQUENTIAL locked hugepage",
		    strlen(buf));
		assert_int_equal(buf[size], '#');
		memset(buf, '#', sizeof buf);
		advice_call_text(buf, size, &advice_table[0], 0, 0, 4096);
		assert_memory_equal(buf, "madvise(map+0, 4096, MADV_NORMAL)",
		    strlen(buf));
		assert_int_equal(buf[size], '#');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_as_promised),
		cmocka_unit_test(numbers_are_those_of_the_system),
		cmocka_unit_test(help_is_one_short_line),
		cmocka_unit_test(vmflags_are_read),
		cmocka_unit_test(vmflags_are_told),
		cmocka_unit_test(the_call_as_made),
		cmocka_unit_test(small_buffers_are_kept_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
