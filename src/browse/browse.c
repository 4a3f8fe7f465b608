#include "config.h"

#include "pagetide/browse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/maps.h"
#include "pagetide/processes.h"
#include "pagetide/xalloc.h"

#include "feed.h"
#include "rows.h"
#include "wire.h"

struct browse {
	char		*name;		/* of the processes; NULL: any */
	enum browse_kind kind;		/* that is open, or was last */
	bool		 open;
	pid_t		 pid;		/* whose mappings */
	uint64_t	 start_ticks;
	struct feed	 feed;		/* of the process that reads */

	struct wire_head head;		/* of the last one */
	bool		 read;		/* there was one, ... */
	bool		 fresh;		/* ... since the list was opened */
	char		 why[256];	/* it can't be read (any more) */
	struct processes processes;
	struct vmas	 vmas;
	struct rows	 rows;
	size_t		 at;		/* of the cursor */
	pid_t		 from;		/* the process that is to be under it
					   at first; 0: the first one */
	enum browse_sort sort[BROWSE_MAPPINGS + 1];
	char		 filter[BROWSE_MAPPINGS + 1][64];
	struct browse_want want;
};

struct browse *
browse_new(const char *name)
{
	struct browse *b = xcalloc(1, sizeof *b);

	b->name = name != NULL ? xstrdup(name) : NULL;
	b->sort[BROWSE_PROCESSES] = BROWSE_BY_FILES;
	b->sort[BROWSE_MAPPINGS] = BROWSE_BY_RESIDENT;
	feed_init(&b->feed);
	return b;
}

static void
forget(struct browse *b)
{
	processes_free(&b->processes);
	maps_free(&b->vmas);
	rows_free(&b->rows);
	b->head = (struct wire_head){ 0 };
	b->read = false;
	b->why[0] = '\0';
	b->at = 0;
}

void
browse_free(struct browse *b)
{
	if (b == NULL)
		return;
	feed_end(&b->feed);
	forget(b);
	free(b->name);
	free(b);
}

/* Nothing is known of another list. */
static void
set_list(struct browse *b, enum browse_kind kind, pid_t pid,
    uint64_t start_ticks)
{
	if (kind != b->kind || pid != b->pid || start_ticks != b->start_ticks)
		forget(b);
	b->kind = kind;
	b->pid = pid;
	b->start_ticks = start_ticks;
}

void
browse_of(struct browse *b, pid_t pid, uint64_t start_ticks)
{
	set_list(b, BROWSE_MAPPINGS, pid, start_ticks);
}

int
browse_open(struct browse *b, enum browse_kind kind, pid_t pid,
    uint64_t start_ticks)
{
	b->from = kind == BROWSE_PROCESSES && b->kind == BROWSE_MAPPINGS ?
	    b->pid : 0;
	set_list(b, kind, pid, start_ticks);
	b->open = true;
	b->fresh = false;
	b->why[0] = '\0';
	return feed_start(&b->feed, kind, pid, start_ticks, b->name);
}

void
browse_close(struct browse *b)
{
	feed_end(&b->feed);
	b->open = false;
}

bool
browse_is_open(const struct browse *b)
{
	return b != NULL && b->open;
}

int
browse_fd(const struct browse *b)
{
	return b->feed.aside.fd;
}

/* Where the row under the cursor is now; else the cursor stays where it is. */
static void
find_cursor(struct browse *b, const struct browse_row *cursor)
{
	size_t i;

	for (i = 0; cursor != NULL && i < b->rows.n; i++)
		if (rows_same(&b->rows.row[i], cursor)) {
			b->at = i;
			return;
		}
	if (b->at >= b->rows.n)
		b->at = b->rows.n > 0 ? b->rows.n - 1 : 0;
}

