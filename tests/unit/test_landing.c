#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/landing.h"
#include "pagetide/landnames.h"

static int
setup(void **state)
{
	static struct landing l;

	landing_init(&l);
	landing_begin(&l, LANDING_BY_FAULTS, 1000, 0);
	*state = &l;
	return 0;
}

static int
teardown(void **state)
{
	landing_done(*state);
	return 0;
}

static void
counts_page_by_page(void **state)
{
	struct landing *l = *state;
	struct landing_slot at;

	landing_add(l, 3, false, 1, 50);
	landing_add(l, 3, true, 1, 40);
	landing_add(l, 999, false, 4, 60);
	landing_add(l, 1000, false, 1, 70);
	assert_int_equal(l->minor, 5);
	assert_int_equal(l->major, 1);
	assert_int_equal(l->last_ns, 60);
	assert_true(landing_range(l, 3, 1, &at));
	assert_int_equal(at.minor, 1);
	assert_int_equal(at.major, 1);
	assert_int_equal(at.last_ns, 50);
	assert_true(landing_range(l, 4, 995, &at));
	assert_int_equal(at.minor, 0);
	assert_true(landing_range(l, 0, 1000, &at));
	assert_int_equal(at.minor, 5);
	assert_false(landing_range(l, 1, 1000, &at));
	assert_false(landing_range(l, 1, 0, &at));
}

/* What is kept of it has few slots, and all else of it. */
static void
little_is_kept_of_each_moment(void **state)
{
	struct landing *l = *state, kept;

	landing_init(&kept);
	landing_begin(l, LANDING_BY_FAULTS, 1 << 14, 0);
	landing_begin_kept(&kept, l);
	assert_in_range(kept.n_slots, 1000, LANDING_KEPT_SLOTS);
	landing_add(l, 9, true, 3, 50);
	landing_add(&kept, 9, true, 3, 50);
	l->lost = 7;
	landing_follow(&kept, l);
	assert_int_equal(kept.major, 3);
	assert_int_equal(kept.lost, 7);
	assert_int_equal(kept.slot[9 >> kept.shift].major, 3);
	assert_int_equal(landing_bytes(&kept), kept.n_slots *
	    sizeof *kept.slot);
	landing_done(&kept);
	assert_int_equal(landing_bytes(&kept), 0);
}

/* A slot of several pages says nothing of one of them, unless it has none. */
static void
slots_of_many_pages(void **state)
{
	struct landing *l = *state;
	struct landing_slot at;

	landing_begin(l, LANDING_BY_FAULTS, LANDING_SLOTS_MAX * 4 + 1, 0);
	assert_true(l->n_slots <= LANDING_SLOTS_MAX);
	assert_int_equal(l->shift, 3);
	assert_int_equal(l->minor, 0);
	landing_add(l, 17, false, 1, 5);
	landing_add(l, LANDING_SLOTS_MAX * 4, false, 1, 6);
	assert_true(landing_range(l, 16, 8, &at));
	assert_int_equal(at.minor, 1);
	assert_false(landing_range(l, 17, 1, &at));
	assert_false(landing_range(l, 16, 4, &at));
	assert_true(landing_range(l, 24, 1, &at));
	assert_true(landing_range(l, LANDING_SLOTS_MAX * 4, 1, &at));
	assert_int_equal(at.minor, 1);
}

static void
hottest_come_first(void **state)
{
	struct landing *l = *state;
	uint64_t at[2];

	assert_int_equal(landing_hottest(l, at, 2), 0);
	landing_add(l, 10, false, 2, 1);
	landing_add(l, 20, true, 5, 1);
	landing_add(l, 30, false, 3, 1);
	assert_int_equal(landing_hottest(l, at, 2), 2);
	assert_int_equal(at[0], 20);
	assert_int_equal(at[1], 30);
}

