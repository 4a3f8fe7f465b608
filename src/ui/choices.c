#include "config.h"

#include "choices.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/binding.h"
#include "pagetide/lesson.h"
#include "pagetide/mapspec.h"
#include "pagetide/pattern.h"
#include "pagetide/race.h"
#include "pagetide/scene.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"
#include "pagetide/words.h"

_Static_assert(sizeof ((struct args *)NULL)->whole[0] > LESSON_NAME_MAX,
    "the name of a lesson may be typed in part");

void
choices_init(struct choices *c, const char *typed,
    const struct ui_commands *commands)
{
	*c = (struct choices){ .typed = typed, .commands = commands,
		.names = STRBUF_INIT };
}

void
choices_done(struct choices *c)
{
	strbuf_done(&c->names);
}

void
choices_add(struct choices *c, const char *name, const char *help)
{
	if (strncmp(name, c->typed, strlen(c->typed)) != 0)
		return;
	if (c->n == 0 || strcmp(name, c->typed) == 0)
		c->help = help;
	c->exact |= strcmp(name, c->typed) == 0;
	strbuf_add(&c->names, name, strlen(name) + 1);
	c->n++;
}

const char *
choices_at(const struct choices *c, unsigned i)
{
	const char *name = c->names.s;

	while (i-- > 0)
		name += strlen(name) + 1;
	return name;
}

void
choices_list(const struct choices *c, const char *between, struct strbuf *out)
{
	const char *name = c->names.s;
	unsigned i;

	for (i = 0; i < c->n; i++, name += strlen(name) + 1)
		strbuf_addf(out, "%s%s", i > 0 ? between : "", name);
}

size_t
choices_common(const struct choices *c)
{
	const char *first = c->names.s, *name = first;
	size_t common = c->n > 0 ? strlen(first) : 0, len;
	unsigned i;

	for (i = 1; i < c->n; i++) {
		name += strlen(name) + 1;
		for (len = 0; len < common && name[len] == first[len]; len++)
			;
		common = len;
	}
	return common;
}

static void
add_views(struct choices *c, const char *first)
{
	(void)first;
	for (int i = 0; i < VIEW_COUNT; i++)
		choices_add(c, view_table[i].name, view_table[i].help);
}

static void
add_hints(struct choices *c, const char *first)
{
	(void)first;
	for (unsigned i = 0; i < advice_count; i++)
		choices_add(c, advice_table[i].name, advice_table[i].help);
}

static void
add_patterns(struct choices *c, const char *first)
{
	(void)first;
	for (int i = 0; i < PATTERN_COUNT; i++)
		choices_add(c, pattern_table[i].name, pattern_table[i].help);
}

static void
add_option(void *arg, const char *name, const char *help)
{
	choices_add(arg, name, help);
}

static void
add_options(struct choices *c, const char *first)
{
	work_options(first != NULL ? pattern_find(first) : -1, add_option, c);
}

static void
add_maps(struct choices *c, const char *first)
{
	const char *word;

	(void)first;
	for (unsigned i = 0; (word = mapspec_word(i)) != NULL; i++)
		choices_add(c, word, NULL);
}

/* Hints that may race, and what ends them; the walk is a line of its own. */
static void
add_racers(struct choices *c, const char *first)
{
	(void)first;
	for (unsigned i = 0; i < advice_count; i++)
		if (race_hint(advice_table[i].name) >= 0)
			choices_add(c, advice_table[i].name,
			    advice_table[i].help);
	choices_add(c, "work", "the walk that all make");
}

static void
add_commands(struct choices *c, const char *first)
{
	const struct command *cmd;

	(void)first;
	for (unsigned i = 0; (cmd = c->commands->row(i)) != NULL; i++)
		choices_add(c, cmd->name, cmd->help);
}

/* Those whose keys may be bound. */
static void
add_modes(struct choices *c, const char *first)
{
	(void)first;
	for (int m = 0; m < BIND_MODES; m++)
		if (binding_mode_is_open((enum binding_mode)m))
			choices_add(c, binding_mode_table[m].name, NULL);
}

static void
add_keys(struct choices *c, const char *first)
{
	const char *name;

	(void)first;
	for (unsigned i = 0; (name = tty_key_named(i)) != NULL; i++)
		choices_add(c, name, NULL);
}

