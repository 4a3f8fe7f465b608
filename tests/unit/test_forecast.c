#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/effect.h"
#include "pagetide/forecast.h"
#include "pagetide/order.h"
#include "pagetide/pattern.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"

#define PAGES	400
#define NOW	1000

/* Pages 0..99 mapped, 100..199 cached, the rest absent. */
struct rig {
	struct cells	grid;
	struct sample	s;
};

static void
begin(struct rig *r)
{
	size_t i;

	cells_init(&r->grid);
	cells_reshape(&r->grid, 0, PAGES, 0);
	for (i = 0; i < PAGES; i++) {
		cells_set(&r->grid, i, LAYER_CACHED, i < 200, NOW);
		cells_set(&r->grid, i, LAYER_MAPPED, i < 100, NOW);
	}
	r->s = (struct sample){ .seq = 1, .overview = &r->grid,
		.vmas_known = true, .n_vmas = 1 };
	r->s.target.page_bytes = 4096;
	r->s.scan.pass_ns = NOW;
	r->s.target.pages = r->s.worker.map_pages = PAGES;
	r->s.vma[0] = (struct vma_range){ 0, PAGES, 0 };
}

static struct forecast
make(struct rig *r, struct pattern_spec spec)
{
	struct forecast f;

	forecast_make(&f, &spec, &r->s, NOW);
	return f;
}

static void
check(struct rig *r, struct pattern_spec spec, uint64_t minor,
    uint64_t major)
{
	struct forecast f = make(r, spec);

	assert_true(f.known);
	assert_int_equal(f.minor, minor);
	assert_int_equal(f.major, major);
}

static void
each_page_counts_once(void **state)
{
	struct pattern_spec spec = { .n_pages = PAGES, .passes = 3 };
	struct rig r;

	(void)state;
	begin(&r);
	for (spec.kind = PATTERN_SEQUENTIAL; spec.kind <= PATTERN_BACKWARD;
	    spec.kind++)
		check(&r, spec, 100, 200);
	spec.kind = PATTERN_PERMUTATION;
	check(&r, spec, 100, 200);
	spec.kind = PATTERN_LOOP;
	spec.set_pages = 150;
	spec.passes = 0;
	check(&r, spec, 50, 0);
	spec = (struct pattern_spec){ .kind = PATTERN_STRIDE, .passes = 2,
		.n_pages = PAGES, .stride_pages = 10 };
	check(&r, spec, 10, 20);
	spec = (struct pattern_spec){ .kind = PATTERN_SINGLE, .n_pages = 1,
		.first_page = 199 };
	check(&r, spec, 1, 0);
	spec.first_page = 200;
	check(&r, spec, 0, 1);
	/* Ten touches from the end on. */
	spec = (struct pattern_spec){ .kind = PATTERN_BACKWARD,
		.n_pages = 205, .passes = 1, .max_touches = 10 };
	check(&r, spec, 5, 5);
	cells_done(&r.grid);
}

/* By chance, with replacement: what the pattern says, each page once. */
static void
random_walks_are_gone_through(void **state)
{
	struct pattern_spec spec = { .kind = PATTERN_RANDOM, .seed = 4,
		.n_pages = PAGES, .max_touches = 64 };
	unsigned char seen[PAGES] = { 0 };
	uint64_t page, minor = 0, major = 0;
	struct pattern p;
	struct rig r;

	(void)state;
	begin(&r);
	assert_int_equal(pattern_start(&p, &spec), 0);
	while (pattern_next(&p, &page))
		if (seen[page]++ == 0) {
			minor += page >= 100 && page < 200;
			major += page >= 200;
		}
	assert_true(minor > 0 && major > 0 && minor + major < 64);
	check(&r, spec, minor, major);
	/* For ever by chance is too far. */
	spec.max_touches = 0;
	assert_false(make(&r, spec).known);
	cells_done(&r.grid);
}

/* A copy is made whether the page is mapped or not; the pages are 200 cached
 * and 200 absent ones. */
