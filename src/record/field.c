#include "config.h"

#include "pagetide/field.h"

#include <string.h>

#include "pagetide/diagnosis.h"

const struct field *
field_find(const char *name)
{
	for (unsigned i = 0; i < field_count; i++)
		if (strcmp(field_table[i].name, name) == 0)
			return &field_table[i];
	return NULL;
}

/* Is there what the field is of? */
static bool
is_there(enum field_needs needs, const struct field_of *of)
{
	const struct worker_facts *w = &of->sample->worker;
	const struct walk_facts *walk = of->walk;

	if (needs == FIELD_NEEDS_PROCESS ||
	    (needs == FIELD_NEEDS_SUBJECT && !w->alive))
		return w->process != 0;
	if (needs >= FIELD_NEEDS_SUBJECT && !w->alive)
		return false;
	if (needs >= FIELD_NEEDS_LATENCY && !w->latency_known)
		return false;
	if (needs >= FIELD_NEEDS_WALK && (walk == NULL || !walk->known))
		return false;
	if (needs == FIELD_NEEDS_FORECAST)
		return walk->forecast.known;
	return needs != FIELD_NEEDS_OUTCOME || walk->effect.done;
}

/* NULL: there is no such place. */
static void *
find_place(const struct field_place *p, const struct field_of *of)
{
	const void *const base[] = {
		[PLACE_SAMPLE] = of->sample, [PLACE_WALK] = of->walk,
		[PLACE_DIAGNOSIS] = of->diagnosis,
		[PLACE_COMPARE] = of->compare,
		[PLACE_TOUCHED] = of->touched,
		[PLACE_SNAPSHOT] = of->snapshot, [PLACE_NONE] = NULL,
	};

	return base[p->in] != NULL ? (char *)base[p->in] + p->at : NULL;
}

static uint64_t
load(const void *at, unsigned size)
{
	switch (size) {
	case 1:
		return *(const uint8_t *)at;
	case 4:
		return *(const uint32_t *)at;
	default:
		return *(const uint64_t *)at;
	}
}

/* False if n has no room there. */
static bool
store(void *at, unsigned size, uint64_t n)
{
	if (size < 8 && n >> size * 8 != 0)
		return false;
	switch (size) {
	case 1:
		*(uint8_t *)at = (uint8_t)n;
		break;
	case 4:
		*(uint32_t *)at = (uint32_t)n;
		break;
	default:
		*(uint64_t *)at = n;
	}
	return true;
}

/* What stands there. */
static struct field_value
take(const struct field *f, const void *at)
{
	struct field_value v = { .known = true };

	if (f->kind == FIELD_COUNTS) {
		v.count = at;
		v.n = f->place.size / sizeof *v.count;
	} else if (f->kind == FIELD_LIST) {
		v.list = at;
		v.known = v.list->known || v.list->n > 0;
	} else if (f->kind != FIELD_TEXT) {
		v.n = (int64_t)load(at, f->place.size);
	} else if (f->word == NULL) {
		v.text = *(const char *const *)at;
	} else if (load(at, f->place.size) < f->n_words) {
		v.text = f->word((unsigned)load(at, f->place.size));
	}
	v.known = v.known && (f->kind != FIELD_TEXT || v.text != NULL);
	return v;
}

/* A word where it is one. */
static struct field_value
got(const struct field *f, const struct field_of *of)
{
	struct field_value v = { .known = false };

	v.known = f->get(of, f->arg, &v.n);
	if (v.known && f->kind == FIELD_TEXT) {
		v.text = f->word((unsigned)v.n);
		v.n = 0;
	}
	return v;
}

struct field_value
field_get(const struct field *f, const struct field_of *of)
{
	const struct field_value unknown = { 0 };
	struct field_value v = unknown;
	const void *known = find_place(&f->known, of);
	const void *at = find_place(&f->place, of);

	if (!is_there(f->needs, of))
		return unknown;
	if (f->get != NULL)
		v = got(f, of);
	else if (at != NULL && (f->bits == 0 ||
	    (load(known, f->known.size) & f->bits) != 0))
		v = take(f, at);
	return v.known ? v : unknown;
}

struct field_value
field_real(const struct field *f, const struct field_of *of)
{
	struct field_value v = field_get(f, of);

	v.known = v.known && (v.n >= 0 || f->kind == FIELD_CHANGE);
	return v;
}

/* The index of that word, or n_words. */
static uint64_t
find_word(const struct field *f, const char *text)
{
	const char *word;
	unsigned i;

	for (i = 0; i < f->n_words; i++) {
		word = f->word(i);
		if (word != NULL && strcmp(word, text) == 0)
			break;
	}
	return i;
}

static bool
put(const struct field *f, void *at, const struct field_value *v)
{
	const unsigned size = f->place.size;
	uint64_t n = (uint64_t)v->n;

	if (f->kind == FIELD_COUNTS) {
		if (n != size / sizeof *v->count)
			return false;
		memcpy(at, v->count, size);
		return true;
	}
	if (f->kind == FIELD_LIST) {
		((struct diagnosis *)at)->n = v->list->n;
		/* None is told only where that is known. */
		if (v->list->n == 0)
			((struct diagnosis *)at)->known = true;
		memcpy(((struct diagnosis *)at)->item, v->list->item,
		    sizeof v->list->item);
		return true;
	}
	if (f->kind == FIELD_TEXT && f->word == NULL) {
		*(const char **)at = v->text;
		return true;
	}
	if (f->kind == FIELD_TEXT)
		n = find_word(f, v->text);
	return (f->word == NULL || n < f->n_words) && store(at, size, n);
}

bool
field_set(const struct field *f, const struct field_of *to,
    const struct field_value *v)
{
	void *known = find_place(&f->known, to), *at = find_place(&f->place,
	    to);

	if (f->set != NULL)
		f->set(to, f->arg, v->n);
	if (at == NULL)
		return true;
	if (f->bits != 0 && f->bits != UINT64_MAX)
		store(known, f->known.size, load(known, f->known.size) |
		    f->bits);
	return put(f, at, v);
}

bool
field_same(const struct field *f, const struct field_of *one,
    const struct field_of *other)
{
	struct field_value a = field_get(f, one), b = field_get(f, other);

	if (a.known != b.known || a.n != b.n)
		return false;
	if (a.text != NULL)
		return strcmp(a.text, b.text) == 0;
	return a.count == NULL || memcmp(a.count, b.count, f->place.size) == 0;
}
