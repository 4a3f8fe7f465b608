#include "config.h"

#include "jval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/diagnosis.h"
#include "pagetide/field.h"
#include "pagetide/strbuf.h"
#include "pagetide/utf8.h"
#include "pagetide/xalloc.h"

/* Enough for microseconds of a present day, without noise behind them. */
#define TIME_DIGITS 16

json_t *
jval_text(const char *s)
{
	struct strbuf	 sb = STRBUF_INIT;
	json_t		*value;

	if (s == NULL)
		return json_null();
	utf8_add(&sb, s);
	value = json_string(sb.s);
	strbuf_done(&sb);
	return value;
}

json_t *
jval_number(bool known, uint64_t n)
{
	if (!known || n > INT64_MAX)
		return json_null();
	return json_integer((json_int_t)n);
}

void
jval_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		fatal("out of memory (JSON)");
}

void
jval_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		fatal("out of memory (JSON)");
}

json_t *
jval_parent(json_t *o, const char *name, bool make, const char **leaf)
{
	char key[32];
	json_t *in;
	size_t n;

	for (; name[n = strcspn(name, ".")] != '\0'; name += n + 1) {
		if (n >= sizeof key)
			return NULL;
		memcpy(key, name, n);
		key[n] = '\0';
		in = json_object_get(o, key);
		if (in == NULL && make)
			jval_put(o, key, in = json_object());
		if (!json_is_object(in))
			return NULL;
		o = in;
	}
	*leaf = name;
	return o;
}

static json_t *
counts_value(const struct field_value *v)
{
	json_t *a = json_array();

	for (int64_t i = 0; i < v->n; i++)
		jval_append(a, jval_number(true, v->count[i]));
	return a;
}

/* What happens now; nothing is an empty array. */
static json_t *
diagnosis_value(const struct diagnosis *d)
{
	json_t *a = json_array(), *o;

	for (unsigned i = 0; i < d->n; i++) {
		o = json_object();
		jval_put(o, "rule", jval_text(d->item[i].rule));
		jval_put(o, "text", jval_text(d->item[i].text));
		jval_put(o, "cause", jval_text(d->item[i].cause));
		jval_put(o, "command", jval_text(d->item[i].command));
		jval_append(a, o);
	}
	return a;
}

static json_t *
field_json(const struct field *f, const struct field_value *v)
{
	if (!v->known)
		return json_null();
	switch (f->kind) {
	case FIELD_GROUP:
		return json_object();
	case FIELD_NUMBER:
		return f->whom == FIELD_FOR_ALL ?
		    jval_number(true, (uint64_t)v->n) : json_integer(v->n);
	case FIELD_CHANGE:
		return json_integer(v->n);
	case FIELD_PERCENT:
		return json_real((double)v->n / 100);
	case FIELD_TIME:
		return json_real((double)(v->n / (int64_t)NS_PER_US) / 1e6);
	case FIELD_STATE:
		return json_boolean(v->n);
	case FIELD_TEXT:
		return jval_text(v->text);
	case FIELD_COUNTS:
		return counts_value(v);
	case FIELD_LIST:
		return diagnosis_value(v->list);
	}
	return json_null();
}

json_t *
jval_field(const struct field *f, const struct field_of *of)
{
	struct field_value v = field_get(f, of);

	return field_json(f, &v);
}

/* The bytes of what is no text are beside it in a record. */
static void
put_bytes(json_t *o, const char *leaf, const char *bytes)
{
	struct strbuf hex = STRBUF_INIT;
	char *key = xasprintf("%s" JVAL_HEX, leaf);

	for (; *bytes != '\0'; bytes++)
		strbuf_addf(&hex, "%02x", (unsigned char)*bytes);
	jval_put(o, key, json_string(hex.s));
	strbuf_done(&hex);
	free(key);
}

static void
put_field(json_t *root, const struct field *f, const struct field_of *of,
    enum field_for whom)
{
	struct field_value v = field_get(f, of);
	const char *leaf;
	json_t *o = jval_parent(root, f->name, true, &leaf);

	if (o == NULL)
		return;
	jval_put(o, leaf, field_json(f, &v));
	if (whom == FIELD_FOR_RECORD && v.text != NULL &&
	    !utf8_is_all(v.text))
		put_bytes(o, leaf, v.text);
}

void
jval_fields(json_t *root, const struct field_of *of, const char *beginning,
    enum field_for whom)
{
	for (const struct field *f = field_table;
	    f < field_table + field_count; f++)
		if (f->whom <= whom && strncmp(f->name, beginning,
		    strlen(beginning)) == 0)
			put_field(root, f, of, whom);
}

/* JSON lets DEL through as it is; a terminal must not get it. */
static char *
escape_del(const char *s)
{
	struct strbuf	sb = STRBUF_INIT;
	size_t		n;

	for (; *s != '\0'; s += n) {
		n = strcspn(s, "\x7f");
		strbuf_add(&sb, s, n);
		if (s[n] == '\x7f') {
			strbuf_adds(&sb, "\\u007f");
			n++;
		}
	}
	return strbuf_detach(&sb);
}

static char *
dump(json_t *o, size_t flags)
{
	char *text, *line;

	text = json_dumps(o, flags | JSON_COMPACT | JSON_ENSURE_ASCII |
	    JSON_REAL_PRECISION(TIME_DIGITS));
	if (text == NULL)
		fatal("cannot write JSON");
	line = escape_del(text);
	free(text);
	json_decref(o);
	return line;
}

char *
jval_line(json_t *o)
{
	return dump(o, 0);
}

char *
jval_scalar(json_t *o)
{
	return dump(o, JSON_ENCODE_ANY);
}
