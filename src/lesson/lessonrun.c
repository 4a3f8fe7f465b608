/* A lesson that is being taken: line by line, with waits between. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/field.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "lessonparts.h"

/* What has not come by then does not. */
#define WAIT_NS (10 * NS_PER_S)

struct lesson_run *
lesson_begin(struct lesson *l)
{
	struct lesson_run *r = xcalloc(1, sizeof *r);

	r->lesson = l;
	snapshot_init(&r->mark.taken);
	for (int i = 0; i < LESSON_CAPTION_LINES; i++)
		strbuf_init(&r->caption[i]);
	for (int i = 0; i < LESSON_BIG; i++)
		strbuf_init(&r->big_text[i]);
	strbuf_init(&r->why);
	strbuf_init(&r->question.measured);
	return r;
}

void
lesson_forget(struct question *q)
{
	free(q->text);
	for (unsigned i = 0; i < q->n; i++)
		free(q->choice[i]);
	strbuf_done(&q->measured);
	*q = (struct question){ .text = NULL };
	strbuf_init(&q->measured);
}

void
lesson_end(struct lesson_run *r)
{
	if (r == NULL)
		return;
	lesson_forget(&r->question);
	for (int i = 0; i < LESSON_CAPTION_LINES; i++)
		strbuf_done(&r->caption[i]);
	for (int i = 0; i < LESSON_BIG; i++)
		strbuf_done(&r->big_text[i]);
	snapshot_done(&r->mark.taken);
	strbuf_done(&r->why);
	free(r->json);
	lesson_free(r->lesson);
	free(r);
}

/* Here it ends: what it was saying stands no more. */
static void
end(struct lesson_run *r, enum lesson_state state, const char *why)
{
	strbuf_reset(&r->why);
	strbuf_adds(&r->why, why);
	r->captions = 0;
	r->state = state;
}

/* What others keep in memory may be why. */
static void
fail(struct lesson_run *r, const struct lesson_line *line, const char *what)
{
	struct strbuf why = STRBUF_INIT;
	char pages[UNITS_MAX];

	strbuf_addf(&why, "step %u, line %u: %s", r->step, line->at, what);
	if (r->warm_pages > 0)
		strbuf_addf(&why, " (others kept %s in memory)",
		    units_count(pages, r->warm_pages, "page"));
	end(r, LESSON_FAILED, why.s);
	strbuf_done(&why);
}

/* A condition of a line that has to be one. */
static int
test(struct lesson_run *r, const char *expr, const struct field_of *of)
{
	struct strbuf why = STRBUF_INIT;
	int is = lesson_test(expr, r->kept, of, &why);

	strbuf_done(&why);
	return is;
}

typedef void go(struct lesson_run *, const struct lesson_line *,
    const struct field_of *);

static void
go_step(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	(void)line;
	(void)of;
	r->step++;
	r->mark.due = true;
	if (lesson_hurries(r))
		return;
	r->captions = 0;
	lesson_forget(&r->question);
}

/* Whatever else may come of it comes later. */
static void
go_wait(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	uint64_t now = of->sample->t_ns;
	char *what;

	if (test(r, line->text, of) == 1) {
		r->wait_ns = 0;
		return;
	}
	if (r->wait_ns == 0)
		r->wait_ns = now;
	if (now - r->wait_ns < WAIT_NS) {
		r->at--;
		return;
	}
	what = xasprintf("not so after 10 s: %s", line->text);
	fail(r, line, what);
	free(what);
}

static void
go_needs(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	if (test(r, line->text, of) == 1)
		return;
	end(r, LESSON_SKIPPED, line->more);
}

static void
go_keep(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	struct strbuf why = STRBUF_INIT;
	struct lesson_kept *k = r->kept;

	while (k->name[0] != '\0' && strcmp(k->name, line->text) != 0)
		k++;
	lesson_number(line->more, r->kept, of, k, &why);
	snprintf(k->name, sizeof k->name, "%s", line->text);
	strbuf_done(&why);
}

/* A text with its numbers, of a line that has to be right. */
static void
put_text(struct lesson_run *r, struct strbuf *out, const char *text,
    const struct field_of *of)
{
	struct strbuf why = STRBUF_INIT;

	lesson_text(out, text, r->kept, of, &why);
	strbuf_done(&why);
}

