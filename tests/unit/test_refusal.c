#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/order.h"
#include "pagetide/reasons.h"
#include "pagetide/refusal.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

static struct refusal_facts facts;

static int
setup(void **state)
{
	(void)state;
	facts = (struct refusal_facts){ .asked_bytes = 64 * MIB };
	return 0;
}

static void
says_of(unsigned advice, int part, int err, const char *detail,
    const char *why)
{
	struct refusal r;

	refusal_find(&r, advice, part, err, &facts);
	assert_string_equal(r.detail, detail);
	assert_string_equal(r.why, why);
}

static void
says(const char *name, int err, const char *detail, const char *why)
{
	says_of((unsigned)advice_find(name), 0, err, detail, why);
}

static void
limit(uint64_t soft, uint64_t hard, uint64_t locked)
{
	facts.known = REFUSAL_MEMLOCK | REFUSAL_CAPS | REFUSAL_LOCKED;
	facts.memlock_bytes = soft;
	facts.memlock_hard_bytes = hard;
	facts.locked_bytes = locked;
}

static const char hard[] =
    "over the limit, and root alone can raise it so far";
static const char soft[] =
    "over the limit: raise it before the start (ulimit -l)";
static const char unread[] = "part can't be read, or is not mapped";

static void
the_limit_of_locked_memory(void **state)
{
	static const char text[] =
	    "RLIMIT_MEMLOCK 64.0 KiB, locked 0 B, asked 64.0 MiB";

	(void)state;
	limit(64 * KIB, 64 * KIB, 0);
	says("mlock", ENOMEM, text, hard);
	says("mlock-onfault", ENOMEM, text, hard);
	says_of(REFUSAL_MAP, 0, EAGAIN, text, hard);
	limit(64 * KIB, 64 * MIB, 0);
	says("mlock", ENOMEM, text, soft);
	says_of(REFUSAL_MAP, 0, EAGAIN, text, soft);
	limit(0, 64 * MIB, 0);
	says("mlock", EPERM, "RLIMIT_MEMLOCK 0 B, locked 0 B, asked 64.0 MiB",
	    "no memory may be locked: raise the limit (ulimit -l)");
}

/* What is locked already counts, to the byte. */
static void
what_is_locked_counts(void **state)
{
	(void)state;
	limit(65 * MIB, UINT64_MAX, MIB);
	says("mlock", ENOMEM,
	    "RLIMIT_MEMLOCK 65.0 MiB, locked 1.0 MiB, asked 64.0 MiB", unread);
	facts.locked_bytes++;
	says("mlock", ENOMEM,
	    "RLIMIT_MEMLOCK 65.0 MiB, locked 1.0 MiB, asked 64.0 MiB", soft);
	limit(63 * MIB, 63 * MIB, 0);
	says("mlock", ENOMEM,
	    "RLIMIT_MEMLOCK 63.0 MiB, locked 0 B, asked 64.0 MiB", hard);
}

/* Who may lock what he likes is not told of a limit; nor is it made up. */
static void
where_no_limit_counts(void **state)
{
	(void)state;
	limit(64 * KIB, 64 * KIB, 0);
	facts.ipc_lock = true;
	says("mlock", ENOMEM,
	    "RLIMIT_MEMLOCK 64.0 KiB, locked 0 B, asked 64.0 MiB", unread);
	limit(UINT64_MAX, UINT64_MAX, 0);
	says("mlock", ENOMEM,
	    "RLIMIT_MEMLOCK unlimited, locked 0 B, asked 64.0 MiB", unread);
	facts.known = 0;
	says("mlock", ENOMEM, "RLIMIT_MEMLOCK ?, locked ?, asked 64.0 MiB",
	    unread);
	facts.known = REFUSAL_END;
	facts.beyond = true;
	says("mlock", ENOMEM, "", "the range reaches past the end of the file");
}

