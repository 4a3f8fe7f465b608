#include "config.h"

#include "footer.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/binding.h"
#include "pagetide/death.h"
#include "pagetide/race.h"
#include "pagetide/scene.h"
#include "pagetide/tty.h"
#include "pagetide/viewport.h"
#include "pagetide/xalloc.h"

#include "command.h"
#include "lessons.h"

#define LINES_MAX 9	/* commands of one part */

/* What goes on, beside the mode. */
enum {
	WHEN_IDLE = 1 << 0,	/* the worker does not walk */
	WHEN_WALK = 1 << 1,
	WHEN_PAUSED = 1 << 2,	/* one is, and pauses */
	WHEN_RANGE = 1 << 3,	/* a range is selected */
	WHEN_COMMAND = 1 << 4,	/* one is typed */
	WHEN_PAGES = 1 << 5,	/* the help has more than one */
	WHEN_MATCH = 1 << 6,	/* something is looked for in it */
	WHEN_MOUSE = 1 << 7,	/* it is on */
	WHEN_RACE = 1 << 8,	/* hints race */
	WHEN_ASKS = 1 << 9,	/* a lesson asks */
	WHEN_RESTS = 1 << 10,	/* it does not */
	WHEN_LOST = 1 << 11,	/* there is no worker any more */
	WHEN_LIVE = 1 << 12,	/* what is watched is there */
	WHEN_REPLAY = 1 << 13,	/* or recorded */
	WHEN_FROZEN = 1 << 14,
	WHEN_ROOM = 1 << 15,	/* something has all of it */
	WHEN_LEAVES = 1 << 16,	/* neither that nor a range of one's own */
	WHEN_HINTS = 1 << 17,	/* a process that is watched takes some */
	WHEN_PANEL = 1 << 18,	/* the side panel lies over the map */
	WHEN_BARE = 1 << 19,	/* or not */
	WHEN_WORKER = WHEN_IDLE | WHEN_WALK | WHEN_PAUSED,
	ALWAYS = ~0
};

#define IN(mode) (1u << (mode))
#define MAP (IN(BIND_MAIN) | IN(BIND_FROZEN) | IN(BIND_PLAY) | \
	IN(BIND_PROCESS))

static const char g_walk[] = "walk";
static const char g_hint[] = "hint";
static const char g_look[] = "look";
/* The label of keys that do nothing here, and say why. */
static const char g_refused[] = "refused";

/*
 * The parts in their order. Each has the keys of its commands, whatever these
 * are bound to, but for the line editor, whose keys are no commands.
 */