static void
go_say(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	struct strbuf *out;

	if (lesson_hurries(r))
		return;
	if (r->captions_old)
		r->captions = 0;
	r->captions_old = false;
	out = &r->caption[r->captions++];
	strbuf_reset(out);
	put_text(r, out, line->text, of);
}

static void
go_big(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	(void)of;
	r->big[r->bigs++] = line;
}

static void
go_predict(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	struct strbuf text = STRBUF_INIT;

	if (lesson_hurries(r))
		return;
	lesson_forget(&r->question);
	put_text(r, &text, line->text, of);
	r->question.text = strbuf_detach(&text);
}

/* One that says the same as another is none. */
static void
go_choice(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	struct question *q = &r->question;
	struct strbuf text = STRBUF_INIT;

	if (lesson_hurries(r))
		return;
	put_text(r, &text, line->text, of);
	for (unsigned i = 0; i < q->n; i++)
		if (strcmp(q->choice[i], text.s) == 0) {
			strbuf_done(&text);
			return;
		}
	q->line[q->n] = line;
	q->choice[q->n++] = strbuf_detach(&text);
}

static void
go_lock(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	(void)line;
	(void)of;
	r->mark.due = r->captions_old = true;
	if (!lesson_hurries(r))
		r->state = LESSON_ASKS;
}

static void
go_rest(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	(void)line;
	(void)of;
	r->mark.due = r->captions_old = true;
	if (!lesson_hurries(r))
		r->state = LESSON_RESTS;
}

/* Is it what came? Of a choice without a condition: the same as was measured,
 * or what is left. */
static bool
is_right(struct lesson_run *r, unsigned i, const struct field_of *of)
{
	const struct question *q = &r->question;

	if (q->line[i]->more != NULL)
		return test(r, q->line[i]->more, of) == 1;
	return strcmp(q->choice[i], q->measured.s) == 0;
}

/* An answer counts when it is given first. */
static void
count_answer(struct lesson_run *r, const struct field_of *of)
{
	const struct question *q = &r->question;

	if (q->answered == 0 || r->at <= r->asked_to)
		return;
	r->asked_to = r->at;
	r->score.asked++;
	r->score.right += q->answered == q->right;
	free(r->json);
	r->json = lesson_json_of(r, of);
}

static void
go_reveal(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	struct question *q = &r->question;
	struct strbuf why = STRBUF_INIT;
	struct lesson_kept k;

	r->captions_old = true;
	if (lesson_hurries(r))
		return;
	if (line->text[0] != '\0' &&
	    lesson_number(line->text, r->kept, of, &k, &why) == 0)
		lesson_format(&q->measured, &k, NULL);
	strbuf_done(&why);
	for (unsigned i = 0; i < q->n && q->right == 0; i++)
		if (is_right(r, i, of))
			q->right = i + 1;
	for (unsigned i = 0; i < q->n && q->right == 0; i++)
		if (strcmp(q->choice[i], "none of these") == 0)
			q->right = i + 1;
	if (q->right == 0)
		fail(r, line, "none of the choices is what came");
	else
		count_answer(r, of);
}

static void
go_check(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of)
{
	int is = test(r, line->text, of);
	struct strbuf what = STRBUF_INIT;

	if (is != 1) {
		strbuf_addf(&what, "%s: %s", is == 0 ? "not so" : "not known",
		    line->text);
		fail(r, line, what.s);
	}
	strbuf_done(&what);
}

static go *const go_table[WORD_COUNT] = {
	[WORD_STEP] = go_step, [WORD_WAIT] = go_wait, [WORD_NEEDS] = go_needs,
	[WORD_KEEP] = go_keep, [WORD_SAY] = go_say, [WORD_BIG] = go_big,
	[WORD_PREDICT] = go_predict, [WORD_CHOICE] = go_choice,
	[WORD_LOCK] = go_lock, [WORD_REVEAL] = go_reveal,
	[WORD_REST] = go_rest, [WORD_CHECK] = go_check,
};

