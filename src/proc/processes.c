#include "config.h"

#include "pagetide/processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "proctext.h"

#define PF_KTHREAD 0x00200000
/* Of a name the kernel keeps no more, but for threads of its own. */
#define COMM_LEN 15

bool
processes_parse_stat(const char *text, struct process *out)
{
	const char *open = strchr(text, '('), *end = strrchr(text, ')');
	struct process p = *out;
	unsigned flags;
	int pid;

	/* The name may hold anything, even ") 1 2 (x". */
	if (open == NULL || end == NULL || end < open ||
	    sscanf(text, "%d (", &pid) != 1 ||
	    sscanf(end, ") %c %*d %*d %*d %*d %*d %u %" SCNu64 " %*u %"
	    SCNu64 " %*u %*u %*u %*d %*d %*d %*d %*d %*d %" SCNu64, &p.state,
	    &flags, &p.minor, &p.major, &p.start_ticks) != 5)
		return false;
	p.pid = pid;
	p.kernel = (flags & PF_KTHREAD) != 0;
	snprintf(p.name, sizeof p.name, "%.*s", (int)(end - open - 1),
	    open + 1);
	*out = p;
	return true;
}

bool
processes_parse_statm(const char *text, struct process *out)
{
	uint64_t size, resident, file;

	if (sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &size, &resident,
	    &file) != 3)
		return false;
	out->size_pages = size;
	out->resident_pages = resident;
	out->file_pages = file;
	return true;
}

int
processes_open(pid_t pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : errno == ENOENT ? -ESRCH : -errno;
}

/* 0 or -errno. */
static int
read_text(int dir, const char *name, char *text, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	proctext_read(fd, text, size);
	close(fd);
	return text[0] != '\0' ? 0 : -ESRCH;
}

int
processes_read_one(int dir, struct process *p)
{
	char stat[1024], statm[256];
	int rc = read_text(dir, "stat", stat, sizeof stat);

	*p = (struct process){ 0 };
	if (rc == 0)
		rc = read_text(dir, "statm", statm, sizeof statm);
	if (rc == 0 && (!processes_parse_stat(stat, p) ||
	    !processes_parse_statm(statm, p)))
		rc = -EIO;
	return rc == -ENOENT ? -ESRCH : rc;
}

static bool
is_named(const struct process *p, const char *name)
{
	return strncmp(p->name, name, COMM_LEN) == 0;
}

static bool
read_pid(pid_t pid, struct process *p)
{
	int dir = processes_open(pid), rc = dir;

	if (dir >= 0) {
		rc = processes_read_one(dir, p);
		close(dir);
	}
	return rc == 0;
}

static void
add(struct processes *all, const struct process *p)
{
	all->process = xreallocarray(all->process, all->n + 1, sizeof *p);
	all->process[all->n++] = *p;
}

static int
compare(const void *a, const void *b)
{
	const struct process *p = a, *q = b;

	if (p->file_pages != q->file_pages)
		return p->file_pages < q->file_pages ? 1 : -1;
	return (p->pid > q->pid) - (p->pid < q->pid);
}

/* All of them, or those of that name. */
static void
add_all(struct processes *all, DIR *proc, const char *name)
{
	struct dirent *d;
	struct process p;
	uint64_t pid;

	while ((d = readdir(proc)) != NULL)
		if (units_parse_u64(d->d_name, 1, INT_MAX, &pid) == 0 &&
		    (pid_t)pid != getpid() && read_pid((pid_t)pid, &p) &&
		    !p.kernel && (name == NULL || is_named(&p, name)))
			add(all, &p);
	if (all->n > 0)
		qsort(all->process, all->n, sizeof *all->process, compare);
}

int
processes_read(struct processes *all, const char *name)
{
	struct process p;
	uint64_t pid;
	DIR *proc;

	*all = (struct processes){ 0 };
	if (name != NULL && units_parse_u64(name, 1, INT_MAX, &pid) == 0) {
		if (read_pid((pid_t)pid, &p))
			add(all, &p);
		return 0;
	}
	proc = opendir("/proc");
	if (proc == NULL)
		return -errno;
	add_all(all, proc, name);
	closedir(proc);
	return 0;
}

static int
compare_new(const void *a, const void *b)
{
	const struct process *p = a, *q = b;
	uint64_t x = p->new_minor + p->new_major;
	uint64_t y = q->new_minor + q->new_major;

	if (x != y)
		return x < y ? 1 : -1;
	return compare(a, b);
}

void
processes_since(struct processes *now, const struct processes *before,
    uint64_t within_ns)
{
	const struct process *old;
	struct process *p;

	now->within_ns = within_ns;
	for (p = now->process; p < now->process + now->n; p++) {
		p->new_minor = p->minor;
		p->new_major = p->major;
		for (old = before->process;
		    old < before->process + before->n; old++) {
			if (old->pid != p->pid ||
			    old->start_ticks != p->start_ticks)
				continue;
			p->new_minor -= old->minor;
			p->new_major -= old->major;
		}
	}
	if (now->n > 0)
		qsort(now->process, now->n, sizeof *now->process,
		    compare_new);
}

void
processes_free(struct processes *all)
{
	free(all->process);
	*all = (struct processes){ 0 };
}
