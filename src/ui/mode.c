/* Which keys hold now, and what has the room. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/binding.h"
#include "pagetide/browse.h"
#include "pagetide/death.h"
#include "pagetide/layout.h"
#include "pagetide/lesson.h"
#include "pagetide/lessonlook.h"
#include "pagetide/otherhint.h"
#include "pagetide/said.h"
#include "pagetide/scene.h"
#include "pagetide/ui.h"

#include "command.h"
#include "lessons.h"
#include "roomless.h"

static bool
asks(const struct ui *ui)
{
	return ui_prompt_asks(ui);
}

static bool
types(const struct ui *ui)
{
	return ui->prompt.run[0] != '\0';
}

static bool
reads_help(const struct ui *ui)
{
	return ui->list.help;
}

static bool
lists_views(const struct ui *ui)
{
	return ui->list.views;
}

static bool
has_events(const struct ui *ui)
{
	return ui->expand == EXPAND_EVENTS &&
	    room_is_there(ui, ROOM_EVENTS);
}

static bool
compares(const struct ui *ui)
{
	return ui->list.compare.open;
}

static bool
lists(const struct ui *ui)
{
	return browse_is_open(ui->list.browse);
}

static bool
watches_process(const struct ui *ui)
{
	return ui->list.browse != NULL;
}

static bool
lists_lessons(const struct ui *ui)
{
	return ui->lessons->list.n > 0;
}

static bool
takes_lesson(const struct ui *ui)
{
	return ui->lessons->run != NULL;
}

/* Does it change what a lesson measures? */
static bool
is_felt(const struct command *cmd)
{
	return (cmd->flags & CMD_FELT) != 0 ||
	    (cmd->flags & (CMD_ACTS | CMD_LESSON)) == CMD_ACTS;
}

/* A lesson may come from somebody else: it has nothing to do with the user's
 * files and keys. */
static bool
is_taught(const struct command *cmd)
{
	return (cmd->flags & CMD_TAUGHT) != 0 ||
	    (cmd->flags & (CMD_ACTS | CMD_LESSON)) == CMD_ACTS;
}

const char *
lessons_forbid(const struct ui *ui, const struct command *cmd)
{
	const struct lessons *l = ui->lessons;

	if (l->acts)
		return is_taught(cmd) ? NULL : "no lesson may run it";
	if (l->run == NULL || !is_felt(cmd))
		return NULL;
	if (strcmp(cmd->name, "restart") == 0 && death_why(ui->act) != NULL)
		return NULL;
	return lesson_is_secret(l->run) ? "first your prediction" :
	    lesson_state(l->run) == LESSON_RUNS ? "a moment: the lesson acts" :
	    NULL;
}

bool
lessons_selects(const struct ui *ui)
{
	const struct viewport *own = &ui->lessons->place;

	return ui->lessons->run != NULL && own->selecting &&
	    ui->vp.selecting && own->anchor_page == ui->vp.anchor_page &&
	    own->end_page == ui->vp.end_page;
}

void
lessons_note(struct ui *ui, const struct command *cmd)
{
	struct lessons *l = ui->lessons;

	if (l->run != NULL && !l->acts && is_felt(cmd))
		lesson_disturb(l->run);
}

void
lessons_look(const struct lessons *l, struct lesson_look *look)
{
	lesson_look(l->run, look);
	look->at = l->at;
	look->of = l->of;
}

bool
lessons_are_new(const struct ui *ui)
{
	return ui->opts.lesson.offer && ui->opts.lesson.name == NULL &&
	    ui->opts.terminal;
}

void
lessons_offer(struct ui *ui)
{
	char key[UI_KEY_MAX];
	struct layout l;

	layout_compute(&l, ui->frame.cols, ui->frame.rows, EXPAND_NOTHING);
	if (lessons_are_new(ui) && l.diagnosis.h > 0)
		said_line(ui->said, "new here? %s has lessons: what a touch, a "
		    "hint, an eviction really does", binding_key(key,
		    sizeof key, BIND_MAIN, "lesson"));
}

/* Is a process watched that hints may be given to? */
static bool
gives_hints(const struct ui *ui)
{
	return !ui->opts.no_hints && ui->watch->live.worker.process != 0 &&
	    ui->opts.replay == UI_REPLAY_NONE;
}

/* What nobody can do to another process, nor ask of it. Of a line as it stands,
 * else of all with that command. */
static const char g_itself[] = "the process alone touches its memory";
static const char g_no_walk[] = "no walk: the process alone touches its memory";
static const char g_no_worker[] = "of our worker: a process is watched";
static const char g_touches[] = "its touches that make no fault are not known";
static const struct {
	const char	*line;
	bool		 whole;
	const char	*why;
} never_table[] = {
	{ "touch", false, g_itself },
	{ "work", false, g_itself },
	{ "step", false, g_itself },
	{ "stop", false, g_no_walk },
	{ "pause", false, g_no_walk },
	{ "pace", false, g_no_walk },
	{ "map", false, "it maps its files itself" },
	{ "limit", false, g_no_worker },
	{ "restart", false, g_no_worker },
	{ "race", false, g_no_worker },
	{ "lesson", false, g_no_worker },
	{ "back", false, g_no_worker },
	{ "window", false, g_touches },
	{ "view touched back", true, g_touches },
	{ "panel", true, "what its touches cost is not known" },
	{ "panel why back", true, "of our worker; view faults names its faults" },
};

