/* Where faults landed, in recordings: numbers, ways and code as members of an
 * object, pages in slots; of a difference those that are other now. */
#include "config.h"

#include "tapeparts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/landing.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "jval.h"

#define SHIFT_MAX 63
/* Numbers of a slot in the list: how many are skipped before it, and the
 * others. */
enum { SKIPPED, MINOR, MAJOR, LAST_NS, MAX_NS, MAX_PATH, IP, SLOT_NUMBERS };
/* Those of a way. */
enum { WAY_FAULTS, WAY_NS, WAY_MAX_NS, WAY_NUMBERS };

/* Its numbers. */
static const struct {
	const char	*name;
	size_t		 at;
} number_table[] = {
	{ "named", offsetof(struct landing, named) },
	{ "one_of", offsetof(struct landing, one_of) },
	{ "minor", offsetof(struct landing, minor) },
	{ "major", offsetof(struct landing, major) },
	{ "elsewhere", offsetof(struct landing, elsewhere) },
	{ "lost", offsetof(struct landing, lost) },
	{ "restarts", offsetof(struct landing, restarts) },
	{ "since_ns", offsetof(struct landing, since_ns) },
	{ "last_ns", offsetof(struct landing, last_ns) },
	{ "sites_lost", offsetof(struct landing, sites_lost) },
};
#define N_NUMBERS (sizeof number_table / sizeof *number_table)

static const struct {
	const char	*name;
	size_t		 at;
} state_table[] = {
	{ "user_only", offsetof(struct landing, user_only) },
	{ "naming", offsetof(struct landing, naming) },
	{ "about", offsetof(struct landing, about) },
};
#define N_STATES (sizeof state_table / sizeof *state_table)

static uint64_t *
number_at(const struct landing *l, size_t i)
{
	return (uint64_t *)((char *)l + number_table[i].at);
}

static bool *
state_at(const struct landing *l, size_t i)
{
	return (bool *)((char *)l + state_table[i].at);
}

static json_t *
way_value(const struct landing_way *w)
{
	json_t *a = json_array();

	jval_append(a, jval_number(true, w->faults));
	jval_append(a, jval_number(true, w->ns));
	jval_append(a, jval_number(true, w->max_ns));
	return a;
}

/* Each by its name. */
static json_t *
ways_value(const struct landing_way *way)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < PATH_COUNT; i++)
		if (way[i].faults > 0)
			jval_put(all, path_table[i].word, way_value(&way[i]));
	return all;
}

/* Addresses may be more than JSON's numbers hold: those of the kernel are. */
static json_t *
ip_value(uint64_t ip)
{
	return json_integer((json_int_t)ip);
}

/* Each by its place in the table. */
static json_t *
sites_value(const struct landing *l, bool named)
{
	json_t *all = json_object(), *o;
	char at[24];

	for (size_t i = 0; i < LANDING_SITES; i++) {
		const struct landing_site *s = &l->site[i];

		if (s->ip == 0)
			continue;
		o = json_object();
		jval_put(o, "ip", ip_value(s->ip));
		jval_put(o, "faults", jval_number(true, s->faults));
		jval_put(o, "place", jval_text(named ? s->place : ""));
		jval_put(o, "symbol", jval_text(named ? s->symbol : ""));
		snprintf(at, sizeof at, "%zu", i);
		jval_put(all, at, o);
	}
	return all;
}

static json_t *
head_value(const struct landing *l, bool named)
{
	json_t *o = json_object();

	for (size_t i = 0; i < N_NUMBERS; i++)
		jval_put(o, number_table[i].name, jval_number(true,
		    *number_at(l, i)));
	for (size_t i = 0; i < N_STATES; i++)
		jval_put(o, state_table[i].name, json_boolean(*state_at(l,
		    i)));
	jval_put(o, "why", jval_text(l->why));
	jval_put(o, "why_names", jval_text(l->why_names));
	jval_put(o, "minor_ways", ways_value(l->minor_way));
	jval_put(o, "major_ways", ways_value(l->major_way));
	jval_put(o, "sites", sites_value(l, named));
	return o;
}

static void
add_slot(json_t *a, const struct landing_slot *s, uint64_t skipped)
{
	jval_append(a, jval_number(true, skipped));
	jval_append(a, jval_number(true, s->minor));
	jval_append(a, jval_number(true, s->major));
	jval_append(a, jval_number(true, s->last_ns));
	jval_append(a, jval_number(true, s->max_ns));
	jval_append(a, s->max_ns == 0 ? json_null() :
	    json_string(path_table[s->max_path].word));
	jval_append(a, ip_value(s->ip));
}

