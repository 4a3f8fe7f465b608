#include "config.h"

#include "pagetide/rangelist.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/field.h"
#include "pagetide/strbuf.h"

#include "jval.h"

/* The object up to its closing brace, or from behind its opening one. */
static void
add_members(struct strbuf *sb, json_t *o, bool is_head)
{
	char *line = jval_line(o);
	size_t len = strlen(line);

	if (is_head)
		strbuf_add(sb, line, len - 1);
	else
		strbuf_adds(sb, line + 1);
	free(line);
}

void
rangelist_begin(const struct rangelist *l, struct strbuf *sb,
    const struct target_facts *t, uint64_t wall_ns, const char *by)
{
	const struct sample s = { .wall_ns = wall_ns, .target = *t };
	const struct field_of of = { .sample = &s };
	json_t *o;

	if (!l->json)
		return;
	o = json_object();
	jval_put(o, "schema", json_string(RANGELIST_SCHEMA));
	jval_fields(o, &of, "time", FIELD_FOR_ALL);
	jval_fields(o, &of, "target.", FIELD_FOR_ALL);
	jval_put(o, "source", jval_text(by));
	add_members(sb, o, true);
	strbuf_adds(sb, by != NULL ? ",\"runs\":[" : ",\"runs\":null,");
}

void
rangelist_run(struct rangelist *l, struct strbuf *sb, uint64_t offset_bytes,
    uint64_t length_bytes)
{
	if (l->json)
		strbuf_addf(sb, "%s[%" PRIu64 ",%" PRIu64 "]",
		    l->runs > 0 ? "," : "", offset_bytes, length_bytes);
	else
		strbuf_addf(sb, "%" PRIu64 " %" PRIu64 "\n", offset_bytes,
		    length_bytes);
	l->runs++;
	l->bytes += length_bytes;
}

void
rangelist_end(const struct rangelist *l, struct strbuf *sb, const char *by,
    const char *remark)
{
	json_t *o;

	if (!l->json)
		return;
	o = json_object();
	jval_put(o, "resident_bytes", jval_number(by != NULL && remark == NULL,
	    l->bytes));
	jval_put(o, "complete", json_boolean(remark == NULL));
	jval_put(o, "remark", jval_text(remark));
	if (by != NULL)
		strbuf_adds(sb, "],");
	add_members(sb, o, false);
	strbuf_addc(sb, '\n');
}