static const char *
never(const char *line)
{
	size_t len, i;

	for (i = 0; i < sizeof never_table / sizeof *never_table; i++) {
		len = strlen(never_table[i].line);
		if (strncmp(line, never_table[i].line, len) == 0 &&
		    (line[len] == '\0' || (line[len] == ' ' &&
		    !never_table[i].whole)))
			return never_table[i].why;
	}
	return NULL;
}

/* A lesson is never taken on another process: what holds in one is not told. */
static bool
is_of_lessons(const char *line)
{
	static const char *const name[] = { "lesson", "lessons", "next",
		"back", "predict" };
	size_t len = strcspn(line, " "), i;

	for (i = 0; i < sizeof name / sizeof *name; i++)
		if (strlen(name[i]) == len && memcmp(line, name[i], len) == 0)
			return true;
	return false;
}

binding_acts *
ui_hidden(const struct ui *ui)
{
	if (gives_hints(ui))
		return is_of_lessons;
	return ui->opts.read_only || ui->opts.replay != UI_REPLAY_NONE ?
	    ui->commands->acts : NULL;
}

const char *
command_watched(const struct ui *ui, const struct command *cmd)
{
	if (ui->opts.replay != UI_REPLAY_NONE &&
	    (cmd->flags & (CMD_ACTS | CMD_LIVE)) != 0)
		return (cmd->flags & CMD_ACTS) != 0 ? "this is a recording: "
		    "nothing can be done to what it shows" : "this is a "
		    "recording: it stays as it was";
	if ((cmd->flags & CMD_WORKER) != 0 &&
	    ui->watch->live.worker.process != 0)
		return never(cmd->name);
	if ((cmd->flags & CMD_ACTS) == 0)
		return NULL;
	if (!ui->opts.read_only)
		return NULL;
	if (!gives_hints(ui))
		return "not with --read-only";
	return (cmd->flags & CMD_OTHER) != 0 ? NULL : never(cmd->name);
}

static bool
is_frozen(const struct ui *ui)
{
	return ui->frozen;
}

static bool
plays(const struct ui *ui)
{
	return ui->then.plays;
}

/* The first that holds has the keys: what lies on top stands first. */
static const struct {
	enum binding_mode mode;
	bool		(*holds)(const struct ui *);
} rules[] = {
	{ BIND_QUESTION, asks },
	{ BIND_PROMPT, types },
	{ BIND_HELP, reads_help },
	{ BIND_VIEWS, lists_views },
	{ BIND_LESSONS, lists_lessons },
	{ BIND_LIST, lists },
	{ BIND_COMPARE, compares },
	{ BIND_EVENTS, has_events },
	{ BIND_PLAY, plays },
	{ BIND_LESSON, takes_lesson },
	{ BIND_FROZEN, is_frozen },
	{ BIND_PROCESS, watches_process },
};

enum binding_mode
ui_mode(const struct ui *ui)
{
	unsigned i;

	for (i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].holds(ui))
			return rules[i].mode;
	return BIND_MAIN;
}

enum expand
ui_room(const struct ui *ui)
{
	if (ui->lessons->run == NULL)
		return ui->expand;
	return ui->expand == EXPAND_NOTHING ? EXPAND_LESSON :
	    ui->expand == EXPAND_PRESENT ? EXPAND_PRESENT_LESSON : ui->expand;
}

enum expand
ui_expand(const struct ui *ui)
{
	return ui->list.compare.open ? EXPAND_NOTHING : ui_room(ui);
}

char *
ui_key_for(const struct ui *ui, char buf[UI_KEY_MAX], const char *line)
{
	binding_key(buf, UI_KEY_MAX, ui_mode(ui), line);
	if (buf[0] == '\0')
		binding_key(buf, UI_KEY_MAX, BIND_MAIN, line);
	if (buf[0] == '\0')
		snprintf(buf, UI_KEY_MAX, ":%s", line);
	return buf;
}

/* Is it a prediction that is none of those to choose from? */
static bool
has_no_answer(const struct lessons *l, const char *line)
{
	static const char predict[] = "predict ";
	struct lesson_look look;

	if (l->run == NULL || strncmp(line, predict, sizeof predict - 1) != 0)
		return false;
	lesson_look(l->run, &look);
	return look.question != NULL &&
	    (unsigned)(line[sizeof predict - 1] - '0') > look.choices;
}

/* The hint of the line: index into advice_table, or -1. */
static int
hint_of(const char *line)
{
	static const char advise[] = "advise ";

	return strncmp(line, advise, sizeof advise - 1) != 0 ? -1 :
	    advice_find(line + sizeof advise - 1);
}

static const char *
hint_refused(int hint)
{
	const char *why = otherhint_never(hint);

	return why != NULL ? why : otherhint_lacks(hint);
}

const char *
ui_useless(const struct ui *ui, const char *line)
{
	int hint = hint_of(line);

	if (has_no_answer(ui->lessons, line))
		return "the question has fewer answers";
	if (gives_hints(ui))
		return hint >= 0 ? hint_refused(hint) : never(line);
	return hint < 0 || !ui->watch->live.worker.alive ? NULL :
	    advice_useless(&advice_table[hint],
	    ui->watch->live.worker.map_flags);
}