static void
sites(void **state)
{
	struct landing *l = *state;
	const struct landing_site *at[3];

	landing_add_site(l, 9, 0x1000, 1);
	landing_add_site(l, 8, 0x2000, 2);
	landing_add_site(l, 8, 0x2000, 2);
	landing_add_site(l, 7, UINT64_C(0xffffffff81000000), 1);
	landing_add_site(l, 1000, UINT64_C(0xffffffff82000000), 1);
	assert_int_equal(landing_sites(l, at, 3), 3);
	assert_int_equal(at[0]->ip, 0x2000);
	assert_int_equal(at[0]->faults, 4);
	assert_true(landing_site_is_kernel(at[1]->ip));
	assert_int_equal(at[1]->faults, 2);
	assert_int_equal(at[2]->ip, 0x1000);
	assert_int_equal(l->slot[8].ip, 0x2000);
	assert_ptr_equal(landing_site(l, l->slot[8].ip), at[0]);
	assert_ptr_equal(landing_site(l, l->slot[7].ip), at[1]);
	assert_null(landing_site(l, l->slot[6].ip));
	assert_null(landing_site(l, 0x3000));
	strcpy(l->site[at[0] - l->site].place, "prog+0x2000");
	assert_string_equal(landing_site_text(at[0]), "prog+0x2000");
	strcpy(l->site[at[0] - l->site].symbol, "touch+0x20");
	assert_string_equal(landing_site_text(at[0]), "touch+0x20");
	assert_string_equal(landing_site_text(at[2]), "?");
	assert_string_equal(landing_site_text(NULL), "?");
	for (uint64_t ip = 1; ip <= LANDING_SITES; ip++)
		landing_add_site(l, 9, ip << 20, 1);
	assert_int_equal(l->sites_lost, 3);
}

static void
copies(void **state)
{
	struct landing *l = *state, copy;
	struct landing_slot at;

	landing_init(&copy);
	landing_add(l, 7, false, 1, 5);
	landing_copy(&copy, l);
	landing_add(l, 7, false, 1, 6);
	assert_true(landing_range(&copy, 7, 1, &at));
	assert_int_equal(at.minor, 1);
	landing_done(l);
	landing_copy(&copy, l);
	assert_int_equal(copy.by, LANDING_OFF);
	assert_false(landing_range(&copy, 7, 1, &at));
	landing_done(&copy);
}

static void
ways(void **state)
{
	struct landing *l = *state;
	struct landing_slot at;
	enum fault_path way[PATH_COUNT];

	landing_add_way(l, 5, false, PATH_MARKER, 700);
	landing_add_way(l, 5, false, PATH_MARKER, 300);
	landing_add_way(l, 6, false, PATH_AROUND, 90);
	landing_add_way(l, 6, true, PATH_MISS_READAHEAD, 400);
	landing_add_way(l, 1000, false, PATH_AROUND, 9000);
	assert_int_equal(l->named, 4);
	assert_int_equal(landing_longest_ns(l, false), 700);
	assert_int_equal(landing_longest_ns(l, true), 400);
	assert_int_equal(landing_ways(l, false, way), 2);
	assert_int_equal(way[0], PATH_MARKER);
	assert_int_equal(l->minor_way[PATH_MARKER].faults, 2);
	assert_int_equal(l->minor_way[PATH_MARKER].ns, 1000);
	assert_int_equal(l->minor_way[PATH_MARKER].max_ns, 700);
	landing_add(l, 6, true, 1, 50);
	assert_true(landing_range(l, 6, 1, &at));
	assert_int_equal(at.max_ns, 400);
	assert_int_equal(at.max_path, PATH_MISS_READAHEAD);
}

#define POINTS	(TRACE_FAULTS | TRACE_BIT(TRACE_ADD) | TRACE_BIT(TRACE_ASYNC_RA))

static void
add(struct landnames *n, enum trace_point p, uint32_t tid, uint64_t t_ns,
    uint64_t arg, uint64_t bytes)
{
	landnames_add(n, &(struct trace_record){ .t_ns = t_ns, .tid = tid,
	    .point = p, .arg = { arg } }, 0x77, bytes);
}

#define SEEN_MAX 8
struct seen {
	struct landed	fault[SEEN_MAX];
	size_t		n;
};