/* Those that are other than from has them (NULL: 0); NULL: none is. */
static json_t *
slots_value(const struct landing *from, const struct landing *to)
{
	static const struct landing_slot none;
	json_t *a = NULL;
	uint64_t next = 0;

	for (uint64_t i = 0; to->slot != NULL && i < to->n_slots; i++) {
		if (memcmp(from != NULL ? &from->slot[i] : &none,
		    &to->slot[i], sizeof none) == 0)
			continue;
		if (a == NULL)
			a = json_array();
		add_slot(a, &to->slot[i], i - next);
		next = i + 1;
	}
	return a;
}

json_t *
tapeland_make(const struct landing *l, bool named)
{
	json_t *o, *slots;

	if (l == NULL)
		return json_null();
	o = l->by != LANDING_OFF ? head_value(l, named) : json_object();
	jval_put(o, "by", json_string(landing_by_name[l->by]));
	if (l->by == LANDING_OFF)
		return o;
	jval_put(o, "pages", jval_number(true, l->pages));
	jval_put(o, "shift", jval_number(true, l->shift));
	slots = slots_value(NULL, l);
	if (slots != NULL)
		jval_put(o, "slots", slots);
	return o;
}

json_t *
tapeland_diff(const struct landing *from, const struct landing *to,
    bool named, bool *is_new)
{
	json_t *was, *is, *diff, *slots;

	*is_new = from == NULL || to == NULL ? from != to :
	    from->by != to->by || from->since_ns != to->since_ns ||
	    from->pages != to->pages || from->shift != to->shift ||
	    (from->slot == NULL) != (to->slot == NULL);
	if (*is_new || to == NULL || to->by == LANDING_OFF)
		return NULL;
	was = head_value(from, named);
	is = head_value(to, named);
	diff = tapediff_make(was, is);
	json_decref(was);
	json_decref(is);
	slots = slots_value(from, to);
	if (slots != NULL && diff == NULL)
		diff = json_object();
	if (slots != NULL)
		jval_put(diff, "slots", slots);
	return diff;
}

static bool
take_number(const json_t *j, uint64_t max, uint64_t *n)
{
	if (!json_is_integer(j) || json_integer_value(j) < 0 ||
	    (uint64_t)json_integer_value(j) > max)
		return false;
	*n = (uint64_t)json_integer_value(j);
	return true;
}

/* n numbers of a list from there on. */
static bool
take_numbers(const json_t *a, size_t at, uint64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!take_number(json_array_get(a, at + i), INT64_MAX, &v[i]))
			return false;
	return true;
}

/* One that we do not know is unknown. */
static enum fault_path
path_of(const char *word)
{
	int path = word != NULL ? fault_path_find(word) : -1;

	return path >= 0 ? (enum fault_path)path : PATH_UNKNOWN;
}

static bool
take_ways(struct landing_way *way, json_t *all)
{
	uint64_t v[WAY_NUMBERS];
	const char *word;
	json_t *a;

	json_object_foreach(all, word, a) {
		if (!take_numbers(a, 0, v, WAY_NUMBERS))
			return false;
		way[path_of(word)] = (struct landing_way){ v[WAY_FAULTS],
			v[WAY_NS], v[WAY_MAX_NS] };
	}
	return all == NULL || json_is_object(all);
}

static bool
take_text(char *to, size_t size, const json_t *j)
{
	if (!json_is_string(j))
		return false;
	snprintf(to, size, "%s", json_string_value(j));
	return true;
}

static bool
take_site(struct landing_site *s, const json_t *o)
{
	const json_t *j;

	if ((j = json_object_get(o, "ip")) != NULL)
		s->ip = (uint64_t)json_integer_value(j);
	if ((j = json_object_get(o, "faults")) != NULL &&
	    !take_number(j, INT64_MAX, &s->faults))
		return false;
	if ((j = json_object_get(o, "place")) != NULL &&
	    !take_text(s->place, sizeof s->place, j))
		return false;
	return (j = json_object_get(o, "symbol")) == NULL ||
	    take_text(s->symbol, sizeof s->symbol, j);
}

