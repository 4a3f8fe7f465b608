#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/order.h"

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
	{ "dontneed", "MADV_DONTNEED", 'D', 4, ADVICE_MADVISE,
	    ADVICE_LOSES_DATA },
	{ "cold", "MADV_COLD", 'C', 20, ADVICE_MADVISE, 0 },
	{ "pageout", "MADV_PAGEOUT", 'O', 21, ADVICE_MADVISE,
	    ADVICE_HURTS_OTHERS },
	{ "populate", "MADV_POPULATE_READ", 'P', 22, ADVICE_MADVISE,
	    ADVICE_READS_ALL },
	{ "mlock", "mlock", 'L', 0, ADVICE_MLOCK, 0 },
	{ "munlock", "munlock", 'U', 0, ADVICE_MUNLOCK, 0 },
	{ "evict", "MADV_DONTNEED + POSIX_FADV_DONTNEED", 'E', 4,
	    ADVICE_EVICT, ADVICE_HURTS_OTHERS | ADVICE_LOSES_DATA },
	{ "willneed-all", "MADV_WILLNEED", 0, 3, ADVICE_CHUNKS, 0 },
	{ "dontneed-locked", "MADV_DONTNEED_LOCKED", 0, 24, ADVICE_MADVISE,
	    ADVICE_LOSES_DATA },
	{ "free", "MADV_FREE", 0, 8, ADVICE_MADVISE, ADVICE_LOSES_DATA },
	{ "populate-write", "MADV_POPULATE_WRITE", 0, 23, ADVICE_MADVISE,
	    ADVICE_READS_ALL },
	{ "hugepage", "MADV_HUGEPAGE", 0, 14, ADVICE_MADVISE, 0 },
	{ "nohugepage", "MADV_NOHUGEPAGE", 0, 15, ADVICE_MADVISE, 0 },
	{ "collapse", "MADV_COLLAPSE", 0, 25, ADVICE_MADVISE, 0 },
	{ "mlock-onfault", "MLOCK_ONFAULT", 0, 1, ADVICE_MLOCK2, 0 },
	{ "munlockall", "munlockall", 0, 0, ADVICE_MUNLOCKALL, 0 },
	{ "fadvise-normal", "POSIX_FADV_NORMAL", 0, 0, ADVICE_FADVISE, 0 },
	{ "fadvise-sequential", "POSIX_FADV_SEQUENTIAL", 0, 2,
	    ADVICE_FADVISE, 0 },
	{ "fadvise-random", "POSIX_FADV_RANDOM", 0, 1, ADVICE_FADVISE, 0 },
	{ "fadvise-willneed", "POSIX_FADV_WILLNEED", 0, 3, ADVICE_FADVISE,
	    0 },
	{ "fadvise-dontneed", "POSIX_FADV_DONTNEED", 0, 4, ADVICE_FADVISE,
	    ADVICE_HURTS_OTHERS },
	{ "fadvise-noreuse", "POSIX_FADV_NOREUSE", 0, 5, ADVICE_FADVISE, 0 },
	{ "readahead", "readahead", 0, 0, ADVICE_READAHEAD, 0 },
	{ "sync-range", "SYNC_FILE_RANGE_WRITE_AND_WAIT", 0, 7,
	    ADVICE_SYNC_RANGE, 0 },
	{ "fsync", "fsync", 0, 0, ADVICE_FSYNC, 0 },
};
#define N_WANTED (sizeof wanted / sizeof wanted[0])
#define QUESTIONS (ADVICE_HURTS_OTHERS | ADVICE_LOSES_DATA | ADVICE_READS_ALL)

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
		assert_int_equal(a->flags & QUESTIONS, wanted[i].flags);
		assert_int_equal(advice_find(a->name), i);
	}
	assert_int_equal(advice_find("remove"), -1);
	assert_int_equal(advice_find(""), -1);
	assert_int_equal(advice_find("NORMAL"), -1);
}

/* Hints for files, for anonymous memory, for what may be written. */
static void
what_is_of_no_use_says_why(void **state)
{
	static const struct {
		const char	*name;
		uint32_t	 useless, useful;
	} rows[] = {
		{ "willneed", MAP_SPEC_ANON, 0 },
		{ "evict", MAP_SPEC_ANON | MAP_SPEC_WRITE, MAP_SPEC_PRIVATE },
		{ "fsync", MAP_SPEC_ANON, MAP_SPEC_WRITE },
		{ "free", MAP_SPEC_PRIVATE, MAP_SPEC_ANON },
		{ "populate-write", MAP_SPEC_PRIVATE, MAP_SPEC_WRITE },
	};
	const struct advice *a;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		a = &advice_table[advice_find(rows[i].name)];
		assert_non_null(advice_useless(a, rows[i].useless));
		assert_null(advice_useless(a, rows[i].useful));
	}
	a = &advice_table[advice_find("populate-write")];
	assert_null(advice_useless(a, MAP_SPEC_ANON));
	a = &advice_table[advice_find("dontneed")];
	assert_null(advice_useless(a, 0));
	assert_null(advice_useless(a, MAP_SPEC_ANON));
}

