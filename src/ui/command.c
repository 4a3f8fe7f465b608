#include "config.h"

#include "choices.h"
#include "command.h"
#include "lessons.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/binding.h"
#include "pagetide/eventlog.h"
#include "pagetide/log.h"
#include "pagetide/race.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"

/* Words of a line: the name and its arguments. */
#define WORDS_MAX (COMMAND_ARGS_MAX + 1)

const struct command command_table[] = {
	{ "quit", "", "end pagetide", 0, cmd_quit },
	{ "help", "[COMMAND]",
	    "all of the help, or of one command", 0,
	    cmd_help },
	{ "scroll-help", "up|down|first|last|match",
	    "another page of the help", 0, cmd_scroll_help },
	{ "find-help", "[TEXT]", "look for TEXT in the help", 0,
	    cmd_find_help },
	{ "freeze", "", "freeze the picture, or go on", 0, cmd_freeze },
	{ "newest", "", "while frozen: show the newest sample", 0, cmd_newest },
	{ "earlier", "[mark|N]", "so many samples back, or to a mark",
	    CMD_TAUGHT, cmd_earlier },
	{ "later", "[mark|N]", "while frozen: the same, on", CMD_TAUGHT,
	    cmd_later },
	{ "at", "[TIME]", "the sample of 12:00:31.4, or -30 seconds",
	    CMD_TAUGHT, cmd_at },
	{ "play", "slower|faster", "the speed of a recording", 0, cmd_play },
	{ "view", "VIEW|next|prev [back]",
	    "choose the view; back: or the one before", CMD_TAUGHT,
	    cmd_view },
	{ "views", "", "list of views; again: keep the chosen", 0,
	    cmd_views },
	{ "zoom", "in|out|fit|pages", "pages a cell", CMD_TAUGHT, cmd_zoom },
	{ "move", "left|right|up|down|pageup|pagedown|home|end",
	    "move the cursor", CMD_TAUGHT, cmd_move },
	{ "goto", "[OFFSET]", "cursor to 12M, 50% or 0x1f000", CMD_TAUGHT,
	    cmd_goto },
	{ "select", "[RANGE|all|toggle]",
	    "a range: 16M..32M, or from the cursor on", CMD_TAUGHT,
	    cmd_select },
	{ "escape", "", "close what is open, drop the range", CMD_TAUGHT,
	    cmd_escape },
	{ "expand", "[map|events|panel]", "more room for it, or back", CMD_TAUGHT,
	    cmd_expand },
	{ "present", "", "for the back of a room, or as before", 0,
	    cmd_present },
	{ "scroll-events", "older|newer|oldest|newest",
	    "show others of the events", 0, cmd_scroll_events },
	{ "span", "SECONDS|longer|shorter", "time of a graph column, or row",
	    CMD_TAUGHT, cmd_span },
	{ "graph", "[faults|sets]", "faults, or sets of pages on one axis",
	    CMD_WORKER | CMD_TAUGHT, cmd_graph },
	{ "window", "SECONDS|longer|shorter", "of the working set",
	    CMD_WORKER | CMD_FELT | CMD_TAUGHT, cmd_window },
	{ "panel", "[latency|cursor|memory|monitors|why|who] [back]",
	    "costs, why, memory, monitors at the side", CMD_TAUGHT,
	    cmd_panel },
	{ "faults", "[on|off]", "mark where faults land, or no more",
	    CMD_TAUGHT | CMD_LIVE, cmd_faults },
	{ "who", "[on|off]", "look who maps it, or no more",
	    CMD_TAUGHT | CMD_LIVE, cmd_who },
	{ "advise", "HINT [yes]", "hint on the range; yes: do not ask",
	    CMD_ACTS | CMD_OTHER, cmd_advise },
	{ "work", "PATTERN [OPTION=VALUE...]", "walk over the range",
	    CMD_ACTS, cmd_work },
	{ "touch", "[beyond|unmapped|write]",
	    "one page at the cursor, or for a signal",
	    CMD_ACTS, cmd_touch },
	{ "stop", "", "stop the walk, or the race", CMD_ACTS, cmd_stop },
	{ "pause", "[on|off]", "pause the walk, or let it go on", CMD_ACTS,
	    cmd_pause },
	{ "step", "", "pause the walk, touch its next page", CMD_ACTS,
	    cmd_step },
	{ "pace", "slower|faster|full|N", "touches a second", CMD_ACTS,
	    cmd_pace },
	{ "map", "[HOW...]", "map the file anew: no PTEs, no advice",
	    CMD_ACTS, cmd_map },
	{ "race", "RACER... work PATTERN [OPTION=VALUE...] [yes]",
	    "the same walk under each hint, from cold", CMD_ACTS,
	    cmd_race },
	{ "snap", "A|B|C", "keep picture and counts to compare", CMD_TAUGHT,
	    cmd_snap },
	{ "compare", "[A|B|C|order]", "what was kept, side by side", CMD_TAUGHT,
	    cmd_compare },
	{ "diff", "TIME TIME", "what differs between two moments",
	    CMD_TAUGHT, cmd_diff },
	{ "lesson", "[LESSON] [yes]", "take a lesson, or list them",
	    CMD_ACTS | CMD_LESSON, cmd_lesson },
	{ "lessons", "up|down|take", "choose in the list of lessons", 0,
	    cmd_lessons },
	{ "next", "", "the lesson goes on", 0, cmd_next },
	{ "back", "", "the step of the lesson before, made anew",
	    CMD_ACTS | CMD_LESSON, cmd_back },
	{ "predict", "1|2|3|4", "what a lesson asks for", 0, cmd_predict },
	{ "open", "[next|prev]", "what the list's cursor is on", 0, cmd_open },
	{ "rows", "up|down|pageup|pagedown|first|last",
	    "cursor in a list of processes or mappings", 0,
	    cmd_rows },
	{ "sort", "[next|files|faults|pid|resident|size|name|pss|swap|address]",
	    "order of the list", 0, cmd_sort },
	{ "filter", "[TEXT]", "rows with TEXT or ADDRESS; \"\": all",
	    0, cmd_filter },
	{ "limit", "SIZE|off|less|more", "memory limit of the worker", CMD_ACTS,
	    cmd_limit },
	{ "worker", "[1|2|next|fork|alone]", "a second one; which of them acts",
	    CMD_ACTS, cmd_worker },
	{ "restart", "", "end the worker and start another", CMD_ACTS,
	    cmd_restart },
	{ "command", "", "type a command", 0, cmd_prompt },
	{ "bind", "[MODE] KEY COMMAND", "the key runs the command line",
	    CMD_REST, cmd_bind },
	{ "redraw", "", "paint the whole screen again", 0, cmd_redraw },
	{ "mouse", "", "mouse on or off", 0, cmd_mouse },
	{ "note", "TEXT...", "write TEXT into the events",
	    CMD_TAUGHT | CMD_LIVE, cmd_note },
	{ "mark", "[TEXT...]", "mark the moment, to come back to",
	    CMD_TAUGHT | CMD_LIVE, cmd_mark },
	{ "record", "FILE|off", "record samples and events, or end that",
	    CMD_LIVE, cmd_record },
	{ "save-screen", "FILE", "save as .txt, .ans or .svg",
	    CMD_SHOWS, cmd_save_screen },
	{ "export", "FILE", "save as .cast, .json, .csv or .svg",
	    CMD_SHOWS, cmd_export },
	{ "wait", "EXPR", "go on when that holds of a sample",
	    CMD_SCRIPT | CMD_REST, cmd_wait },
	{ "wait-samples", "N", "go on after N more samples", CMD_SCRIPT,
	    cmd_wait_samples },
	{ "wait-idle", "", "go on when no walk and no effect is open",
	    CMD_SCRIPT, cmd_wait_idle },
	{ "wait-list", "", "go on when the list is read and counted",
	    CMD_SCRIPT, cmd_wait_list },
	{ "key", "NAME...", "press keys", CMD_SCRIPT, cmd_key },
	{ "size", "COLSxROWS", "another screen size (headless)", CMD_SCRIPT,
	    cmd_size },
	{ "outside", "PAGE N [write]",
	    "somebody else reads or writes pages (fake)", CMD_SCRIPT,
	    cmd_outside },
};
const unsigned command_count = sizeof command_table / sizeof *command_table;

