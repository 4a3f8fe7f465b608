/* Why cachestat can't be asked: what is said by errno and version. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/linuxver.h"

#include "../../src/probe/cachestat.h"

static void
refusals_know_the_kernel(void **state)
{
	static const struct {
		int		 err;
		unsigned	 version;
		const char	*why;
	} cases[] = {
		{ ENOSYS, LINUXVER(6, 1),
		    "this kernel has no cachestat (Linux 6.5 has)" },
		{ ENOSYS, LINUXVER(6, 4),
		    "this kernel has no cachestat (Linux 6.5 has)" },
		{ ENOSYS, 0, "this kernel has no cachestat (Linux 6.5 has)" },
		{ EPERM, LINUXVER(6, 5),
		    "a seccomp filter forbids cachestat" },
		{ EPERM, 0, "a seccomp filter forbids cachestat" },
		{ EPERM, LINUXVER(6, 1), "Linux 6.1 has no cachestat (6.5 "
		    "has), and a seccomp filter forbids it" },
		{ ENOSYS, LINUXVER(6, 18), "no cachestat, though Linux 6.18 "
		    "has it: hidden by a seccomp filter, or not built in" },
		{ ENOSYS, LINUXVER(6, 5), "no cachestat, though Linux 6.5 "
		    "has it: hidden by a seccomp filter, or not built in" },
		{ EINVAL, LINUXVER(6, 1), "cachestat fails on a page of our "
		    "own: Invalid argument" },
	};
	char buf[CACHESTAT_WHY_MAX];
	size_t i;

	(void)state;
#ifdef NO_NEW_SYSCALLS
	skip();
#endif
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(cachestat_refusal(cases[i].err,
		    cases[i].version, buf), cases[i].why);
}

static void
versions_are_compared(void **state)
{
	(void)state;
	assert_int_equal(linuxver_parse("6.1.0-50-cloud-amd64"),
	    LINUXVER(6, 1));
	assert_int_equal(linuxver_parse("6.12.117+deb12-cloud-amd64"),
	    LINUXVER(6, 12));
	assert_int_equal(linuxver_parse("7.0-rc1"), LINUXVER(7, 0));
	assert_int_equal(linuxver_parse("?"), 0);
	assert_true(LINUXVER(6, 12) > LINUXVER(6, 9));
	assert_true(LINUXVER(7, 0) > LINUXVER(6, 18));
	assert_int_equal(LINUXVER_MAJOR(LINUXVER(6, 18)), 6);
	assert_int_equal(LINUXVER_MINOR(LINUXVER(6, 18)), 18);
	assert_true(linuxver() >= LINUXVER(2, 6));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_know_the_kernel),
		cmocka_unit_test(versions_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
