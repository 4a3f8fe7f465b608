/* Recordings without names: of files, cgroups and machines. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/utf8.h"

#include "jval.h"
#include "tapeparts.h"

/* Fewer bytes of a name at the end of a text that was cut can be anything. */
#define CUT_MIN 3

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

static void
add_name(struct tapenames *n, const char *name, const char *instead)
{
	struct strbuf safe = STRBUF_INIT;

	if (name != NULL && name[0] != '\0' && strcmp(name, "/") != 0 &&
	    n->n < TAPE_NAMES) {
		text_safe(&safe, name);
		strbuf_reset(&n->name[n->n]);
		utf8_add(&n->name[n->n], safe.s);
		n->instead[n->n++] = instead;
	}
	strbuf_done(&safe);
}

static const char *
last_part(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;

	return slash != NULL ? slash + 1 : path;
}

void
tapenames_learn(struct tapenames *n, const struct snapshot *s)
{
	const char *path = s->sample.target.path;
	const char *cgroup = s->sample.memory.limit_cgroup;
	struct utsname machine;

	n->n = 0;
	add_name(n, path, TAPE_FILE);
	add_name(n, cgroup, "cgroup");
	add_name(n, last_part(path), TAPE_FILE);
	add_name(n, last_part(cgroup), "cgroup");
	if (uname(&machine) == 0)
		add_name(n, machine.nodename, "host");
}

void
tapenames_done(struct tapenames *n)
{
	for (size_t i = 0; i < TAPE_NAMES; i++)
		strbuf_done(&n->name[i]);
}

/* How much of text, which begins where a word does or may, is that name, or as
 * much of it as there was room for; 0: it is not. */
static size_t
is_name(const struct strbuf *name, const char *text)
{
	size_t len = 0;

	while (name->s[len] != '\0' && text[len] == name->s[len])
		len++;
	if (name->s[len] == '\0')
		return is_word(name->s[len - 1]) && is_word(text[len]) ? 0 :
		    len;
	return len >= CUT_MIN && strcmp(text + len, "..") == 0 ? len : 0;
}

/* Where something else lies, and what it is called. */
static size_t
is_path(const char *text)
{
	return text[0] == '/' && is_word(text[1]) ?
	    strcspn(text, " \t\"'`:;,()<>|") : 0;
}

/* The bytes of text to leave out; 0: none. */
static size_t
find(const struct tapenames *n, const char *text, bool begins,
    const char **instead)
{
	size_t len = 0;

	for (size_t i = 0; i < n->n && len == 0; i++)
		if (begins || !is_word(n->name[i].s[0])) {
			len = is_name(&n->name[i], text);
			*instead = n->instead[i];
		}
	if (len == 0 && begins) {
		len = is_path(text);
		*instead = "path";
	}
	return len;
}

static json_t *
without(const struct tapenames *n, const char *text)
{
	struct strbuf out = STRBUF_INIT;
	const char *instead = "";
	bool begins = true;
	json_t *value;
	size_t len;

	while (*text != '\0') {
		len = find(n, text, begins, &instead);
		if (len > 0)
			strbuf_adds(&out, instead);
		else
			strbuf_addc(&out, *text);
		text += len > 0 ? len : 1;
		begins = !is_word(text[-1]);
	}
	value = json_string(out.s);
	strbuf_done(&out);
	return value;
}

/* A word by itself is one of ours; what is said is more than one. */
static bool
is_said(const char *key, const char *text)
{
	return strcmp(key, "text") == 0 || strpbrk(text, " /") != NULL;
}

static json_t *
hidden(const struct tapenames *n, const char *key, json_t *value)
{
	if (!json_is_string(value))
		tapenames_hide(n, value);
	else if (is_said(key, json_string_value(value)))
		return without(n, json_string_value(value));
	return json_incref(value);
}

/* Bytes that are no text are beside it. */
static bool
is_hex(const char *key)
{
	size_t len = strlen(key), end = sizeof JVAL_HEX - 1;

	return len > end && strcmp(key + len - end, JVAL_HEX) == 0;
}

void
tapenames_hide(const struct tapenames *n, json_t *value)
{
	const char *key;
	void *next;
	json_t *each;
	size_t i;

	json_object_foreach_safe(value, next, key, each) {
		if (is_hex(key))
			json_object_del(value, key);
		else
			jval_put(value, key, hidden(n, key, each));
	}
	json_array_foreach(value, i, each)
		json_array_set_new(value, i, hidden(n, "", each));
}
