#include "config.h"

#include "pagetide/proclist.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/field.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/vmasum.h"

#include "jval.h"

#define ADVICE_CHARS 64

static void
size_column(struct strbuf *sb, uint64_t bytes)
{
	char buf[UNITS_MAX];

	strbuf_addf(sb, " %10s", units_bytes(buf, bytes));
}

static void
rate_columns(struct strbuf *sb, const struct process *p, uint64_t within_ns)
{
	double seconds = (double)within_ns / NS_PER_S;
	char minor[UNITS_MAX], major[UNITS_MAX];

	strbuf_addf(sb, "%7s %7s  ",
	    units_rate(minor, (double)p->new_minor / seconds),
	    units_rate(major, (double)p->new_major / seconds));
}

void
proclist_lines(struct strbuf *sb, const struct processes *all,
    uint32_t page_bytes)
{
	const struct process *p;

	strbuf_addf(sb, "%7s %10s %10s %12s %10s  ", "PID", "FILES",
	    "RESIDENT", "MINOR", "MAJOR");
	strbuf_adds(sb, all->within_ns != 0 ? "MINOR/S MAJOR/S  NAME\n" :
	    "NAME\n");
	for (p = all->process; p < all->process + all->n; p++) {
		strbuf_addf(sb, "%7d", (int)p->pid);
		size_column(sb, p->file_pages * page_bytes);
		size_column(sb, p->resident_pages * page_bytes);
		strbuf_addf(sb, " %12" PRIu64 " %10" PRIu64 "  ", p->minor,
		    p->major);
		if (all->within_ns != 0)
			rate_columns(sb, p, all->within_ns);
		text_safe(sb, p->name);
		strbuf_addc(sb, '\n');
	}
}

static void
sum_columns(struct strbuf *sb, const struct vmasum *s)
{
	size_column(sb, s->size_bytes);
	size_column(sb, s->resident_bytes);
	size_column(sb, s->pss_bytes);
	size_column(sb, s->swap_bytes);
}

static void
mapping_line(struct strbuf *sb, const struct mapping_pieces *m)
{
	struct vmasum s = vmasum_of(m);
	char advice[ADVICE_CHARS], at[24];

	snprintf(at, sizeof at, "%012" PRIx64, m->piece->start);
	strbuf_addf(sb, "%-16s", at);
	sum_columns(sb, &s);
	strbuf_addf(sb, " %s %6zu  %-10s  ", s.perms, s.pieces,
	    advice_vmflags_text(advice, sizeof advice, s.vmflags, s.differ));
	text_safe(sb, m->piece->name[0] != '\0' ? m->piece->name : "anon");
	strbuf_addc(sb, '\n');
}

void
maplist_lines(struct strbuf *sb, const struct maplist *l)
{
	struct vmasum all = { 0 };
	size_t i, k;

	for (i = 0; i < l->n; i++)
		for (k = 0; k < l->mapping[i].n; k++)
			vmasum_add(&all, &l->mapping[i].piece[k]);
	strbuf_addf(sb, "%-16s %10s %10s %10s %10s %s %s  %-10s  %s\n",
	    "ADDRESS", "SIZE", "RESIDENT", "PSS", "SWAP", "PERM", "PIECES",
	    "ADVICE", "NAME");
	strbuf_addf(sb, "%-16s", "all");
	sum_columns(sb, &all);
	strbuf_addf(sb, " %4s %6zu  %-10s  ", "-", all.pieces, "-");
	text_safe(sb, l->process.name);
	strbuf_addf(sb, ", pid %d: faults %" PRIu64 " minor, %" PRIu64
	    " major\n", (int)l->process.pid, l->process.minor,
	    l->process.major);
	for (i = 0; i < l->n; i++)
		mapping_line(sb, &l->mapping[i]);
}

static json_t *
head(const char *schema, uint64_t wall_ns)
{
	const struct sample s = { .wall_ns = wall_ns };
	const struct field_of of = { .sample = &s };
	json_t *o = json_object();

	jval_put(o, "schema", json_string(schema));
	jval_fields(o, &of, "time", FIELD_FOR_ALL);
	return o;
}

static void
put_bytes(json_t *o, const char *name, uint64_t bytes)
{
	jval_put(o, name, jval_number(true, bytes));
}

