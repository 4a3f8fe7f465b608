/* A target over time: samples as a source gives them, and when it can't. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/watch.h"

#define INTERVAL_NS (100 * NS_PER_MS)

/* A source that says what the test wants. */
struct made {
	int	 step_rc, read_rc;
	unsigned notices;
	uint64_t t_ns, seq;
	bool	 gap;
};

struct rig {
	struct said	said;
	struct watch	w;
	struct source	simulated;	/* what the watch was opened with */
	struct made	made;
};

static int
made_step(void *self, uint64_t deadline_ns)
{
	(void)deadline_ns;
	return ((struct made *)self)->step_rc;
}

static int
made_read(void *self, struct sample *out, unsigned *notices)
{
	struct made *m = self;

	if (m->read_rc != 0)
		return m->read_rc;
	memset(out, 0, sizeof *out);
	out->t_ns = m->t_ns;
	out->seq = ++m->seq;
	out->gap = m->gap;
	*notices = m->notices;
	return 0;
}

static const struct source_ops made_ops = { .name = "made",
	.step = made_step, .read = made_read };

static void
begin(struct rig *r)
{
	const struct watch_opts opts = { .fake = true, .seed = 7,
		.cells = 64, .interval_ns = INTERVAL_NS };
	struct strbuf why = STRBUF_INIT;

	memset(r, 0, sizeof *r);
	r->w.said = &r->said;
	assert_int_equal(watch_open(&r->w, &opts, NULL, &why), 0);
	strbuf_done(&why);
	r->simulated = r->w.source;
	r->w.source = (struct source){ &made_ops, &r->made };
	r->made.t_ns = 100 * NS_PER_S;
}

static void
end(struct rig *r)
{
	r->w.source = r->simulated;
	watch_close(&r->w);
}

/* A source that can't go on ends the pass, and says why. */
static void
what_cannot_be_measured_is_said(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	assert_false(watch_step(&r.w, 1));
	r.made.step_rc = 1;
	assert_true(watch_step(&r.w, 1));
	assert_string_equal(r.said.line, "");
	r.made.step_rc = -EIO;
	assert_true(watch_step(&r.w, 1));
	assert_string_equal(r.said.line, "can't measure: Input/output error");
	assert_true(r.said.is_error);
	end(&r);
}

/* So does one that has nothing to give: the sample before stays. */
static void
what_cannot_be_read_is_said(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	watch_take(&r.w);
	assert_int_equal(r.w.live.seq, 1);
	r.made.read_rc = -ENODEV;
	watch_take(&r.w);
	assert_string_equal(r.said.line, "can't measure: No such device");
	assert_true(r.said.is_error);
	assert_int_equal(r.w.live.seq, 1);
	end(&r);
}

/* Rates end with a sample that changes once a second, not with each. */
static void
rates_are_held(void **state)
{
	static const struct { uint64_t at_ms, held_ms; } row[] = {
		{ 0, 0 }, { 100, 0 }, { 999, 0 }, { 1000, 1000 }, { 1900, 1000 },
		{ 4050, 4050 }, { 4999, 4050 }, { 5010, 5010 },
	};
	struct rig r;
	uint64_t from_ns;

	(void)state;
	begin(&r);
	from_ns = r.made.t_ns;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		r.made.t_ns = from_ns + row[i].at_ms * NS_PER_MS;
		watch_take(&r.w);
		assert_int_equal(r.w.held_ns,
		    from_ns + row[i].held_ms * NS_PER_MS);
	}
	end(&r);
}

/* A stop is a gap in the sample after it, and in no other. */
static void
a_stop_is_one_gap(void **state)
{
	static const bool gap[] = { false, true, false };
	struct rig r;

	(void)state;
	begin(&r);
	for (size_t i = 0; i < sizeof gap / sizeof gap[0]; i++) {
		r.w.gap_next = gap[i];
		watch_take(&r.w);
		assert_int_equal(r.w.live.gap, gap[i]);
	}
	r.made.gap = true;
	watch_take(&r.w);
	assert_true(r.w.live.gap);
	end(&r);
}

/* Only with a sample before, and of the same file. */
static void
two_samples_of_one_file_are_comparable(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	watch_take(&r.w);
	assert_false(r.w.comparable);
	watch_take(&r.w);
	assert_true(r.w.comparable);
	r.made.notices = SOURCE_FOLLOWED;
	watch_take(&r.w);
	assert_false(r.w.comparable);
	end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_measured_is_said),
		cmocka_unit_test(what_cannot_be_read_is_said),
		cmocka_unit_test(rates_are_held),
		cmocka_unit_test(a_stop_is_one_gap),
		cmocka_unit_test(two_samples_of_one_file_are_comparable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