/* What each name and number is in the system's headers. */
static const struct {
	const char	*name;
	int		 value;
} system_values[] = {
	{ "normal", MADV_NORMAL },
	{ "random", MADV_RANDOM },
	{ "sequential", MADV_SEQUENTIAL },
	{ "willneed", MADV_WILLNEED },
	{ "willneed-all", MADV_WILLNEED },
	{ "dontneed", MADV_DONTNEED },
	{ "free", MADV_FREE },
	{ "hugepage", MADV_HUGEPAGE },
	{ "nohugepage", MADV_NOHUGEPAGE },
#ifdef MADV_PAGEOUT
	{ "cold", MADV_COLD },
	{ "pageout", MADV_PAGEOUT },
#endif
#ifdef MADV_POPULATE_READ
	{ "populate", MADV_POPULATE_READ },
	{ "populate-write", MADV_POPULATE_WRITE },
#endif
#ifdef MADV_DONTNEED_LOCKED
	{ "dontneed-locked", MADV_DONTNEED_LOCKED },
#endif
#ifdef MADV_COLLAPSE
	{ "collapse", MADV_COLLAPSE },
#endif
#ifdef MLOCK_ONFAULT
	{ "mlock-onfault", MLOCK_ONFAULT },
#endif
	{ "fadvise-normal", POSIX_FADV_NORMAL },
	{ "fadvise-sequential", POSIX_FADV_SEQUENTIAL },
	{ "fadvise-random", POSIX_FADV_RANDOM },
	{ "fadvise-willneed", POSIX_FADV_WILLNEED },
	{ "fadvise-dontneed", POSIX_FADV_DONTNEED },
	{ "fadvise-noreuse", POSIX_FADV_NOREUSE },
	{ "sync-range", SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
	    SYNC_FILE_RANGE_WAIT_AFTER },
};

static void
numbers_are_those_of_the_system(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof system_values / sizeof system_values[0]; i++)
		assert_int_equal(
		    advice_table[advice_find(system_values[i].name)].value,
		    system_values[i].value);
}

/* MADV_REMOVE punches a hole into the file. */
static void
nothing_removes(void **state)
{
	const struct advice *a;
	unsigned i;

	(void)state;
	for (i = 0; i < advice_count; i++) {
		a = &advice_table[i];
		assert_null(strstr(a->constant, "REMOVE"));
		if (a->call == ADVICE_MADVISE || a->call == ADVICE_CHUNKS)
			assert_int_not_equal(a->value, MADV_REMOVE);
	}
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
		unsigned	 vmf, differ;
		const char	*text;
	} cases[] = {
		{ 0, 0, "NORMAL" },
		{ VMF_SEQ, 0, "SEQUENTIAL" },
		{ VMF_RAND, 0, "RANDOM" },
		{ VMF_LOCKED, 0, "NORMAL locked" },
		{ VMF_RAND | VMF_LOCKED, 0, "RANDOM locked" },
		{ VMF_LOCKED | VMF_ONFAULT, 0, "NORMAL locked on-fault" },
		{ VMF_LOCKED | VMF_ONFAULT_UNTOLD, 0,
		    "NORMAL locked on-fault?" },
		{ VMF_SEQ | VMF_HUGE, 0, "SEQUENTIAL hugepage" },
		{ VMF_NOHUGE, 0, "NORMAL nohugepage" },
		{ VMF_RAND, VMF_LOCKED, "RANDOM partly locked" },
		{ VMF_RAND | VMF_LOCKED, VMF_LOCKED, "RANDOM partly locked" },
		{ 0, VMF_RAND, "mixed" },
		{ VMF_SEQ | VMF_LOCKED, VMF_SEQ, "mixed locked" },
	};
	char	buf[64];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(advice_vmflags_text(buf, sizeof buf,
		    cases[i].vmf, cases[i].differ), cases[i].text);
}

static void
changes_of_vmflags_are_told(void **state)
{
	static const struct {
		unsigned	 from, to;
		const char	*text;
	} cases[] = {
		{ 0, 0, "=" },
		{ VMF_SEQ, VMF_SEQ, "=" },
		{ 0, VMF_SEQ, "+sr" },
		{ VMF_RAND, 0, "-rr" },
		{ VMF_SEQ, VMF_RAND, "-sr+rr" },
		{ VMF_HUGE, VMF_HUGE | VMF_LOCKED | VMF_ONFAULT, "+lo+lf" },
		{ 0, VMF_LOCKED | VMF_ONFAULT_UNTOLD, "+lo" },
	};
	char	buf[32];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(advice_vmflags_change(buf, sizeof buf,
		    cases[i].from, cases[i].to), cases[i].text);
}

