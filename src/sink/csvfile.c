#include "config.h"

#include "pagetide/csvfile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/field.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"

#include "jval.h"

/* Of the acts of a session, not of a moment. */
static const char *const left_out[] = { "walk.", "touch.", "act.", "compare." };

static bool
is_column(const struct field *f)
{
	size_t i;

	if (f->whom != FIELD_FOR_ALL || f->kind == FIELD_GROUP ||
	    f->kind == FIELD_COUNTS || f->kind == FIELD_LIST)
		return false;
	for (i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (strncmp(f->name, left_out[i], strlen(left_out[i])) == 0)
			return false;
	return true;
}

void
csvfile_head(struct strbuf *out)
{
	const char *between = "";

	for (unsigned i = 0; i < field_count; i++) {
		if (!is_column(&field_table[i]))
			continue;
		strbuf_addf(out, "%s%s", between, field_table[i].name);
		between = ",";
	}
	strbuf_adds(out, "\r\n");
}

/* In quotes where it needs them. */
static void
add_text(struct strbuf *out, const char *text)
{
	struct strbuf safe = STRBUF_INIT;
	bool quoted;

	text_safe(&safe, text);
	quoted = safe.s[strcspn(safe.s, ",\"")] != '\0';
	if (quoted)
		strbuf_addc(out, '"');
	for (const char *s = safe.s; *s != '\0'; s++) {
		if (*s == '"')
			strbuf_addc(out, '"');
		strbuf_addc(out, *s);
	}
	if (quoted)
		strbuf_addc(out, '"');
	strbuf_done(&safe);
}

static void
add_value(struct strbuf *out, json_t *v)
{
	char *text;

	if (json_is_string(v)) {
		add_text(out, json_string_value(v));
		json_decref(v);
		return;
	}
	if (json_is_null(v)) {
		json_decref(v);
		return;
	}
	text = jval_scalar(v);
	strbuf_adds(out, text);
	free(text);
}

void
csvfile_row(struct strbuf *out, const struct snapshot *s)
{
	const struct field_of of = { .sample = &s->sample, .snapshot = s };
	const char *between = "";

	for (unsigned i = 0; i < field_count; i++) {
		if (!is_column(&field_table[i]))
			continue;
		strbuf_adds(out, between);
		add_value(out, jval_field(&field_table[i], &of));
		between = ",";
	}
	strbuf_adds(out, "\r\n");
}
