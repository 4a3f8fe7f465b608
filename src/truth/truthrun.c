#include "config.h"

#include "truthrun.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/clock.h"

#include "truthlab.h"
#include "truthready.h"

static int
act_hint(struct truth_run *r, const struct truth_act *a, int *err)
{
	uint64_t n = r->row->how & TRUTH_PAST_END ?
	    r->map_pages - r->first_page : r->n_pages;

	return truthready_hint(r, a->advice, r->first_page, n, err);
}

static int
act_map(struct truth_run *r, const struct truth_act *a, int *err)
{
	return truthready_map(r, a->map_flags, err);
}

static int
act_exit(struct truth_run *r, const struct truth_act *a, int *err)
{
	(void)a;
	(void)err;
	truthlab_end(r->lab);
	return 0;
}

static int
act_write_one(struct truth_run *r, const struct truth_act *a, int *err)
{
	(void)a;
	(void)err;
	return truthlab_walk(r->lab, LAB_MINE, TOUCH_WRITE, r->first_page, 1);
}

static int
act_peek(struct truth_run *r, const struct truth_act *a, int *err)
{
	(void)a;
	*err = -truthlab_peek(r->lab, r->first_page, r->n_pages);
	return 0;
}

static int
act_direct(struct truth_run *r, const struct truth_act *a, int *err)
{
	*err = -scratch_direct(&r->lab->scratch, r->first_page, r->n_pages,
	    a->kind == ACT_DIRECT_WRITE);
	return 0;
}

static int (*const act_run[])(struct truth_run *, const struct truth_act *,
    int *err) = {
	[ACT_HINT] = act_hint,
	[ACT_MAP] = act_map,
	[ACT_EXIT] = act_exit,
	[ACT_WRITE_ONE] = act_write_one,
	[ACT_PEEK] = act_peek,
	[ACT_DIRECT_READ] = act_direct,
	[ACT_DIRECT_WRITE] = act_direct,
};

static void
note_before(struct truth_run *r)
{
	memcpy(r->seen->before, r->look.page, sizeof r->seen->before);
	r->seen->before_known = r->look.known;
	r->seen->flags_before = r->look.vmflags;
}

static void
note_after(struct truth_run *r)
{
	memcpy(r->seen->after, r->look.page, sizeof r->look.page);
	r->seen->after_known |= r->look.known;
	r->seen->flags_after = r->look.vmflags;
}

/* The faults since a look, into the columns from col on. */
static void
note_faults(struct truth_run *r, const struct truth_look *since,
    enum truth_col col)
{
	if (!since->faults_known || !r->look.faults_known)
		return;
	r->seen->after[col] = r->look.minor - since->minor;
	r->seen->after[col + 1] = r->look.major - since->major;
	r->seen->after_known |= TRUTH_BIT(col) | TRUTH_BIT(col + 1);
}

/* Did the calls end as expected? If not, nothing is worth waiting for. */
static bool
calls_went_well(const struct truth_run *r)
{
	return memcmp(r->seen->err, r->row->err, sizeof r->row->err) == 0;
}

/* Looks until the pages are as expected, or it has been long enough. */
static int
settle(struct truth_run *r)
{
	uint64_t until_ns = clock_now_ns() + TRUTH_SETTLE_NS;
	int rc;

	while ((rc = truthready_look(r)) == 0) {
		note_after(r);
		if (!calls_went_well(r) ||
		    truth_is_settled(r->row, r->facts, r->seen) ||
		    clock_now_ns() >= until_ns)
			break;
		rc = truthlab_pause(r->lab, TRUTH_STEP_MS);
		if (rc != 0)
			break;
	}
	return rc;
}

static int
make_acts(struct truth_run *r)
{
	struct truth_look before = r->look;
	const struct truth_act *a;
	int rc = 0, i;

	for (i = 0; rc == 0 && i < TRUTH_ACTS; i++) {
		a = &r->row->act[i];
		if (a->kind != ACT_NONE)
			rc = act_run[a->kind](r, a, &r->seen->err[i]);
	}
	if (rc == 0)
		rc = settle(r);
	if (rc == 0)
		note_faults(r, &before, TRUTH_COL_CALL_MINOR);
	return rc;
}

/* Touches all of the region. */
static int
touch_next(struct truth_run *r)
{
	struct truth_look before = r->look;
	struct truth_range range;
	int rc;

	if (r->row->how & TRUTH_NO_MAPPING)
		return 0;
	rc = truthready_touch(r, r->row->how & TRUTH_NEXT_WRITES ?
	    TOUCH_WRITE : TOUCH_READ);
	if (rc == 0 && truth_expects(r->row, r->facts, r->seen,
	    TRUTH_COL_READ, &range))
		rc = truthready_await(r, TRUTH_COL_FILE, range);
	else if (rc == 0)
		rc = truthready_look(r);
	if (rc != 0)
		return rc;
	note_faults(r, &before, TRUTH_COL_MINOR);
	r->seen->after[TRUTH_COL_READ] = r->look.page[TRUTH_COL_FILE];
	if (r->look.known & TRUTH_BIT(TRUTH_COL_FILE))
		r->seen->after_known |= TRUTH_BIT(TRUTH_COL_READ);
	return 0;
}

/* One try. 0: measured; -EAGAIN: the region did not get ready. */
static int
try_row(struct truth_run *r)
{
	int rc;

	*r->seen = (struct truth_seen){ 0 };
	rc = truthready_make(r);
	if (rc != 0)
		return rc;
	note_before(r);
	if (!truth_is_ready(r->row, r->facts, r->seen)) {
		snprintf(r->why_not, r->why_size, "pages did not stay as "
		    "they had to");
		return -EAGAIN;
	}
	rc = make_acts(r);
	return rc != 0 ? rc : touch_next(r);
}

/* What a try has come to. */
static void
conclude(const struct truth_run *r, int rc, struct truth_result *res)
{
	if (rc == 0) {
		res->differs = truth_differs(r->row, r->facts, r->seen);
		res->verdict = res->differs != 0 ? TRUTH_DIFFERS
		    : TRUTH_AS_EXPECTED;
	} else {
		res->verdict = TRUTH_NOT_RUN;
		if (res->why_not[0] == '\0')
			snprintf(res->why_not, sizeof res->why_not,
			    "it could not be measured: %s", strerror(-rc));
	}
}

int
truthrun_row(struct truthlab *lab, const struct truth_facts *f,
    const struct truth_row *row, struct truth_result *res)
{
	const char *why = truth_why_not(row, f);
	struct truth_result now;
	unsigned tries = 0;
	struct truth_run r;
	int rc;

	*res = (struct truth_result){ .row = row, .verdict = TRUTH_NOT_RUN };
	if (why != NULL) {
		snprintf(res->why_not, sizeof res->why_not, "%s", why);
		return 0;
	}
	do {
		now = (struct truth_result){ .row = row,
			.verdict = TRUTH_NOT_RUN, .tries = ++tries };
		truthready_init(&r, lab, f, &now);
		rc = try_row(&r);
		if (rc == -EINTR)
			return rc;
		conclude(&r, rc, &now);
		if (rc == 0 || res->verdict == TRUTH_NOT_RUN)
			*res = now;
		res->tries = tries;
		/* Storage that hangs would hang each time. */
	} while (res->verdict != TRUTH_AS_EXPECTED && tries < TRUTH_TRIES &&
	    rc != -ETIMEDOUT);
	truthlab_end(lab);
	return 0;
}
