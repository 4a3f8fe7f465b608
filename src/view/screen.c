/* Draws the whole screen, panel by panel. */
#include "config.h"

#include "pagetide/scene.h"

#include "pagetide/frame.h"
#include "pagetide/layout.h"
#include "pagetide/viewport.h"
#include "pagetide/waterfall.h"
#include "pagetide/xalloc.h"

#include "browseview.h"
#include "compareview.h"
#include "diagpanel.h"
#include "eventlist.h"
#include "graph.h"
#include "helpview.h"
#include "lessonpanel.h"
#include "mapdraw.h"
#include "msgline.h"
#include "present.h"
#include "side.h"
#include "status.h"

/* Longer no name of a key is. */
#define KEY_MAX 16

/* All above the message line. */
static struct rect
over_rect(const struct layout *l)
{
	return (struct rect){ 0, 0, l->message.w, l->message.y };
}

/* What lies between the header and the message line. */
static struct rect
body_rect(const struct layout *l)
{
	int top = l->header.y + l->header.h;

	return (struct rect){ 0, top, l->message.w, l->message.y - top };
}

static void
draw_panels(struct frame *f, const struct layout *l, const struct scene *s)
{
	mapdraw(f, l, s);
	side_draw(f, l->side, s);
	status_viewline(f, l, s);
	diagpanel_draw(f, l->diagnosis, s);
	graph_draw(f, l->graphs, s);
	eventlist_draw(f, l->events, s);
	lessonpanel_draw(f, l, s);
	if (s->expand != EXPAND_PRESENT && s->expand != EXPAND_PRESENT_LESSON)
		return;
	present_draw(f, l, s);
	if (s->list.lesson.title != NULL)
		lessonpanel_captions(f, l->caption, s);
}

static bool
lists_lessons(const struct scene *s)
{
	return s->list.lessons != NULL && s->list.lessons->n > 0;
}

/* Where events and diagnosis have no panel, they have the message line while
 * that is free of anything but remarks: what was done just now goes before
 * what is. */
static void
draw_message(struct frame *f, const struct layout *l, const struct scene *s)
{
	/* Its keys are not those of a list that lies above. */
	bool is_free = s->list.lesson.title == NULL &&
	    s->prompt.label == NULL && s->message == NULL &&
	    l->message.h > 0 && !s->comparing.open &&
	    s->list.browse.kind == BROWSE_NOTHING && s->help.row == NULL &&
	    !s->list.views && !lists_lessons(s);

	if (is_free && l->events.h == 0 && l->caption.h == 0 &&
	    eventlist_line(f, l->message, s))
		return;
	if (is_free && l->diagnosis.h == 0 &&
	    diagpanel_line(f, l->message, s))
		return;
	msgline_draw(f, l->message, s);
}

/* A presentation has no footer, but for what lies over it. */
static struct rect
footer_rect(const struct layout *l, const struct scene *s)
{
	bool is_free = s->prompt.label == NULL && s->message == NULL;

	return l->footer.h == 0 && is_free &&
	    (s->help.row != NULL || s->list.views || s->comparing.open) ?
	    l->message : l->footer;
}

void
screen_draw(struct frame *f, const struct scene *s)
{
	struct layout l;

	frame_clear(f);
	layout_compute(&l, f->cols, f->rows, s->expand);
	if (l.tiny) {
		status_tiny(f, s);
		return;
	}
	if (s->list.browse.kind != BROWSE_NOTHING) {
		browseview_draw(f, over_rect(&l), s);
	} else if (s->comparing.open) {
		compareview_draw(f, over_rect(&l), s);
	} else {
		status_draw(f, &l, s);
		if (s->expand == EXPAND_LESSON)
			lessonpanel_head(f, l.header, s);
		draw_panels(f, &l, s);
	}
	if (s->list.panel && !s->comparing.open &&
	    s->list.browse.kind == BROWSE_NOTHING)
		side_over(f, body_rect(&l), s);
	if (s->list.views)
		helpview_views(f, body_rect(&l), s);
	if (lists_lessons(s))
		lessonpanel_list(f, body_rect(&l), s);
	if (s->help.row != NULL)
		helpview_draw(f, body_rect(&l), s);
	draw_message(f, &l, s);
	msgline_keys(f, footer_rect(&l, s), s);
}

size_t
screen_list_rows(int cols, int rows)
{
	struct layout l;

	layout_compute(&l, cols, rows, EXPAND_NOTHING);
	return l.tiny ? 1 : (size_t)browseview_rows(over_rect(&l));
}