static const struct command *
list_row(unsigned i)
{
	return i < command_count ? &command_table[i] : NULL;
}

const struct ui_commands command_list = { command_acts, list_row,
	command_find };

/* How many names begin with so many bytes of it; *one: a command of them. */
static unsigned
count_like(const char *name, size_t len, const struct command **one)
{
	unsigned i, n = 0;

	for (i = 0; i < command_count; i++)
		if (strncmp(command_table[i].name, name, len) == 0) {
			*one = &command_table[i];
			n++;
		}
	return n;
}

/* Those with the longest beginning in common: they may have been meant. */
static void
say_like(const char *name, struct strbuf *why)
{
	size_t len = strlen(name);
	const struct command *one;
	struct choices like;
	char begin[32];

	while (len > 0 && (len >= sizeof begin ||
	    count_like(name, len, &one) == 0))
		len--;
	snprintf(begin, sizeof begin, "%.*s", (int)len, name);
	choices_init(&like, begin, &command_list);
	for (unsigned i = 0; len > 0 && i < command_count; i++)
		choices_add(&like, command_table[i].name, NULL);
	strbuf_addf(why, "no command %s: ", name);
	choices_list(&like, " ", why);
	strbuf_adds(why, len > 0 ? "?" : "help lists them");
	choices_done(&like);
}