/* The rows of what was read; cursor: the row that it was on, or NULL. */
static void
make_rows(struct browse *b, const struct browse_row *cursor)
{
	if (b->kind == BROWSE_PROCESSES)
		rows_processes(&b->rows, &b->processes,
		    b->filter[b->kind]);
	else
		rows_mappings(&b->rows, &b->vmas, b->filter[b->kind]);
	rows_sort(&b->rows, b->sort[b->kind]);
	find_cursor(b, cursor);
}

/* The row under the cursor, with what it points to; NULL: there is none. */
static const struct browse_row *
keep_cursor(const struct browse *b, struct browse_row *row,
    struct process *process, struct vma *vma)
{
	if (b->rows.n == 0)
		return NULL;
	*row = b->rows.row[b->at];
	if (row->process != NULL) {
		*process = *row->process;
		row->process = process;
	} else {
		*vma = *row->mapping.piece;
		row->mapping = (struct mapping_pieces){ vma, 1 };
	}
	return row;
}

static void
say_why(struct browse *b)
{
	const struct process *p = &b->head.process;
	int err = -b->head.err;

	b->why[0] = '\0';
	if (err == ESRCH && p->state == 'Z')
		snprintf(b->why, sizeof b->why, "process %d has ended: it "
		    "is a zombie, without memory", (int)b->pid);
	else if (err == ESRCH || err == ENOENT)
		snprintf(b->why, sizeof b->why, "process %d %s", (int)b->pid,
		    p->kernel ? "is a thread of the kernel's" :
		    "has ended, or has no memory any more");
	else if (err == EACCES || err == EPERM)
		snprintf(b->why, sizeof b->why, "what process %d has mapped "
		    "can't be read: %s; its user may, root, and who has "
		    "CAP_SYS_PTRACE, or CAP_PERFMON from Linux 6.18 on",
		    (int)b->pid, strerror(err));
	else if (err != 0)
		snprintf(b->why, sizeof b->why, "the list can't be read: %s",
		    strerror(err));
}

/* The one that the user comes from. */
static void
find_process(struct browse *b)
{
	size_t i;

	for (i = 0; i < b->rows.n; i++)
		if (b->rows.row[i].process->pid == b->from)
			b->at = i;
}

/* What was read last stays where it can't be any more. */
static void
take(struct browse *b, const struct wire_head *head, const char *data)
{
	struct process process;
	struct browse_row row;
	struct vma vma;
	const struct browse_row *cursor = keep_cursor(b, &row, &process, &vma);
	struct process last = b->head.process;

	b->head = *head;
	b->fresh = true;
	say_why(b);
	if (head->err != 0 && b->read && b->kind == BROWSE_MAPPINGS) {
		b->head.process = last;
		return;
	}
	if (head->kind == BROWSE_PROCESSES)
		wire_take_processes(head, data, &b->processes);
	else
		wire_take_mappings(head, data, &b->vmas);
	if (head->kind == BROWSE_MAPPINGS && head->err == 0)
		b->start_ticks = head->process.start_ticks;
	make_rows(b, cursor);
	if (!b->read && b->from != 0)
		find_process(b);
	b->read = true;
}

bool
browse_ready(struct browse *b)
{
	bool more = feed_read(&b->feed), any = !more;
	const struct wire_head *head;

	while ((head = feed_next(&b->feed)) != NULL) {
		take(b, head, feed_records(&b->feed));
		any = true;
	}
	/* It ends by itself where there is nothing to read any more. */
	if (!more && b->why[0] == '\0')
		snprintf(b->why, sizeof b->why, "the process that reads the "
		    "list has ended");
	return any;
}

void
browse_look(const struct browse *b, struct browse_look *look)
{
	size_t i;

	*look = (struct browse_look){ 0 };
	if (b == NULL)
		return;
	*look = (struct browse_look){
		.kind = b->open ? b->kind : BROWSE_NOTHING,
		.read = b->read,
		.why = b->why[0] != '\0' ? b->why : NULL,
		.name = b->name,
		.process = b->kind == BROWSE_MAPPINGS && b->read ?
		    &b->head.process : NULL,
		.row = b->rows.row, .n = b->rows.n, .of = b->rows.of,
		.at = b->at,
		.sort = rows_sort_word(b->sort[b->kind]),
		.filter = b->filter[b->kind],
		.within_ns = b->head.within_ns, .took_ns = b->head.took_ns,
		.page_bytes = (uint32_t)sysconf(_SC_PAGESIZE),
	};
	if (b->head.counted_ns != 0)
		look->age_ns = clock_now_ns() - b->head.counted_ns;
	for (i = 0; i < b->vmas.n; i++)
		vmasum_add(&look->all, &b->vmas.vma[i]);
}

