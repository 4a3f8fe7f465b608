#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/xalloc.h"

/* More than any machine has; hidden from the compiler's own check. */
static volatile size_t huge = SIZE_MAX / 2;

/* Lets malloc fail under AddressSanitizer as it does without. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/*
 * Runs fn in a child and reads what it wrote on stderr; its exit status, 99
 * if fn came back.
 */
static int
run_dying(void (*fn)(void), char *out, size_t size)
{
	int	fds[2], status;
	size_t	len = 0;
	ssize_t	n;
	pid_t	pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		fn();
		_exit(99);
	}
	close(fds[1]);
	while ((n = read(fds[0], out + len, size - 1 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
say_cleanup(void)
{
	if (write(STDERR_FILENO, "cleanup\n", 8) != 8)
		_exit(98);
}

static void
fail_in_cleanup(void)
{
	say_cleanup();
	fatal("cleanup broke");
}

static void
die_plainly(void)
{
	fatal("no luck with %s %d", "page", 7);
}

static void
die_with_cleanup(void)
{
	fatal_set_cleanup(say_cleanup);
	fatal("done");
}

static void
die_without_cleanup(void)
{
	fatal_set_cleanup(say_cleanup);
	fatal_set_cleanup(NULL);
	fatal("done");
}

static void
die_in_cleanup(void)
{
	fatal_set_cleanup(fail_in_cleanup);
	fatal("done");
}

static void
die_of_malloc(void)
{
	free(xmalloc(huge));
}

static void
die_of_calloc(void)
{
	free(xcalloc(huge, 4));
}

static void
die_of_realloc(void)
{
	free(xreallocarray(NULL, 4, huge));
}

static void
fatal_prints_one_line_and_exits_1(void **state)
{
	char	out[512];

	(void)state;
	assert_int_equal(run_dying(die_plainly, out, sizeof(out)), 1);
	assert_string_equal(out, "pagetide: no luck with page 7\n");
}

static void
fatal_cleans_up_once_and_first(void **state)
{
	char	out[512];

	(void)state;
	assert_int_equal(run_dying(die_with_cleanup, out, sizeof(out)), 1);
	assert_string_equal(out, "cleanup\npagetide: done\n");
	assert_int_equal(run_dying(die_without_cleanup, out, sizeof(out)), 1);
	assert_string_equal(out, "pagetide: done\n");
	assert_int_equal(run_dying(die_in_cleanup, out, sizeof(out)), 1);
	assert_string_equal(out, "cleanup\npagetide: cleanup broke\n");
}

static void
no_memory_is_fatal(void **state)
{
	char	out[4096];

	(void)state;
	assert_int_equal(run_dying(die_of_malloc, out, sizeof(out)), 1);
	assert_non_null(strstr(out, "pagetide: out of memory ("));
	assert_int_equal(run_dying(die_of_calloc, out, sizeof(out)), 1);
	assert_non_null(strstr(out, "pagetide: out of memory ("));
	assert_int_equal(run_dying(die_of_realloc, out, sizeof(out)), 1);
	assert_non_null(strstr(out, " times "));
}

static void
size_0_gives_memory(void **state)
{
	char	*p = xmalloc(0), *q = xcalloc(0, 8);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	p = xreallocarray(p, 0, 8);
	assert_non_null(p);
	free(p);
	free(q);
}

static void
memory_is_cleared_or_kept(void **state)
{
	unsigned	*p = xcalloc(300, sizeof(*p));

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		assert_int_equal(p[i], 0);
		p[i] = i;
	}
	p = xreallocarray(p, 100000, sizeof(*p));
	for (unsigned i = 0; i < 300; i++)
		assert_int_equal(p[i], i);
	free(p);
}

static void
strings_are_copies(void **state)
{
	char	 text[] = "abc";
	char	*copy = xstrdup(text), *empty = xstrdup("");
	char	*made = xasprintf("%s-%03d", text, 7);

	(void)state;
	text[0] = 'X';
	assert_string_equal(copy, "abc");
	assert_string_equal(empty, "");
	assert_string_equal(made, "abc-007");
	free(copy);
	free(empty);
	free(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fatal_prints_one_line_and_exits_1),
		cmocka_unit_test(fatal_cleans_up_once_and_first),
		cmocka_unit_test(no_memory_is_fatal),
		cmocka_unit_test(size_0_gives_memory),
		cmocka_unit_test(memory_is_cleared_or_kept),
		cmocka_unit_test(strings_are_copies),
	};

	return cmocka_run_group_tests_name("xalloc", tests, NULL, NULL);
}