static void
the_first_writes_copy(void **state)
{
	struct pattern_spec spec = { .n_pages = PAGES, .passes = 2,
		.op = TOUCH_WRITE };
	struct pattern_spec stride = spec;
	struct rig r;

	(void)state;
	begin(&r);
	stride.kind = PATTERN_STRIDE;
	stride.stride_pages = 10;
	r.s.worker.map_flags = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	assert_false(make(&r, spec).known);
	r.s.total_known = LAYER_BIT(LAYER_PRIVATE);
	check(&r, spec, 200, 200);
	check(&r, stride, 20, 20);
	cells_forget(&r.grid, LAYER_BIT(LAYER_MAPPED));
	check(&r, spec, 200, 200);
	check(&r, stride, 20, 20);
	r.s.total[LAYER_PRIVATE] = 1;
	assert_false(make(&r, spec).known);
	r.s.total[LAYER_PRIVATE] = 0;
	r.s.worker.map_flags |= MAP_SPEC_ANON;
	assert_false(make(&r, spec).known);
	r.s.worker.map_flags = MAP_SPEC_WRITE;
	assert_false(make(&r, spec).known);
	cells_done(&r.grid);
}

static void
what_is_not_known_is_not_forecast(void **state)
{
	struct pattern_spec spec = { .n_pages = PAGES, .passes = 1 };
	struct pattern_spec calls = spec, chunks = spec, stride = spec;
	struct forecast f;
	struct rig r;

	(void)state;
	begin(&r);
	calls.op = TOUCH_PREAD;
	assert_false(make(&r, calls).known);
	calls.op = TOUCH_WRITE;
	assert_false(make(&r, calls).known);
	chunks.kind = PATTERN_CHUNKED;
	chunks.window_pages = 8;
	assert_false(make(&r, chunks).known);
	/* Measured too long ago. */
	forecast_make(&f, &spec, &r.s, NOW + 1);
	assert_false(f.known);
	stride.kind = PATTERN_STRIDE;
	forecast_make(&f, &stride, &r.s, NOW + 1);
	assert_false(f.known);
	/* Part of the range is not mapped. */
	r.s.worker.map_pages = PAGES - 1;
	assert_false(make(&r, spec).known);
	r.s.worker.map_pages = PAGES;
	assert_true(make(&r, spec).known);
	r.s.total[LAYER_PRIVATE] = 1;
	assert_false(make(&r, spec).known);
	r.s.total[LAYER_PRIVATE] = 0;
	cells_forget(&r.grid, LAYER_BIT(LAYER_MAPPED));
	assert_false(make(&r, spec).known);
	assert_false(make(&r, stride).known);
	cells_done(&r.grid);
}

/* An effect with these deltas, as text after the forecast. */
static void
says(const struct forecast *f, uint64_t minor, uint64_t major,
    uint64_t read_pages, uint64_t mapped, const char *want)
{
	struct effect e = { .done = true };
	struct strbuf text = STRBUF_INIT;

	e.before.known = e.after.known = ~0u;
	e.after.v[COUNTER_MINOR] = minor;
	e.after.v[COUNTER_MAJOR] = major;
	e.after.v[COUNTER_READ_BYTES] = read_pages * 4096;
	e.after.v[COUNTER_MAPPED] = mapped;
	forecast_text(f, &e, &text);
	assert_string_equal(text.s, want);
	strbuf_done(&text);
}