static void
see(const struct landed *f, void *arg)
{
	struct seen *s = arg;

	assert_true(s->n < SEEN_MAX);
	s->fault[s->n++] = *f;
}

/* A thread goes to another processor while it waits, whose records come first;
 * the other one has a fault meanwhile. */
static void
names_of_threads(void **state)
{
	struct landnames n;
	struct seen s = { .n = 0 };

	(void)state;
	landnames_init(&n, POINTS, true, false);
	landnames_take(&n, UINT64_MAX, see, &s);
	assert_int_equal(s.n, 0);
	add(&n, TRACE_MINOR, 1, 900, 0x1000, 4096);
	add(&n, TRACE_FAULT_USER, 1, 100, 0x1000, 0);
	add(&n, TRACE_FAULT_USER, 257, 150, 0x8000, 0);
	add(&n, TRACE_FILEMAP_FAULT, 1, 200, 1, 0);
	add(&n, TRACE_MAP_PAGES, 257, 210, 8, 0);
	add(&n, TRACE_ASYNC_RA, 1, 220, 1, 0);
	add(&n, TRACE_MINOR, 257, 230, 0x8000, 4096);
	add(&n, TRACE_FAULT_USER, 257, 950, 0x9000, 0);
	landnames_take(&n, 940, see, &s);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.fault[0].tid, 257);
	assert_int_equal(s.fault[0].path, PATH_AROUND);
	assert_int_equal(s.fault[0].ns, 80);
	assert_int_equal(s.fault[1].tid, 1);
	assert_true(s.fault[1].named);
	assert_int_equal(s.fault[1].path, PATH_MARKER);
	assert_int_equal(s.fault[1].ns, 800);
	assert_int_equal(s.fault[1].addr, 0x1000);
	assert_int_equal(s.fault[1].ip, 0x77);
	/* What began before is ended by what comes later. */
	add(&n, TRACE_MINOR, 257, 960, 0x9000, 2 << 20);
	landnames_take(&n, UINT64_MAX, see, &s);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.fault[2].path, PATH_PMD);
	landnames_done(&n);
}

static void
faults_without_names(void **state)
{
	struct landnames n;
	struct seen s = { .n = 0 };

	(void)state;
	landnames_init(&n, POINTS, true, false);
	/* Its begin was not recorded. */
	add(&n, TRACE_MAJOR, 1, 100, 0x1000, 4096);
	/* Records were lost in it. */
	add(&n, TRACE_FAULT_USER, 1, 200, 0x2000, 0);
	add(&n, TRACE_LOST, 0, 210, 1, 0);
	add(&n, TRACE_MINOR, 1, 220, 0x2000, 4096);
	/* One that never ended is before it. */
	add(&n, TRACE_FAULT_USER, 1, 300, 0x3000, 0);
	add(&n, TRACE_MINOR, 1, 400, 0x99000, 4096);
	/* No record of a file, and no huge page: shared memory, say. */
	add(&n, TRACE_FAULT_USER, 1, 500, 0x5000, 0);
	add(&n, TRACE_MINOR, 1, 510, 0x5000, 4096);
	landnames_take(&n, UINT64_MAX, see, &s);
	assert_int_equal(s.n, 4);
	assert_true(s.fault[0].major);
	for (size_t i = 0; i < 3; i++) {
		assert_false(s.fault[i].named);
		assert_int_equal(s.fault[i].path, PATH_UNKNOWN);
	}
	assert_true(s.fault[3].named);
	assert_int_equal(s.fault[3].path, PATH_UNKNOWN);
	assert_int_equal(s.fault[3].ns, 10);
	landnames_done(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(little_is_kept_of_each_moment,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(counts_page_by_page, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(slots_of_many_pages, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(hottest_come_first, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(sites, setup, teardown),
		cmocka_unit_test_setup_teardown(copies, setup, teardown),
		cmocka_unit_test_setup_teardown(ways, setup, teardown),
		cmocka_unit_test(names_of_threads),
		cmocka_unit_test(faults_without_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