static const struct part {
	unsigned	 modes, when;
	const char	*label;
	const char	*lines[LINES_MAX];
	const char	*keys;		/* where lines have none */
	const char	*group;
	unsigned	 rank;		/* 0: stays to the last */
} part_table[] = {
	{ IN(BIND_QUESTION), ALWAYS, "yes", { 0 }, "y", g_walk, 0 },
	{ IN(BIND_QUESTION), ALWAYS, "no", { 0 }, "any other key", g_walk, 0 },
	{ IN(BIND_PROMPT), ALWAYS, "run", { 0 }, "Enter", g_walk, 0 },
	{ IN(BIND_PROMPT), WHEN_COMMAND, "complete", { 0 }, "Tab", g_walk, 2 },
	{ IN(BIND_PROMPT), WHEN_COMMAND, "earlier", { 0 }, "Up", g_walk, 3 },
	{ IN(BIND_PROMPT), WHEN_COMMAND, "find", { 0 }, "Ctrl-R", g_walk, 4 },
	{ IN(BIND_PROMPT), ALWAYS, "back", { 0 }, "Esc", g_walk, 0 },
	{ IN(BIND_PROMPT), ALWAYS, "clear", { 0 }, "Ctrl-U", g_look, 1 },
	{ IN(BIND_HELP), ALWAYS, "close", { "escape" }, NULL, g_walk, 0 },
	{ IN(BIND_HELP), WHEN_PAGES, "page", { "scroll-help down",
	    "scroll-help up" }, NULL, g_look, 1 },
	{ IN(BIND_HELP), WHEN_PAGES, "ends", { "scroll-help first",
	    "scroll-help last" }, NULL, g_look, 3 },
	{ IN(BIND_HELP), ALWAYS, "look for", { "find-help" }, NULL, g_look,
	    2 },
	{ IN(BIND_HELP), WHEN_MATCH, "next", { "scroll-help match" }, NULL,
	    g_look, 4 },
	{ IN(BIND_VIEWS), ALWAYS, "keep", { "views" }, NULL, g_walk, 0 },
	{ IN(BIND_VIEWS), ALWAYS, "back", { "escape" }, NULL, g_walk, 1 },
	{ IN(BIND_VIEWS), ALWAYS, "next, before", { "view next",
	    "view prev" }, NULL, g_look, 2 },
	{ IN(BIND_VIEWS), ALWAYS, "that view", { 0 }, "a letter", g_look, 3 },

	{ IN(BIND_LIST), ALWAYS, "open", { "open" }, NULL, g_walk, 0 },
	{ IN(BIND_LIST), ALWAYS, "back", { "escape" }, NULL, g_walk, 1 },
	{ IN(BIND_LIST), ALWAYS, "next, before", { "rows down", "rows up" },
	    NULL, g_look, 4 },
	{ IN(BIND_LIST), ALWAYS, "screens", { "rows pagedown",
	    "rows pageup" }, NULL, g_look, 6 },
	{ IN(BIND_LIST), ALWAYS, "sort", { "sort next" }, NULL, g_look, 2 },
	{ IN(BIND_LIST), ALWAYS, "filter", { "filter" }, NULL, g_look, 3 },
	{ IN(BIND_LIST), ALWAYS, "help", { "help" }, NULL, g_look, 2 },
	{ IN(BIND_LIST), ALWAYS, "quit", { "quit" }, NULL, g_look, 5 },
	{ IN(BIND_PROCESS), WHEN_BARE, "list", { "escape" }, NULL, g_walk,
	    0 },
	{ MAP, WHEN_PANEL, "map", { "expand panel" }, NULL, g_walk, 0 },
	{ IN(BIND_PROCESS), ALWAYS, "next mapping", { "open next" }, NULL,
	    g_walk, 1 },

	{ IN(BIND_LESSONS), ALWAYS, "take it", { "lessons take" }, NULL,
	    g_walk, 0 },
	{ IN(BIND_LESSONS), ALWAYS, "next, before", { "lessons down",
	    "lessons up" }, NULL, g_look, 2 },
	{ IN(BIND_LESSONS), ALWAYS, "back", { "escape" }, NULL, g_look, 1 },
	{ IN(BIND_LESSON), WHEN_LOST, "start a worker", { "restart" },
	    ":restart", g_walk, 0 },
	{ IN(BIND_LESSON), WHEN_FROZEN, "live", { "freeze" }, ":freeze",
	    g_walk, 1 },
	{ IN(BIND_LESSON), WHEN_ASKS, "predict", { "predict 1", "predict 2",
	    "predict 3", "predict 4" }, NULL, g_walk, 0 },
	{ IN(BIND_LESSON), WHEN_RESTS, "next", { "next" }, NULL, g_walk, 0 },
	{ IN(BIND_LESSON), ALWAYS, "back", { "back" }, NULL, g_walk, 2 },
	{ IN(BIND_LESSON), WHEN_RESTS, "touch next page", { "step" }, NULL,
	    g_hint, 4 },
	{ IN(BIND_LESSON), ALWAYS, "help", { "help" }, NULL, g_look, 0 },
	{ IN(BIND_LESSON), WHEN_RANGE, "no range", { "escape" }, NULL,
	    g_look, 1 },
	{ IN(BIND_LESSON), WHEN_ROOM, "no more room", { "escape" }, NULL,
	    g_look, 1 },
	{ IN(BIND_LESSON), WHEN_LEAVES, "leave the lesson", { "escape" },
	    NULL, g_look, 1 },

	{ IN(BIND_COMPARE), WHEN_RACE, "stop", { "stop" }, NULL, g_walk, 0 },
	{ IN(BIND_COMPARE), ALWAYS, "one map large", { "compare A",
	    "compare B", "compare C" }, NULL, g_look, 1 },
	{ IN(BIND_COMPARE), ALWAYS, "order", { "compare order" }, NULL,
	    g_look, 2 },
	{ IN(BIND_COMPARE), ALWAYS, "view", { "view next" }, NULL, g_look,
	    3 },
	{ IN(BIND_COMPARE), ALWAYS, "command", { "command" }, NULL, g_look,
	    4 },
	{ IN(BIND_COMPARE), ALWAYS, "help", { "help" }, NULL, g_look, 0 },
	{ IN(BIND_COMPARE), ALWAYS, "back", { "escape" }, NULL, g_look, 0 },

	{ IN(BIND_EVENTS), ALWAYS, "events", { "scroll-events older",
	    "scroll-events newer" }, NULL, g_walk, 0 },
	{ IN(BIND_EVENTS), ALWAYS, "back", { "expand events" }, NULL,
	    g_walk, 1 },

	{ MAP, WHEN_LOST, "start a worker", { "restart" }, ":restart", g_walk,
	    0 },
	/* Its footer stands as all of a frozen picture does. */
	{ IN(BIND_PLAY), ALWAYS, "stop", { "freeze" }, NULL, g_walk, 0 },
	{ IN(BIND_PLAY), ALWAYS, "speed", { "play slower", "play faster" },
	    NULL, g_walk, 0 },
	{ IN(BIND_FROZEN), WHEN_LIVE, "live", { "freeze" }, NULL, g_walk, 0 },
	{ IN(BIND_FROZEN), WHEN_REPLAY, "play", { "freeze" }, NULL, g_walk,
	    0 },
	{ IN(BIND_FROZEN), ALWAYS, "back, on", { "earlier", "later" }, NULL,
	    g_walk, 0 },
	{ IN(BIND_FROZEN), ALWAYS, "ten", { "earlier 10", "later 10" }, NULL,
	    g_walk, 4 },
	{ IN(BIND_FROZEN), ALWAYS, "marks", { "earlier mark", "later mark" },
	    NULL, g_walk, 2 },
	{ IN(BIND_FROZEN), ALWAYS, "stop", { "stop" }, NULL, g_walk, 6 },
	{ IN(BIND_MAIN), WHEN_WALK | WHEN_PAUSED, "step", { "step" }, NULL,
	    g_walk, 2 },
	{ IN(BIND_MAIN), WHEN_WALK, "pause", { "pause" }, NULL, g_walk, 1 },
	{ IN(BIND_MAIN), WHEN_PAUSED, "go on", { "pause" }, NULL, g_walk, 1 },
	{ IN(BIND_MAIN), WHEN_WALK | WHEN_PAUSED, "stop", { "stop" }, NULL,
	    g_walk, 1 },
	{ IN(BIND_MAIN), WHEN_WALK, "pace", { "pace slower", "pace faster" },
	    NULL, g_walk, 6 },
	{ IN(BIND_MAIN), WHEN_IDLE, "walk", { "work sequential",
	    "work random" }, NULL, g_walk, 0 },
	{ IN(BIND_MAIN), WHEN_IDLE, "step", { "step" }, NULL, g_walk, 6 },
	{ IN(BIND_MAIN), WHEN_IDLE, "touch", { "touch" }, NULL, g_walk, 7 },
	{ MAP, WHEN_RANGE, "no range", { "escape" }, NULL, g_walk, 3 },
	{ MAP, WHEN_WORKER, "advice", { "advise normal", "advise sequential",
	    "advise random" }, NULL, g_hint, 5 },
	{ MAP, WHEN_WORKER, "bring in", { "advise willneed",
	    "advise populate" }, NULL, g_hint, 4 },
	{ MAP, WHEN_WORKER, "drop", { "advise dontneed", "advise evict" },
	    NULL, g_hint, 3 },
	{ MAP, WHEN_WORKER, "lock", { "advise mlock" }, NULL, g_hint, 7 },
	{ IN(BIND_PROCESS), WHEN_HINTS, "drop", { "advise cold",
	    "advise pageout" }, NULL, g_hint, 3 },
	{ IN(BIND_PROCESS), WHEN_HINTS, g_refused, { "advise normal",
	    "advise sequential", "advise random", "advise willneed",
	    "advise dontneed", "advise cold", "advise pageout",
	    "advise mlock", "touch" }, NULL, g_hint, 9 },
	{ MAP, ALWAYS, "views", { "views" }, NULL, g_look, 2 },
	{ MAP, ALWAYS, "zoom", { "zoom in", "zoom out" }, NULL, g_look, 10 },
	{ MAP, ALWAYS, "go to", { "goto" }, NULL, g_look, 11 },
	{ MAP, ALWAYS, "select", { "select toggle" }, NULL, g_look, 12 },
	{ IN(BIND_MAIN), ALWAYS, "freeze", { "freeze" }, NULL, g_look, 9 },
	{ MAP, WHEN_MOUSE, "no mouse", { "mouse" }, NULL, g_look, 2 },
	{ MAP, ALWAYS, "command", { "command" }, NULL, g_look, 8 },
	{ MAP, ALWAYS, "help", { "help" }, NULL, g_look, 0 },
	{ MAP, ALWAYS, "quit", { "quit" }, NULL, g_look, 1 },
};
enum { PARTS = sizeof part_table / sizeof *part_table };

