#include "config.h"

#include "lessonpanel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/layout.h"
#include "pagetide/lessonlook.h"
#include "pagetide/scene.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "pagetide/line.h"
#include "present.h"

enum {
	INDENT = 3,		/* of what is said, where there is room */
	INDENT_COLS = 60,
	NAME_COLS = 14,		/* of a name in the list */
};

/* The next line of the rect, which gets shorter. */
static struct rect
take_row(struct rect *r)
{
	struct rect row = { r->x, r->y, r->w, r->h > 0 ? 1 : 0 };

	r->y += row.h;
	r->h -= row.h;
	return row;
}

/* A line of its own, where there is one left. */
static void
put_line(struct frame *f, struct rect *r, enum role fg, const char *text)
{
	struct rect row = take_row(r);

	if (row.h > 0)
		line_cut(f, row, fg, text);
}

/* As many rows of it as the text takes. */
static void
put_text(struct frame *f, struct rect *r, enum role fg, const char *text)
{
	int n = line_wrapped(f, *r, fg, text);

	r->y += n;
	r->h -= n;
}

/* Each on a line of its own where they fit, above what is said at the end;
 * else as one text. */
static void
put_captions(struct frame *f, struct rect *r, const struct lesson_look *look)
{
	int end = look->state == LESSON_DONE;
	bool fit = (int)look->captions + end <= r->h;
	struct strbuf all = STRBUF_INIT;

	for (unsigned i = 0; i < look->captions; i++) {
		fit = fit && text_columns(look->caption[i]) <= r->w;
		strbuf_addf(&all, "%s%s", i > 0 ? " " : "", look->caption[i]);
	}
	for (unsigned i = 0; i < look->captions && fit; i++)
		put_line(f, r, ROLE_TEXT, look->caption[i]);
	if (!fit)
		put_text(f, r, ROLE_TEXT, all.s);
	strbuf_done(&all);
}

/* What was chosen, and what came, can be told from the others without
 * colour: ">" and "=". */
static void
put_choices(struct frame *f, struct rect *r, const struct lesson_look *look)
{
	struct rect row = take_row(r);
	int x = row.x;
	char text[128];

	for (unsigned i = 0; i < look->choices; i++) {
		bool mine = look->answered == i + 1;
		bool right = look->right == i + 1;
		int w;

		snprintf(text, sizeof text, "%s[%u] %s", right ? "=" : mine ?
		    ">" : " ", i + 1, look->choice[i]);
		w = text_columns(text);
		if (x > row.x && x + w > row.x + row.w && r->h > 0) {
			row = take_row(r);
			x = row.x;
		}
		if (row.h > 0)
			line_cut(f, (struct rect){ x, row.y,
			    row.x + row.w - x, 1 }, right ? ROLE_GOOD : mine &&
			    look->right != 0 ? ROLE_ERROR : mine ?
			    ROLE_STRONG : ROLE_TEXT, text);
		x += w + 3;
	}
}

static void
put_verdict(struct frame *f, struct rect *r, const struct lesson_look *look)
{
	bool good = look->answered == look->right;
	char text[160];

	if (look->right == 0 || look->answered == 0)
		return;
	snprintf(text, sizeof text, good ? "Your prediction, [%u], is right." :
	    "Your prediction was [%u]; what came is [%u].", look->answered,
	    look->right);
	put_line(f, r, good ? ROLE_GOOD : ROLE_WARN, text);
}

/* Why it does not go on. */
static void
put_why(struct frame *f, struct rect *r, const struct lesson_look *look)
{
	char *text = xasprintf("%s: %s", look->state == LESSON_SKIPPED ?
	    "This lesson can't be taken here" : "This is not so here",
	    look->why);

	put_text(f, r, ROLE_ERROR, text);
	free(text);
}

/* What there is to do, or to wait for. */
static void
put_state(struct frame *f, struct rect *r, const struct lesson_look *look)
{
	char text[160];

	if (look->why != NULL) {
		put_why(f, r, look);
	} else if (look->lost) {
		put_text(f, r, ROLE_ERROR, "The worker died. :restart "
		    "starts another, and what led here is made anew.");
	} else if (look->state == LESSON_DONE) {
		snprintf(text, sizeof text, "That was the lesson: %u of %u "
		    "predictions were right.", look->right_all,
		    look->asked_all);
		put_line(f, r, ROLE_STRONG, look->asked_all > 0 ? text :
		    "That was the lesson.");
	} else if (look->waits != NULL) {
		snprintf(text, sizeof text, "... %s", look->waits);
		put_line(f, r, ROLE_DIM, text);
	} else if (look->disturbed) {
		put_text(f, r, ROLE_WARN, "You have acted yourself since: "
		    "what it goes on from is made anew then.");
	}
}

