#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/verdict.h"

#define N	1000

static struct verdict_facts facts;

static int
setup(void **state)
{
	(void)state;
	memset(&facts, 0, sizeof facts);
	facts.n_pages = N;
	facts.err[1] = -1;
	facts.flags_known = true;
	return 0;
}

static void
set(enum layer l, uint64_t before, uint64_t after)
{
	facts.before.count[l] = before;
	facts.after.count[l] = after;
	facts.before.known |= LAYER_BIT(l);
	facts.after.known |= LAYER_BIT(l);
}

static void
says(const char *name, const char *text)
{
	struct verdict verdict;
	char buf[VERDICT_MAX];
	const char *got;

	verdict_find(&verdict, advice_find(name), &facts);
	got = verdict_text(buf, sizeof buf, &verdict);
	if (text == NULL)
		assert_null(got);
	else if (got == NULL)
		fail_msg("%s: nothing instead of \"%s\"", name, text);
	else
		assert_string_equal(got, text);
}

/* For the rule that just held: it does not without the layer. */
static void
needs(const char *name, enum layer l)
{
	struct verdict_facts saved = facts;

	facts.before.known &= ~LAYER_BIT(l);
	says(name, NULL);
	facts = saved;
}

/* Kind, numbers and the command that would help. */
static void
tells(const char *name, enum verdict_kind kind, uint64_t pages, uint64_t of,
    const char *command)
{
	struct verdict v;

	verdict_find(&v, advice_find(name), &facts);
	assert_int_equal(v.kind, kind);
	assert_int_equal(v.pages, pages);
	assert_int_equal(v.of, of);
	if (command == NULL)
		assert_null(v.command);
	else
		assert_string_equal(v.command, command);
}

/* Why fewer pages came, if it is known. */
static void
short_because(const char *name, const char *why)
{
	struct verdict v;

	verdict_find(&v, advice_find(name), &facts);
	assert_int_equal(v.kind, VERDICT_SHORT);
	if (why == NULL)
		assert_null(v.why);
	else
		assert_string_equal(v.why, why);
}

/* It is the cap unless pages were reclaimed meanwhile. */
static void
test_why_cut(void **state)
{
	static const char *const names[] = { "willneed", "fadvise-willneed",
	    "readahead" };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		set(LAYER_CACHED, 0, 320);
		set(LAYER_EVICTED, 7, 7);
		short_because(names[i], "one call reads no more");
		short_because("willneed-all", NULL);
		set(LAYER_EVICTED, 7, 0);
		short_because(names[i], "one call reads no more");
		set(LAYER_EVICTED, 7, 8);
		short_because(names[i], NULL);
		set(LAYER_EVICTED, 7, 7);
		facts.after.known &= ~LAYER_BIT(LAYER_EVICTED);
		short_because(names[i], NULL);
	}
}

static void
test_willneed_cut(void **state)
{
	static const char *const names[] = { "willneed", "fadvise-willneed",
	    "readahead", "willneed-all" };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		set(LAYER_CACHED, 0, 320);
		says(names[i], "320 of 1000 asked");
		needs(names[i], LAYER_CACHED);
		facts.after.known = 0;
		says(names[i], NULL);
		set(LAYER_CACHED, 100, 420);
		says(names[i], "320 of 900 asked");
		tells(names[i], VERDICT_SHORT, 320, 900,
		    i < 3 ? "advise willneed-all" : NULL);
		set(LAYER_CACHED, 0, 0);
		says(names[i], "0 of 1000 asked");
		set(LAYER_CACHED, 100, 90);
		says(names[i], "0 of 900 asked");
		set(LAYER_CACHED, 0, N);
		says(names[i], NULL);
		/* Reclaim took a few of them meanwhile. */
		set(LAYER_CACHED, 0, 990);
		says(names[i], NULL);
		set(LAYER_CACHED, 0, 989);
		says(names[i], "989 of 1000 asked");
		set(LAYER_CACHED, N, N);
		says(names[i], NULL);
		set(LAYER_CACHED, N, 500);
		says(names[i], NULL);
		/* There were more before the file was cut. */
		set(LAYER_CACHED, N + 1, N);
		says(names[i], NULL);
		set(LAYER_CACHED, 0, 320);
		facts.err[0] = EIO;
		says(names[i], "EIO: storage answered with an error");
		facts.err[0] = 0;
	}
}

