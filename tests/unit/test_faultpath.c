#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/faultpath.h"

#define ALL (LOOK_PTE | LOOK_KIND | LOOK_CONTENT | LOOK_CACHE | LOOK_PTES)

/* One touch, and what it is called. Looks that are not set are of a page that
 * nothing is known to be: known says so. */
struct row {
	struct fault_touch	t;
	struct fault_look	before, after;
	enum fault_path		path;
};

#define READ	.file = true
#define WRITE	.file = true, .write = true
#define COPY	.file = true, .write = true, .is_private = true
#define MINOR	.minor = 1
#define MAJOR	.major = 1
#define NOTHING	{ .known = ALL }
#define CACHED(n) { .known = ALL, .cached = true, .up_to_date = true, \
		    .cached_pages = (n) }
#define PTES(n)	{ .known = ALL, .cached = true, .up_to_date = true, \
		    .present = true, .file = true, .cached_pages = 40, \
		    .mapped_pages = (n) }

static const struct row rows[] = {
	/* invalid */
	{ { READ, .signal = SIGSEGV, .code = SEGV_MAPERR }, NOTHING, NOTHING,
	    PATH_NOT_MAPPED },
	{ { WRITE, .signal = SIGSEGV, .code = SEGV_ACCERR }, NOTHING, NOTHING,
	    PATH_NOT_PERMITTED },
	{ { .signal = SIGSEGV, .code = SEGV_MAPERR },
	    { .known = ALL, .guard = true }, NOTHING, PATH_GUARD },
	{ { READ, .signal = SIGBUS, .code = BUS_ADRERR }, NOTHING, NOTHING,
	    PATH_PAST_END },
	{ { READ, .signal = SIGBUS, .code = BUS_OBJERR }, NOTHING, NOTHING,
	    PATH_UNKNOWN },
	/* a PTE */
	{ { READ }, PTES(40), PTES(40), PATH_MAPPED },
	{ { WRITE, MINOR }, PTES(40), PTES(40), PATH_WRITE_NOTIFY },
	{ { COPY, MINOR }, PTES(40), PTES(40), PATH_COPY_MAPPED },
	{ { .write = true, .is_private = true, MINOR },
	    { .known = ALL, .present = true, .zero = true }, NOTHING,
	    PATH_COPY_ZERO },
	{ { .write = true, .is_private = true, MINOR },
	    { .known = ALL, .present = true }, NOTHING, PATH_COPY_FORK },
	{ { .write = true, .is_private = true, MINOR },
	    { .known = ALL, .present = true, .exclusive = true }, NOTHING,
	    PATH_UNKNOWN },
	{ { .write = true, .is_private = true, MINOR },
	    { .known = ALL & ~LOOK_KIND, .present = true }, NOTHING,
	    PATH_UNKNOWN },
	/* swapped */
	{ { .is_private = true, MAJOR }, { .known = ALL, .swapped = true },
	    NOTHING, PATH_SWAP_IN },
	/* a file, no PTE */
	{ { READ, MAJOR }, NOTHING, CACHED(1), PATH_MISS_SINGLE },
	{ { READ, MAJOR }, NOTHING, CACHED(32), PATH_MISS_READAHEAD },
	{ { READ, MAJOR }, { .known = ALL, .cached_pages = 20 }, CACHED(32),
	    PATH_MISS_READAHEAD },
	{ { READ, MINOR }, { .known = ALL, .cached = true,
	    .cached_pages = 32 }, CACHED(32), PATH_WAITED },
	{ { READ, MINOR }, CACHED(32), CACHED(64), PATH_MARKER },
	{ { READ, MINOR }, CACHED(40), PTES(1), PATH_HIT },
	{ { READ, MINOR }, CACHED(40), PTES(2), PATH_AROUND },
	{ { READ, MINOR }, CACHED(40), PTES(16), PATH_AROUND },
	{ { READ, MINOR }, CACHED(40), PTES(17), PATH_LARGE_FOLIO },
	{ { READ, MINOR }, CACHED(40),
	    { .known = ALL, .present = true, .huge = true, .cached_pages = 40,
	    .mapped_pages = 512 }, PATH_PMD },
	{ { COPY, MINOR }, CACHED(40), CACHED(40), PATH_COPY_CACHE },
	{ { COPY, MAJOR }, NOTHING, CACHED(32), PATH_COPY_READ },
	/* reclaim took as many as came, or all but the page */
	{ { READ, MAJOR, .reads_known = true, .read_pages = 32 },
	    { .known = ALL, .cached_pages = 40 }, CACHED(40),
	    PATH_MISS_READAHEAD },
	{ { READ, MAJOR, .reads_known = true, .read_pages = 32 },
	    { .known = ALL, .cached_pages = 40 }, CACHED(41),
	    PATH_MISS_READAHEAD },
	{ { READ, MAJOR, .reads_known = true, .read_pages = 1 },
	    { .known = ALL, .cached_pages = 40 }, CACHED(40),
	    PATH_MISS_SINGLE },
	/* where the page is was read, too, or another page was */
	{ { READ, MAJOR, .reads_known = true, .read_pages = 2 }, NOTHING,
	    CACHED(1), PATH_UNKNOWN },
	{ { READ, MAJOR, .reads_known = true }, NOTHING, NOTHING,
	    PATH_UNKNOWN },
	/* of a hole */
	{ { READ, MAJOR, .reads_known = true }, NOTHING, CACHED(32),
	    PATH_MISS_READAHEAD },
	/* it came between look and touch, was taken between them */
	{ { READ, MINOR, .reads_known = true }, NOTHING, CACHED(1),
	    PATH_UNKNOWN },
	{ { READ, MINOR, .reads_known = true, .read_pages = 32 }, NOTHING,
	    CACHED(33), PATH_MARKER },
	{ { COPY, MINOR, .reads_known = true }, NOTHING, CACHED(1),
	    PATH_COPY_CACHE },
	{ { READ, MAJOR, .reads_known = true, .read_pages = 32 }, CACHED(40),
	    CACHED(71), PATH_MISS_READAHEAD },
	{ { COPY, MAJOR, .reads_known = true, .read_pages = 32 }, CACHED(40),
	    CACHED(71), PATH_COPY_READ },
	/* without cachestat */
	{ { READ, MAJOR, .reads_known = true, .read_pages = 1 },
	    { .known = LOOK_PTE | LOOK_CONTENT },
	    { .known = LOOK_PTE | LOOK_CONTENT }, PATH_MISS_SINGLE },
	{ { READ, MAJOR, .reads_known = true, .read_pages = 32 },
	    { .known = LOOK_PTE | LOOK_CONTENT },
	    { .known = LOOK_PTE | LOOK_CONTENT }, PATH_MISS_READAHEAD },
	{ { READ, MINOR, .reads_known = true },
	    { .known = LOOK_PTE | LOOK_CONTENT },
	    { .known = LOOK_PTE | LOOK_CONTENT }, PATH_UNKNOWN },
	{ { READ, MINOR, .reads_known = true, .read_pages = 32 },
	    { .known = LOOK_PTE | LOOK_CONTENT, .up_to_date = true },
	    { .known = LOOK_PTE | LOOK_CONTENT }, PATH_MARKER },
	{ { READ, MINOR, .reads_known = true },
	    { .known = LOOK_PTE | LOOK_CONTENT | LOOK_PTES,
	    .up_to_date = true },
	    { .known = LOOK_PTE | LOOK_CONTENT | LOOK_PTES,
	    .mapped_pages = 16 }, PATH_AROUND },
	/* anonymous */
	{ { .is_private = true, MINOR }, NOTHING,
	    { .known = ALL, .present = true, .zero = true }, PATH_ZERO_PAGE },
	{ { .is_private = true, .write = true, MINOR }, NOTHING,
	    { .known = ALL, .present = true }, PATH_NEW_PAGE },
	{ { .is_private = true, .write = true, MINOR }, NOTHING,
	    { .known = ALL, .present = true, .huge = true }, PATH_NEW_HUGE },
	{ { .is_private = true, MINOR }, NOTHING,
	    { .known = ALL & ~LOOK_KIND, .present = true }, PATH_UNKNOWN },
};
#define N_ROWS (sizeof rows / sizeof rows[0])