const struct command *
command_find(const char *name, struct strbuf *why)
{
	const struct command *one = NULL;
	unsigned i;

	for (i = 0; i < command_count; i++)
		if (strcmp(command_table[i].name, name) == 0)
			return &command_table[i];
	if (name[0] != '\0' && count_like(name, strlen(name), &one) == 1)
		return one;
	if (why != NULL)
		say_like(name, why);
	return NULL;
}

/* Is the word the name of a command that takes the rest of the line? */
static bool
takes_rest(const char *name)
{
	const struct command *cmd = command_find(name, NULL);

	return cmd != NULL && (cmd->flags & CMD_REST) != 0;
}

/* Lines about what only a worker has, of commands that do more. */
static bool
is_of_worker(const char *line)
{
	static const char *const lines[] = { "panel", "panel why back",
	    "view touched back" };

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (strcmp(line, lines[i]) == 0)
			return true;
	return false;
}

bool
command_acts(const char *line)
{
	char name[32] = "";
	size_t len = strcspn(line, " ");
	const struct command *cmd;

	memcpy(name, line, len < sizeof name ? len : 0);
	cmd = command_find(name, NULL);
	return is_of_worker(line) || (cmd != NULL &&
	    (cmd->flags & (CMD_ACTS | CMD_WORKER)) != 0);
}

/* Cuts line into words in place: how many, -E2BIG if there are too many,
 * -EINVAL if a quotation does not end. */
static int
split(char *line, const char *word[WORDS_MAX])
{
	int n = 0;

	for (;;) {
		char end = ' ';

		line += strspn(line, " \t");
		if (*line == '\0')
			return n;
		if (n == WORDS_MAX)
			return -E2BIG;
		if (*line == '"')
			end = *line++;
		word[n++] = line;
		line += strcspn(line, end == '"' ? "\"" : " \t");
		if (*line != '\0')
			*line++ = '\0';
		else if (end == '"')
			return -EINVAL;
		if (n == 1 && takes_rest(word[0])) {
			word[1] = line + strspn(line, " \t");
			return word[1][0] != '\0' ? 2 : 1;
		}
	}
}

/* May it run now? 0, or -errno with why. */
static int
may_run(const struct ui *ui, const struct command *cmd, struct strbuf *why)
{
	const char *lesson = lessons_forbid(ui, cmd);
	const char *watched = command_watched(ui, cmd);
	char key[UI_KEY_MAX];

	if (watched != NULL) {
		strbuf_addf(why, "%s: %s", cmd->name, watched);
		return -EPERM;
	}
	if (lesson != NULL) {
		strbuf_addf(why, "%s: %s", cmd->name, lesson);
		return -EBUSY;
	}
	if ((cmd->flags & CMD_ACTS) != 0 && cmd->run != cmd_stop &&
	    race_is_on(ui->act)) {
		strbuf_addf(why, "%s: a race is on: %s stops it", cmd->name,
		    ui_key_for(ui, key, "stop"));
		return -EBUSY;
	}
	return 0;
}

/* Looks the command up and holds the arguments against its row; on ui, if not
 * NULL, it is to run now. */
static int
prepare(const struct ui *ui, const char *name, struct args *a,
    struct strbuf *why)
{
	int rc = 0;

	a->command = command_find(name, why);
	if (a->command == NULL)
		return -ENOENT;
	if (ui != NULL)
		rc = may_run(ui, a->command, why);
	if (rc == 0)
		rc = args_count(a, why);
	if (rc == 0)
		rc = choices_resolve(a, &command_list, why);
	if (rc == 0)
		rc = args_check(a, why);
	return rc;
}

/* The words of a line, which is cut in place: the name, and the arguments.
 * How many, or -errno with why. */