/* Those map what they bring, and return when all is there: unless it goes
 * again meanwhile. A copy is mapped, cached or not. */
static void
test_not_all_mapped(void **state)
{
	static const char *const names[] = { "populate", "populate-write",
	    "mlock" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		set(LAYER_MAPPED, 0, 400);
		set(LAYER_CACHED, 500, 400);
		says(names[i], "400 of 1000 asked");
		tells(names[i], VERDICT_SHORT, 400, 1000, NULL);
		short_because(names[i], NULL);
		facts.limit_pages = 999;
		short_because(names[i], "the memory limit keeps no more");
		facts.limit_pages = N;
		short_because(names[i], NULL);
		facts.limit_pages = 0;
		needs(names[i], LAYER_MAPPED);
		set(LAYER_MAPPED, 10, N);
		set(LAYER_CACHED, 0, 0);
		says(names[i], NULL);
	}
}

static void
test_dontneed(void **state)
{
	static const char *const names[] = { "dontneed", "dontneed-locked" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		set(LAYER_CACHED, N, N);
		set(LAYER_MAPPED, N, 0);
		says(names[i], "the cache keeps the pages");
		tells(names[i], VERDICT_REMARK, N, N, "advise evict");
		needs(names[i], LAYER_CACHED);
		needs(names[i], LAYER_MAPPED);
		set(LAYER_CACHED, N, 990);
		says(names[i], "the cache keeps the pages");
		set(LAYER_CACHED, N, 989);
		says(names[i], NULL);
		set(LAYER_CACHED, N, N);
		set(LAYER_MAPPED, 16, 16);
		says(names[i], NULL);
		set(LAYER_CACHED, 0, 0);
		set(LAYER_MAPPED, N, 0);
		says(names[i], NULL);
	}
}

static void
test_locked(void **state)
{
	static const char *const names[] = { "dontneed", "cold", "pageout",
	    "evict" };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		facts.err[0] = EINVAL;
		facts.vmflags = VMF_LOCKED;
		says(names[i], "the range is locked");
		tells(names[i], VERDICT_REFUSED, 0, 0, "advise munlock");
		facts.flags_known = false;
		says(names[i], "EINVAL: maybe part of the range is locked");
		facts.flags_known = true;
		facts.vmflags = VMF_RAND;
		says(names[i], "EINVAL: maybe part of the range is locked");
		facts.vmflags = VMF_LOCKED;
		facts.err[0] = ENOMEM;
		says(names[i], "ENOMEM: part of the range is not mapped");
	}
}

static void
test_pageout(void **state)
{
	(void)state;
	set(LAYER_CACHED, N, N);
	set(LAYER_MAPPED, 0, 0);
	says("pageout", "walks PTEs only: nothing mapped here");
	needs("pageout", LAYER_CACHED);
	needs("pageout", LAYER_MAPPED);
	/* What went was taken by another. */
	set(LAYER_CACHED, N, 500);
	says("pageout", "walks PTEs only: nothing mapped here");
	tells("pageout", VERDICT_STAY, 500, N, "advise evict");
	set(LAYER_CACHED, N, 0);
	says("pageout", NULL);
	set(LAYER_CACHED, N, N);
	/* Mapped, clean, and nothing went: who knows why. */
	set(LAYER_MAPPED, N, N);
	set(LAYER_DIRTY, 0, 0);
	says("pageout", NULL);
	set(LAYER_MAPPED, N, 0);
	set(LAYER_DIRTY, N, N);
	says("pageout", "dirty pages stay: it writes nothing");
	tells("pageout", VERDICT_STAY, N, N, "advise fsync");
	needs("pageout", LAYER_DIRTY);
	set(LAYER_DIRTY, 500, 500);
	says("pageout", NULL);
	set(LAYER_DIRTY, N, N);
	set(LAYER_CACHED, N, 0);
	says("pageout", NULL);
	set(LAYER_CACHED, 0, 0);
	set(LAYER_MAPPED, 0, 0);
	says("pageout", NULL);
}

