#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/event.h"
#include "pagetide/fake.h"
#include "pagetide/tty.h"
#include "pagetide/units.h"

#include "command.h"
#include "loop.h"
#include "screenfile.h"
#include "ui.h"

int
cmd_quit(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	(void)why;
	app->quit = true;
	return 0;
}

int
cmd_help(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	(void)why;
	app->help_open = true;
	app->help_top = 0;
	return 0;
}

int
cmd_pause(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	(void)why;
	app_pause(app, !app->paused);
	return 0;
}

int
cmd_step(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	if (!app->paused) {
		strbuf_adds(why, "step: pause first (Space)");
		return -EINVAL;
	}
	app_step_once(app);
	return 0;
}

int
cmd_prompt(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	(void)why;
	ui_prompt_open(app, PROMPT_COMMAND, ":");
	return 0;
}

int
cmd_redraw(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)app;
	(void)argc;
	(void)argv;
	(void)why;
	tty_invalidate();
	return 0;
}

int
cmd_mouse(struct app *app, int argc, char **argv, struct strbuf *why)
{
	bool on = !loop_mouse(app->loop);

	(void)argc;
	(void)argv;
	(void)why;
	loop_set_mouse(app->loop, on);
	app_say(app, on ? "mouse on: wheel zooms, a press moves the cursor; "
	    "hold Shift to select text" : "mouse off");
	return 0;
}

int
cmd_note(struct app *app, int argc, char **argv, struct strbuf *why)
{
	struct strbuf text = STRBUF_INIT;
	int i;

	(void)why;
	for (i = 1; i < argc; i++)
		strbuf_addf(&text, "%s%s", i > 1 ? " " : "", argv[i]);
	events_add(app->events, EVENT_NOTE, 'n', "%s", text.s);
	strbuf_done(&text);
	return 0;
}

int
cmd_save_screen(struct app *app, int argc, char **argv, struct strbuf *why)
{
	int rc;

	(void)argc;
	ui_draw(app);
	rc = screenfile_save(app, argv[1], why);
	if (rc == 0 && app->opts->mode == MODE_LIVE)
		app_say(app, "saved %s", argv[1]);
	return rc;
}

int
cmd_size(struct app *app, int argc, char **argv, struct strbuf *why)
{
	int cols, rows;
	char tail;

	(void)argc;
	if (app->opts->mode != MODE_HEADLESS) {
		strbuf_adds(why, "size: the terminal decides");
		return -EINVAL;
	}
	if (sscanf(argv[1], "%4dx%4d%c", &cols, &rows, &tail) != 2 ||
	    cols < 1 || rows < 1 || cols > 1000 || rows > 1000) {
		strbuf_addf(why, "size: not COLSxROWS: %s", argv[1]);
		return -EINVAL;
	}
	ui_resized(app, cols, rows);
	return 0;
}

int
cmd_key(struct app *app, int argc, char **argv, struct strbuf *why)
{
	int i;

	for (i = 1; i < argc; i++) {
		uint32_t key = tty_key_find(argv[i]);

		if (key == TKEY_NONE) {
			strbuf_addf(why, "no such key: %s", argv[i]);
			return -ENOENT;
		}
		ui_key(app, key);
	}
	return 0;
}

int
cmd_outside(struct app *app, int argc, char **argv, struct strbuf *why)
{
	uint64_t page, n;
	bool write = argc > 3;

	if (app->fake == NULL) {
		strbuf_adds(why, "outside: only with --fake");
		return -EINVAL;
	}
	if (units_parse_u64(argv[1], 0, app->live.target.pages - 1,
	    &page) != 0 || units_parse_u64(argv[2], 1,
	    app->live.target.pages - page, &n) != 0) {
		strbuf_adds(why, "outside: PAGE and N inside the file");
		return -ERANGE;
	}
	if (write && strcmp(argv[3], "write") != 0) {
		strbuf_addf(why, "outside: write, not %s", argv[3]);
		return -EINVAL;
	}
	if (write)
		fake_outside_write(app->fake, page, n);
	else
		fake_outside(app->fake, page, n);
	return 0;
}
