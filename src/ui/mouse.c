/* What the mouse does: on the map, on the bar, on the keys of the footer. */
#include "config.h"

#include <stdlib.h>

#include "pagetide/binding.h"
#include "pagetide/said.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"

static void
go(struct ui *ui, uint64_t page)
{
	viewport_goto(&ui->vp, page);
	ui_looked(ui);
	ui->said->urgent = true;
}

/* A key of the footer is pressed. What stands for several ("a letter") is none,
 * but "any other key" to a question is one. */
static bool
press_key(struct ui *ui, enum binding_mode mode, int x, int y)
{
	char *name = screen_key_at(&ui->frame, ui_expand(ui), x, y);
	uint32_t key;

	if (name == NULL)
		return false;
	key = tty_key_find(name);
	free(name);
	if (key == TKEY_NONE && mode == BIND_QUESTION)
		key = TKEY_ESC;
	if (key != TKEY_NONE)
		ui_key(ui, key);
	return true;
}

static bool
press_bar(struct ui *ui, int x, int y)
{
	uint64_t page;

	if (!screen_bar_at(&ui->frame, ui_expand(ui), &ui->vp, x, y, &page))
		return false;
	go(ui, page);
	return true;
}

/* The range is from where the button went down to here. */
static void
drag_to(struct ui *ui, uint64_t page)
{
	if (!ui->mouse.held || page == ui->vp.cursor_page)
		return;
	viewport_select(&ui->vp, false);
	viewport_goto(&ui->vp, ui->mouse.page);
	viewport_select(&ui->vp, true);
	go(ui, page);
}

static void
on_map(struct ui *ui, uint64_t page, int button)
{
	if (button == TTY_DRAG) {
		drag_to(ui, page);
		return;
	}
	viewport_goto(&ui->vp, page);
	if (button == TTY_WHEEL_UP)
		viewport_zoom(&ui->vp, 1);
	else if (button == TTY_WHEEL_DOWN)
		viewport_zoom(&ui->vp, -1);
	ui->mouse.held = button == TTY_PRESS;
	ui->mouse.page = page;
	go(ui, ui->vp.cursor_page);
}

/* What lies over the map scrolls; a prompt has no use for the wheel. */
static void
scroll(struct ui *ui, enum binding_mode mode, int button)
{
	if (mode == BIND_PROMPT || mode == BIND_QUESTION)
		return;
	if (button == TTY_WHEEL_UP)
		ui_key(ui, TKEY_UP);
	else if (button == TTY_WHEEL_DOWN)
		ui_key(ui, TKEY_DOWN);
}

void
ui_mouse(struct ui *ui, int x, int y, int button)
{
	enum binding_mode mode = ui_mode(ui);
	uint64_t page;
	size_t cell;

	if (button == TTY_RELEASE) {
		ui->mouse.held = false;
		return;
	}
	if (button == TTY_PRESS && press_key(ui, mode, x, y))
		return;
	if (binding_mode_covers(mode)) {
		scroll(ui, mode, button);
		return;
	}
	if (button == TTY_PRESS && press_bar(ui, x, y))
		return;
	if (ui->view == VIEW_WATERFALL) {
		if (screen_fall_at(&ui->frame, ui_expand(ui), ui->graph.fall,
		    x, y, &page))
			on_map(ui, page, button);
		return;
	}
	if (screen_cell_at(&ui->frame, ui_expand(ui), &ui->vp, x, y, &cell) &&
	    cell < ui->shown.n)
		on_map(ui, cells_page(&ui->shown, cell), button);
}
