#include "config.h"

#include "pagetide/landtrace.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "perfring.h"
#include "points.h"

#include "pagetide/landnames.h"
#include "pagetide/trace.h"
#include "pagetide/xalloc.h"

/* Pages of a ring: two of them, with a page of their own each, are what
 * perf_event_mlock_kb allows to each user (516 KiB) for two processors. */
#define RING_PAGES	128
#define RING_PAGES_MIN	8
/* With names there are three records a fault and more, for root. */
#define RING_PAGES_NAMES 512
#define WAKE_PAGES	64
/* Each is opened while keys wait: 7 us. */
#define EVENTS_MAX	2048
/* Descriptors that are left for all else. */
#define FDS_LEFT	64
#define ATTEMPTS	8

/* What is recorded without names. */
#define ENDS		(TRACE_BIT(TRACE_MINOR) | TRACE_BIT(TRACE_MAJOR))

struct opened {
	uint64_t	id;		/* in a record; they ascend */
	int		fd;
	enum trace_point point;
};

/* Of a processor. */
struct cpu {
	struct perfring	ring;
	int		lead;		/* the event whose ring it is; -1 */
	uint64_t	newest_ns;	/* that was read of it */
};

struct landtrace {
	pid_t		pid;
	uint64_t	period;
	bool		user_only;
	bool		no_sizes;	/* of pages: before Linux 5.11 */
	unsigned	points;	/* TRACE_BITs of what is recorded */
	const struct trace_what *what;	/* while it is opened */
	struct trace_format format[TRACE_COUNT];
	bool		has_names;
	struct landnames names;
	int		epoll;
	struct cpu	*cpu;
	int		n_cpus;
	struct opened	*event;
	size_t		n, room;
	pid_t		*task;
	size_t		n_tasks, tasks_room;
};

/* Then comes what a tracepoint records, or how large the page is. */
struct record {
	struct perf_event_header h;
	uint64_t	id, ip;
	uint32_t	pid, tid;
	uint64_t	time, addr;
};
#define SAMPLE_TYPE (PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | \
    PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ADDR)
#define SAMPLE_SIZE (UINT64_C(1) << 22)	/* PERF_SAMPLE_DATA_PAGE_SIZE */

static bool
is_end(enum trace_point p)
{
	return (ENDS & TRACE_BIT(p)) != 0;
}

static int
open_event(struct landtrace *t, pid_t tid, int cpu, enum trace_point p)
{
	bool sized = t->has_names && is_end(p) && !t->no_sizes;
	struct perf_event_attr a = {
		.size = sizeof a,
		.sample_period = t->period,
		.sample_type = SAMPLE_TYPE | (sized ? SAMPLE_SIZE :
		    is_end(p) ? 0 : PERF_SAMPLE_RAW),
		.inherit = 1,
		.inherit_thread = 1,
		.exclude_kernel = t->user_only,
		.watermark = 1,
		.wakeup_watermark = WAKE_PAGES *
		    (uint32_t)sysconf(_SC_PAGESIZE),
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
	int fd;

	points_event(p, &t->format[p], &a);
	fd = (int)syscall(SYS_perf_event_open, &a, tid, cpu, -1,
	    PERF_FLAG_FD_CLOEXEC);
	if (fd >= 0 || errno != EINVAL || !sized)
		return fd;
	t->no_sizes = true;
	return open_event(t, tid, cpu, p);
}

/* The first event of a processor gets the ring, as large as may be. */
static bool
lead(struct landtrace *t, int cpu, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	unsigned pages = t->has_names ? RING_PAGES_NAMES : RING_PAGES;
	struct cpu *c = &t->cpu[cpu];

	while (!perfring_map(&c->ring, fd, pages) && pages > RING_PAGES_MIN)
		pages /= 2;
	if (c->ring.page == NULL)
		return false;
	c->lead = fd;
	ev.data.fd = fd;
	return epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &ev) == 0;
}

