#include "config.h"

#include "pagetide/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "perfring.h"
#include "points.h"

#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

/* Pages of the ring: some 40000 records, for a walk at full speed; where that
 * much may not be locked 6000: what perf_event_mlock_kb allows to each user (516
 * KiB) is not used up then. */
static const unsigned ring_pages[] = { 512, 64 };
#define WAKE_BYTES	(16 << 10)
/* PERF_FORMAT_LOST: Linux 6.0. */
#define FORMAT_LOST	(1u << 4)

struct trace {
	int	 fd[TRACE_COUNT];	/* -1: not recorded */
	uint64_t id[TRACE_COUNT];	/* of the event in a record */
	int	 lead;			/* the point whose ring it is */
	unsigned has;
	bool	 counts_lost;		/* the kernel does, at once */
	uint64_t lost;			/* told so far */
	struct perfring	ring;
	struct trace_format format[TRACE_COUNT];
};

/* What each record begins with: PERF_SAMPLE_ bits in this order. */
struct head {
	struct perf_event_header h;
	uint64_t	id;
	uint32_t	pid, tid;
	uint64_t	time, addr;
	uint32_t	raw_bytes;
} __attribute__((packed));
#define SAMPLE_TYPE (PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_TID | \
    PERF_SAMPLE_TIME | PERF_SAMPLE_ADDR | PERF_SAMPLE_RAW)

static int
open_event(struct trace *t, enum trace_point p, const struct trace_format *f,
    pid_t pid)
{
	int fd;
	struct perf_event_attr a = {
		.size = sizeof a,
		.sample_period = 1,
		.sample_type = SAMPLE_TYPE,
		.read_format = t->counts_lost ? FORMAT_LOST : 0,
		.disabled = 1,
		.watermark = 1,
		.wakeup_watermark = WAKE_BYTES,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};

	points_event(p, f, &a);
	fd = (int)syscall(SYS_perf_event_open, &a, pid, -1, -1,
	    PERF_FLAG_FD_CLOEXEC);
	if (fd >= 0 || errno != EINVAL || !t->counts_lost)
		return fd;
	t->counts_lost = false;		/* an older kernel */
	return open_event(t, p, f, pid);
}

static bool
map_ring(struct trace *t, int fd)
{
	size_t n = sizeof ring_pages / sizeof *ring_pages, i = 0;

	while (i < n && !perfring_map(&t->ring, fd, ring_pages[i]))
		i++;
	return i < n;
}

/* The first one gets the ring, the others record into it. */
static bool
join(struct trace *t, enum trace_point p)
{
	int fd = t->fd[p];

	if (ioctl(fd, PERF_EVENT_IOC_ID, &t->id[p]) != 0)
		return false;
	if (t->lead >= 0)
		return ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, t->fd[t->lead]) ==
		    0;
	if (!map_ring(t, fd))
		return false;
	t->lead = (int)p;
	return true;
}

static enum trace_step
open_point(struct trace *t, enum trace_point p, const struct trace_what *w)
{
	if (trace_names[p].name != NULL && t->format[p].id == 0)
		return TRACE_OK;
	t->fd[p] = open_event(t, p, &t->format[p], w->pid);
	if (t->fd[p] < 0 || points_filter(t->fd[p], p, w) != 0)
		return TRACE_NO_EVENT;
	if (!join(t, p))
		return TRACE_NO_MEMORY;
	t->has |= TRACE_BIT(p);
	return TRACE_OK;
}

static enum trace_step
open_all(struct trace *t, const struct trace_what *w)
{
	enum trace_step step = TRACE_OK;
	int i;

	for (i = 0; i < TRACE_COUNT && step == TRACE_OK; i++)
		if (w->points & TRACE_BIT(i))
			step = open_point(t, (enum trace_point)i, w);
	if (step == TRACE_OK && t->lead < 0) {
		errno = ENOENT;
		step = TRACE_NO_FORMATS;
	}
	for (i = 0; i < TRACE_COUNT && step == TRACE_OK; i++)
		if (t->has & TRACE_BIT(i) &&
		    ioctl(t->fd[i], PERF_EVENT_IOC_ENABLE, 0) != 0)
			step = TRACE_NO_EVENT;
	return step;
}