static void
causes_only_where_facts_show_them(void **state)
{
	struct forecast f = { .known = true, .minor = 100, .major = 200,
		.page_bytes = 4096, .not_random = true };
	static const char as_forecast[] =
	    "  page by page it would be 100 minor 200 major";

	(void)state;
	says(&f, 100, 200, 200, 300, as_forecast);
	says(&f, 13, 1, 200, 300,
	    "  without readahead, fault-around it would be 100 minor 200 major");
	says(&f, 299, 1, 200, 300,
	    "  without readahead it would be 100 minor 200 major");
	says(&f, 7, 200, 200, 300,
	    "  without fault-around it would be 100 minor 200 major");
	/* Nothing was read: somebody else brought the pages. */
	says(&f, 300, 0, 0, 300, as_forecast);
	/* More than was thought: nothing tells why. */
	says(&f, 100, 250, 300, 350, as_forecast);
	f.not_random = false;
	says(&f, 299, 1, 200, 300, as_forecast);
	/* Fault-around maps what is cached: nothing was. */
	f = (struct forecast){ .known = true, .major = 300,
		.page_bytes = 4096, .not_random = true };
	says(&f, 13, 1, 300, 300, "  without readahead it would be 300 major");
	f.major = 0;
	says(&f, 0, 0, 0, 0, "  page by page it would be no fault");
	f.single = true;
	says(&f, 0, 0, 0, 0, "");
	f.single = f.known = false;
	says(&f, 13, 1, 200, 300, "");
}

/* What more there was of major faults is as many pages that came back. */
static void
refaults_are_a_cause(void **state)
{
	struct forecast f = { .known = true, .major = 80 };
	struct effect e = { .done = true };
	struct strbuf text = STRBUF_INIT;

	(void)state;
	e.before.known = e.after.known = COUNTER_BIT(COUNTER_MINOR) |
	    COUNTER_BIT(COUNTER_MAJOR) | COUNTER_BIT(COUNTER_REFAULTS);
	e.after.v[COUNTER_MAJOR] = 240;
	e.after.v[COUNTER_REFAULTS] = 140;
	forecast_text(&f, &e, &text);
	assert_string_equal(text.s, "  without refaults it would be 80 major");
	strbuf_reset(&text);
	e.after.v[COUNTER_REFAULTS] = 139;
	forecast_text(&f, &e, &text);
	assert_string_equal(text.s,
	    "  page by page it would be at least 80 major");
	/* Readahead hides how often pages had to come again. */
	strbuf_reset(&text);
	f.not_random = true;
	f.page_bytes = 4096;
	e.before.known = e.after.known |= COUNTER_BIT(COUNTER_READ_BYTES);
	e.after.v[COUNTER_MAJOR] = 8;
	e.after.v[COUNTER_READ_BYTES] = 400 * 4096;
	forecast_text(&f, &e, &text);
	assert_string_equal(text.s,
	    "  without readahead it would be at least 80 major");
	strbuf_reset(&text);
	e.after.v[COUNTER_REFAULTS] = 160;
	e.after.v[COUNTER_MAJOR] = 80;
	forecast_text(&f, &e, &text);
	assert_string_equal(text.s,
	    "  page by page it would be at least 80 major");
	strbuf_reset(&text);
	e.after.v[COUNTER_MAJOR] = 240;
	e.after.known &= ~COUNTER_BIT(COUNTER_REFAULTS);
	forecast_text(&f, &e, &text);
	assert_string_equal(text.s, "  page by page it would be 80 major");
	strbuf_done(&text);
}

static void
advice_is_taken_from_the_range(void **state)
{
	struct pattern_spec spec = { .n_pages = 100, .passes = 1 };
	struct rig r;

	(void)state;
	begin(&r);
	assert_true(make(&r, spec).not_random);
	r.s.vma[0].vmflags = VMF_RAND;
	assert_false(make(&r, spec).not_random);
	r.s.vma[0].vmflags = 0;
	r.s.vmas_known = false;
	assert_false(make(&r, spec).not_random);
	cells_done(&r.grid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_page_counts_once),
		cmocka_unit_test(random_walks_are_gone_through),
		cmocka_unit_test(the_first_writes_copy),
		cmocka_unit_test(what_is_not_known_is_not_forecast),
		cmocka_unit_test(causes_only_where_facts_show_them),
		cmocka_unit_test(refaults_are_a_cause),
		cmocka_unit_test(advice_is_taken_from_the_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
