#include "config.h"

#include "complete.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/binding.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"

#include "choices.h"
#include "command.h"
#include "pagetide/filenames.h"

#define WORD_MAX	64

/* The word that is typed, in its line. */
struct place {
	size_t	from;			/* bytes into the line */
	int	index;			/* 0: the command; -1: in quotes */
	char	command[WORD_MAX], first[WORD_MAX];	/* "": not there */
};

/* The word that begins at or behind text + from, blanks skipped: where, and
 * into word. */
static size_t
word_at(const char *text, size_t from, char word[WORD_MAX])
{
	from += strspn(text + from, " \t");
	snprintf(word, WORD_MAX, "%.*s", (int)strcspn(text + from, " \t"),
	    text + from);
	return from;
}

static size_t
behind(const char *text, size_t from)
{
	return from + strcspn(text + from, " \t");
}

/* The line that a key is to run: behind the mode, if there is one, and the
 * key. 0: the cursor is not in it. */
static size_t
bound_line(const char *text, size_t from, size_t cursor)
{
	char word[WORD_MAX];
	size_t end;

	from = word_at(text, from, word);
	if (binding_mode_find(word) >= 0)
		from = word_at(text, behind(text, from), word);
	end = behind(text, from);
	return word[0] != '\0' && cursor > end ?
	    word_at(text, end, word) : 0;
}

/* The walk of a race. 0: the cursor is not in it. */
static size_t
race_line(const char *text, size_t from, size_t cursor)
{
	char word[WORD_MAX];

	for (;; from = behind(text, from)) {
		from = word_at(text, from, word);
		if (word[0] == '\0' || cursor <= behind(text, from))
			return 0;
		if (strcmp(word, "work") == 0)
			return from;
	}
}

/* Commands with another line in theirs. */
static const struct {
	const char	*name;
	size_t		(*line)(const char *text, size_t from, size_t cursor);
} nest_table[] = {
	{ "bind", bound_line },
	{ "race", race_line },
};
enum { NESTS = sizeof nest_table / sizeof *nest_table };

/* Where the command line begins that the cursor is in. */
static size_t
line_at(const char *text, size_t cursor)
{
	char word[WORD_MAX];
	size_t from = word_at(text, 0, word);
	const struct command *cmd = command_find(word, NULL);

	for (int i = 0; i < NESTS && cmd != NULL; i++)
		if (strcmp(cmd->name, nest_table[i].name) == 0)
			return nest_table[i].line(text, behind(text, from),
			    cursor);
	return 0;
}

/* Where the word begins that ends at the cursor. */
static struct place
find_place(const char *text, size_t cursor)
{
	struct place pl = { .from = line_at(text, cursor) };
	size_t len;

	for (;;) {
		pl.from += strspn(text + pl.from, " \t");
		len = strcspn(text + pl.from, " \t");
		if (pl.from >= cursor || pl.from + len >= cursor)
			break;
		if (text[pl.from] == '"') {
			pl.index = -1;
			break;
		}
		if (pl.index < 2)
			snprintf(pl.index == 0 ? pl.command : pl.first,
			    WORD_MAX, "%.*s", (int)len, text + pl.from);
		pl.from += len;
		pl.index++;
	}
	if (pl.from > cursor)
		pl.from = cursor;
	return pl;
}

/* Commands that may be typed here. */
static void
add_commands(const struct ui *ui, struct choices *c)
{
	for (unsigned i = 0; i < command_count; i++) {
		const struct command *cmd = &command_table[i];

		if ((cmd->flags & CMD_SCRIPT) == 0 && ((cmd->flags &
		    CMD_ACTS) == 0 || command_watched(ui, cmd) == NULL))
			choices_add(c, cmd->name, cmd->help);
	}
}

static void
add_name(void *arg, const char *name)
{
	choices_add(arg, name, NULL);
}

/* What may stand there; or be left out, with what comes behind it then. */
static void
add_words(struct choices *c, const struct command *cmd, unsigned i,
    const char *first)
{
	choices_of(c, cmd, i, first);
	if (args_optional(cmd, i) &&
	    args_words(cmd, i + 1) != args_words(cmd, i))
		choices_of(c, cmd, i + 1, first);
}

/* The command of the line; NULL: it is the word itself, or unknown. */
static const struct command *
find_choices(const struct ui *ui, const struct place *pl, struct choices *c)
{
	const struct command *cmd;

	if (pl->index == 0)
		add_commands(ui, c);
	if (pl->index <= 0)
		return NULL;
	cmd = command_find(pl->command, NULL);
	if (cmd == NULL)
		return NULL;
	add_words(c, cmd, (unsigned)pl->index - 1,
	    pl->first[0] != '\0' ? pl->first : NULL);
	return cmd;
}

/* Files are looked for where Tab asks for them only: that takes as long as
 * storage does. */
static void
add_files(const struct command *cmd, int index, struct choices *c)
{
	const char *words = cmd != NULL && index > 0 ?
	    args_words(cmd, (unsigned)index - 1) : NULL;

	if (words != NULL && strncmp(words, "FILE", 4) == 0)
		filenames_add(c->typed, add_name, c);
}