static json_t *
process_object(const struct process *p, uint32_t page_bytes)
{
	const char state[] = { p->state, '\0' };
	json_t *o = json_object();

	jval_put(o, "pid", json_integer(p->pid));
	jval_put(o, "name", jval_text(p->name));
	jval_put(o, "state", jval_text(state));
	put_bytes(o, "size_bytes", p->size_pages * page_bytes);
	put_bytes(o, "resident_bytes", p->resident_pages * page_bytes);
	put_bytes(o, "file_bytes", p->file_pages * page_bytes);
	put_bytes(o, "minor_faults", p->minor);
	put_bytes(o, "major_faults", p->major);
	return o;
}

/* Appends the line; o is given away. */
static void
add_line(struct strbuf *sb, json_t *o)
{
	char *line = jval_line(o);

	strbuf_addf(sb, "%s\n", line);
	free(line);
}

void
proclist_json(struct strbuf *sb, const struct processes *all,
    uint64_t wall_ns, uint32_t page_bytes)
{
	json_t *o = head(PROCLIST_SCHEMA, wall_ns), *a = json_array(), *p;
	size_t i;

	jval_put(o, "within_ns", jval_number(all->within_ns != 0,
	    all->within_ns));
	for (i = 0; i < all->n; i++) {
		p = process_object(&all->process[i], page_bytes);
		jval_put(p, "new_minor_faults", jval_number(all->within_ns !=
		    0, all->process[i].new_minor));
		jval_put(p, "new_major_faults", jval_number(all->within_ns !=
		    0, all->process[i].new_major));
		jval_append(a, p);
	}
	jval_put(o, "processes", a);
	add_line(sb, o);
}

/* As text: of vsyscall it is more than a number of JSON can carry. */
static void
put_address(json_t *o, const char *name, uint64_t address)
{
	char text[24];

	snprintf(text, sizeof text, "0x%" PRIx64, address);
	jval_put(o, name, json_string(text));
}

static json_t *
piece_object(const struct vma *v)
{
	json_t *o = json_object();
	char advice[ADVICE_CHARS];

	put_address(o, "start", v->start);
	put_address(o, "end", v->end);
	jval_put(o, "permissions", json_string(v->perms));
	put_bytes(o, "offset_bytes", v->offset);
	put_bytes(o, "resident_bytes", v->resident_bytes);
	put_bytes(o, "pss_bytes", v->pss_bytes);
	put_bytes(o, "swap_bytes", v->swap_bytes);
	jval_put(o, "advice", json_string(advice_vmflags_text(advice,
	    sizeof advice, v->vmflags, 0)));
	return o;
}

static json_t *
mapping_object(const struct mapping_pieces *m)
{
	json_t *o = json_object(), *a = json_array();
	struct vmasum s = vmasum_of(m);
	char device[24];
	size_t i;

	snprintf(device, sizeof device, "%02x:%02x", m->piece->dev_major,
	    m->piece->dev_minor);
	jval_put(o, "name", jval_text(m->piece->name));
	jval_put(o, "device", json_string(device));
	put_bytes(o, "inode", m->piece->ino);
	put_address(o, "start", m->piece->start);
	put_address(o, "end", m->piece[m->n - 1].end);
	put_bytes(o, "size_bytes", s.size_bytes);
	put_bytes(o, "resident_bytes", s.resident_bytes);
	put_bytes(o, "pss_bytes", s.pss_bytes);
	put_bytes(o, "swap_bytes", s.swap_bytes);
	for (i = 0; i < m->n; i++)
		jval_append(a, piece_object(&m->piece[i]));
	jval_put(o, "pieces", a);
	return o;
}

void
maplist_json(struct strbuf *sb, const struct maplist *l, uint32_t page_bytes)
{
	json_t *o = head(MAPLIST_SCHEMA, l->wall_ns);
	char *line;
	size_t i;

	jval_put(o, "process", process_object(&l->process, page_bytes));
	jval_put(o, "mappings", json_array());
	line = jval_line(o);
	strbuf_add(sb, line, strlen(line) - strlen("]}"));
	free(line);
	/* There may be very many: each is text at once. */
	for (i = 0; i < l->n; i++) {
		line = jval_line(mapping_object(&l->mapping[i]));
		strbuf_addf(sb, "%s%s", i > 0 ? "," : "", line);
		free(line);
	}
	strbuf_adds(sb, "]}\n");
}