static void
test_fadvise_dontneed(void **state)
{
	(void)state;
	set(LAYER_CACHED, N, N);
	set(LAYER_MAPPED, N, N);
	says("fadvise-dontneed", "mapped here: such pages stay");
	needs("fadvise-dontneed", LAYER_MAPPED);
	facts.vmflags = VMF_LOCKED;
	says("fadvise-dontneed", "locked pages stay");
	facts.vmflags = 0;
	set(LAYER_MAPPED, 500, 500);
	says("fadvise-dontneed", NULL);
	set(LAYER_MAPPED, 0, 0);
	says("fadvise-dontneed", NULL);
	set(LAYER_DIRTY, N, 0);
	says("fadvise-dontneed", "dirty: written now, dropped by a second call");
	set(LAYER_CACHED, N, 0);
	says("fadvise-dontneed", NULL);
}

static void
test_evict(void **state)
{
	(void)state;
	facts.err[1] = 0;
	set(LAYER_CACHED, N, N);
	set(LAYER_MAPPED, N, 0);
	set(LAYER_DIRTY, 0, 0);
	/* Mapped by another process, or a large folio. */
	says("evict", NULL);
	set(LAYER_DIRTY, N, 0);
	says("evict", "dirty: written now, dropped by a second call");
	facts.err[1] = EBADF;
	says("evict",
	    "EBADF: there is no file, or it is not open for that");
}

/* A quarter of the pages stays, and others have them. */
static void
holders(uint32_t mappers, uint32_t lockers)
{
	facts.holders = (struct verdict_holders){ .known = true, .seen = 9,
		.mappers = mappers, .lockers = lockers, .pages = 250,
		.pid = 4711, .name = "ma\033ke" };
}

static void
asks(const char *name, bool want)
{
	assert_int_equal(verdict_asks((unsigned)advice_find(name), &facts),
	    want);
}

static void
test_who_has_them(void **state)
{
	static const char *const names[] = { "evict", "fadvise-dontneed",
	    "pageout" };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		facts.holders = (struct verdict_holders){ 0 };
		facts.whole = true;
		set(LAYER_CACHED, N, 300);
		asks(names[i], true);
		says(names[i], NULL);
		holders(1, 0);
		says(names[i], "300 of 1000 stay, mapped by ma?ke (4711): "
		    "pages that others map stay");
		tells(names[i], VERDICT_STAY, 300, N, NULL);
		holders(3, 0);
		says(names[i], "300 of 1000 stay, mapped by ma?ke (4711) and "
		    "2 more: pages that others map stay");
		holders(3, 1);
		says(names[i], "300 of 1000 stay, locked by ma?ke (4711): "
		    "locked pages stay");
		set(LAYER_CACHED, N, 10);
		asks(names[i], false);
		says(names[i], NULL);
		set(LAYER_CACHED, N, 11);
		asks(names[i], true);
		set(LAYER_CACHED, 0, 300);
		asks(names[i], false);
	}
	set(LAYER_CACHED, N, 300);
	asks("dontneed", false);
	says("dontneed", NULL);
	facts.err[0] = EINVAL;
	asks("evict", false);
}