/* The call of one hint on 4 MiB from 8 MiB on, in chunks of 128 KiB. */
static void
assert_call(const char *name, int part, const char *text)
{
	const struct advice_range r = { 8 << 20, 4 << 20, 128 << 10 };
	char	buf[96];

	assert_ptr_equal(advice_call_text(buf, sizeof buf,
	    &advice_table[advice_find(name)], part, &r), buf);
	assert_string_equal(buf, text);
}

static void
the_call_as_made(void **state)
{
	(void)state;
	assert_call("dontneed", 0, "madvise(map+8M, 4M, MADV_DONTNEED)");
	assert_call("populate", 0,
	    "madvise(map+8M, 4M, MADV_POPULATE_READ)");
	assert_call("mlock", 0, "mlock(map+8M, 4M)");
	assert_call("munlock", 0, "munlock(map+8M, 4M)");
	assert_call("evict", 0, "madvise(map+8M, 4M, MADV_DONTNEED)");
	assert_call("evict", 1,
	    "posix_fadvise(fd, 8M, 4M, POSIX_FADV_DONTNEED)");
	assert_call("mlock-onfault", 0,
	    "mlock2(map+8M, 4M, MLOCK_ONFAULT)");
	assert_call("munlockall", 0, "munlockall()");
	assert_call("fadvise-noreuse", 0,
	    "posix_fadvise(fd, 8M, 4M, POSIX_FADV_NOREUSE)");
	assert_call("readahead", 0, "readahead(fd, 8M, 4M)");
	assert_call("sync-range", 0, "sync_file_range(fd, 8M, 4M, "
	    "SYNC_FILE_RANGE_WRITE_AND_WAIT)");
	assert_call("fsync", 0, "fsync(fd)");
}

static void
offsets_as_told(void **state)
{
	static const struct {
		struct advice_range range;
		const char	*text;
	} cases[] = {
		{ { 0, UINT64_C(1) << 40, 4096 },
		    "madvise(map+0, 1T, MADV_NORMAL)" },
		{ { 0x1f000, 4096, 4096 },
		    "madvise(map+124K, 4K, MADV_NORMAL)" },
	};
	char	buf[96];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(advice_call_text(buf, sizeof buf,
		    &advice_table[0], 0, &cases[i].range), cases[i].text);
}

static void
chunks_are_counted(void **state)
{
	static const struct {
		struct advice_range range;
		const char	*text;
	} cases[] = {
		{ { 0, 64 << 20, 128 << 10 },
		    "madvise(map+0, 128K, MADV_WILLNEED) x 512" },
		{ { 4096, (64 << 20) + 1, 128 << 10 },
		    "madvise(map+4K, 128K, MADV_WILLNEED) x 513" },
		{ { 0, 131072, 131072 },
		    "madvise(map+0, 128K, MADV_WILLNEED) x 1" },
		{ { 0, 4096, 131072 },
		    "madvise(map+0, 4K, MADV_WILLNEED) x 1" },
	};
	char	buf[96];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(advice_call_text(buf, sizeof buf,
		    &advice_table[advice_find("willneed-all")], 0,
		    &cases[i].range), cases[i].text);
}

static void
small_buffers_are_kept_to(void **state)
{
	char		buf[64];
	unsigned	size;

	(void)state;
	for (size = 1; size < 40; size++) {
		memset(buf, '#', sizeof buf);
		advice_vmflags_text(buf, size, VMF_SEQ | VMF_HUGE,
		    VMF_LOCKED);
		assert_true(strlen(buf) < size);
		assert_memory_equal(buf, "SEQUENTIAL partly locked hugepage",
		    strlen(buf));
		assert_int_equal(buf[size], '#');
		memset(buf, '#', sizeof buf);
		advice_vmflags_change(buf, size, VMF_SEQ, VMF_LOCKED);
		assert_memory_equal(buf, size > 1 ? "-sr+lo" : "",
		    strlen(buf));
		assert_int_equal(buf[size], '#');
		memset(buf, '#', sizeof buf);
		advice_call_text(buf, size, &advice_table[0], 0,
		    &(struct advice_range){ 0, 4096, 4096 });
		assert_memory_equal(buf, "madvise(map+0, 4K, MADV_NORMAL)",
		    strlen(buf));
		assert_int_equal(buf[size], '#');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_as_promised),
		cmocka_unit_test(what_is_of_no_use_says_why),
		cmocka_unit_test(numbers_are_those_of_the_system),
		cmocka_unit_test(nothing_removes),
		cmocka_unit_test(help_is_one_short_line),
		cmocka_unit_test(vmflags_are_read),
		cmocka_unit_test(vmflags_are_told),
		cmocka_unit_test(changes_of_vmflags_are_told),
		cmocka_unit_test(the_call_as_made),
		cmocka_unit_test(offsets_as_told),
		cmocka_unit_test(chunks_are_counted),
		cmocka_unit_test(small_buffers_are_kept_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