static void
each_way_has_its_name(void **state)
{
	unsigned seen = 0;
	size_t i;

	(void)state;
	for (i = 0; i < N_ROWS; i++) {
		const struct row *r = &rows[i];
		enum fault_path got = fault_path_of(&r->t, &r->before,
		    &r->after);

		if (got != r->path)
			fail_msg("row %zu: %s, not %s", i,
			    path_table[got].word, path_table[r->path].word);
		seen |= 1u << got;
	}
	assert_int_equal(seen, (1u << PATH_COUNT) - 1);
}

/* What was not looked at gives no name, or the one that a look would give. */
static void
what_is_not_seen_is_not_named(void **state)
{
	unsigned without;
	size_t i;

	(void)state;
	for (i = 0; i < N_ROWS; i++)
		for (without = 1; without <= ALL; without++) {
			struct row r = rows[i];
			enum fault_path got;

			r.before.known &= ~without;
			r.after.known &= ~without;
			got = fault_path_of(&r.t, &r.before, &r.after);
			if (r.path == PATH_GUARD && (without & LOOK_PTE))
				continue;	/* an address not mapped */
			if (r.path == PATH_PMD && got == PATH_LARGE_FOLIO)
				continue;
			if (got != PATH_UNKNOWN && got != r.path)
				fail_msg("row %zu without %x: %s, not %s", i,
				    without, path_table[got].word,
				    path_table[r.path].word);
		}
}

static void
words_are_found(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < PATH_COUNT; i++) {
		assert_non_null(path_table[i].name);
		assert_int_equal(fault_path_find(path_table[i].word), i);
	}
	assert_int_equal(fault_path_find("no such"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_has_its_name),
		cmocka_unit_test(what_is_not_seen_is_not_named),
		cmocka_unit_test(words_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
