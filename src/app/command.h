/* Commands: what a key, a ':' line and a script line do. One table. */
#ifndef PAGETIDE_COMMAND_H
#define PAGETIDE_COMMAND_H

#include "app.h"

#define COMMAND_ARGS_MAX 8

enum {
	CMD_ACTS = 1 << 0,	/* needs the worker: not with --read-only */
	CMD_SCRIPT = 1 << 1,	/* makes sense in a script only */
};

struct command {
	const char	*name;
	const char	*usage;		/* "[NAME]", "" */
	const char	*help;		/* one line */
	unsigned	 flags;
	unsigned	 min_args, max_args;
	/* argv[0] is the name. 0, or -errno with one line in why. */
	int		(*run)(struct app *, int argc, char **argv,
			    struct strbuf *why);
};

extern const struct command command_table[];
extern const unsigned command_count;

const struct command *command_find(const char *name);
/* Runs one line: words split at blanks, "..." keeps them together. An empty
 * line or one that starts with '#' does nothing. 0, or -errno with why. */
int	command_run(struct app *, const char *line, struct strbuf *why);
/* As command_run(), the error goes to the message line. */
int	command_do(struct app *, const char *line);

/* Handlers live beside what they do. */
#define COMMAND_HANDLER(fn) \
	int fn(struct app *, int argc, char **argv, struct strbuf *why)
/* cmdview.c */
COMMAND_HANDLER(cmd_view);
COMMAND_HANDLER(cmd_zoom);
COMMAND_HANDLER(cmd_move);
COMMAND_HANDLER(cmd_goto);
COMMAND_HANDLER(cmd_select);
COMMAND_HANDLER(cmd_escape);
COMMAND_HANDLER(cmd_expand);
COMMAND_HANDLER(cmd_span);
COMMAND_HANDLER(cmd_graph);
COMMAND_HANDLER(cmd_window);
COMMAND_HANDLER(cmd_panel);
COMMAND_HANDLER(cmd_scroll_help);
/* cmdact.c */
COMMAND_HANDLER(cmd_advise);
COMMAND_HANDLER(cmd_touch);
COMMAND_HANDLER(cmd_stop);
COMMAND_HANDLER(cmd_pace);
COMMAND_HANDLER(cmd_map);
COMMAND_HANDLER(cmd_restart);
/* limit.c */
COMMAND_HANDLER(cmd_limit);
/* cmdwork.c */
COMMAND_HANDLER(cmd_work);
/* cmdmain.c */
COMMAND_HANDLER(cmd_quit);
COMMAND_HANDLER(cmd_help);
COMMAND_HANDLER(cmd_pause);
COMMAND_HANDLER(cmd_step);
COMMAND_HANDLER(cmd_prompt);
COMMAND_HANDLER(cmd_redraw);
COMMAND_HANDLER(cmd_mouse);
COMMAND_HANDLER(cmd_note);
COMMAND_HANDLER(cmd_save_screen);
COMMAND_HANDLER(cmd_size);
COMMAND_HANDLER(cmd_key);
COMMAND_HANDLER(cmd_outside);
/* script.c */
COMMAND_HANDLER(cmd_wait_samples);
COMMAND_HANDLER(cmd_wait_idle);

#endif
