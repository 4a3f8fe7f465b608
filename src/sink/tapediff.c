/* Differences between the samples of a recording. */
#include "config.h"

#include "tapeparts.h"

#include <stdint.h>
#include <string.h>

#include "pagetide/cells.h"
#include "pagetide/layer.h"

#include "jsonrecord.h"
#include "jval.h"

static void
put_removed(json_t **diff, json_t *from, json_t *to)
{
	const char *key;
	json_t *was;

	json_object_foreach(from, key, was) {
		if (json_object_get(to, key) != NULL)
			continue;
		if (*diff == NULL)
			*diff = json_object();
		jval_put(*diff, key, json_null());
	}
}

json_t *
tapediff_make(json_t *from, json_t *to)
{
	json_t *diff = NULL, *was, *is, *change;
	const char *key;

	put_removed(&diff, from, to);
	json_object_foreach(to, key, is) {
		was = json_object_get(from, key);
		if (was != NULL && json_equal(was, is))
			continue;
		change = json_is_object(was) && json_is_object(is) ?
		    tapediff_make(was, is) : json_incref(is);
		if (diff == NULL)
			diff = json_object();
		jval_put(diff, key, change);
	}
	return diff;
}

bool
tapediff_apply(json_t *to, const json_t *diff, int depth)
{
	const char *key;
	json_t *was, *is;

	if (depth > TAPE_DEPTH_MAX)
		return false;
	json_object_foreach((json_t *)diff, key, is) {
		was = json_object_get(to, key);
		if (json_is_object(was) && json_is_object(is)) {
			if (!tapediff_apply(was, is, depth + 1))
				return false;
		} else {
			jval_put(to, key, json_incref(is));
		}
	}
	return true;
}

/* Is it, at a glance? Most are, from one sample to the next. */
static bool
is_same_layer(const struct cells *from, const struct cells *to, int layer)
{
	if (to->n == 0)
		return true;
	if (layer == LAYER_COUNT)
		return memcmp(from->stamp_ns, to->stamp_ns,
		    to->n * sizeof *to->stamp_ns) == 0;
	return memcmp(from->count[layer], to->count[layer],
	    to->n * sizeof *to->count[layer]) == 0 &&
	    memcmp(from->known, to->known, to->n * sizeof *to->known) == 0;
}

/* One layer; NULL: it is the same. */
static json_t *
layer_diff(const struct cells *from, const struct cells *to, int layer)
{
	json_t *a = NULL;
	size_t last = 0, i, begin;
	uint64_t v;

	if (is_same_layer(from, to, layer))
		return NULL;
	for (i = 0; i < to->n; ) {
		v = jsonrecord_cell(to, i, layer);
		if (v == jsonrecord_cell(from, i, layer)) {
			i++;
			continue;
		}
		for (begin = i; i < to->n &&
		    jsonrecord_cell(to, i, layer) == v &&
		    jsonrecord_cell(from, i, layer) != v; i++)
			;
		if (a == NULL)
			a = json_array();
		jval_append(a, jval_number(true, begin - last));
		jval_append(a, jval_number(true, i - begin));
		jval_append(a, jval_number(v != UINT64_MAX, v));
		last = i;
	}
	return a;
}

static const char *
layer_key(int layer)
{
	return layer == LAYER_COUNT ? TAPE_STAMPS : layer_table[layer].name;
}

json_t *
tapediff_grid(const struct cells *from, const struct cells *to)
{
	json_t *diff = NULL, *a;

	for (int l = 0; l <= LAYER_COUNT; l++) {
		a = layer_diff(from, to, l);
		if (a == NULL)
			continue;
		if (diff == NULL)
			diff = json_object();
		jval_put(diff, layer_key(l), a);
	}
	return diff;
}

static bool
apply_layer(struct cells *to, const json_t *a, int layer)
{
	size_t at = 0, i;

	if (a == NULL)
		return true;
	if (!json_is_array(a) || json_array_size(a) % 3 != 0)
		return false;
	for (i = 0; i < json_array_size(a); i += 3) {
		const json_t *skip = json_array_get(a, i);
		const json_t *n = json_array_get(a, i + 1);
		json_int_t skipped = json_integer_value(skip);
		json_int_t cells = json_integer_value(n);

		if (!json_is_integer(skip) || !json_is_integer(n) ||
		    skipped < 0 || (uint64_t)skipped > to->n - at ||
		    cells < 0 ||
		    (uint64_t)cells > to->n - at - (uint64_t)skipped)
			return false;
		at += (size_t)skipped;
		if (!jsonrecord_set(to, at, at + (size_t)cells, layer,
		    json_array_get(a, i + 2)))
			return false;
		at += (size_t)cells;
	}
	return true;
}

bool
tapediff_apply_grid(struct cells *to, const json_t *diff)
{
	for (int l = 0; l <= LAYER_COUNT; l++)
		if (!apply_layer(to, json_object_get(diff, layer_key(l)), l))
			return false;
	return true;
}