/* Into the ring of its processor. */
static bool
join(struct landtrace *t, int cpu, int fd)
{
	if (ioctl(fd, PERF_EVENT_IOC_ID, &t->event[t->n - 1].id) != 0)
		return false;
	if (t->cpu[cpu].lead < 0)
		return lead(t, cpu, fd);
	return ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, t->cpu[cpu].lead) == 0;
}

static void
keep(struct landtrace *t, int fd, enum trace_point p)
{
	if (t->n == t->room) {
		t->room = t->room != 0 ? 2 * t->room : 16;
		t->event = xreallocarray(t->event, t->room, sizeof *t->event);
	}
	t->event[t->n++] = (struct opened){ .fd = fd, .point = p };
}

/* A thread that has ended, or a processor that is off, has none. */
static enum landtrace_step
open_one(struct landtrace *t, pid_t tid, int cpu, enum trace_point p)
{
	int fd = open_event(t, tid, cpu, p);

	/* From now on without those in the kernel: that is allowed to more. */
	if (fd < 0 && (errno == EACCES || errno == EPERM) && !t->user_only &&
	    !t->has_names && t->n == 0) {
		t->user_only = true;
		fd = open_event(t, tid, cpu, p);
	}
	if (fd < 0)
		return errno == ESRCH || errno == ENODEV ? LANDTRACE_OK :
		    errno == EMFILE ? LANDTRACE_MANY : LANDTRACE_REFUSED;
	keep(t, fd, p);
	if (t->has_names && points_filter(fd, p, t->what) != 0)
		return LANDTRACE_REFUSED;
	return join(t, cpu, fd) ? LANDTRACE_OK : LANDTRACE_NO_MEMORY;
}

static enum landtrace_step
open_task(struct landtrace *t, pid_t tid)
{
	enum landtrace_step step = LANDTRACE_OK;
	int cpu, p;

	for (cpu = 0; cpu < t->n_cpus; cpu++)
		for (p = 0; p < TRACE_COUNT && step == LANDTRACE_OK; p++)
			if (t->points & TRACE_BIT(p))
				step = open_one(t, tid, cpu,
				    (enum trace_point)p);
	return step;
}

static void
add_task(struct landtrace *t, pid_t tid)
{
	if (t->n_tasks == t->tasks_room) {
		t->tasks_room = t->tasks_room != 0 ? 2 * t->tasks_room : 16;
		t->task = xreallocarray(t->task, t->tasks_room,
		    sizeof *t->task);
	}
	t->task[t->n_tasks++] = tid;
}

static bool
list_tasks(struct landtrace *t)
{
	struct dirent *d;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/task", (int)t->pid);
	dir = opendir(path);
	t->n_tasks = 0;
	while (dir != NULL && (d = readdir(dir)) != NULL)
		if (isdigit((unsigned char)d->d_name[0]))
			add_task(t, (pid_t)atoi(d->d_name));
	if (dir != NULL)
		closedir(dir);
	return t->n_tasks > 0;
}

static size_t
most_events(void)
{
	struct rlimit r = { .rlim_cur = EVENTS_MAX };

	getrlimit(RLIMIT_NOFILE, &r);
	if (r.rlim_cur > EVENTS_MAX + FDS_LEFT)
		return EVENTS_MAX;
	return r.rlim_cur > FDS_LEFT ? r.rlim_cur - FDS_LEFT : 0;
}

static bool
is_event(const struct landtrace *t, int fd)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->event[i].fd == fd)
			return true;
	return false;
}

/* Keeps nothing but the events, until those of the other process are closed:
 * then its own are the last ones. */
