#include "config.h"

#include "panel.h"

#define NAME_COLS 17
#define NAME_COLS_SLIM 8

struct rect
panel_line(struct panel *p)
{
	struct rect line = { p->r.x, p->y, p->r.w, 1 };

	if (p->y >= p->r.y + p->r.h)
		line.h = line.w = 0;
	p->y++;
	return line;
}

void
panel_start(struct panel *p, struct line *l, const char *between)
{
	line_init(l, p->frame, panel_line(p), between, ROLE_DIM);
}

void
panel_section(struct panel *p, struct line *l, const char *title)
{
	if (p->y > p->r.y && p->spare > 0) {
		p->spare--;
		p->y++;
	}
	panel_start(p, l, "  ");
	line_add(l, ROLE_STRONG, "%s", title);
}

int
panel_name_cols(const struct panel *p)
{
	return p->r.w >= PANEL_WIDE ? NAME_COLS : NAME_COLS_SLIM;
}