static void
act(struct lesson_run *r, const struct lesson_line *line,
    const struct field_of *of, lesson_act *run, void *arg)
{
	struct strbuf why = STRBUF_INIT, text = STRBUF_INIT;

	lesson_command(&text, line->text, r->kept, of, &why);
	if (run(arg, text.s, &why) == 0) {
		r->settle_seq = of->sample->seq;
	} else if (line->word == WORD_TRY) {
		end(r, LESSON_SKIPPED, why.s);
	} else {
		fail(r, line, why.s);
	}
	strbuf_done(&text);
	strbuf_done(&why);
}

/* The numbers that since() counts from are those of now. */
static void
set_mark(struct lesson_run *r, const struct lesson_moment *m)
{
	snapshot_copy(&r->mark.taken, m->newest);
	r->mark.of = (struct field_of){ .sample = &r->mark.taken.sample };
	r->mark.due = false;
}

/* NULL: no step has begun. */
static const struct field_of *
get_mark(const struct lesson_run *r)
{
	return r->mark.of.sample != NULL ? &r->mark.of : NULL;
}

static void
refresh_bigs(struct lesson_run *r, const struct field_of *of)
{
	for (unsigned i = 0; i < r->bigs; i++) {
		strbuf_reset(&r->big_text[i]);
		put_text(r, &r->big_text[i], r->big[i]->more, of);
	}
}

/* Does it stand before a step, where one is on the screen? Then that rests. */
static bool
rests_before(struct lesson_run *r, const struct lesson_line *line)
{
	if (line->word != WORD_STEP || r->step == 0 || lesson_hurries(r) ||
	    r->passed)
		return false;
	r->state = LESSON_RESTS;
	return true;
}

/* All was dropped before the first line of the file: what is there all the
 * same somebody else keeps. */
static void
note_warm(struct lesson_run *r, const struct field_of *of)
{
	struct field_value v = field_get(field_find("layers.cached_pages"),
	    of);

	r->warm_pages = v.known && v.n > 0 ? (uint64_t)v.n : 0;
}

static void
run_line(struct lesson_run *r, const struct lesson_moment *m,
    const struct field_of *of, lesson_act *run, void *arg)
{
	const struct lesson_line *line = &r->lesson->line[r->at++];

	if (line->at > 0 && line[-1].at == 0)
		note_warm(r, of);
	r->passed = false;
	if (r->mark.due)
		set_mark(r, m);
	if (line->word == WORD_DO || line->word == WORD_TRY)
		act(r, line, of, run, arg);
	else
		go_table[line->word](r, line, of);
}

static bool
settled(struct lesson_run *r, const struct lesson_moment *m)
{
	if (m->ready && m->of->sample->seq > r->settle_seq)
		r->settle_seq = 0;
	return r->settle_seq == 0;
}

void
lesson_bound(struct lesson_run *r, uint64_t ns)
{
	r->bound.ns = ns;
}

/* A line that acts for ever would keep all that come after it waiting. */
static void
check_bound(struct lesson_run *r, uint64_t now_ns)
{
	const struct lesson_line *line = &r->lesson->line[r->at > 0 ? r->at -
	    1 : 0];
	char took[UNITS_MAX], *what;

	if (r->bound.at != r->at || r->state != LESSON_RUNS ||
	    r->bound.begin_ns == 0) {
		r->bound.at = r->at;
		r->bound.begin_ns = now_ns;
	}
	if (r->bound.ns == 0 || now_ns - r->bound.begin_ns < r->bound.ns)
		return;
	what = xasprintf("not done after %s: %s", units_duration(took,
	    r->bound.ns), line->text);
	fail(r, line, what);
	free(what);
}

void
lesson_go_on(struct lesson_run *r, const struct lesson_moment *m,
    lesson_act *run, void *arg)
{
	struct field_of of = *m->of;
	size_t before;

	if (r->lost)
		return;
	check_bound(r, of.sample->t_ns);
	of.since = get_mark(r);
	refresh_bigs(r, &of);
	while (r->state == LESSON_RUNS && settled(r, m)) {
		if (r->at == r->lesson->n) {
			r->state = LESSON_DONE;
			break;
		}
		if (rests_before(r, &r->lesson->line[r->at]))
			break;
		before = r->at;
		run_line(r, m, &of, run, arg);
		of.since = get_mark(r);
		if (r->at == before)
			break;
	}
}
