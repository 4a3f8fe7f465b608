#include "config.h"

#include "pagetide/layout.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

enum {
	TINY_COLS = 20,
	TINY_ROWS = 5,
	SIDE_COLS = 100,	/* screen width from which there is one */
	SIDE_SLIM = 25,		/* its own width there */
	SIDE_WIDE_COLS = 115,	/* from which it has its wide form */
	SIDE_WIDE = 44,		/* its own width there */
	SIDE_WIDEST = 58,	/* and at most */
	LABEL_WIDE = 11,	/* room for "99999999K" */
	LABEL_WIDE_COLS = 75,	/* 64 cells and the wide label */
	LABEL_SLIM = 8,
	LABEL_SLIM_COLS = 40,	/* 32 cells and the slim label */
	PRESENT_ROWS = 11,	/* of a presentation that has numbers */
	PRESENT_CAPTION_ROWS = 16,
	PRESENT_LESSON_ROWS = 14,	/* what a lesson leaves at least */
	LESSON_ROWS = 7,	/* captions, question, choices, answer */
	LESSON_WIDE = 110,	/* from which all choices are on a line, or
				   three captions on two */
	LESSON_TALL = 10,	/* the same where lines are cut */
	LESSON_COLS = 78,	/* from which they are not */
	LESSON_NUMBERS_ROWS = 28,
	ROOMY_ROWS = 56,	/* from which the diagnosis has four lines */
	FIXED_LINES = 7,	/* lines that are neither map, graph nor
				   event on a screen that has all */
};

/* From which size a panel is there; top to bottom as on the screen. */
static const struct slot {
	size_t	offset;		/* of its rect in struct layout */
	int	rows, cols;
	bool	expanded;	/* also when the map takes all room */
} slots[] = {
	{ offsetof(struct layout, header), 5, 20, true },
	{ offsetof(struct layout, status), 7, 20, true },
	{ offsetof(struct layout, lesson), INT_MAX, 0, false },
	{ offsetof(struct layout, bar), 13, 20, false },
	{ offsetof(struct layout, ruler), 10, 20, true },
	{ offsetof(struct layout, map), 5, 20, true },
	{ offsetof(struct layout, viewline), 8, 20, true },
	{ offsetof(struct layout, diagnosis), 34, 80, false },
	{ offsetof(struct layout, numbers), INT_MAX, 0, false },
	{ offsetof(struct layout, graphs), 16, 40, false },
	{ offsetof(struct layout, events), 20, 40, false },
	{ offsetof(struct layout, message), 5, 20, true },
	{ offsetof(struct layout, footer), 5, 20, true },
};
#define N_SLOTS (sizeof(slots) / sizeof(slots[0]))

static int
clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

static struct rect *
slot_rect(struct layout *l, const struct slot *s)
{
	return (struct rect *)(void *)((char *)l + s->offset);
}

/* What is said and asked goes before what is drawn of the file, but for a few
 * lines of it; and before what would tell the answer. */
static void
set_lesson(struct layout *l, int cols, int rows)
{
	l->status.h = l->bar.h = l->diagnosis.h = l->graphs.h = 0;
	l->lesson.h = clamp(rows - 6, 1, cols < LESSON_COLS ? LESSON_TALL :
	    cols < LESSON_WIDE ? LESSON_ROWS + 1 : LESSON_ROWS);
	l->numbers.h = rows >= LESSON_NUMBERS_ROWS ? PRESENT_NUMBER_ROWS : 0;
	l->events.h = clamp((rows - 20) / 3, 0, 9);
}

