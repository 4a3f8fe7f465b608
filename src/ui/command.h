/* Commands: what a key, a ':' line and a script line do. One table. */
#ifndef PAGETIDE_COMMAND_H
#define PAGETIDE_COMMAND_H

#include "pagetide/binding.h"
#include "pagetide/ui.h"

struct pattern_spec;

#define COMMAND_ARGS_MAX 12
_Static_assert(UI_PRESSED_MAX >= COMMAND_ARGS_MAX, "for each a key");

enum {
	CMD_ACTS = 1 << 0,	/* needs the worker: not with --read-only */
	CMD_SCRIPT = 1 << 1,	/* makes sense in a script only */
	CMD_REST = 1 << 2,	/* all behind the name is one argument */
	CMD_SHOWS = 1 << 3,	/* what was said before stays */
	CMD_WORKER = 1 << 4,	/* is about what only a worker has */
	CMD_LESSON = 1 << 5,	/* of lessons: may run while one asks */
	CMD_FELT = 1 << 6,	/* changes what is measured, as acts do */
	CMD_OTHER = 1 << 8,	/* acts on another process, too */
	CMD_TAUGHT = 1 << 7,	/* a lesson may run it, as it may acts */
	CMD_LIVE = 1 << 9,	/* of what goes on now: not in a recording */
};

/* What stands behind the name, and fits the row. */
struct args {
	const struct command *command;
	unsigned	 n;
	const char	*v[COMMAND_ARGS_MAX];	/* NULL behind the last */
	int		 word[COMMAND_ARGS_MAX]; /* which of those that the row
						    has there; -1: a value */
	char		 whole[COMMAND_ARGS_MAX][32];	/* those that were typed
						    in part */
};

struct command {
	const char	*name;
	/* Words to choose from and values (words.h), a blank between two
	 * arguments: "HINT [yes]", "up|down", "[HOW...]", "". */
	const char	*usage;
	const char	*help;		/* one line */
	unsigned	 flags;
	/* 0, or -errno with one line in why. */
	int		(*run)(struct ui *, const struct args *,
			    struct strbuf *why);
};

extern const struct command command_table[];
extern const unsigned command_count;

/* By its name, or by a beginning of it that no other has. NULL: none; then
 * why (may be NULL) says which might have been meant. */
const struct command *command_find(const char *name, struct strbuf *why);
/* Runs one line: words split at blanks, "..." keeps them together. An empty
 * line or one that starts with '#' does nothing. 0, or -errno with why. */
int	command_run(struct ui *, const char *line, struct strbuf *why);
/* As command_run(), but not what is for scripts. */
int	command_start(struct ui *, const char *line, struct strbuf *why);
/* As command_run(), the error goes to the message line. */
int	command_do(struct ui *, const char *line);

/* mode.c */
/* Why there is none that could do it, where one only watches; NULL: there is
 * one, or the command does not need it. */
const char *command_watched(const struct ui *, const struct command *);
/* Lines that are told neither in the help nor in the footer: what only a worker
 * could do. Of a process that takes hints they are told, with the reason that
 * ui_useless() has. NULL: all are told. */
binding_acts *ui_hidden(const struct ui *);
/* args.c */
/* What the i-th argument of a command may be (words.h); NULL: there are not
 * so many. */
const char *args_words(const struct command *, unsigned i);
/* May that one be left out? */
bool	args_optional(const struct command *, unsigned i);
/* Are there as many as the row has? 0, or -EINVAL with why. */
int	args_count(const struct args *, struct strbuf *why);
/* Holds each against the row. 0, or -EINVAL with why. */
int	args_check(struct args *, struct strbuf *why);
/* For handlers: the i-th is neither one of the words nor a value of what is
 * described. -EINVAL, with why. */
int	args_refuse(const struct args *, unsigned i, const char *value,
	    struct strbuf *why);

/* Handlers live beside what they do. */
#define COMMAND_HANDLER(fn) \
	int fn(struct ui *, const struct args *, struct strbuf *why)
