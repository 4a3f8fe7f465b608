#include "config.h"

#include "helprows.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/binding.h"
#include "pagetide/scene.h"
#include "pagetide/ui.h"
#include "pagetide/watch.h"
#include "pagetide/xalloc.h"

#include "choices.h"
#include "command.h"

static const char g_views[] = "Views (:view NAME)";
static const char g_commands[] = "Commands (:help COMMAND)";
static const char g_hint_other[] = "Hint: process_madvise on it (asks)";
static const char g_form[] = "Command";
static const char g_keys[] = "Its keys";

struct rows {
	struct key_help	*row;
	size_t		 n;
};

static void
add(struct rows *r, const char *keys, const char *label, const char *group)
{
	r->row = xreallocarray(r->row, r->n + 1, sizeof *r->row);
	r->row[r->n++] = (struct key_help){ .keys = xstrdup(keys),
		.label = label, .group = group };
}

static bool
is_shown(const struct ui *ui, const struct command *c)
{
	binding_acts *hidden = ui_hidden(ui);

	return (c->flags & CMD_SCRIPT) == 0 &&
	    (hidden == NULL || !hidden(c->name));
}

/* Of another process it is not the worker who gives hints. */
static const char *
group_of(const struct ui *ui, const struct key_help *k)
{
	return ui->opts.read_only && k->line != NULL &&
	    strncmp(k->line, "advise ", 7) == 0 ? g_hint_other : k->group;
}

/* Keys that do nothing to what is mapped say why. */
static void
mark_useless(struct rows *r, const struct ui *ui)
{
	const char *why;

	for (size_t i = 0; i < r->n; i++) {
		r->row[i].group = group_of(ui, &r->row[i]);
		why = ui_useless(ui, r->row[i].line);
		if (why == NULL)
			continue;
		r->row[i].label = why;
		r->row[i].off = true;
	}
}

/* One that is not to be run here says why. */
static void
add_command(struct rows *r, const struct ui *ui, const struct command *c)
{
	const char *why = command_watched(ui, c);

	add(r, c->name, why != NULL ? why : c->help, g_commands);
	r->row[r->n - 1].off = why != NULL;
}

struct key_help *
helprows(const struct ui *ui, size_t *n)
{
	struct rows r = { 0 };
	const struct command *c;

	r.row = binding_help(ui_hidden(ui), &r.n);
	mark_useless(&r, ui);
	for (int i = 0; i < VIEW_COUNT; i++)
		add(&r, view_table[i].name, view_table[i].help, g_views);
	for (unsigned i = 0; (c = ui->commands->row(i)) != NULL; i++)
		if (is_shown(ui, c))
			add_command(&r, ui, c);
	*n = r.n;
	return r.row;
}

/* Where it may not be run that is said. */
static void
add_form(struct rows *r, const struct ui *ui, const struct command *c)
{
	char *form = xasprintf("%s%s%s", c->name, c->usage[0] != '\0' ?
	    " " : "", c->usage);

	add(r, form, "", g_form);
	add(r, "", c->help, g_form);
	if ((c->flags & CMD_SCRIPT) != 0)
		add(r, "", "in scripts only", g_form);
	if (command_watched(ui, c) != NULL)
		add(r, "", command_watched(ui, c), g_form);
	free(form);
}

/* Those that run it, whatever they are bound to. */
static void
add_keys(struct rows *r, const struct ui *ui, const struct command *c)
{
	size_t n, len;
	struct key_help *all = binding_help(NULL, &n);
	char *name;

	for (size_t i = 0; i < n; i++) {
		len = strcspn(all[i].line, " ");
		name = xasprintf("%.*s", (int)len, all[i].line);
		if (ui->commands->find(name, NULL) == c)
			add(r, all[i].keys, all[i].label, g_keys);
		free(name);
	}
	binding_free(all, n);
}

static void
add_word(struct rows *r, const struct ui *ui, const struct command *c,
    unsigned i, const char *name)
{
	struct choices one;

	choices_init(&one, name, ui->commands);
	choices_of(&one, c, i, NULL);
	add(r, name, one.help != NULL ? one.help : "",
	    choices_heading(args_words(c, i)));
	choices_done(&one);
}

/* What may stand behind its name. */
static void
add_words(struct rows *r, const struct ui *ui, const struct command *c)
{
	const char *words, *before = NULL;
	struct choices all;

	for (unsigned i = 0; (words = args_words(c, i)) != NULL &&
	    words != before; i++) {
		before = words;
		choices_init(&all, "", ui->commands);
		choices_of(&all, c, i, NULL);
		for (unsigned k = 0; k < all.n; k++)
			add_word(r, ui, c, i, choices_at(&all, k));
		choices_done(&all);
	}
}

struct key_help *
helprows_of(const struct ui *ui, const struct command *c, size_t *n)
{
	struct rows r = { 0 };

	add_form(&r, ui, c);
	add_keys(&r, ui, c);
	add_words(&r, ui, c);
	*n = r.n;
	return r.row;
}

/* Its pages on this screen; whose mapping it is, any sample says. */
static struct scene
help_scene(const struct ui *ui)
{
	return (struct scene){ .sample = &ui->watch->live, .view = ui->view,
		.expand = ui_expand(ui),
		.help = { .row = ui->list.row, .n = ui->list.n,
		.one = ui->list.one } };
}

size_t
ui_help_pages(const struct ui *ui)
{
	struct scene sc = help_scene(ui);

	return screen_help_pages(ui->frame.cols, ui->frame.rows, &sc);
}

bool
ui_help_find(const struct ui *ui, size_t *page)
{
	struct scene sc = help_scene(ui);
	const char *find = ui->list.find;
	bool found = false;
	size_t at;

	for (size_t i = 0; i < sc.help.n; i++) {
		if (strcasestr(sc.help.row[i].keys, find) == NULL &&
		    strcasestr(sc.help.row[i].label, find) == NULL)
			continue;
		at = screen_help_page_of(ui->frame.cols, ui->frame.rows, &sc,
		    i);
		if (!found || (*page <= ui->list.page && at > ui->list.page))
			*page = at;
		found = true;
	}
	return found;
}