static void
outlast(const struct landtrace *t, int go)
{
	int fd, most = go;
	char c;

	for (size_t i = 0; i < t->n; i++)
		if (t->event[i].fd > most)
			most = t->event[i].fd;
	for (fd = 0; fd < most; fd++)
		if (fd != go && !is_event(t, fd))
			close(fd);
	closefrom(most + 1);
	while (read(go, &c, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

/*
 * The last event of a tracepoint takes 50 ms to close, since the kernel waits
 * until nobody is in it: another process is the last one that has them, and
 * ends when that is done. Returns what is to be closed then; -1: nothing.
 */
static int
leave_to_another(const struct landtrace *t)
{
	int go[2];
	pid_t child;

	if (pipe2(go, O_CLOEXEC) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		/* Its parent ends at once: nobody here has to wait for it. */
		if (fork() != 0)
			_exit(0);
		outlast(t, go[0]);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	close(go[0]);
	return go[1];
}

static void
close_events(struct landtrace *t)
{
	int cpu, go = -1;

	for (cpu = 0; cpu < t->n_cpus; cpu++) {
		perfring_unmap(&t->cpu[cpu].ring);
		t->cpu[cpu].lead = -1;
	}
	if (t->has_names && t->n > 0)
		go = leave_to_another(t);
	for (; t->n > 0; t->n--)
		close(t->event[t->n - 1].fd);
	if (go >= 0)
		close(go);
}

/* A thread that was started meanwhile has its events from who started it, or
 * has none: nobody can tell, so it is done again. */
static bool
is_changed(struct landtrace *t)
{
	size_t n = t->n_tasks;
	pid_t *before = xcalloc(n, sizeof *before);
	bool changed;

	memcpy(before, t->task, n * sizeof *before);
	changed = list_tasks(t) && (t->n_tasks > n ||
	    memcmp(before, t->task, t->n_tasks * sizeof *before) != 0);
	free(before);
	return changed;
}

static enum landtrace_step
open_tasks(struct landtrace *t)
{
	enum landtrace_step step = LANDTRACE_OK;
	size_t i;

	if (!list_tasks(t))
		return LANDTRACE_GONE;
	if (t->n_tasks * (size_t)t->n_cpus *
	    (size_t)__builtin_popcount(t->points) > most_events())
		return LANDTRACE_MANY;
	for (i = 0; i < t->n_tasks && step == LANDTRACE_OK; i++)
		step = open_task(t, t->task[i]);
	if (step == LANDTRACE_OK && t->n == 0)
		return LANDTRACE_GONE;
	return step == LANDTRACE_OK && is_changed(t) ? LANDTRACE_MOVING :
	    step;
}

/* Those of the points that this kernel has. */
static void
use_names(struct landtrace *t, const struct landtrace_names *names)
{
	t->what = names->what;
	memcpy(t->format, names->formats->point, sizeof t->format);
	for (int p = 0; p < TRACE_COUNT; p++)
		if (trace_names[p].name != NULL && t->format[p].id != 0)
			t->points |= names->what->points & TRACE_BIT(p);
	t->has_names = true;
	landnames_init(&t->names, t->points, names->file, names->is_private);
}

struct landtrace *
landtrace_open(pid_t pid, uint64_t period, const struct landtrace_names *names,
    enum landtrace_step *step)
{
	struct landtrace *t = xcalloc(1, sizeof *t);
	int i, err;

	t->pid = pid;
	t->period = period;
	t->points = ENDS;
	if (names != NULL)
		use_names(t, names);
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	t->n_cpus = (int)sysconf(_SC_NPROCESSORS_CONF);
	t->cpu = xcalloc((size_t)t->n_cpus, sizeof *t->cpu);
	for (i = 0; i < t->n_cpus; i++)
		t->cpu[i].lead = -1;
	*step = t->epoll < 0 ? LANDTRACE_NO_MEMORY : LANDTRACE_MOVING;
	for (i = 0; i < ATTEMPTS && *step == LANDTRACE_MOVING; i++) {
		close_events(t);
		*step = open_tasks(t);
	}
	t->what = NULL;
	if (*step == LANDTRACE_OK)
		return t;
	err = errno;
	landtrace_close(t);
	errno = err;
	return NULL;
}

void
landtrace_close(struct landtrace *t)
{
	if (t == NULL)
		return;
	close_events(t);
	if (t->epoll >= 0)
		close(t->epoll);
	landnames_done(&t->names);
	free(t->event);
	free(t->task);
	free(t->cpu);
	free(t);
}

int
landtrace_fd(const struct landtrace *t)
{
	return t->epoll;
}

bool
landtrace_user_only(const struct landtrace *t)
{
	return t->user_only;
}

struct taking {
	struct landtrace *t;
	void	(*take)(const struct landed *, void *arg);
	void	*arg;
	uint64_t newest_ns;		/* of this ring */
};

static int
compare(const void *key, const void *row)
{
	uint64_t id = *(const uint64_t *)key;
	const struct opened *o = row;

	return (id > o->id) - (id < o->id);
}

/* What follows the record: arguments of a tracepoint, or the size of the
 * page. */
static void
add_name(struct landtrace *t, const struct record *r, enum trace_point p,
    const char *buf, size_t len)
{
	struct trace_record out = { .t_ns = r->time, .pid = r->pid,
		.tid = r->tid, .point = p };
	uint64_t mapped_bytes = 0;
	uint32_t raw = 0;

	if (is_end(p)) {
		out.arg[0] = r->addr;
		if (!t->no_sizes && len >= sizeof mapped_bytes)
			memcpy(&mapped_bytes, buf, sizeof mapped_bytes);
	} else if (len >= sizeof raw) {
		memcpy(&raw, buf, sizeof raw);
		len -= sizeof raw;
		for (int a = 0; a < TRACE_ARGS; a++)
			out.arg[a] = points_number(buf + sizeof raw,
			    len < raw ? len : raw, &t->format[p].arg[a]);
	}
	landnames_add(&t->names, &out, r->ip, mapped_bytes);
}

static void
take_record(const struct perf_event_header *h, const char *buf, size_t len,
    void *arg)
{
	struct taking *taking = arg;
	struct landtrace *t = taking->t;
	const struct opened *o;
	struct record r;

	if (h->type == PERF_RECORD_LOST && t->has_names)
		landnames_add(&t->names, &(struct trace_record){
		    .t_ns = taking->newest_ns, .point = TRACE_LOST }, 0, 0);
	if (h->type != PERF_RECORD_SAMPLE || len < sizeof r)
		return;
	memcpy(&r, buf, sizeof r);
	taking->newest_ns = r.time;
	o = bsearch(&r.id, t->event, t->n, sizeof *o, compare);
	if (o != NULL && t->has_names)
		add_name(t, &r, o->point, buf + sizeof r, len - sizeof r);
	else if (o != NULL)
		taking->take(&(struct landed){ .t_ns = r.time, .addr = r.addr,
		    .ip = r.ip, .tid = r.tid,
		    .major = o->point == TRACE_MAJOR }, taking->arg);
}

void
landtrace_read(struct landtrace *t, uint64_t until_ns,
    void (*take)(const struct landed *, void *), void *arg, uint64_t *lost)
{
	struct taking taking = { .t = t, .take = take, .arg = arg };
	struct epoll_event ready[8];
	int cpu;

	/* What made it readable is seen with this. */
	while (epoll_wait(t->epoll, ready, 8, 0) == 8)
		;
	for (cpu = 0; cpu < t->n_cpus; cpu++)
		if (t->cpu[cpu].ring.page != NULL) {
			taking.newest_ns = t->cpu[cpu].newest_ns;
			perfring_read(&t->cpu[cpu].ring, take_record, &taking,
			    lost);
			t->cpu[cpu].newest_ns = taking.newest_ns;
		}
	if (t->has_names)
		landnames_take(&t->names, until_ns, take, arg);
}
