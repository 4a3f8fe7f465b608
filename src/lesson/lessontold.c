/* What is told of a lesson that is being taken: to the screen, and of answers
 * to a file. */
#include "config.h"

#include <jansson.h>

#include "pagetide/utf8.h"

#include "lessonparts.h"

/* Of a lesson and a machine that may have bytes that are no characters. */
static json_t *
text_value(const char *s)
{
	struct strbuf text = STRBUF_INIT;
	json_t *value;

	utf8_add(&text, s);
	value = json_string(text.s);
	strbuf_done(&text);
	return value;
}

char *
lesson_json_of(const struct lesson_run *r, const struct field_of *of)
{
	const struct question *q = &r->question;
	json_t *all = json_array(), *object;
	char *text;

	for (unsigned i = 0; i < q->n; i++)
		json_array_append_new(all, text_value(q->choice[i]));
	object = json_pack("{s:s, s:I, s:o, s:o, s:o, s:I, s:I, s:b, s:I}",
	    "schema", "pagetide-answer/1", "time_ns",
	    (json_int_t)of->sample->wall_ns, "lesson",
	    text_value(r->lesson->name), "question", text_value(q->text),
	    "choices", all, "answered", (json_int_t)q->answered,
	    "right", (json_int_t)q->right,
	    "is_right", q->answered == q->right, "step", (json_int_t)r->step);
	text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	return text;
}

/* What it waits for, as far as that is worth a word. */
static const char *
waits_for(const struct lesson_run *r)
{
	if (r->state != LESSON_RUNS || r->lost)
		return NULL;
	if (lesson_hurries(r) && r->others == UNDOES)
		return "you acted meanwhile: the state of this step is made "
		    "anew";
	return lesson_hurries(r) || r->step == 0 ? "the state is being made" :
	    r->wait_ns != 0 ? r->lesson->line[r->at].text :
	    "the act is being measured";
}

void
lesson_look(const struct lesson_run *r, struct lesson_look *v)
{
	const struct question *q = &r->question;

	*v = (struct lesson_look){ .title = r->lesson->title, .step = r->step,
		.steps = r->lesson->steps, .captions = r->captions,
		.question = q->text, .choices = q->n,
		.answered = q->answered, .right = q->right,
		.asked_all = r->score.asked, .right_all = r->score.right,
		.bigs = r->bigs, .waits = waits_for(r), .state = r->state,
		.disturbed = r->others == DISTURBED &&
		    r->state == LESSON_RESTS,
		.lost = r->lost, .warm_pages = r->warm_pages };
	if (r->state == LESSON_SKIPPED || r->state == LESSON_FAILED)
		v->why = r->why.s;
	for (unsigned i = 0; i < r->captions; i++)
		v->caption[i] = r->caption[i].s;
	for (unsigned i = 0; i < q->n; i++)
		v->choice[i] = q->choice[i];
	for (unsigned i = 0; i < r->bigs; i++) {
		v->big[i].label = r->big[i]->text;
		v->big[i].text = r->big_text[i].s;
	}
}