bool
browse_is_whole(const struct browse *b)
{
	if (!b->fresh || b->why[0] != '\0')
		return b->why[0] != '\0';
	return b->kind == BROWSE_PROCESSES ? b->head.within_ns != 0 :
	    b->head.counted_ns != 0;
}

void
browse_move(struct browse *b, enum browse_move move, size_t page)
{
	size_t last = b->rows.n > 0 ? b->rows.n - 1 : 0;
	size_t by = move == BROWSE_PAGEUP || move == BROWSE_PAGEDOWN ? page :
	    1;

	if (move == BROWSE_FIRST)
		b->at = 0;
	else if (move == BROWSE_LAST)
		b->at = last;
	else if (move == BROWSE_UP || move == BROWSE_PAGEUP)
		b->at = b->at > by ? b->at - by : 0;
	else
		b->at = b->at + by < last ? b->at + by : last;
}

/* With the rows as they are to be now, the cursor on the same. */
static void
arrange(struct browse *b)
{
	struct process process;
	struct browse_row row;
	struct vma vma;

	make_rows(b, keep_cursor(b, &row, &process, &vma));
}

bool
browse_sort(struct browse *b, enum browse_sort sort)
{
	if (!rows_sort_of(sort, b->kind))
		return false;
	b->sort[b->kind] = sort;
	arrange(b);
	return true;
}

void
browse_sort_next(struct browse *b)
{
	enum browse_sort sort = b->sort[b->kind];

	do
		sort = (sort + 1) % BROWSE_SORTS;
	while (!browse_sort(b, sort));
}

void
browse_filter(struct browse *b, const char *text)
{
	snprintf(b->filter[b->kind], sizeof b->filter[b->kind], "%s", text);
	arrange(b);
}

void
browse_filter_first(struct browse *b, const char *text)
{
	snprintf(b->filter[BROWSE_MAPPINGS],
	    sizeof b->filter[BROWSE_MAPPINGS], "%s", text);
}

bool
browse_take(struct browse *b, int by)
{
	const struct browse_row *r;

	if (b->rows.n == 0)
		return false;
	b->at = (b->at + b->rows.n + (size_t)by) % b->rows.n;
	r = &b->rows.row[b->at];
	b->want = (struct browse_want){ .what = BROWSE_LIST,
		.kind = BROWSE_MAPPINGS };
	if (r->process != NULL) {
		b->want.pid = r->process->pid;
		b->want.start_ticks = r->process->start_ticks;
		return true;
	}
	b->want.what = BROWSE_TARGET;
	b->want.pid = b->head.process.pid;
	b->want.start_ticks = b->head.process.start_ticks;
	b->want.addr = r->mapping.piece->start;
	return true;
}

bool
browse_back(struct browse *b)
{
	if (b->open && b->kind == BROWSE_PROCESSES)
		return false;
	b->want = (struct browse_want){ .what = BROWSE_LIST,
		.kind = b->open ? BROWSE_PROCESSES : BROWSE_MAPPINGS };
	if (!b->open) {
		b->want.pid = b->pid;
		b->want.start_ticks = b->start_ticks;
	}
	return true;
}

struct browse_want
browse_wanted(struct browse *b)
{
	struct browse_want want = b->want;

	b->want.what = BROWSE_STAY;
	return want;
}

bool
browse_wants(const struct browse *b)
{
	return b != NULL && b->want.what != BROWSE_STAY;
}
