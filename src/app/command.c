#include "config.h"

#include "command.h"

#include <errno.h>
#include <string.h>

#include "pagetide/log.h"

const struct command command_table[] = {
	{ "quit", "", "end pagetide", 0, 0, 0, cmd_quit },
	{ "help", "", "all keys", 0, 0, 0, cmd_help },
	{ "scroll-help", "up|down", "scroll the help", 0, 1, 1,
	    cmd_scroll_help },
	{ "pause", "", "freeze the picture, or go on", 0, 0, 0, cmd_pause },
	{ "step", "", "while paused: show the newest sample", 0, 0, 0,
	    cmd_step },
	{ "view", "NAME|next|prev", "choose the view", 0, 1, 1, cmd_view },
	{ "zoom", "in|out|fit|pages", "pages a cell", 0, 1, 1, cmd_zoom },
	{ "move", "WHERE", "left right up down pageup pagedown home end", 0, 1,
	    1, cmd_move },
	{ "goto", "[OFFSET]", "cursor to 12M, 50% or 0x1f000", 0, 0, 1,
	    cmd_goto },
	{ "select", "", "start a range at the cursor, or drop it", 0, 0, 0,
	    cmd_select },
	{ "escape", "", "close help, drop the range", 0, 0, 0, cmd_escape },
	{ "expand", "[map|events]", "more room for it, or back", 0, 0, 1,
	    cmd_expand },
	{ "span", "longer|shorter", "time of a graph column", 0, 1, 1,
	    cmd_span },
	{ "graph", "[faults|sets]", "faults, or sets of pages on one axis", 0,
	    0, 1, cmd_graph },
	{ "window", "SECONDS|longer|shorter", "of the working set", 0, 1, 1,
	    cmd_window },
	{ "panel", "[latency|cursor]",
	    "side panel: what touches cost, or the cursor", 0, 0, 1,
	    cmd_panel },
	{ "advise", "HINT [yes]", "hint on the range; yes: do not ask",
	    CMD_ACTS, 1, 2, cmd_advise },
	{ "work", "PATTERN [OPTION=VALUE...]", "walk over the range",
	    CMD_ACTS, 1, COMMAND_ARGS_MAX - 1, cmd_work },
	{ "touch", "", "touch one page, at the cursor", CMD_ACTS, 0, 0,
	    cmd_touch },
	{ "stop", "", "stop the walk", CMD_ACTS, 0, 0, cmd_stop },
	{ "pace", "slower|faster|full|N", "touches a second", CMD_ACTS, 1, 1,
	    cmd_pace },
	{ "map", "[HOW...]", "map the file anew: no PTEs, no advice", CMD_ACTS,
	    0, COMMAND_ARGS_MAX - 1, cmd_map },
	{ "limit", "SIZE|off", "memory limit of the worker", CMD_ACTS, 1, 1,
	    cmd_limit },
	{ "restart", "", "end the worker and start another", CMD_ACTS, 0, 0,
	    cmd_restart },
	{ "command", "", "type a command", 0, 0, 0, cmd_prompt },
	{ "redraw", "", "paint the whole screen again", 0, 0, 0, cmd_redraw },
	{ "mouse", "", "mouse on or off", 0, 0, 0, cmd_mouse },
	{ "note", "TEXT", "write TEXT into the events", 0, 1,
	    COMMAND_ARGS_MAX - 1, cmd_note },
	{ "save-screen", "FILE", "save as .txt, .ans or .svg", 0, 1, 1,
	    cmd_save_screen },
	{ "wait-samples", "N", "go on after N more samples", CMD_SCRIPT, 1, 1,
	    cmd_wait_samples },
	{ "wait-idle", "", "go on when no walk and no effect is open",
	    CMD_SCRIPT, 0, 0, cmd_wait_idle },
	{ "key", "NAME...", "press keys", CMD_SCRIPT, 1,
	    COMMAND_ARGS_MAX - 1, cmd_key },
	{ "size", "COLSxROWS", "another screen size (headless)", CMD_SCRIPT, 1,
	    1, cmd_size },
	{ "outside", "PAGE N [write]",
	    "somebody else reads or writes pages (fake)", CMD_SCRIPT, 2, 3,
	    cmd_outside },
};
const unsigned command_count = sizeof command_table / sizeof *command_table;

const struct command *
command_find(const char *name)
{
	unsigned i;

	for (i = 0; i < command_count; i++)
		if (strcmp(command_table[i].name, name) == 0)
			return &command_table[i];
	return NULL;
}

/* Cuts line into words in place; -E2BIG if there are too many, -EINVAL if a
 * quotation does not end. */
static int
split(char *line, char *argv[COMMAND_ARGS_MAX + 1])
{
	int argc = 0;

	for (;;) {
		char end = ' ';

		line += strspn(line, " \t");
		if (*line == '\0')
			return argc;
		if (argc == COMMAND_ARGS_MAX)
			return -E2BIG;
		if (*line == '"')
			end = *line++;
		argv[argc++] = line;
		line += strcspn(line, end == '"' ? "\"" : " \t");
		if (*line != '\0')
			*line++ = '\0';
		else if (end == '"')
			return -EINVAL;
	}
}

/* Looks the command up and checks what can be checked from the table. */
static int
run_words(struct app *app, int argc, char **argv, struct strbuf *why)
{
	const struct command *cmd = command_find(argv[0]);
	unsigned args = (unsigned)argc - 1;

	if (cmd == NULL) {
		strbuf_addf(why, "no such command: %s", argv[0]);
		return -ENOENT;
	}
	if (args < cmd->min_args || args > cmd->max_args) {
		strbuf_addf(why, "usage: %s%s%s", cmd->name,
		    cmd->usage[0] != '\0' ? " " : "", cmd->usage);
		return -EINVAL;
	}
	if ((cmd->flags & CMD_ACTS) != 0 && app->opts->read_only) {
		strbuf_addf(why, "%s: not with --read-only", cmd->name);
		return -EPERM;
	}
	app->message[0] = '\0';
	app->dirty = app->urgent = true;
	return cmd->run(app, argc, argv, why);
}

int
command_run(struct app *app, const char *line, struct strbuf *why)
{
	struct strbuf copy = STRBUF_INIT;
	char *argv[COMMAND_ARGS_MAX + 1];
	int argc, rc = 0;

	if (line[strspn(line, " \t")] == '#')
		return 0;
	strbuf_adds(&copy, line);
	argc = split(copy.s, argv);
	if (argc < 0) {
		strbuf_adds(why, argc == -E2BIG ? "too many words" :
		    "a quotation mark is missing");
		rc = argc;
	} else if (argc > 0) {
		log_msg("command: %s", line);
		rc = run_words(app, argc, argv, why);
	}
	strbuf_done(&copy);
	return rc;
}

int
command_do(struct app *app, const char *line)
{
	struct strbuf why = STRBUF_INIT;
	int rc = command_run(app, line, &why);

	if (rc != 0)
		app_complain(app, "%s", why.s);
	strbuf_done(&why);
	return rc;
}
