/* Snapshots out of JSON: strings point into it until the end. */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/json.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "jsonacted.h"
#include "jsonrecord.h"
#include "jval.h"

/* No grid of ours has more cells. */
#define CELLS_MAX	(1u << 20)

/* Is it a whole number, not negative? */
static bool
take_number(const json_t *j, uint64_t *n)
{
	*n = json_is_integer(j) ? (uint64_t)json_integer_value(j) : 0;
	return json_is_integer(j) && json_integer_value(j) >= 0;
}

/* A text of ours, cut at the size of its buffer. */
static const char *
text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static bool
take_list(const json_t *j, struct diagnosis *d)
{
	const json_t *o;
	size_t i;

	if (!json_is_array(j) || json_array_size(j) > DIAGNOSIS_GROUPS)
		return false;
	json_array_foreach(j, i, o) {
		struct diagnosis_item *item = &d->item[d->n++];

		item->rule = text_of(o, "rule");
		item->cause = text_of(o, "cause");
		item->command = text_of(o, "command");
		if (text_of(o, "text") == NULL)
			return false;
		snprintf(item->text, sizeof item->text, "%s",
		    text_of(o, "text"));
	}
	return true;
}

static bool
take_counts(const json_t *j, struct field_value *v,
    uint64_t counts[LATENCY_BUCKETS])
{
	const json_t *n;
	size_t i;

	if (!json_is_array(j) || json_array_size(j) != LATENCY_BUCKETS)
		return false;
	json_array_foreach(j, i, n)
		if (!take_number(n, &counts[i]))
			return false;
	v->count = counts;
	v->n = LATENCY_BUCKETS;
	return true;
}

/* The number at that scale. */
static bool
take_real(const json_t *j, double scale, int64_t *n)
{
	double d = json_number_value(j) * scale;

	if (!json_is_number(j) || !(d >= 0) || d > 9e18)
		return false;
	*n = llround(d);
	return true;
}

/* What fields can be, out of JSON; room is for what is no number. */
struct room {
	uint64_t	counts[LATENCY_BUCKETS];
	struct diagnosis list;
};

static bool
take_value(const struct field *f, const json_t *j, struct field_value *v,
    struct room *room)
{
	uint64_t n;

	v->known = true;
	switch (f->kind) {
	case FIELD_GROUP:
		v->n = 1;
		return json_is_object(j);
	case FIELD_NUMBER:
		v->n = json_integer_value(j);
		return take_number(j, &n) || (json_is_integer(j) &&
		    f->whom == FIELD_FOR_RECORD);
	case FIELD_CHANGE:
		v->n = json_integer_value(j);
		return json_is_integer(j);
	case FIELD_PERCENT:
		return take_real(j, 100, &v->n);
	case FIELD_TIME:
		return take_real(j, 1e9, &v->n);
	case FIELD_STATE:
		v->n = json_is_true(j);
		return json_is_boolean(j);
	case FIELD_TEXT:
		v->text = json_string_value(j);
		return v->text != NULL;
	case FIELD_COUNTS:
		return take_counts(j, v, room->counts);
	case FIELD_LIST:
		v->list = &room->list;
		return take_list(j, &room->list);
	}
	return false;
}

/* The bytes of a text that is none are beside it: they replace it. */
static void
put_bytes_back(json_t *o, const char *leaf)
{
	char *key = xasprintf("%s" JVAL_HEX, leaf);
	const char *hex = text_of(o, key);
	struct strbuf bytes = STRBUF_INIT;
	unsigned byte;

	for (; hex != NULL && sscanf(hex, "%2x", &byte) == 1 && byte != 0 &&
	    hex[1] != '\0'; hex += 2)
		strbuf_addc(&bytes, (char)byte);
	if (hex != NULL)
		jval_put(o, leaf, json_string_nocheck(bytes.s));
	strbuf_done(&bytes);
	free(key);
}

static bool
read_field(json_t *root, const struct field *f, const struct field_of *to)
{
	struct field_value v = { 0 };
	struct room room = { 0 };
	const char *leaf;
	json_t *o = jval_parent(root, f->name, false, &leaf), *j;

	if (o != NULL && f->kind == FIELD_TEXT)
		put_bytes_back(o, leaf);
	j = json_object_get(o, leaf);
	if (o == NULL || j == NULL || json_is_null(j))
		return true;
	return take_value(f, j, &v, &room) && field_set(f, to, &v);
}

/* Do cells [from, to) have room for so many pages each? The last one of the
 * grid may be a shorter one. */
static bool
has_room(const struct cells *c, size_t from, size_t to, uint64_t n)
{
	return n <= UINT32_MAX && (from == to || (n <= cells_pages(c, from) &&
	    n <= cells_pages(c, to - 1)));
}

