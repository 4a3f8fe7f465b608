/* The process that reads a list, once a second, and sends it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/browse.h"
#include "pagetide/clock.h"
#include "pagetide/maps.h"
#include "pagetide/processes.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"

#include "counts.h"
#include "wire.h"

#define ROUND_NS NS_PER_S

/* Its arguments: who asks, what, of which process that began when, or of which
 * name ("": all). */
enum { ARG_ASKER = 2, ARG_KIND, ARG_PID, ARG_START, ARG_NAME, ARGS };

/* Of the mappings of a process. */
struct reader {
	int		 dir;		/* of it in /proc */
	pid_t		 pid;
	uint64_t	 start;		/* 0: whenever it began */
	struct process	 before;	/* as of the last round, ... */
	struct vmas	 all;		/* ... with its mappings */
	struct counts	 counts;
	uint64_t	 began_ns;	/* the last round; 0: none yet */
};

/* All of it; false: nobody reads any more. */
static bool
send(struct strbuf *out)
{
	size_t at = 0;
	ssize_t n = 0;

	while (at < out->len && (n > 0 || errno == EINTR || at == 0)) {
		n = write(STDOUT_FILENO, out->s + at, out->len - at);
		if (n <= 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	strbuf_reset(out);
	return true;
}

static void
sleep_until(uint64_t ns)
{
	const struct timespec t = { (time_t)(ns / NS_PER_S),
		(long)(ns % NS_PER_S) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* When a round that began then is over; one that took long is followed by a
 * rest as long at least. */
static uint64_t
round_end(uint64_t began_ns)
{
	uint64_t now = clock_now_ns(), rest = now + (now - began_ns);

	return began_ns + ROUND_NS > rest ? began_ns + ROUND_NS : rest;
}

static void
read_processes(const char *name)
{
	struct processes all = { 0 }, before = { 0 };
	struct strbuf out = STRBUF_INIT;
	uint64_t began_ns = 0, since_ns;
	bool more = true;

	while (more) {
		struct wire_head head = { 0 };

		since_ns = began_ns;
		began_ns = clock_now_ns();
		before = all;
		head.err = processes_read(&all, name);
		if (since_ns != 0)
			processes_since(&all, &before, began_ns - since_ns);
		processes_free(&before);
		head.within_ns = all.within_ns;
		head.took_ns = clock_now_ns() - began_ns;
		wire_processes(&out, &head, &all);
		more = send(&out);
		sleep_until(round_end(began_ns));
	}
}

/* What the process has counted since the round before. */
static void
count_new(struct process *p, const struct process *before)
{
	p->new_minor = p->minor - before->minor;
	p->new_major = p->major - before->major;
}

/* Is it still the one that is meant, and what has it mapped? 0 or -errno. */
static int
read_one(int dir, uint64_t start, struct process *p, struct vmas *all)
{
	int rc = processes_read_one(dir, p);

	*all = (struct vmas){ 0 };
	if (rc == 0 && start != 0 && p->start_ticks != start)
		return -ESRCH;
	return rc != 0 ? rc : maps_read(dir, false, all);
}

/* A round: what is to be sent of it. */
static void
read_round(struct reader *r, struct wire_head *head)
{
	uint64_t since_ns = r->began_ns;
	struct vmas before = r->all;

	r->began_ns = clock_now_ns();
	*head = (struct wire_head){ 0 };
	head->err = read_one(r->dir, r->start, &head->process, &r->all);
	head->process.pid = r->pid;
	counts_keep(&r->all, &before);
	maps_free(&before);
	if (since_ns != 0 && head->err == 0) {
		head->within_ns = r->began_ns - since_ns;
		count_new(&head->process, &r->before);
	}
	r->before = head->process;
	head->took_ns = clock_now_ns() - r->began_ns;
	head->counted_ns = r->counts.counted_ns;
}

static void
read_mappings(struct reader *r)
{
	struct strbuf out = STRBUF_INIT;
	struct wire_head head = { 0 };

	counts_init(&r->counts);
	do {
		read_round(r, &head);
		if (r->counts.fd < 0)
			counts_open(&r->counts, r->dir);
		wire_mappings(&out, &head, &r->all);
		if (!send(&out))
			return;
		counts_until(&r->counts, round_end(r->began_ns), &r->all);
	} while (head.err == 0);
}

static int
read_all(enum browse_kind kind, pid_t pid, uint64_t start, const char *name)
{
	struct reader r = { .pid = pid, .start = start };
	struct wire_head head = { .process.pid = pid };
	struct strbuf out = STRBUF_INIT;

	if (kind == BROWSE_PROCESSES) {
		read_processes(name[0] != '\0' ? name : NULL);
		return 0;
	}
	r.dir = processes_open(pid);
	if (r.dir >= 0) {
		read_mappings(&r);
		return 0;
	}
	head.err = r.dir;
	wire_mappings(&out, &head, &(struct vmas){ 0 });
	return send(&out) ? 0 : 1;
}

int
browse_main(int argc, char **argv)
{
	uint64_t n[ARG_NAME];
	int i;

	if (argc != ARGS)
		return 2;
	for (i = ARG_ASKER; i < ARG_NAME; i++)
		if (units_parse_u64(argv[i], 0, UINT64_MAX, &n[i]) != 0)
			return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != (pid_t)n[ARG_ASKER])
		return 1;
	return read_all((enum browse_kind)n[ARG_KIND], (pid_t)n[ARG_PID],
	    n[ARG_START], argv[ARG_NAME]);
}