static void
too_many_mappings(void **state)
{
	static const char why[] =
	    "no mapping more: each hint on a part splits one";

	(void)state;
	facts.known = REFUSAL_MAPS;
	facts.maps_max = 65530;
	facts.maps = 65528;
	says("random", ENOMEM, "65528 mappings, vm.max_map_count 65530", why);
	says("random", EAGAIN, "65528 mappings, vm.max_map_count 65530", why);
	says("mlock", ENOMEM, "65528 mappings, vm.max_map_count 65530", why);
	facts.maps--;
	says("random", ENOMEM, "", "part of the range is not mapped");
	says("random", EAGAIN, "", "kernel memory is short: try again");
}

static void
what_a_kernel_lacks(void **state)
{
	static const char any[] =
	    "the kernel does not know it, or not for such a mapping";

	(void)state;
	facts.known = REFUSAL_KERNEL;
	facts.kernel = REFUSAL_VERSION(5, 13);
	says("populate", EINVAL, "this is Linux 5.13",
	    "Linux 5.14 and later know it");
	says("dontneed-locked", EINVAL, "this is Linux 5.13",
	    "Linux 5.18 and later know it");
	says("collapse", EINVAL, "this is Linux 5.13",
	    "Linux 6.1 and later know it");
	facts.kernel = REFUSAL_VERSION(5, 14);
	says("populate", EINVAL, "", any);
	facts.kernel = REFUSAL_VERSION(5, 18);
	says("dontneed-locked", EINVAL, "", any);
	facts.kernel = REFUSAL_VERSION(6, 1);
	says("collapse", EINVAL, "",
	    "the kernel does not collapse pages of such a mapping");
	facts.known |= REFUSAL_HUGE;
	says("hugepage", EINVAL, "", "the kernel has no transparent huge pages");
	facts.huge_bytes = 2 * MIB;
	says("hugepage", EINVAL, "", any);
	facts.asked_bytes = MIB;
	says("collapse", EINVAL, "a huge page is 2.0 MiB, asked 1.0 MiB",
	    "no huge page fits in");
}

static void
by_the_mapping(void **state)
{
	(void)state;
	says("free", EINVAL, "", "it is for anonymous memory (--anon)");
	says("populate-write", EINVAL, "", "the mapping can't be written");
	facts.map_flags = MAP_SPEC_ANON;
	facts.known = REFUSAL_VMFLAGS;
	facts.vmflags = VMF_LOCKED;
	says("free", EINVAL, "", "the range is locked");
	says("fadvise-random", EBADF, "", "anonymous memory has no file");
	says("willneed", EBADF, "", "anonymous memory has no file");
	says("cold", EINVAL, "",
	    "the kernel does not know it, or not for such a mapping");
	facts.known = 0;
	says("cold", EINVAL, "", "maybe part of the range is locked");
	facts.hugetlb = true;
	says("cold", EINVAL, "",
	    "hugetlbfs: not for its pages, or not for part of one");
}

static void
by_a_filter(void **state)
{
	(void)state;
	says("random", EPERM, "", "it is forbidden; by whom is not known");
	says("random", ENOSYS, "", "this kernel has no such call");
	facts.known = REFUSAL_FILTER;
	facts.filter = true;
	says("random", EPERM, "",
	    "a seccomp filter is in force and may forbid it");
	says("mlock", ENOSYS, "",
	    "a seccomp filter hides the call, or the kernel lacks it");
}

/* The second call of an evict is a posix_fadvise. */
static void
part_by_part(void **state)
{
	unsigned evict = (unsigned)advice_find("evict");

	(void)state;
	facts.known = REFUSAL_VMFLAGS;
	says_of(evict, 0, EINVAL, "",
	    "the kernel does not know it, or not for such a mapping");
	says_of(evict, 1, EINVAL, "",
	    "the kernel does not know it, or not for such a file");
}

/* Whatever the number: a line, and one that fits. */
static void
each_number_has_words(void **state)
{
	struct refusal r;
	unsigned a;
	int err;

	(void)state;
	for (a = 0; a < advice_count; a++)
		for (err = 1; err < 134; err++) {
			refusal_find(&r, a, 0, err, &facts);
			assert_in_range(strlen(r.why), 10, 60);
			if (r.command != NULL && strncmp(r.command, "advise ",
			    7) == 0)
				assert_true(advice_find(r.command + 7) >= 0);
		}
	says("random", EXDEV, "", "why is not known");
}

