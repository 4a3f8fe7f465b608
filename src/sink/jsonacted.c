/* The last touch and the windows of readahead, for records. */
#include "config.h"

#include "jsonacted.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/faultpath.h"
#include "pagetide/latency.h"
#include "pagetide/snapshot.h"

#include "jval.h"

/* A number that is a member of a struct, unsigned. */
struct part {
	const char	*name;
	size_t		 at, size;
	uint64_t	 below;		/* 0: any */
	/* Names of the numbers, which are written in their place. */
	const char	*(*word)(unsigned i);
};

static const char *
path_word(unsigned i)
{
	return path_table[i].name;
}

static const char *
by_word(unsigned i)
{
	return why_by_name[i] != NULL ? why_by_name[i] : "nobody";
}

static const char *
kind_word(unsigned i)
{
	return rawindow_kind_name[i];
}

#define PART(type, name, member, ...) { name, offsetof(type, member), \
    sizeof ((type *)NULL)->member, __VA_ARGS__ }
#define TOUCH(name, member) PART(struct one_touch, name, member, 0, NULL)
#define WHY(member) PART(struct one_touch, #member, why.member, 0, NULL)

static const struct part touch_parts[] = {
	TOUCH("page", page),
	TOUCH("ns", ns),
	TOUCH("read_bytes", read_bytes),
	PART(struct one_touch, "kind", kind, LATENCY_KINDS, NULL),
	TOUCH("signal", signal),
	TOUCH("code", code),
	PART(struct one_touch, "trespass", trespass, TRESPASS_COUNT, NULL),
	TOUCH("address", addr),
	TOUCH("begin_ns", begin_ns),
	TOUCH("byte_known", byte_known),
	TOUCH("byte", byte),
	PART(struct one_touch, "by", why.by, WHY_BYS, by_word),
	PART(struct one_touch, "path", why.path, PATH_COUNT, path_word),
	WHY(write),
	WHY(file),
	WHY(map_flags),
	WHY(known),
	WHY(present),
	WHY(swapped),
	WHY(guard),
	WHY(cached),
	WHY(up_to_date),
	WHY(mapped_known),
	WHY(asked_known),
	WHY(traced_known),
	WHY(map_addr),
	WHY(map_bytes),
	WHY(mapped_more),
	WHY(asked_pages),
	WHY(asked_least),
	WHY(first_page),
	WHY(marker_page),
	WHY(looks_ns),
	WHY(traced_ns),
};
#define TOUCH_PARTS (sizeof touch_parts / sizeof *touch_parts)

#define WINDOW(name, member) PART(struct rawindow, name, member, 0, NULL)

static const struct part window_parts[] = {
	WINDOW("ns", t_ns),
	WINDOW("first_page", first_page),
	WINDOW("pages", pages),
	WINDOW("async_pages", async_pages),
	WINDOW("trigger_page", trigger_page),
	PART(struct rawindow, "kind", kind, RAWINDOW_KINDS, kind_word),
	WINDOW("order", order),
	WINDOW("tid", tid),
};
#define WINDOW_PARTS (sizeof window_parts / sizeof *window_parts)

static uint64_t
part_get(const struct part *p, const void *from)
{
	uint64_t v = 0;
	uint32_t half;

	if (p->size == sizeof v) {
		memcpy(&v, (const char *)from + p->at, sizeof v);
		return v;
	}
	memcpy(&half, (const char *)from + p->at, sizeof half);
	return half;
}

static void
part_set(const struct part *p, void *to, uint64_t v)
{
	uint32_t half = (uint32_t)v;

	memcpy((char *)to + p->at, p->size == sizeof v ? (const void *)&v :
	    &half, p->size);
}

static bool
is_zero(const void *p, size_t size)
{
	const unsigned char *byte = p;

	while (size > 0 && byte[size - 1] == 0)
		size--;
	return size == 0;
}

/* Numbers above what JSON carries are below 0 there. */
static json_t *
parts_value(const struct part *part, size_t n, const void *from)
{
	json_t *o = json_object();
	uint64_t v;

	for (; n > 0; n--, part++) {
		v = part_get(part, from);
		jval_put(o, part->name, part->word != NULL && v < part->below ?
		    json_string(part->word((unsigned)v)) :
		    json_integer((json_int_t)v));
	}
	return o;
}