/* What is said here of a cold file may not be so. */
static void
put_warm(struct frame *f, struct rect *r, const struct lesson_look *look)
{
	char pages[UNITS_MAX], *text;

	if (look->warm_pages == 0)
		return;
	text = xasprintf("%s could not be dropped: somebody else keeps %s, so "
	    "the file is not cold.", units_count(pages, look->warm_pages,
	    "page"), look->warm_pages == 1 ? "it" : "them");
	put_text(f, r, ROLE_WARN, text);
	free(text);
}

static void
draw_words(struct frame *f, struct rect r, const struct lesson_look *look)
{
	struct strbuf question = STRBUF_INIT;

	if (r.w >= INDENT_COLS) {
		r.x += INDENT;
		r.w -= 2 * INDENT;
	}
	if (look->question != NULL && look->answered == 0 &&
	    look->right == 0) {
		put_captions(f, &r, look);
		strbuf_addf(&question, "PREDICT: %s", look->question);
		put_text(f, &r, ROLE_STRONG, question.s);
		put_choices(f, &r, look);
	} else {
		if (look->question != NULL) {
			put_text(f, &r, ROLE_DIM, look->question);
			put_choices(f, &r, look);
			put_verdict(f, &r, look);
		}
		put_captions(f, &r, look);
	}
	put_state(f, &r, look);
	put_warm(f, &r, look);
	strbuf_done(&question);
}

static void
draw_bigs(struct frame *f, struct rect r, const struct lesson_look *look)
{
	static const enum role role[LESSON_BIG] = { ROLE_GRAPH_MAJOR,
		ROLE_GRAPH_MINOR, ROLE_LEVEL_5 };
	int w = (r.w - 2 * INDENT) / LESSON_BIG;

	for (unsigned i = 0; i < look->bigs && r.h > 0; i++)
		present_number(f, (struct rect){ r.x + INDENT + (int)i * w,
		    r.y, w - 2, r.h }, look->big[i].label, look->big[i].text,
		    role[i]);
}

void
lessonpanel_draw(struct frame *f, const struct layout *l,
    const struct scene *s)
{
	const struct lesson_look *look = &s->list.lesson;

	if (look->title == NULL || s->expand != EXPAND_LESSON)
		return;
	if (l->lesson.h > 0)
		draw_words(f, l->lesson, look);
	draw_bigs(f, l->numbers, look);
}

void
lessonpanel_head(struct frame *f, struct rect r, const struct scene *s)
{
	const struct lesson_look *look = &s->list.lesson;
	char text[160];
	struct line l;

	frame_fill(f, r, ROLE_TITLE, ROLE_TITLE);
	line_init(&l, f, r, "  ", ROLE_TITLE);
	if (look->step > 0)
		line_right(&l, ROLE_TITLE, "step %u of %u ", look->step,
		    look->steps);
	if (look->at > 0)
		snprintf(text, sizeof text, " LESSON %u of %u  %s", look->at,
		    look->of, look->title);
	else
		snprintf(text, sizeof text, " LESSON  %s", look->title);
	line_cut(f, (struct rect){ l.x, r.y, l.end - l.x - 1, r.h },
	    ROLE_TITLE, text);
}

void
lessonpanel_captions(struct frame *f, struct rect r, const struct scene *s)
{
	const struct lesson_look *look = &s->list.lesson;

	if (look->question != NULL && look->right == 0) {
		put_text(f, &r, ROLE_STRONG, look->question);
		put_choices(f, &r, look);
	} else {
		put_captions(f, &r, look);
	}
	put_state(f, &r, look);
}

void
lessonpanel_list(struct frame *f, struct rect r, const struct scene *s)
{
	const struct lesson_list *list = s->list.lessons;
	size_t room, first = 0;

	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	line_cut(f, (struct rect){ r.x + 1, r.y, r.w - 1, r.h > 0 },
	    ROLE_STRONG, "LESSONS");
	take_row(&r);
	room = r.h > 0 ? (size_t)r.h : 0;
	if (list->at >= room)
		first = list->at - room + 1;
	for (size_t i = first; i < list->n && r.h > 0; i++) {
		struct rect row = take_row(&r);
		int at = 1 + NAME_COLS;

		line_cut(f, (struct rect){ row.x + 1, row.y, NAME_COLS, 1 },
		    ROLE_STRONG, list->name[i]);
		if (row.w > at + 10)
			line_cut(f, (struct rect){ row.x + at, row.y,
			    row.w - at - 1, 1 }, ROLE_TEXT, list->title[i]);
		for (int x = 0; x < row.w && i == list->at; x++)
			frame_attr(f, row.x + x, row.y, ATTR_REVERSE);
	}
}