static void
add_lessons(struct choices *c, const char *first)
{
	size_t n;
	char **names = lesson_names(&n);

	(void)first;
	for (size_t i = 0; i < n; i++)
		choices_add(c, names[i], NULL);
	lesson_names_free(names, n);
}

/* Values that are names in a table, by their kind in usage lines. */
static const struct kind {
	const char	*name;
	void		(*add)(struct choices *, const char *first);
	const char	*noun;		/* NULL: it may be something else */
	const char	*heading;
} kind_table[] = {
	{ "VIEW", add_views, "view", "Views" },
	{ "HINT", add_hints, "hint", "Hints" },
	{ "PATTERN", add_patterns, "pattern", "Walks" },
	{ "OPTION=VALUE", add_options, NULL, "Options of walks" },
	{ "HOW", add_maps, NULL, "How the file is mapped" },
	{ "RACER", add_racers, NULL, "Hints that may race" },
	{ "LESSON", add_lessons, "lesson", "Lessons" },
	{ "COMMAND", add_commands, NULL, "Commands" },
	{ "MODE", add_modes, NULL, "Modes" },
	{ "KEY", add_keys, NULL, "Keys with a name" },
};
#define N_KINDS (sizeof kind_table / sizeof *kind_table)

static const struct kind *
find_kind(const char *word, size_t len)
{
	for (size_t i = 0; i < N_KINDS; i++)
		if (strlen(kind_table[i].name) == len &&
		    memcmp(kind_table[i].name, word, len) == 0)
			return &kind_table[i];
	return NULL;
}

/* Words of the row as they stand, and the names of its kinds. */
static const struct kind *
add_all(struct choices *c, const char *words, const char *first)
{
	const struct kind *kind, *found = NULL;
	const char *at;
	char word[32];
	size_t len;

	while ((at = words_next(&words, &len)) != NULL) {
		kind = find_kind(at, len);
		if (kind != NULL) {
			kind->add(c, first);
			found = kind;
		} else if (islower((unsigned char)*at)) {
			snprintf(word, sizeof word, "%.*s", (int)len, at);
			choices_add(c, word, NULL);
		}
	}
	return found;
}

const char *
choices_heading(const char *words)
{
	const struct kind *kind;
	const char *at;
	size_t len;

	while ((at = words_next(&words, &len)) != NULL) {
		kind = find_kind(at, len);
		if (kind != NULL)
			return kind->heading;
	}
	return "Words";
}

void
choices_of(struct choices *c, const struct command *cmd, unsigned i,
    const char *first)
{
	const char *words = args_words(cmd, i);

	if (words != NULL)
		add_all(c, words, first);
}

/* "no view foo: cache mapped both", "view re: recent or ...". */
static int
refuse(const struct args *a, unsigned i, const struct kind *kind,
    const struct choices *c, struct strbuf *why)
{
	struct choices all;

	if (c->n > 1) {
		strbuf_addf(why, "which %s is %s: ", kind->noun, a->v[i]);
		choices_list(c, " or ", why);
		strbuf_addc(why, '?');
		return -EINVAL;
	}
	choices_init(&all, "", c->commands);
	kind->add(&all, a->v[0]);
	strbuf_addf(why, "no %s %s: ", kind->noun, a->v[i]);
	choices_list(&all, " ", why);
	choices_done(&all);
	return -ENOENT;
}

static int
resolve(struct args *a, unsigned i, const struct ui_commands *commands,
    struct strbuf *why)
{
	const char *words = args_words(a->command, i);
	const struct kind *kind;
	struct choices c;
	int rc = 0;

	choices_init(&c, a->v[i], commands);
	kind = add_all(&c, words, a->v[0]);
	if (a->v[i][0] != '\0' && c.n == 1 && !c.exact) {
		snprintf(a->whole[i], sizeof a->whole[i], "%s", c.names.s);
		a->v[i] = a->whole[i];
	} else if (kind != NULL && kind->noun != NULL && !c.exact) {
		rc = refuse(a, i, kind, &c, why);
	}
	choices_done(&c);
	return rc;
}

int
choices_resolve(struct args *a, const struct ui_commands *commands,
    struct strbuf *why)
{
	int rc = 0;

	for (unsigned i = 0; i < a->n && rc == 0; i++)
		rc = resolve(a, i, commands, why);
	return rc;
}
