#include "config.h"

#include "landjson.h"

#include "pagetide/cells.h"
#include "pagetide/landing.h"

#include "jval.h"

/* Of the hottest so many are told. */
#define SLOTS_TOLD	32
#define SITES_TOLD	32

static json_t *
text_or_null(const char *text)
{
	return text[0] == '\0' ? json_null() : jval_text(text);
}

/* Where in the code; NULL: not known. */
static void
put_code(json_t *o, const struct landing_site *site)
{
	jval_put(o, "place", text_or_null(site != NULL ? site->place : ""));
	jval_put(o, "symbol", text_or_null(site != NULL ? site->symbol : ""));
}

static json_t *
slots_value(const struct landing *l)
{
	uint64_t at[SLOTS_TOLD];
	size_t n = landing_hottest(l, at, SLOTS_TOLD);
	json_t *a = json_array(), *o;

	for (size_t i = 0; i < n; i++) {
		const struct landing_slot *s = &l->slot[at[i]];

		o = json_object();
		jval_put(o, "first_page", jval_number(true,
		    at[i] << l->shift));
		jval_put(o, "minor", jval_number(true, s->minor));
		jval_put(o, "major", jval_number(
		    l->by == LANDING_BY_FAULTS, s->major));
		jval_put(o, "max_ns", jval_number(s->max_ns > 0, s->max_ns));
		jval_put(o, "max_name", s->max_ns == 0 ? json_null() :
		    json_string(path_table[s->max_path].word));
		put_code(o, landing_site(l, s->ip));
		jval_append(a, o);
	}
	return a;
}

static json_t *
sites_value(const struct landing *l)
{
	const struct landing_site *at[SITES_TOLD];
	size_t n = landing_sites(l, at, SITES_TOLD);
	json_t *a = json_array(), *o;

	for (size_t i = 0; i < n; i++) {
		o = json_object();
		jval_put(o, "address", jval_number(
		    !landing_site_is_kernel(at[i]->ip), at[i]->ip));
		put_code(o, at[i]);
		jval_put(o, "faults", jval_number(true, at[i]->faults));
		jval_append(a, o);
	}
	return a;
}

static void
add_ways(json_t *a, const struct landing *l, bool major)
{
	enum fault_path at[PATH_COUNT];
	size_t n = landing_ways(l, major, at);
	json_t *o;

	for (size_t i = 0; i < n; i++) {
		const struct landing_way *w = &(major ? l->major_way :
		    l->minor_way)[at[i]];

		o = json_object();
		jval_put(o, "name", json_string(path_table[at[i]].word));
		jval_put(o, "major", json_boolean(major));
		jval_put(o, "faults", jval_number(true, w->faults));
		jval_put(o, "ns", jval_number(true, w->ns));
		jval_put(o, "max_ns", jval_number(true, w->max_ns));
		jval_append(a, o);
	}
}

/* null where none was ever named. */
static json_t *
ways_value(const struct landing *l)
{
	json_t *a;

	if (!l->naming && l->named == 0)
		return json_null();
	a = json_array();
	add_ways(a, l, false);
	add_ways(a, l, true);
	return a;
}

json_t *
landjson_value(const struct landing *l)
{
	bool faults = l != NULL && l->by == LANDING_BY_FAULTS;
	json_t *o;

	if (l == NULL || l->by == LANDING_OFF)
		return json_null();
	o = json_object();
	jval_put(o, "by", json_string(landing_by_name[l->by]));
	jval_put(o, "why_not_faults", l->why[0] != '\0' ?
	    jval_text(l->why) : json_null());
	jval_put(o, "one_of", jval_number(faults, l->one_of));
	jval_put(o, "estimated", json_boolean(l->about));
	jval_put(o, "system_calls", json_boolean(faults && !l->user_only));
	jval_put(o, "minor", jval_number(true, l->minor));
	jval_put(o, "major", jval_number(faults, l->major));
	jval_put(o, "elsewhere", jval_number(faults, l->elsewhere));
	jval_put(o, "lost", jval_number(faults, l->lost));
	jval_put(o, "restarts", jval_number(faults, l->restarts));
	jval_put(o, "named", jval_number(l->naming || l->named > 0,
	    l->named));
	jval_put(o, "why_not_named", l->why_names[0] != '\0' ?
	    jval_text(l->why_names) : json_null());
	jval_put(o, "ways", ways_value(l));
	jval_put(o, "pages_per_slot", jval_number(true,
	    UINT64_C(1) << l->shift));
	jval_put(o, "hottest", slots_value(l));
	jval_put(o, "sites", sites_value(l));
	return o;
}

json_t *
landjson_cells(const struct landing *l, const struct cells *c, size_t step,
    bool major)
{
	json_t *a = json_array();

	for (size_t i = 0; i < c->n; i += step) {
		uint64_t first = c->first_page + ((uint64_t)i << c->shift);
		uint64_t n = (uint64_t)step << c->shift;
		uint64_t left = c->first_page + c->pages - first;
		struct landing_slot s;
		bool known = landing_range(l, first, n < left ? n : left, &s);

		jval_append(a, jval_number(known && (!major ||
		    l->by == LANDING_BY_FAULTS), major ? s.major : s.minor));
	}
	return a;
}