struct trace *
trace_open(const struct trace_formats *f, const struct trace_what *w,
    enum trace_step *step)
{
	struct trace *t = xcalloc(1, sizeof *t);
	int i, err;

	t->lead = -1;
	t->counts_lost = true;
	memcpy(t->format, f->point, sizeof t->format);
	for (i = 0; i < TRACE_COUNT; i++)
		t->fd[i] = -1;
	*step = open_all(t, w);
	if (*step == TRACE_OK)
		return t;
	err = errno;
	trace_close(t);
	errno = err;
	return NULL;
}

void
trace_close(struct trace *t)
{
	int i;

	if (t == NULL)
		return;
	perfring_unmap(&t->ring);
	for (i = 0; i < TRACE_COUNT; i++)
		if (t->fd[i] >= 0)
			close(t->fd[i]);
	free(t);
}

unsigned
trace_has(const struct trace *t)
{
	return t->has;
}

bool
trace_missing(const struct trace *t, unsigned points, struct strbuf *out)
{
	for (int i = 0; i < TRACE_COUNT; i++)
		if (points & ~t->has & TRACE_BIT(i)) {
			strbuf_addf(out, "%s:%s", trace_names[i].group,
			    trace_names[i].name);
			return true;
		}
	return false;
}

int
trace_fd(const struct trace *t)
{
	return t->fd[t->lead];
}

/* A record of one of our points: false: of none. */
static bool
decode(const struct trace *t, const char *buf, size_t len,
    struct trace_record *out)
{
	struct head head;
	size_t raw;
	int i, a;

	if (len < sizeof head)
		return false;
	memcpy(&head, buf, sizeof head);
	raw = len - sizeof head < head.raw_bytes ? len - sizeof head :
	    head.raw_bytes;
	for (i = 0; i < TRACE_COUNT; i++)
		if (t->has & TRACE_BIT(i) && t->id[i] == head.id)
			break;
	if (i == TRACE_COUNT)
		return false;
	*out = (struct trace_record){ .t_ns = head.time, .pid = head.pid,
	    .tid = head.tid, .point = (enum trace_point)i };
	for (a = 0; a < TRACE_ARGS; a++)
		out->arg[a] = points_number(buf + sizeof head, raw,
		    &t->format[i].arg[a]);
	if (trace_names[i].name == NULL)
		out->arg[0] = head.addr;
	return true;
}

struct taking {
	const struct trace *t;
	void	(*take)(const struct trace_record *, void *arg);
	void	*arg;
};

static void
take_one(const struct perf_event_header *h, const char *buf, size_t len,
    void *arg)
{
	struct trace_record r = { .point = TRACE_LOST };
	const struct taking *taking = arg;

	if (h->type == PERF_RECORD_LOST)
		r.arg[0] = perfring_lost(buf, len);
	else if (h->type != PERF_RECORD_SAMPLE ||
	    !decode(taking->t, buf, len, &r))
		return;
	taking->take(&r, taking->arg);
}

/* What was lost since, those too that no record tells yet. */
static uint64_t
new_lost(struct trace *t)
{
	uint64_t count[2], all = 0, told = t->lost;	/* value, lost */

	for (int i = 0; i < TRACE_COUNT; i++)
		if (t->has & TRACE_BIT(i) && read(t->fd[i], count,
		    sizeof count) == (ssize_t)sizeof count)
			all += count[1];
	t->lost = all;
	return all - told;
}

void
trace_read(struct trace *t, void (*take)(const struct trace_record *, void *),
    void *arg, uint64_t *lost)
{
	struct taking taking = { t, take, arg };
	uint64_t told = 0;

	perfring_read(&t->ring, take_one, &taking, &told);
	*lost += t->counts_lost ? new_lost(t) : told;
}
