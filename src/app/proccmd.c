#include "config.h"

#include "proccmd.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/exits.h"
#include "pagetide/maps.h"
#include "pagetide/output.h"
#include "pagetide/processes.h"
#include "pagetide/proclist.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "found.h"
#include "opts.h"

static uint32_t
page_bytes(void)
{
	return (uint32_t)sysconf(_SC_PAGESIZE);
}

static uint64_t
resident(const struct mapping_pieces *m)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < m->n; i++)
		bytes += m->piece[i].resident_bytes;
	return bytes;
}

static int
compare(const void *a, const void *b)
{
	const struct mapping_pieces *m = a, *n = b;
	uint64_t x = resident(m), y = resident(n);

	if (x != y)
		return x < y ? 1 : -1;
	return m->piece->start < n->piece->start ? -1 : 1;
}

/* An address, as the list has it or with 0x before. */
static bool
is_address(const char *text, uint64_t *addr)
{
	char *end;

	errno = 0;
	*addr = strtoull(text, &end, 16);
	return errno == 0 && isxdigit((unsigned char)*text) && *end == '\0';
}

/* Is it meant? Part of the name, or an address in it. */
static bool
is_meant(const struct mapping_pieces *m, const char *which)
{
	const char *name = m->piece->name;
	uint64_t addr;

	if (which == NULL || strstr(name[0] != '\0' ? name : "anon", which) !=
	    NULL)
		return true;
	return is_address(which, &addr) && addr >= m->piece->start &&
	    addr < m->piece[m->n - 1].end;
}

/* The mappings that the pieces make, which the list then points into: those
 * that are meant. */
static void
join(struct maplist *l, const struct vmas *all, const char *which)
{
	struct mapping_pieces m;
	size_t i;

	l->mapping = xcalloc(all->n + 1, sizeof *l->mapping);
	for (i = 0; i < all->n; i += m.n) {
		m = maps_mapping(all, i);
		if (is_meant(&m, which))
			l->mapping[l->n++] = m;
	}
	if (l->n > 0)
		qsort(l->mapping, l->n, sizeof *l->mapping, compare);
}

/* The line about one whose mappings can't be read, and the status. */
static int
refused(const struct process *p, int err, struct strbuf *why)
{
	if (err == -ESRCH) {
		strbuf_addf(why, "process %d %s", (int)p->pid,
		    p->state == 'Z' ? "is a zombie: it has no memory" :
		    p->kernel ? "is a thread of the kernel's" :
		    "has ended, or has no memory any more");
		return EXIT_TARGET;
	}
	strbuf_addf(why, "what process %d has mapped can't be read: %s",
	    (int)p->pid, strerror(-err));
	if (err == -EACCES || err == -EPERM)
		strbuf_adds(why, "; its user may, root, and who has "
		    "CAP_SYS_PTRACE, or CAP_PERFMON from Linux 6.18 on");
	return EXIT_UNKNOWN;
}

static int
print(struct strbuf *out, struct strbuf *why)
{
	int rc = output_text(out->s, why);

	strbuf_done(out);
	return rc == 0 ? EXIT_OK : EXIT_FAIL;
}

int
proccmd_nothing(const struct maplist *l, const char *which,
    struct strbuf *why)
{
	strbuf_addf(why, "process %d has no mapping '%s'",
	    (int)l->process.pid, which);
	return EXIT_TARGET;
}

static int
print_mappings(const struct opts *o, const struct maplist *l,
    struct strbuf *why)
{
	struct strbuf out = STRBUF_INIT;

	if (l->n == 0 && o->mapping != NULL)
		return proccmd_nothing(l, o->mapping, why);
	if (opts_given(o, "json"))
		maplist_json(&out, l, page_bytes());
	else
		maplist_lines(&out, l);
	return print(&out, why);
}

/* Reads what it has mapped. 0 or -errno. */
static int
read_mappings(const char *which, int dir, bool counts, struct maplist *l,
    struct vmas *all)
{
	int rc = processes_read_one(dir, &l->process);

	free(l->mapping);
	l->mapping = NULL;
	l->n = 0;
	maps_free(all);
	if (rc == 0)
		rc = maps_read(dir, counts, all);
	if (rc == 0)
		join(l, all, which);
	return rc;
}

int
proccmd_look(pid_t pid, const char *which, bool counts, struct found *found,
    struct maplist *l, struct strbuf *why)
{
	int rc = foreign_begin(&found->foreign, pid);

	*l = (struct maplist){ .process.pid = pid,
		.wall_ns = clock_wall_ns() };
	found->pid = rc == 0 ? pid : 0;
	if (rc == 0)
		rc = read_mappings(which, found->foreign.dir, counts, l,
		    &found->all);
	if (rc == 0 && !counts && which != NULL && l->n > 1)
		rc = read_mappings(which, found->foreign.dir, true, l,
		    &found->all);
	l->process.pid = pid;
	return rc != 0 ? refused(&l->process, rc, why) : EXIT_OK;
}

/* What the process has mapped: printed, or the one that is meant found. What
 * is counted of it only a list needs. */
static int
look_into(const struct opts *o, pid_t pid, struct found *found,
    struct strbuf *why)
{
	struct maplist l;
	int status = proccmd_look(pid, o->mapping, o->mapping == NULL, found,
	    &l, why);

	if (status == EXIT_OK && o->mapping != NULL && l.n == 1)
		found->mapping = l.mapping[0];
	else if (status == EXIT_OK)
		status = print_mappings(o, &l, why);
	free(l.mapping);
	return status;
}

static int
print_processes(const struct opts *o, const struct processes *all,
    struct strbuf *why)
{
	struct strbuf out = STRBUF_INIT;

	if (opts_given(o, "json"))
		proclist_json(&out, all, clock_wall_ns(), page_bytes());
	else
		proclist_lines(&out, all, page_bytes());
	return print(&out, why);
}

/* Once more after the interval, for what is new. 0 or -errno. */
static int
read_again(const struct opts *o, struct processes *all)
{
	const struct timespec wait = {
		(time_t)(o->watch.interval_ns / NS_PER_S),
		(long)(o->watch.interval_ns % NS_PER_S) };
	uint64_t since_ns = clock_now_ns();
	struct processes before = *all;
	int rc;

	nanosleep(&wait, NULL);
	rc = processes_read(all, NULL);
	if (rc == 0)
		processes_since(all, &before, clock_now_ns() - since_ns);
	processes_free(&before);
	return rc;
}

int
proccmd_find(const struct opts *o, struct processes *all, struct strbuf *why)
{
	int rc = processes_read(all, o->path);

	if (rc != 0) {
		strbuf_addf(why, "/proc can't be read: %s", strerror(-rc));
		return EXIT_UNKNOWN;
	}
	if (o->path == NULL || all->n > 0)
		return EXIT_OK;
	strbuf_addf(why, "there is no process '%s'", o->path);
	return EXIT_TARGET;
}

int
proccmd_run(const struct opts *o, struct found *found, struct strbuf *why)
{
	struct processes all;
	int status = proccmd_find(o, &all, why), rc = 0;

	if (status == EXIT_OK && o->path == NULL && opts_given(o, "interval"))
		rc = read_again(o, &all);
	if (rc != 0) {
		strbuf_addf(why, "/proc can't be read: %s", strerror(-rc));
		status = EXIT_UNKNOWN;
	}
	if (status == EXIT_OK && o->path != NULL && all.n == 1)
		status = look_into(o, all.process->pid, found, why);
	else if (status == EXIT_OK)
		status = print_processes(o, &all, why);
	processes_free(&all);
	return status;
}
