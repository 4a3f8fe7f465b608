#include "config.h"

#include "pagetide/browsecols.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/units.h"

static void
put_bytes(char buf[BROWSE_TEXT_MAX], bool known, uint64_t bytes)
{
	char text[UNITS_MAX];

	snprintf(buf, BROWSE_TEXT_MAX, "%s", known ? units_bytes(text, bytes) : "?");
}

static void
text_pid(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	snprintf(buf, BROWSE_TEXT_MAX, "%d", (int)r->process->pid);
}

static void
text_files(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	put_bytes(buf, true, r->process->file_pages * b->page_bytes);
}

static void
text_process_resident(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	put_bytes(buf, true, r->process->resident_pages * b->page_bytes);
}

static void
text_process_size(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	put_bytes(buf, true, r->process->size_pages * b->page_bytes);
}

static void
put_rate(char buf[BROWSE_TEXT_MAX], const struct browse_look *b, uint64_t n)
{
	char text[UNITS_MAX];

	snprintf(buf, BROWSE_TEXT_MAX, "%s", b->within_ns == 0 ? "?" :
	    units_rate(text, (double)n * NS_PER_S / (double)b->within_ns));
}

static void
text_minor(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	put_rate(buf, b, r->process->new_minor);
}

static void
text_major(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	put_rate(buf, b, r->process->new_major);
}

static void
text_minor_all(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	snprintf(buf, BROWSE_TEXT_MAX, "%" PRIu64, r->process->minor);
}

static void
text_major_all(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	snprintf(buf, BROWSE_TEXT_MAX, "%" PRIu64, r->process->major);
}

static const struct browse_column process_columns[] = {
	{ "PID", 7, 0, false, text_pid },
	{ "FILES", 10, 1, false, text_files },
	{ "RESIDENT", 10, 2, false, text_process_resident },
	{ "SIZE", 10, 6, false, text_process_size },
	{ "MINOR/S", 8, 3, false, text_minor },
	{ "MAJOR/S", 8, 3, false, text_major },
	{ "MINOR", 11, 5, false, text_minor_all },
	{ "MAJOR", 9, 5, false, text_major_all },
};

static bool
is_counted(const struct vmasum *s)
{
	return s->uncounted == 0;
}

static void
text_address(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	if (r->mapping.n == 0)
		snprintf(buf, BROWSE_TEXT_MAX, "all");
	else
		snprintf(buf, BROWSE_TEXT_MAX, "%012" PRIx64,
		    r->mapping.piece->start);
}

/* With its last letter, shared or private. */
static void
text_perms(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	snprintf(buf, BROWSE_TEXT_MAX, "%s", r->mapping.n == 0 ? "" : r->sum.perms);
}

static void
text_size(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	put_bytes(buf, true, r->sum.size_bytes);
}

static void
text_resident(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	put_bytes(buf, is_counted(&r->sum), r->sum.resident_bytes);
}

static void
text_pss(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	put_bytes(buf, is_counted(&r->sum), r->sum.pss_bytes);
}

static void
text_swap(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	put_bytes(buf, is_counted(&r->sum), r->sum.swap_bytes);
}

static void
text_pieces(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	snprintf(buf, BROWSE_TEXT_MAX, "%zu", r->sum.pieces);
}

static void
text_advice(char buf[BROWSE_TEXT_MAX], const struct browse_look *b,
    const struct browse_row *r)
{
	(void)b;
	if (r->mapping.n == 0)
		buf[0] = '\0';
	else if (!is_counted(&r->sum))
		snprintf(buf, BROWSE_TEXT_MAX, "?");
	else
		advice_vmflags_text(buf, BROWSE_TEXT_MAX, r->sum.vmflags,
		    r->sum.differ);
}

static const struct browse_column mapping_columns[] = {
	{ "ADDRESS", 12, 0, true, text_address },
	{ "PERM", 4, 2, true, text_perms },
	{ "SIZE", 10, 1, false, text_size },
	{ "RESIDENT", 10, 1, false, text_resident },
	{ "", BROWSE_BAR_COLS, 5, true, NULL },
	{ "PSS", 10, 4, false, text_pss },
	{ "SWAP", 10, 7, false, text_swap },
	{ "PIECES", 6, 6, false, text_pieces },
	{ "ADVICE", 17, 3, true, text_advice },
};

const struct browse_column *
browse_columns(enum browse_kind kind, size_t *n)
{
	if (kind == BROWSE_MAPPINGS) {
		*n = sizeof mapping_columns / sizeof mapping_columns[0];
		return mapping_columns;
	}
	*n = sizeof process_columns / sizeof process_columns[0];
	return process_columns;
}