/* None was found. */
static void
test_who_may_have_them(void **state)
{
	(void)state;
	facts.whole = true;
	set(LAYER_CACHED, N, 300);
	holders(0, 0);
	says("evict", "300 of 1000 stay: no process that can be seen maps "
	    "them");
	facts.holders.cut = true;
	says("evict", "300 of 1000 stay: maybe others map them: too many to "
	    "look into");
	facts.holders.hidden = 2;
	says("evict", "300 of 1000 stay: maybe others map them: not all may "
	    "be looked into");
	facts.whole = false;
	says("evict", "300 of 1000 stay: maybe large folios that reach "
	    "further");
	set(LAYER_CACHED, 2 * N, 1023);
	says("evict", "1023 of 2000 stay: maybe large folios that reach "
	    "further");
	set(LAYER_CACHED, 2 * N, 1024);
	says("evict", "1024 of 2000 stay: maybe others map them: not all may "
	    "be looked into");
	/* As many as CPUs may have in their batches. */
	set(LAYER_CACHED, N, 256);
	says("evict", NULL);
	set(LAYER_DIRTY, 250, 0);
	set(LAYER_WRITEBACK, 3, 0);
	says("evict", NULL);
	set(LAYER_WRITEBACK, 4, 0);
	says("evict", "256 of 1000 stay, 254 were dirty: dirty: written now, "
	    "dropped by a second call");
	tells("evict", VERDICT_STAY, 256, N, "advise evict");
	says("pageout", "256 of 1000 stay, 254 were dirty: dirty pages stay: "
	    "it writes nothing");
	tells("pageout", VERDICT_STAY, 256, N, "advise fsync");
}

/* Clean pages, all of them mapped here, all of the file. */
static void
mapped_and_clean(void)
{
	set(LAYER_CACHED, N, N);
	set(LAYER_MAPPED, N, N);
	set(LAYER_DIRTY, 0, 0);
	set(LAYER_WRITEBACK, 0, 0);
	set(LAYER_PRIVATE, 0, 0);
	facts.whole = true;
	facts.ptes_fell_known = true;
	facts.ptes_fell = 0;
}

/* Says it, and says nothing once any of these facts is not known. */
static void
says_by(const char *name, const char *text, unsigned layers)
{
	says(name, text);
	for (int l = 0; l < LAYER_COUNT; l++)
		if ((layers & LAYER_BIT(l)) != 0)
			needs(name, (enum layer)l);
}

static void
test_others(void **state)
{
	const unsigned layers = LAYER_BIT(LAYER_CACHED) |
	    LAYER_BIT(LAYER_MAPPED) | LAYER_BIT(LAYER_DIRTY) |
	    LAYER_BIT(LAYER_WRITEBACK);

	(void)state;
	mapped_and_clean();
	says_by("pageout", "others use them, too",
	    layers | LAYER_BIT(LAYER_PRIVATE));
	tells("pageout", VERDICT_STAY, N, N, NULL);
	facts.flags_known = false;
	says("pageout", NULL);
	facts.flags_known = true;
	facts.vmflags = VMF_LOCKED;
	says("pageout", NULL);
	facts.vmflags = 0;
	set(LAYER_PRIVATE, 1, 1);
	says("pageout", NULL);
	set(LAYER_PRIVATE, 0, 0);
	set(LAYER_WRITEBACK, 1, 0);
	says("pageout", NULL);
	set(LAYER_WRITEBACK, 0, 0);
	set(LAYER_CACHED, 255, 255);
	set(LAYER_MAPPED, 255, 255);
	says("pageout", NULL);
	set(LAYER_CACHED, 256, 256);
	set(LAYER_MAPPED, 256, 256);
	says("pageout", "others use them, too");

	mapped_and_clean();
	set(LAYER_MAPPED, N, 0);
	says_by("evict", "others use them, too", layers);
	tells("evict", VERDICT_STAY, N, N, NULL);
	facts.whole = false;
	says("evict", NULL);
	facts.whole = true;
	set(LAYER_MAPPED, N, 1);
	says("evict", NULL);
	/* What is still being read is locked, and has no PTE. */
	set(LAYER_MAPPED, 0, 0);
	says("evict", NULL);
}