/* What is typed of the word, before Tab made more of it. */
static void
typed_word(const struct prompt *p, struct place *pl, struct strbuf *typed)
{
	*pl = find_place(p->text.s, p->cursor);
	if (p->tab.turn > 0)
		strbuf_adds(typed, p->tab.typed.s);
	else
		strbuf_add(typed, p->text.s + pl->from, p->cursor - pl->from);
}

/* A word that is whole is followed by the next one. */
static void
put_whole(struct ui *ui, size_t from, const char *word)
{
	struct strbuf out = STRBUF_INIT;
	size_t len = strlen(word);

	strbuf_adds(&out, word);
	if (len > 0 && strchr("=/", word[len - 1]) == NULL)
		strbuf_addc(&out, ' ');
	ui_prompt_put(ui, from, out.s);
	strbuf_done(&out);
}

/* One of several, the next at each Tab. */
static void
put_turn(struct ui *ui, const struct choices *c, bool back)
{
	struct prompt *p = &ui->prompt;
	unsigned turn = p->tab.turn;

	if (turn == 0) {
		strbuf_reset(&p->tab.typed);
		strbuf_adds(&p->tab.typed, c->typed);
	}
	turn = back ? (turn > 1 ? turn - 1 : c->n) : turn % c->n + 1;
	ui_prompt_put(ui, p->tab.from, choices_at(c, turn - 1));
	p->tab.turn = turn;
}

/* Writes what all choices begin with; false: that is typed already. */
static bool
put_common(struct ui *ui, const struct choices *c)
{
	struct strbuf out = STRBUF_INIT;
	size_t common = choices_common(c);
	bool more = common > strlen(c->typed);

	strbuf_add(&out, c->names.s, common);
	if (more)
		ui_prompt_put(ui, ui->prompt.tab.from, out.s);
	strbuf_done(&out);
	return more;
}

void
complete_word(struct ui *ui, bool back)
{
	struct prompt *p = &ui->prompt;
	struct strbuf typed = STRBUF_INIT;
	struct choices c;
	struct place pl;

	if (!ui_prompt_takes_command(ui))
		return;
	typed_word(p, &pl, &typed);
	if (p->tab.turn == 0)
		p->tab.from = pl.from;
	choices_init(&c, typed.s, ui->commands);
	add_files(find_choices(ui, &pl, &c), pl.index, &c);
	if (c.n == 1)
		put_whole(ui, p->tab.from, c.names.s);
	else if (c.n > 1 && (p->tab.turn > 0 || !put_common(ui, &c)))
		put_turn(ui, &c, back);
	choices_done(&c);
	strbuf_done(&typed);
}

/* "goto [OFFSET]   cursor to 12M, 50% or 0x1f000" */
static void
say_command(const struct ui *ui, const struct command *cmd,
    struct strbuf *hint)
{
	const char *watched = command_watched(ui, cmd);

	if (watched != NULL)
		strbuf_addf(hint, "%s   %s", cmd->name, watched);
	else
		strbuf_addf(hint, "%s%s%s   %s", cmd->name,
		    cmd->usage[0] != '\0' ? " " : "", cmd->usage, cmd->help);
}

/* Of one choice what it does, else which there are. */
static void
say_choices(const struct ui *ui, const struct choices *c,
    const struct command *cmd, struct strbuf *hint)
{
	if (c->n > 1 && !c->exact) {
		if (cmd != NULL && c->typed[0] == '\0')
			strbuf_addf(hint, "%s %s: ", cmd->name, cmd->usage);
		choices_list(c, " ", hint);
	} else if (c->n > 0 && c->help != NULL) {
		strbuf_addf(hint, "%s   %s", c->exact ? c->typed : c->names.s,
		    c->help);
	} else if (cmd != NULL) {
		say_command(ui, cmd, hint);
	}
}

static void
say_word(const struct ui *ui, struct strbuf *hint)
{
	const struct prompt *p = &ui->prompt;
	struct place pl = find_place(p->text.s, p->cursor);
	struct strbuf typed = STRBUF_INIT;
	const struct command *cmd;
	struct choices c;

	strbuf_add(&typed, p->text.s + pl.from, p->cursor - pl.from);
	choices_init(&c, typed.s, ui->commands);
	cmd = find_choices(ui, &pl, &c);
	if (pl.index == 0 && (c.n == 1 || c.exact))
		say_command(ui, command_find(c.exact ? typed.s :
		    c.names.s, NULL), hint);
	else
		say_choices(ui, &c, cmd, hint);
	if (hint->len == 0 && pl.index >= 0)
		cmd = command_find(pl.index == 0 ? typed.s : pl.command, hint);
	if (hint->len == 0 && cmd != NULL)
		say_command(ui, cmd, hint);
	choices_done(&c);
	strbuf_done(&typed);
}

void
complete_hint(struct ui *ui)
{
	struct prompt *p = &ui->prompt;

	strbuf_reset(&p->hint);
	if (ui_prompt_takes_command(ui) && p->text.len > 0)
		say_word(ui, &p->hint);
}