static bool
take_sites(struct landing *l, json_t *all)
{
	const char *at;
	uint64_t i;
	json_t *o;

	json_object_foreach(all, at, o)
		if (units_parse_u64(at, 0, LANDING_SITES - 1, &i) != 0 ||
		    !take_site(&l->site[i], o))
			return false;
	return all == NULL || json_is_object(all);
}

static bool
take_head(struct landing *l, const json_t *o)
{
	const json_t *j;

	for (size_t i = 0; i < N_NUMBERS; i++)
		if ((j = json_object_get(o, number_table[i].name)) != NULL &&
		    !take_number(j, INT64_MAX, number_at(l, i)))
			return false;
	for (size_t i = 0; i < N_STATES; i++)
		if ((j = json_object_get(o, state_table[i].name)) != NULL)
			*state_at(l, i) = json_is_true(j);
	if ((j = json_object_get(o, "why")) != NULL &&
	    !take_text(l->why, sizeof l->why, j))
		return false;
	if ((j = json_object_get(o, "why_names")) != NULL &&
	    !take_text(l->why_names, sizeof l->why_names, j))
		return false;
	return take_ways(l->minor_way, json_object_get(o, "minor_ways")) &&
	    take_ways(l->major_way, json_object_get(o, "major_ways")) &&
	    take_sites(l, json_object_get(o, "sites"));
}

static bool
take_slot(struct landing *l, const json_t *a, size_t at, uint64_t *next)
{
	const json_t *ip = json_array_get(a, at + IP);
	uint64_t v[MAX_PATH];

	if (!take_numbers(a, at, v, MAX_PATH) || !json_is_integer(ip) ||
	    *next >= l->n_slots || v[SKIPPED] >= l->n_slots - *next ||
	    v[MINOR] > UINT32_MAX || v[MAJOR] > UINT32_MAX)
		return false;
	*next += v[SKIPPED];
	l->slot[(*next)++] = (struct landing_slot){ .minor =
		(uint32_t)v[MINOR], .major = (uint32_t)v[MAJOR],
		.last_ns = v[LAST_NS], .max_ns = v[MAX_NS],
		.max_path = path_of(json_string_value(json_array_get(a,
		    at + MAX_PATH))),
		.ip = (uint64_t)json_integer_value(ip) };
	return true;
}

static bool
take_slots(struct landing *l, const json_t *a)
{
	uint64_t next = 0;

	if (a == NULL)
		return true;
	if (!json_is_array(a) || l->slot == NULL)
		return false;
	for (size_t at = 0; at < json_array_size(a); at += SLOT_NUMBERS)
		if (!take_slot(l, a, at, &next))
			return false;
	return true;
}

static enum landing_by
by_of(const json_t *o)
{
	const char *by = json_string_value(json_object_get(o, "by"));
	int i = LANDING_BYS - 1;

	while (i > LANDING_OFF && (by == NULL ||
	    strcmp(landing_by_name[i], by) != 0))
		i--;
	return (enum landing_by)i;
}

/* Its shape; false: none of ours. */
static bool
begin(struct landing *l, const json_t *o)
{
	enum landing_by by = by_of(o);
	uint64_t pages, shift;

	if (by == LANDING_OFF)
		return true;
	if (!take_number(json_object_get(o, "pages"), INT64_MAX, &pages) ||
	    !take_number(json_object_get(o, "shift"), SHIFT_MAX, &shift) ||
	    pages >> shift >= LANDING_KEPT_SLOTS)
		return false;
	landing_begin(l, by, pages, (unsigned)shift);
	return true;
}

static struct landing *
new_landing(const struct landing *from)
{
	struct landing *l = xcalloc(1, sizeof *l);

	landing_init(l);
	if (from != NULL)
		landing_copy(l, from);
	return l;
}

static void
replace(struct landing **at, struct landing *l)
{
	if (*at != NULL)
		landing_done(*at);
	free(*at);
	*at = l;
}

const char *
tapeland_apply(struct landing **at, const json_t *o)
{
	bool whole = json_object_get(o, "by") != NULL;
	struct landing *l;

	if (json_is_null(o)) {
		replace(at, NULL);
		return NULL;
	}
	if (!json_is_object(o) || (!whole && *at == NULL))
		return "\"landing\"";
	l = new_landing(whole ? NULL : *at);
	if ((whole && !begin(l, o)) || !take_head(l, o) ||
	    !take_slots(l, json_object_get(o, "slots"))) {
		replace(&l, NULL);
		return "\"landing\"";
	}
	replace(at, l);
	return NULL;
}