static unsigned
lesson_moment(const struct ui *ui)
{
	enum lesson_state state = ui->lessons->run != NULL ?
	    lesson_state(ui->lessons->run) : LESSON_RUNS;

	return state == LESSON_ASKS ? WHEN_ASKS :
	    state == LESSON_RESTS || state == LESSON_DONE ? WHEN_RESTS : 0;
}

/* What Esc would go back from. */
static unsigned
escape_moment(const struct ui *ui)
{
	if (ui->vp.selecting && !lessons_selects(ui))
		return WHEN_RANGE;
	return ui->expand != EXPAND_NOTHING ? WHEN_ROOM : WHEN_LEAVES;
}

static unsigned
moment(const struct ui *ui)
{
	const struct worker_facts *w = &ui->watch->live.worker;
	unsigned when = WHEN_IDLE;

	if (w->alive && w->running)
		when = w->paused ? WHEN_PAUSED : WHEN_WALK;
	else if (death_why(ui->act) != NULL)
		when = WHEN_LOST;
	if (ui->list.help && ui_help_pages(ui) > 1)
		when |= WHEN_PAGES;
	if (ui->list.find[0] != '\0')
		when |= WHEN_MATCH;
	when |= ui->opts.replay == UI_REPLAY_FILE ? WHEN_REPLAY : WHEN_LIVE;
	if (ui_hidden(ui) != ui->commands->acts && w->process != 0)
		when |= WHEN_HINTS;
	when |= ui->list.panel ? WHEN_PANEL : WHEN_BARE;
	return when | escape_moment(ui) | (ui->frozen ? WHEN_FROZEN : 0) |
	    (ui_prompt_takes_command(ui) ? WHEN_COMMAND : 0) |
	    (ui->mouse.on ? WHEN_MOUSE : 0) |
	    (race_is_on(ui->act) ? WHEN_RACE : 0) |
	    lesson_moment(ui);
}

