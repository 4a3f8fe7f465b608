/* What is typed and pointed at: from keys and the mouse to command lines. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/binding.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/typed.h"
#include "pagetide/ui.h"

#include "command.h"
#include "complete.h"
#include "recall.h"


static void
run_line(struct ui *ui, const char *line)
{
	command_do(ui, line);
	ui_press(ui);
}

/* A key while the prompt is open, which may finish a line. */
static void
prompt_key(struct ui *ui, uint32_t key)
{
	struct strbuf line = STRBUF_INIT;
	bool command = ui_prompt_takes_command(ui);

	if (recall_key(ui, key))
		ui->prompt.tab.turn = 0;
	else if (key == TKEY_TAB || key == TKEY_BTAB)
		complete_word(ui, key == TKEY_BTAB);
	else if (ui_prompt_key(ui, key, &line)) {
		if (command)
			typed_add(ui->prompt.typed, line.s);
		run_line(ui, line.s);
	}
	strbuf_done(&line);
}

/* No key is silent: where one does something else, or what the keys are. */
static void
say_unbound(struct ui *ui, uint32_t key)
{
	enum binding_mode mode = ui_mode(ui);
	char name[TTY_KEY_NAME_MAX], way[TTY_KEY_NAME_MAX];
	const char *when = binding_elsewhere(key);

	if (key == TKEY_OTHER)
		strcpy(name, "that key");
	else
		tty_key_name(name, key);
	if (binding_mode_covers(mode))
		said_line(ui->said, "%s does nothing here: %s goes back",
		    name, binding_key(way, sizeof way, mode, "escape"));
	else if (when != NULL)
		said_line(ui->said, "%s does something %c%s only", name,
		    tolower((unsigned char)*when), when + 1);
	else
		said_line(ui->said, "%s does nothing: %s lists the keys",
		    name, binding_key(way, sizeof way, mode, "help"));
}

/* What the line under the prompt says. */
static void
hint(struct ui *ui)
{
	if (!recall_hint(ui))
		complete_hint(ui);
}

/* What shows nothing here says why. */
static void
press(struct ui *ui, const char *line)
{
	const char *why = ui_useless(ui, line);

	run_line(ui, line);
	if (why != NULL && ui->said->line[0] == '\0')
		said_line(ui->said, "%s", why);
}

void
ui_key(struct ui *ui, uint32_t key)
{
	const char *line;

	if (ui->prompt.run[0] != '\0') {
		prompt_key(ui, key);
	} else {
		line = binding_line(ui_mode(ui), key);
		if (line != NULL)
			press(ui, line);
		else
			say_unbound(ui, key);
	}
	hint(ui);
}

void
ui_press(struct ui *ui)
{
	uint32_t key[UI_PRESSED_MAX];
	unsigned i, n = ui->pressed.n;

	if (n == 0)
		return;
	memcpy(key, ui->pressed.key, n * sizeof *key);
	ui->pressed.n = 0;
	ui->pressed.on = true;
	for (i = 0; i < n; i++)
		ui_key(ui, key[i]);
	ui->pressed.on = false;
}


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

	ui_settle(ui);
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
	if (ui->list.panel)
		return;
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