size_t
screen_help_pages(int cols, int rows, const struct scene *s)
{
	struct layout l;

	layout_compute(&l, cols, rows, s->expand);
	return helpview_pages(body_rect(&l), s);
}

size_t
screen_help_page_of(int cols, int rows, const struct scene *s, size_t i)
{
	struct layout l;

	layout_compute(&l, cols, rows, s->expand);
	return helpview_page_of(body_rect(&l), s, i);
}

void
screen_map_size(int cols, int rows, enum expand expand, unsigned *width,
    unsigned *height)
{
	struct layout l;

	layout_compute(&l, cols, rows, expand);
	*width = l.map.w > 0 ? (unsigned)l.map.w : 1;
	*height = l.map.h > 0 ? (unsigned)l.map.h : 1;
}

/* What is at a place of the screen, for the mouse. */

static bool
is_in(const struct rect *r, int x, int y)
{
	return x >= r->x && x < r->x + r->w && y >= r->y && y < r->y + r->h;
}

bool
screen_cell_at(const struct frame *f, enum expand expand,
    const struct viewport *vp, int x, int y, size_t *cell)
{
	struct layout l;
	size_t at;

	layout_compute(&l, f->cols, f->rows, expand);
	if (!is_in(&l.map, x, y))
		return false;
	x -= l.map.x;
	y -= l.map.y;
	if ((unsigned)x >= vp->cols * vp->cell_cols)
		return false;
	at = (size_t)y * vp->cols + (unsigned)x / vp->cell_cols;
	if (at >= viewport_cells(vp))
		return false;
	*cell = at;
	return true;
}

bool
screen_fall_at(const struct frame *f, enum expand expand,
    const struct waterfall *w, int x, int y, uint64_t *page)
{
	const struct fall_shape *shape = waterfall_shown(w);
	struct layout l;
	size_t i;

	layout_compute(&l, f->cols, f->rows, expand);
	if (shape->rows == 0 || !is_in(&l.map, x, y))
		return false;
	i = (unsigned)(x - l.map.x) / shape->grid.cell_cols;
	*page = shape->first_page + ((uint64_t)i << shape->grid.shift);
	return i < waterfall_cells(w);
}

bool
screen_bar_at(const struct frame *f, enum expand expand,
    const struct viewport *vp, int x, int y, uint64_t *page)
{
	uint64_t w = (uint64_t)vp->cols * vp->cell_cols;
	struct layout l;

	layout_compute(&l, f->cols, f->rows, expand);
	x -= l.map.x;
	if (l.bar.h == 0 || y != l.bar.y || x < 0 || (uint64_t)x >= w ||
	    x >= l.map.w)
		return false;
	/* Without an overflow, however large the file. */
	*page = vp->pages / w * (uint64_t)x +
	    vp->pages % w * (uint64_t)x / w;
	return true;
}

static const struct fcell *
cell_at(const struct frame *f, int x, int y)
{
	return &f->cell[(size_t)y * (size_t)f->cols + (size_t)x];
}

static bool
is_key(const struct frame *f, int x, int y)
{
	return cell_at(f, x, y)->fg == ROLE_KEY;
}

static bool
is_blank(const struct frame *f, int x, int y)
{
	return cell_at(f, x, y)->ch == U' ';
}

/* From a label to the first of its keys, which stand before it; -1: it is none,
 * as what is between two parts. */
static int
keys_before(const struct frame *f, int x, int y)
{
	for (; x >= 0 && !is_key(f, x, y); x--)
		if (cell_at(f, x, y)->fg == ROLE_DIM || (x > 0 &&
		    is_blank(f, x, y) && is_blank(f, x - 1, y)))
			return -1;
	while (x > 0 && is_key(f, x - 1, y))
		x--;
	return x;
}

char *
screen_key_at(const struct frame *f, enum expand expand, int x, int y)
{
	char name[KEY_MAX] = "";
	struct layout l;
	size_t n = 0;

	layout_compute(&l, f->cols, f->rows, expand);
	if (!is_in(&l.footer, x, y))
		return NULL;
	if (!is_key(f, x, y) || is_blank(f, x, y))
		x = keys_before(f, x, y);
	while (x > 0 && is_key(f, x - 1, y) && !is_blank(f, x - 1, y))
		x--;
	for (; x >= 0 && x < f->cols && is_key(f, x, y) &&
	    !is_blank(f, x, y) && n + 1 < sizeof name; x++)
		name[n++] = cell_at(f, x, y)->alt;
	return n > 0 ? xstrdup(name) : NULL;
}
