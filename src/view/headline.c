#include "config.h"

#include "headline.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/mapspec.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"

#define UNKNOWN UINT64_MAX

enum { PART_MAX = 3 * UNITS_MAX };

/* Pages by what touching one of them costs. */
enum { COST_MAJOR, COST_MINOR, COST_NOTHING, N_COSTS };

static const struct {
	const char	*name, *brief;
	enum role	 role;
} cost_table[N_COSTS] = {
	[COST_MAJOR] = { "major", "major", ROLE_WARN },
	[COST_MINOR] = { "minor", "minor", ROLE_STRONG },
	[COST_NOTHING] = { "nothing", "none", ROLE_GOOD },
};

/* From the fullest to what fits nearly everywhere. */
static const struct {
	const char	*head;
	bool		 shares, brief;
} forms[] = {
	{ "next touch costs:  ", true, false },
	{ "next touch: ", true, false },
	{ "next touch: ", false, false },
	{ "", false, true },
};
#define N_FORMS (sizeof forms / sizeof forms[0])

/* Pages of tmpfs come without a read, like those of no file. */
static bool
is_memory(const struct target_facts *t)
{
	return t->anon || (t->filesystem != NULL &&
	    (strcmp(t->filesystem, "tmpfs") == 0 ||
	    strcmp(t->filesystem, "hugetlbfs") == 0));
}

/* Is each page of the target mapped from the page cache, or not at all? */
static bool
is_plain(const struct sample *s)
{
	const struct worker_facts *w = &s->worker;

	if (!w->alive || is_memory(&s->target) ||
	    w->map_pages != s->target.pages)
		return false;
	return !mapspec_makes_copies(w->map_flags) ||
	    (sample_total_known(s, LAYER_PRIVATE) &&
	    s->total[LAYER_PRIVATE] == 0);
}

/* Cache and page tables are measured one after the other: where they
 * contradict each other, only what is mapped is known. */
static bool
count(const struct scene *s, uint64_t pages[N_COSTS])
{
	const struct counters *c = &s->sample->counters;
	const unsigned need = COUNTER_BIT(COUNTER_CACHED) |
	    COUNTER_BIT(COUNTER_MAPPED);
	uint64_t cached = c->v[COUNTER_CACHED], mapped = c->v[COUNTER_MAPPED];

	if (s->read_only || (c->known & need) != need ||
	    !is_plain(s->sample) || s->sample->target.pages == 0)
		return false;
	pages[COST_MAJOR] = pages[COST_MINOR] = UNKNOWN;
	pages[COST_NOTHING] = mapped;
	if (mapped > cached || cached > s->sample->target.pages)
		return true;
	pages[COST_MAJOR] = s->sample->target.pages - cached;
	pages[COST_MINOR] = cached - mapped;
	return true;
}

static const char *
part_name(size_t form, int cost)
{
	return forms[form].brief ? cost_table[cost].brief :
	    cost_table[cost].name;
}

/* What stands behind the name. */
static void
part_text(char buf[PART_MAX], size_t form, uint64_t pages, uint64_t of)
{
	char share[UNITS_MAX];

	if (pages == UNKNOWN)
		snprintf(buf, PART_MAX, " ?");
	else if (forms[form].shares && pages > 0)
		snprintf(buf, PART_MAX, " %" PRIu64 " = %s", pages,
		    units_percent(share, pages, of));
	else
		snprintf(buf, PART_MAX, " %" PRIu64, pages);
}

/* Does it fit the rest of the line? */
static bool
fits(const struct line *l, size_t form, const uint64_t pages[N_COSTS],
    uint64_t of)
{
	int cols = (int)strlen(forms[form].head);
	char text[PART_MAX];

	for (int i = 0; i < N_COSTS; i++) {
		part_text(text, form, pages[i], of);
		cols += (int)(strlen(part_name(form, i)) + strlen(text)) +
		    (i > 0 ? 3 : 0);
	}
	return l->x + cols <= l->end;
}

/* The names alone have colours: they stay, while numbers change with each
 * sample, and colours are bytes for the terminal. Both are there, or none. */
static void
add_part(struct line *l, size_t form, int cost, const char *text)
{
	const char *name = part_name(form, cost);
	int between = l->any ? (int)strlen(l->between) : 0;

	if (l->x + between + (int)(strlen(name) + strlen(text)) > l->end)
		return;
	line_add(l, cost_table[cost].role, "%s", name);
	line_join(l, ROLE_TEXT, "%s", text);
}

bool
headline_add(struct line *l, const struct scene *s)
{
	const char *between = l->between;
	uint64_t pages[N_COSTS], of = s->sample->target.pages;
	char text[PART_MAX];
	size_t form = 0;

	if (!count(s, pages))
		return false;
	while (form + 1 < N_FORMS && !fits(l, form, pages, of))
		form++;
	if (forms[form].head[0] != '\0')
		line_add(l, ROLE_TEXT, "%s", forms[form].head);
	l->any = false;
	l->between = forms[form].brief ? " " : "   ";
	for (int i = 0; i < N_COSTS; i++) {
		part_text(text, form, pages[i], of);
		add_part(l, form, i, text);
	}
	l->between = between;
	return true;
}