/* cmdview.c */
COMMAND_HANDLER(cmd_view);
COMMAND_HANDLER(cmd_zoom);
COMMAND_HANDLER(cmd_move);
COMMAND_HANDLER(cmd_goto);
COMMAND_HANDLER(cmd_select);
COMMAND_HANDLER(cmd_escape);
COMMAND_HANDLER(cmd_expand);
COMMAND_HANDLER(cmd_faults);
/* cmdbrowse.c, too */
COMMAND_HANDLER(cmd_who);
COMMAND_HANDLER(cmd_present);
COMMAND_HANDLER(cmd_span);
COMMAND_HANDLER(cmd_graph);
COMMAND_HANDLER(cmd_window);
COMMAND_HANDLER(cmd_panel);
/* cmdlist.c */
COMMAND_HANDLER(cmd_help);
COMMAND_HANDLER(cmd_scroll_help);
COMMAND_HANDLER(cmd_find_help);
COMMAND_HANDLER(cmd_scroll_events);
COMMAND_HANDLER(cmd_views);
/* Closes the list of views; the one before is that when it was opened. */
void	views_keep(struct ui *);
/* cmdact.c */
COMMAND_HANDLER(cmd_advise);
COMMAND_HANDLER(cmd_touch);
COMMAND_HANDLER(cmd_stop);
COMMAND_HANDLER(cmd_pause);
COMMAND_HANDLER(cmd_step);
COMMAND_HANDLER(cmd_pace);
COMMAND_HANDLER(cmd_map);
COMMAND_HANDLER(cmd_worker);
COMMAND_HANDLER(cmd_restart);
COMMAND_HANDLER(cmd_limit);
/* cmdwork.c */
COMMAND_HANDLER(cmd_work);
/* Hands out the options of work that mean something to a kind of walk (-1: to
 * any): "seed=", and whole where its value is a word, "op=load". */
typedef void work_option_fn(void *arg, const char *name, const char *help);
void	work_options(int kind, work_option_fn *, void *arg);
/* The walk that "PATTERN [OPTION=VALUE...]" stands for, but for its range. 0,
 * or -errno with why. */
int	work_spec(const struct ui *, const char *const *v, unsigned n,
	    struct pattern_spec *, struct strbuf *why);
/* cmdcompare.c */
COMMAND_HANDLER(cmd_snap);
COMMAND_HANDLER(cmd_race);
COMMAND_HANDLER(cmd_compare);
COMMAND_HANDLER(cmd_diff);
/* A step back: from a race, from one large, from all of it. */
void	compare_leave(struct ui *);
/* cmdlesson.c */
COMMAND_HANDLER(cmd_lesson);
COMMAND_HANDLER(cmd_lessons);
COMMAND_HANDLER(cmd_next);
COMMAND_HANDLER(cmd_back);
COMMAND_HANDLER(cmd_predict);
/* rewind.c */
COMMAND_HANDLER(cmd_earlier);
COMMAND_HANDLER(cmd_later);
COMMAND_HANDLER(cmd_at);
COMMAND_HANDLER(cmd_play);
/* cmdbrowse.c */
COMMAND_HANDLER(cmd_open);
COMMAND_HANDLER(cmd_rows);
COMMAND_HANDLER(cmd_sort);
COMMAND_HANDLER(cmd_filter);
COMMAND_HANDLER(cmd_wait_list);
/* A step back: to all rows, to the processes, to the list. false: there is
 * none to go back to. */
bool	browse_leave(struct ui *);
/* cmdmain.c */
COMMAND_HANDLER(cmd_quit);
COMMAND_HANDLER(cmd_freeze);
COMMAND_HANDLER(cmd_newest);
COMMAND_HANDLER(cmd_prompt);
COMMAND_HANDLER(cmd_redraw);
COMMAND_HANDLER(cmd_mouse);
COMMAND_HANDLER(cmd_note);
COMMAND_HANDLER(cmd_mark);
COMMAND_HANDLER(cmd_record);
COMMAND_HANDLER(cmd_save_screen);
COMMAND_HANDLER(cmd_export);
COMMAND_HANDLER(cmd_size);
COMMAND_HANDLER(cmd_key);
COMMAND_HANDLER(cmd_outside);
/* command.c */
COMMAND_HANDLER(cmd_bind);
/* wait.c */
COMMAND_HANDLER(cmd_wait);
COMMAND_HANDLER(cmd_wait_samples);
COMMAND_HANDLER(cmd_wait_idle);

#endif