static void
test_folio(void **state)
{
	(void)state;
	mapped_and_clean();
	facts.whole = false;
	set(LAYER_MAPPED, N, 0);
	facts.ptes_fell = N + 11;
	says_by("pageout", "part of a large folio: all of it or nothing",
	    LAYER_BIT(LAYER_CACHED) | LAYER_BIT(LAYER_MAPPED) |
	    LAYER_BIT(LAYER_DIRTY) | LAYER_BIT(LAYER_WRITEBACK));
	tells("pageout", VERDICT_STAY, N, N, NULL);
	facts.ptes_fell_known = false;
	says("pageout", NULL);
	facts.ptes_fell_known = true;
	/* A few others may have been reclaimed. */
	facts.ptes_fell = N + 10;
	says("pageout", NULL);
	facts.ptes_fell = 2 * N;
	set(LAYER_CACHED, N, 0);
	says("pageout", NULL);
}

/* Whatever is measured, hints without a rule say nothing. */
static void
test_no_guesses(void **state)
{
	static const char *const names[] = { "normal", "sequential",
	    "random", "munlock", "free", "hugepage",
	    "collapse", "mlock-onfault", "munlockall", "fadvise-random",
	    "fadvise-noreuse", "sync-range", "fsync" };
	uint64_t before, after;
	size_t i;
	int e;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		for (before = 0; before <= N; before += 500)
			for (after = 0; after <= N; after += 500)
				for (e = 0; e < 2; e++) {
					set(LAYER_CACHED, before, after);
					set(LAYER_MAPPED, after, before);
					set(LAYER_DIRTY, before, before);
					facts.vmflags = e == 1 ? VMF_LOCKED
					    : 0;
					says(names[i], NULL);
				}
}

/* Nothing known, nothing said, by any hint. */
static void
test_unknown(void **state)
{
	struct verdict v;
	unsigned i;

	(void)state;
	facts.flags_known = false;
	facts.vmflags = VMF_LOCKED;
	facts.before.count[LAYER_CACHED] = N;
	facts.before.count[LAYER_MAPPED] = N;
	for (i = 0; i < advice_count; i++) {
		facts.err[0] = 0;
		verdict_find(&v, i, &facts);
		assert_int_equal(v.kind, VERDICT_NONE);
		facts.err[0] = EINVAL;
		verdict_find(&v, i, &facts);
		assert_int_equal(v.kind, VERDICT_REFUSED);
		assert_non_null(v.why);
		assert_memory_equal(v.detail, "EINVAL", 6);
	}
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

/* Nobody has to hold what has nowhere to go. */
static void
test_memory_only(void **state)
{
	static const char *const names[] = { "evict", "fadvise-dontneed",
		"pageout" };
	const char *why = "no storage behind them: they go to swap only";

	(void)state;
	facts.whole = facts.memory_only = true;
	set(LAYER_CACHED, N, N);
	set(LAYER_MAPPED, N, 0);
	set(LAYER_DIRTY, 0, 0);
	set(LAYER_WRITEBACK, 0, 0);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		says(names[i], why);
		tells(names[i], VERDICT_STAY, N, N, NULL);
	}
	/* Not mapped either: evicting would not help. */
	set(LAYER_MAPPED, 0, 0);
	tells("pageout", VERDICT_STAY, N, N, NULL);
	/* There is swap. */
	set(LAYER_CACHED, N, 0);
	says("pageout", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_willneed_cut),
		TEST(test_why_cut),
		TEST(test_not_all_mapped),
		TEST(test_dontneed),
		TEST(test_locked),
		TEST(test_pageout),
		TEST(test_fadvise_dontneed),
		TEST(test_evict),
		TEST(test_who_has_them),
		TEST(test_who_may_have_them),
		TEST(test_others),
		TEST(test_memory_only),
		TEST(test_folio),
		TEST(test_no_guesses),
		TEST(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