/* Height of every panel but the map, which gets what is left. */
static void
set_heights(struct layout *l, int cols, int rows, enum expand expand)
{
	int room = rows - FIXED_LINES, used = 0;

	for (size_t i = 0; i < N_SLOTS; i++) {
		const struct slot *s = &slots[i];

		if (rows >= s->rows && cols >= s->cols &&
		    (s->expanded || expand != EXPAND_MAP))
			slot_rect(l, s)->h = 1;
	}
	if (l->graphs.h > 0)
		l->graphs.h = clamp(room * 10 / 33, 4, 14);
	if (l->events.h > 0)
		l->events.h = clamp(room * 7 / 33, 3, 16);
	if (l->diagnosis.h > 0) {
		l->diagnosis.h = rows < ROOMY_ROWS ? 2 : 4;
		l->graphs.h -= l->diagnosis.h / 2;
		l->events.h -= l->diagnosis.h / 2;
	}
	if (l->events.h > 0 && expand == EXPAND_EVENTS) {
		l->events.h += l->graphs.h;
		l->graphs.h = 0;
	}
	if (expand == EXPAND_LESSON)
		set_lesson(l, cols, rows);
	l->map.h = 0;
	for (size_t i = 0; i < N_SLOTS; i++)
		used += slot_rect(l, &slots[i])->h;
	l->map.h = rows - used;
}

/* Stacks the panels over the whole width. */
static void
stack(struct layout *l, int cols)
{
	int y = 0;

	for (size_t i = 0; i < N_SLOTS; i++) {
		struct rect *r = slot_rect(l, &slots[i]);

		r->y = y;
		r->w = r->h > 0 ? cols : 0;
		y += r->h;
	}
}

static int
label_width(int cols)
{
	if (cols < LABEL_SLIM_COLS)
		return 0;
	return cols < LABEL_WIDE_COLS ? LABEL_SLIM : LABEL_WIDE;
}

/* What is beyond a screen of 120 columns goes to the map, most of it. */
static int
side_width(int cols, bool expanded)
{
	if (expanded || cols < SIDE_COLS)
		return 0;
	if (cols < SIDE_WIDE_COLS)
		return SIDE_SLIM;
	return clamp(SIDE_WIDE + (cols - 120) / 5, SIDE_WIDE, SIDE_WIDEST);
}

/* Cuts the block around the map into labels, map and side panel. */
static void
split_map(struct layout *l, int cols, bool expanded)
{
	int label = label_width(cols), side = side_width(cols, expanded);
	int top = l->bar.h > 0 ? l->bar.y : l->ruler.h > 0 ? l->ruler.y :
	    l->map.y;
	int bottom = l->map.y + l->map.h + l->viewline.h;

	l->map.x = label;
	l->map.w = cols - label - side;
	if (label > 0)
		l->labels = (struct rect){ 0, l->map.y, label, l->map.h };
	if (side == 0)
		return;
	l->side.x = label + l->map.w;
	l->side.y = top;
	l->side.w = side;
	l->side.h = bottom - top;
	if (l->bar.h > 0)
		l->bar.w = l->side.x;
	if (l->ruler.h > 0)
		l->ruler.w = l->side.x;
	if (l->viewline.h > 0)
		l->viewline.w = l->side.x;
}

/* For the back of a room. The caption goes first, then the numbers. */
static void
set_present(struct layout *l, int cols, int rows, bool lesson)
{
	int caption = rows < PRESENT_CAPTION_ROWS ? 0 : !lesson ? 2 :
	    clamp(rows - PRESENT_LESSON_ROWS, 2, LESSON_ROWS);
	int numbers = rows >= PRESENT_ROWS ? PRESENT_NUMBER_ROWS : 0;
	int y = rows - 1;

	l->message = (struct rect){ 0, y, cols, 1 };
	l->caption = (struct rect){ 0, y -= caption, cols, caption };
	l->numbers = (struct rect){ 0, y -= numbers, cols, numbers };
	/* A line between, so that the names stand free. */
	l->map = (struct rect){ 0, 0, cols, numbers > 0 ? y - 1 : y };
}

void
layout_compute(struct layout *l, int cols, int rows, enum expand expand)
{
	memset(l, 0, sizeof(*l));
	if (cols < TINY_COLS || rows < TINY_ROWS) {
		l->tiny = true;
		l->status = (struct rect){ 0, 0, cols, 1 };
		return;
	}
	if (expand == EXPAND_PRESENT || expand == EXPAND_PRESENT_LESSON) {
		set_present(l, cols, rows, expand != EXPAND_PRESENT);
		return;
	}
	set_heights(l, cols, rows, expand);
	stack(l, cols);
	split_map(l, cols, expand == EXPAND_MAP);
}