bool
jsonrecord_set(struct cells *c, size_t from, size_t to, int layer, const json_t *j)
{
	uint64_t n;

	if (json_is_null(j)) {
		for (size_t i = from; i < to && layer != LAYER_COUNT; i++)
			c->known[i] &= ~LAYER_BIT(layer);
		return layer != LAYER_COUNT;
	}
	if (!take_number(j, &n) ||
	    (layer != LAYER_COUNT && !has_room(c, from, to, n)))
		return from == to;
	/* Times come by themselves: that of a cell stays else. */
	for (size_t i = from; i < to; i++) {
		if (layer == LAYER_COUNT) {
			c->stamp_ns[i] = n;
			continue;
		}
		c->count[layer][i] = (uint32_t)n;
		c->known[i] |= LAYER_BIT(layer);
	}
	return true;
}

static bool
read_runs(struct cells *c, int layer, const json_t *a)
{
	size_t at = 0;
	uint64_t n;

	for (size_t i = 0; i + 1 < json_array_size(a); i += 2) {
		if (!take_number(json_array_get(a, i), &n) || n > c->n - at ||
		    !jsonrecord_set(c, at, at + n, layer, json_array_get(a, i + 1)))
			return false;
		at += n;
	}
	return a == NULL || at == c->n;
}

bool
jsonrecord_read_grid(const json_t *o, struct cells *c, const struct cells **grid)
{
	uint64_t first, pages, shift;

	*grid = NULL;
	if (o == NULL || json_is_null(o))
		return true;
	if (!take_number(json_object_get(o, "first_page"), &first) ||
	    !take_number(json_object_get(o, "pages"), &pages) ||
	    !take_number(json_object_get(o, "shift"), &shift) || shift > 62 ||
	    pages >> shift >= CELLS_MAX)
		return false;
	cells_reshape(c, first, pages, (unsigned)shift);
	*grid = c;
	for (int l = 0; l < LAYER_COUNT; l++)
		if (!read_runs(c, l, json_object_get(o, layer_table[l].name)))
			return false;
	return read_runs(c, LAYER_COUNT, json_object_get(o, "stamps_ns"));
}

static bool
read_vmas(const json_t *a, struct sample *s)
{
	const json_t *j;
	uint64_t v[3];
	size_t i;

	if (json_array_size(a) > SAMPLE_VMAS_MAX)
		return false;
	json_array_foreach(a, i, j) {
		for (size_t k = 0; k < 3; k++)
			if (!take_number(json_array_get(j, k), &v[k]))
				return false;
		s->vma[s->n_vmas++] = (struct vma_range){ v[0], v[1],
			(unsigned)v[2] };
	}
	return true;
}

const char *
jsonrecord_read(json_t *root, struct snapshot *s, struct walk_facts *walk)
{
	const struct field_of to = { .sample = &s->sample, .walk = walk,
		.diagnosis = &s->findings.now, .snapshot = s };
	const char *schema = text_of(root, "schema");

	if (schema == NULL || strcmp(schema, JSON_SCHEMA) != 0)
		return "schema";
	for (unsigned i = 0; i < field_count; i++)
		if (field_table[i].whom <= FIELD_FOR_RECORD &&
		    !read_field(root, &field_table[i], &to))
			return field_table[i].name;
	if (!jsonacted_take_touched(json_object_get(root, "last_touch"),
	    &s->acted))
		return "last_touch";
	if (!jsonacted_take_readahead(json_object_get(root, "windows"),
	    &s->acted))
		return "windows";
	if (!read_vmas(json_object_get(root, "vmas"), &s->sample))
		return "vmas";
	if (!jsonrecord_read_grid(json_object_get(root, "overview"), &s->overview,
	    &s->sample.overview))
		return "overview";
	if (!jsonrecord_read_grid(json_object_get(root, "zoom"), &s->zoom,
	    &s->sample.zoom))
		return "zoom";
	return NULL;
}

int
json_read(const char *line, struct snapshot *s, struct walk_facts *walk,
    struct strbuf *why)
{
	json_error_t error;
	json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	struct walk_facts walked = { 0 };
	struct snapshot read = { 0 };
	const char *wrong;

	if (root == NULL) {
		strbuf_addf(why, "no JSON: %s", error.text);
		return -EINVAL;
	}
	wrong = jsonrecord_read(root, &read, &walked);
	if (wrong == NULL) {
		snapshot_copy(s, &read);
		*walk = walked;
	} else {
		strbuf_addf(why, "no sample of " JSON_SCHEMA ": \"%s\"", wrong);
	}
	snapshot_done(&read);
	json_decref(root);
	return wrong == NULL ? 0 : -EINVAL;
}