/* The number of the word; below: there is none. */
static uint64_t
word_number(const struct part *p, const char *text)
{
	uint64_t i;

	for (i = 0; i < p->below; i++)
		if (strcmp(p->word((unsigned)i), text) == 0)
			break;
	return i;
}

static bool
take_part(const struct part *p, const json_t *j, void *to)
{
	uint64_t v;

	if (p->word != NULL && json_is_string(j))
		v = word_number(p, json_string_value(j));
	else if (json_is_integer(j))
		v = (uint64_t)json_integer_value(j);
	else
		return j == NULL;
	if ((p->below != 0 && v >= p->below) ||
	    (p->size < sizeof v && v > UINT32_MAX))
		return false;
	part_set(p, to, v);
	return true;
}

static bool
take_parts(const struct part *part, size_t n, const json_t *o, void *to)
{
	if (!json_is_object(o))
		return false;
	for (; n > 0; n--, part++)
		if (!take_part(part, json_object_get(o, part->name), to))
			return false;
	return true;
}

json_t *
jsonacted_touched(const struct acted *a)
{
	return is_zero(&a->touched, sizeof a->touched) ? json_null() :
	    parts_value(touch_parts, TOUCH_PARTS, &a->touched);
}

bool
jsonacted_take_touched(const json_t *j, struct acted *a)
{
	return j == NULL || json_is_null(j) ||
	    take_parts(touch_parts, TOUCH_PARTS, j, &a->touched);
}

/* A slot each, so that those that stay are no difference. */
static json_t *
windows_value(const struct readahead *r)
{
	json_t *o = json_object();
	char slot[16];

	for (unsigned i = 0; i < READAHEAD_KEPT; i++) {
		if (is_zero(&r->window[i], sizeof r->window[i]))
			continue;
		snprintf(slot, sizeof slot, "%u", i);
		jval_put(o, slot, parts_value(window_parts, WINDOW_PARTS,
		    &r->window[i]));
	}
	return o;
}

json_t *
jsonacted_readahead(const struct acted *a)
{
	const struct readahead *r = &a->readahead;
	json_t *o;

	if (is_zero(r, sizeof *r))
		return json_null();
	o = json_object();
	jval_put(o, "known", json_boolean(r->known));
	jval_put(o, "exact", json_boolean(r->exact));
	jval_put(o, "windows", json_integer((json_int_t)r->windows));
	jval_put(o, "pages", json_integer((json_int_t)r->pages));
	jval_put(o, "lost", json_integer((json_int_t)r->lost));
	jval_put(o, "in_part", json_integer((json_int_t)r->in_part));
	jval_put(o, "use_known", json_boolean(r->use_known));
	jval_put(o, "kept_pages", json_integer((json_int_t)r->kept_pages));
	jval_put(o, "touched_pages", json_integer((json_int_t)
	    r->touched_pages));
	jval_put(o, "use_writes", json_integer((json_int_t)r->use_writes));
	jval_put(o, "slots", windows_value(r));
	return o;
}

bool
jsonacted_take_readahead(const json_t *j, struct acted *a)
{
	struct readahead *r = &a->readahead;
	const json_t *slots = json_object_get(j, "slots"), *window;
	char slot[16];

	if (j == NULL || json_is_null(j))
		return true;
	if (!json_is_object(j))
		return false;
	r->known = json_is_true(json_object_get(j, "known"));
	r->exact = json_is_true(json_object_get(j, "exact"));
	r->windows = (uint64_t)json_integer_value(json_object_get(j,
	    "windows"));
	r->pages = (uint64_t)json_integer_value(json_object_get(j, "pages"));
	r->lost = (uint64_t)json_integer_value(json_object_get(j, "lost"));
	r->in_part = (uint64_t)json_integer_value(json_object_get(j,
	    "in_part"));
	r->use_known = json_is_true(json_object_get(j, "use_known"));
	r->kept_pages = (uint64_t)json_integer_value(json_object_get(j,
	    "kept_pages"));
	r->touched_pages = (uint64_t)json_integer_value(json_object_get(j,
	    "touched_pages"));
	r->use_writes = (uint64_t)json_integer_value(json_object_get(j,
	    "use_writes"));
	for (unsigned i = 0; i < READAHEAD_KEPT; i++) {
		snprintf(slot, sizeof slot, "%u", i);
		window = json_object_get(slots, slot);
		if (window != NULL && !json_is_null(window) &&
		    !take_parts(window_parts, WINDOW_PARTS, window,
		    &r->window[i]))
			return false;
	}
	return true;
}
