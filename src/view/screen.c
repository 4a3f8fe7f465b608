#include "config.h"

#include "pagetide/scene.h"

#include "pagetide/frame.h"
#include "pagetide/layout.h"
#include "pagetide/viewport.h"

#include "diagpanel.h"
#include "eventlist.h"
#include "graph.h"
#include "heatmap.h"
#include "helpview.h"
#include "msgline.h"
#include "side.h"
#include "status.h"

/* What lies between the header and the message line. */
static struct rect
help_rect(const struct layout *l)
{
	int top = l->header.y + l->header.h;

	return (struct rect){ 0, top, l->message.w, l->message.y - top };
}

static void
draw_panels(struct frame *f, const struct layout *l, const struct scene *s)
{
	heatmap_draw(f, l, s);
	side_draw(f, l->side, s);
	status_viewline(f, l, s);
	diagpanel_draw(f, l->diagnosis, s);
	graph_draw(f, l->graphs, s);
	eventlist_draw(f, l->events, s);
}

/* Where the diagnosis has no panel, it has the message line while that is
 * free of anything but remarks. */
static void
draw_message(struct frame *f, const struct layout *l, const struct scene *s)
{
	if (s->prompt == NULL && s->message == NULL && l->diagnosis.h == 0 &&
	    l->message.h > 0 && diagpanel_line(f, l->message, s))
		return;
	msgline_draw(f, l->message, s);
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
	status_draw(f, &l, s);
	draw_panels(f, &l, s);
	if (s->help != NULL)
		helpview_draw(f, help_rect(&l), s);
	draw_message(f, &l, s);
	msgline_keys(f, l.footer, s);
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

bool
screen_cell_at(int cols, int rows, const struct scene *s, int x, int y,
    size_t *cell)
{
	const struct viewport *vp = s->vp;
	struct layout l;
	size_t at;

	layout_compute(&l, cols, rows, s->expand);
	x -= l.map.x;
	y -= l.map.y;
	if (x < 0 || y < 0 || x >= l.map.w || y >= l.map.h ||
	    (unsigned)x >= vp->cols)
		return false;
	at = (size_t)y * vp->cols + (size_t)x;
	if (at >= viewport_cells(vp))
		return false;
	*cell = at;
	return true;
}