/* "W P", NULL if no key is bound to any of the commands. */
static char *
keys_of(const struct ui *ui, const struct part *p, enum binding_mode mode,
    binding_acts *hidden)
{
	char key[TTY_KEY_NAME_MAX], *keys = NULL, *more;

	for (int i = 0; i < LINES_MAX && p->lines[i] != NULL; i++) {
		if ((hidden != NULL && hidden(p->lines[i])) ||
		    (ui_useless(ui, p->lines[i]) != NULL) !=
		    (p->label == g_refused))
			continue;
		binding_key(key, sizeof key, mode, p->lines[i]);
		if (key[0] == '\0')
			continue;
		more = keys == NULL ? xstrdup(key) :
		    xasprintf("%s %s", keys, key);
		free(keys);
		keys = more;
	}
	return keys;
}

struct key_help *
footer_rows(const struct ui *ui, binding_acts *hidden, size_t *n)
{
	struct key_help *rows = xcalloc(PARTS, sizeof *rows);
	enum binding_mode mode = ui_mode(ui);
	unsigned modes = IN(mode), when = moment(ui);

	/* What lies beneath goes on. */
	if (mode == BIND_EVENTS)
		modes |= IN(ui->frozen ? BIND_FROZEN : BIND_MAIN);
	*n = 0;
	for (unsigned i = 0; i < PARTS; i++) {
		const struct part *p = &part_table[i];
		char *keys;

		if ((p->modes & modes) == 0 || (p->when & when) == 0)
			continue;
		keys = keys_of(ui, p, mode, hidden);
		if (keys == NULL && p->keys != NULL)
			keys = xstrdup(p->keys);
		if (keys != NULL)
			rows[(*n)++] = (struct key_help){ .keys = keys,
				.label = p->label, .group = p->group,
				.off = p->label == g_refused, .rank = p->rank };
	}
	return rows;
}