static int
cut(char *line, const char **name, struct args *a, struct strbuf *why)
{
	const char *word[WORDS_MAX];
	int n = split(line, word);

	*a = (struct args){ 0 };
	if (n < 0)
		strbuf_adds(why, n == -E2BIG ? "too many words" :
		    "a quotation mark is missing");
	if (n <= 0)
		return n;
	*name = word[0];
	a->n = (unsigned)n - 1;
	memcpy(a->v, word + 1, a->n * sizeof *word);
	return n;
}

/* Does it make sense there? 0, or -EINVAL with why. */
static int
outside_scripts(const struct args *a, const char *who, struct strbuf *why)
{
	if ((a->command->flags & CMD_SCRIPT) == 0)
		return 0;
	strbuf_addf(why, "%s%s is for scripts", who, a->command->name);
	return -EINVAL;
}

/* Is that the line of a command that a key may have? 0, or -errno with why.
 * Whether it may run is said when the key is pressed. */
static int
check_bound(const char *line, struct strbuf *why)
{
	struct strbuf copy = STRBUF_INIT;
	const char *name;
	struct args a;
	int rc;

	strbuf_adds(&copy, line);
	rc = cut(copy.s, &name, &a, why);
	if (rc > 0)
		rc = prepare(NULL, name, &a, why);
	if (rc == 0)
		rc = outside_scripts(&a, "bind: ", why);
	strbuf_done(&copy);
	return rc;
}

/* Takes a word of the line; where the next one begins. */
static const char *
take_word(const char *line, char *word, size_t size)
{
	size_t len = strcspn(line, " \t");

	snprintf(word, size, "%.*s", (int)len, line);
	return line + len + strspn(line + len, " \t");
}

int
cmd_bind(struct ui *ui, const struct args *a, struct strbuf *why)
{
	char word[32];
	const char *line = take_word(a->v[0], word, sizeof word);
	int mode = binding_mode_find(word), rc;
	uint32_t key;

	if (mode >= 0)
		line = take_word(line, word, sizeof word);
	else
		mode = BIND_MAIN;
	key = tty_key_find(word);
	if (!binding_mode_is_open((enum binding_mode)mode)) {
		strbuf_addf(why, "bind: a %s has keys of its own",
		    binding_mode_table[mode].name);
		return -EINVAL;
	}
	if (*line == '\0') {
		strbuf_addf(why, "usage: bind %s", a->command->usage);
		return -EINVAL;
	}
	if (key == TKEY_NONE) {
		strbuf_addf(why, "bind: no key %s: a, Space, F5, Ctrl-L, "
		    "U+00E9", word);
		return -ENOENT;
	}
	rc = check_bound(line, why);
	if (rc == 0 && binding_add((enum binding_mode)mode, key, line) != 0) {
		strbuf_adds(why, "bind: no more keys");
		rc = -ENOSPC;
	}
	if (rc == 0)
		said_line(ui->said, "%s runs %s%s%s", word, line,
		    mode != BIND_MAIN ? ", while " : "", mode != BIND_MAIN ?
		    binding_mode_table[mode].name : "");
	return rc;
}

static int
run(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int rc;

	if ((a->command->flags & CMD_SHOWS) == 0)
		ui->said->line[0] = '\0';
	ui->said->dirty = ui->said->urgent = true;
	rc = a->command->run(ui, a, why);
	if (rc == 0 && !ui_prompt_asks(ui))
		lessons_note(ui, a->command);
	return rc;
}

static int
run_line(struct ui *ui, const char *line, bool at_start, struct strbuf *why)
{
	struct strbuf copy = STRBUF_INIT;
	const char *name;
	struct args a;
	int rc;

	if (line[strspn(line, " \t")] == '#')
		return 0;
	strbuf_adds(&copy, line);
	rc = cut(copy.s, &name, &a, why);
	if (rc > 0) {
		log_msg("command: %s", line);
		rc = prepare(ui, name, &a, why);
		if (rc == 0 && at_start)
			rc = outside_scripts(&a, "", why);
		if (rc == 0)
			rc = run(ui, &a, why);
		eventlog_write(ui->watch->events);
	}
	strbuf_done(&copy);
	return rc;
}

int
command_run(struct ui *ui, const char *line, struct strbuf *why)
{
	return run_line(ui, line, false, why);
}

int
command_start(struct ui *ui, const char *line, struct strbuf *why)
{
	return run_line(ui, line, true, why);
}

int
command_do(struct ui *ui, const char *line)
{
	struct strbuf why = STRBUF_INIT;
	int rc = command_run(ui, line, &why);

	if (rc != 0)
		said_error(ui->said, "%s", why.s);
	strbuf_done(&why);
	return rc;
}
