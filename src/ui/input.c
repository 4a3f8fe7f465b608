/* What is typed: from keys to command lines. */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "pagetide/binding.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"

#include "command.h"
#include "complete.h"
#include "recall.h"
#include "pagetide/typed.h"

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

void
ui_key(struct ui *ui, uint32_t key)
{
	const char *line;

	if (ui->prompt.run[0] != '\0') {
		prompt_key(ui, key);
	} else {
		line = binding_line(ui_mode(ui), key);
		if (line != NULL)
			run_line(ui, line);
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