static void
limits_are_read(void **state)
{
	(void)state;
	reasons_parse_limits("Limit     Soft Limit   Hard Limit   Units\n"
	    "Max processes   1  2  processes\n"
	    "Max locked memory         65536      unlimited    bytes\n"
	    "Max address space   5 6 bytes\n", &facts);
	assert_int_equal(facts.known, REFUSAL_MEMLOCK);
	assert_int_equal(facts.memlock_bytes, 65536);
	assert_true(facts.memlock_hard_bytes == UINT64_MAX);
	facts.known = 0;
	reasons_parse_limits("", &facts);
	reasons_parse_limits("x\nMax locked memory  what 7 bytes\n", &facts);
	reasons_parse_limits("x\nMax locked memory  7", &facts);
	assert_int_equal(facts.known, 0);
}

static void
the_status_is_read(void **state)
{
	(void)state;
	reasons_parse_status("Name:\tx\nVmLck:\t      12 kB\n"
	    "CapPrm:\t0\nCapEff:\t0000000000004000\nNoNewPrivs:\t0\n"
	    "Seccomp:\t2\nSeccomp_filters:\t1\n", &facts);
	assert_int_equal(facts.known, REFUSAL_LOCKED | REFUSAL_CAPS |
	    REFUSAL_FILTER);
	assert_int_equal(facts.locked_bytes, 12 * KIB);
	assert_true(facts.ipc_lock);
	assert_true(facts.filter);
	reasons_parse_status("Name:\tx\nCapEff:\t000001ffffffbfff\n"
	    "Seccomp:\t1\n", &facts);
	assert_false(facts.ipc_lock);
	assert_false(facts.filter);
	facts.known = 0;
	reasons_parse_status("Name:\tx\n", &facts);
	assert_int_equal(facts.known, 0);
}

static void
the_release_is_read(void **state)
{
	(void)state;
	reasons_parse_release("6.18.44-rc1", &facts);
	assert_int_equal(facts.kernel, REFUSAL_VERSION(6, 18));
	facts.known = 0;
	reasons_parse_release("x", &facts);
	assert_int_equal(facts.known, 0);
}

/* Of a process that is there nothing is unknown; of none all is that is of
 * the process. */
static void
of_a_process(void **state)
{
	const unsigned own = REFUSAL_MEMLOCK | REFUSAL_LOCKED | REFUSAL_CAPS;

	(void)state;
	reasons_read(getpid(), true, &facts);
	assert_int_equal(facts.known & own, own);
	assert_true(facts.known & REFUSAL_MAPS);
	assert_in_range(facts.maps, 5, facts.maps_max);
	facts.known = 0;
	reasons_read(getpid(), false, &facts);
	assert_false(facts.known & REFUSAL_MAPS);
	facts.known = 0;
	reasons_read(INT32_MAX, true, &facts);
	assert_false(facts.known & (own | REFUSAL_MAPS | REFUSAL_FILTER));
	assert_true(facts.known & REFUSAL_KERNEL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_limit_of_locked_memory, setup),
		cmocka_unit_test_setup(what_is_locked_counts, setup),
		cmocka_unit_test_setup(where_no_limit_counts, setup),
		cmocka_unit_test_setup(too_many_mappings, setup),
		cmocka_unit_test_setup(what_a_kernel_lacks, setup),
		cmocka_unit_test_setup(by_the_mapping, setup),
		cmocka_unit_test_setup(by_a_filter, setup),
		cmocka_unit_test_setup(part_by_part, setup),
		cmocka_unit_test_setup(each_number_has_words, setup),
		cmocka_unit_test_setup(limits_are_read, setup),
		cmocka_unit_test_setup(the_status_is_read, setup),
		cmocka_unit_test_setup(the_release_is_read, setup),
		cmocka_unit_test_setup(of_a_process, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
