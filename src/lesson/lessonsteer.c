/* Where a lesson that is being taken goes: on, back, or, after somebody else
 * has acted, on from a state that is made anew. */
#include "config.h"

#include "lessonparts.h"

enum lesson_state
lesson_state(const struct lesson_run *r)
{
	return r->state;
}

const char *
lesson_why(const struct lesson_run *r)
{
	return r->why.s;
}

bool
lesson_is_secret(const struct lesson_run *r)
{
	return r->question.text != NULL && !r->question.locked;
}

void
lesson_disturb(struct lesson_run *r)
{
	if (r->step > 0)
		r->others = DISTURBED;
}

/* From the start up to that line, without a word. */
static void
hurry_to(struct lesson_run *r, size_t line)
{
	r->until = line;
	r->at = 0;
	r->step = r->bigs = 0;
	r->wait_ns = r->settle_seq = 0;
	r->passed = false;
}

/* Lines that were taken are taken again if what they made is no more. */
static void
go_from_here(struct lesson_run *r)
{
	r->state = LESSON_RUNS;
	if (r->others == DISTURBED)
		hurry_to(r, r->at);
	r->others = r->others == DISTURBED ? UNDOES : UNDISTURBED;
}

bool
lesson_next(struct lesson_run *r)
{
	if (r->state != LESSON_RESTS)
		return false;
	r->passed = true;
	go_from_here(r);
	return true;
}

bool
lesson_answer(struct lesson_run *r, unsigned choice)
{
	struct question *q = &r->question;

	if (r->state != LESSON_ASKS || choice > q->n)
		return false;
	q->answered = choice;
	q->locked = true;
	go_from_here(r);
	return true;
}

/* The line that a step, from 1 on, begins with. */
static size_t
line_of(const struct lesson *l, unsigned step)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->line[i].word == WORD_STEP && --step == 0)
			break;
	return i;
}

bool
lesson_back(struct lesson_run *r)
{
	if (r->step == 0 ||
	    (lesson_hurries(r) && r->state != LESSON_FAILED))
		return false;
	hurry_to(r, line_of(r->lesson, r->step > 1 ? r->step - 1 : 1));
	r->captions = 0;
	r->captions_old = false;
	r->others = UNDISTURBED;
	lesson_forget(&r->question);
	r->state = LESSON_RUNS;
	return true;
}

/* Where it rests or asks, that waits until it goes on. */
void
lesson_lost(struct lesson_run *r, bool lost)
{
	const bool again = r->lost && !lost;

	r->lost = lost;
	if (again && r->state == LESSON_RUNS)
		hurry_to(r, r->step > 0 ? line_of(r->lesson, r->step) : 0);
	else if (again)
		lesson_disturb(r);
}

char *
lesson_answer_json(struct lesson_run *r)
{
	char *json = r->json;

	r->json = NULL;
	return json;
}
