#include "config.h"

#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/memcg.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#define NAME_FORMAT	"pagetide-%d-%" PRIu64	/* pid, start time */
#define NAME_MAX_BYTES	64
#define STAT_MAX_BYTES	1024
#define START_FIELD	22	/* of /proc/PID/stat */
/* A killed process leaves its cgroup a moment after its death. */
#define REMOVE_TRIES	50
#define WAIT_NS	(10 * NS_PER_MS)
/* While a walk reads, what came in last cannot be reclaimed yet. */
#define LIMIT_TRIES	50

struct cgroup {
	struct memcg	memcg;
};

/* 0 or -errno. */
static int
write_file(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc = 0;

	free(path);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/* When a process started, in ticks since boot; false: there is none. */
static bool
start_time(int pid, uint64_t *ticks)
{
	char path[NAME_MAX_BYTES], text[STAT_MAX_BYTES], *p;
	ssize_t n;
	int fd, i;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	/* Its name may hold anything; behind it is field 3. */
	p = strrchr(text, ')');
	for (i = 2; p != NULL && i < START_FIELD; i++)
		p = strchr(p + 1, ' ');
	return p != NULL && sscanf(p, " %" SCNu64, ticks) == 1;
}

/* Is the process alive after which a cgroup with that name is called? True
 * also of other names. */
static bool
is_in_use(const char *name)
{
	char again[NAME_MAX_BYTES];
	uint64_t started, now;
	int pid;

	if (sscanf(name, NAME_FORMAT, &pid, &started) != 2)
		return true;
	snprintf(again, sizeof again, NAME_FORMAT, pid, started);
	return strcmp(again, name) != 0 ||
	    (start_time(pid, &now) && now == started);
}

/* Is anybody in it? True also if that can't be known. */
static bool
has_processes(const char *dir)
{
	char *path = xasprintf("%s/cgroup.procs", dir), byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	free(path);
	if (fd >= 0) {
		n = read(fd, &byte, 1);
		close(fd);
	}
	return n != 0;
}

/* v1 leaves pages charged to a cgroup that is no more. */
static void
drop_charges(const struct memcg *cg)
{
	if (cg->version == MEMCG_V1)
		write_file(cg->dir, "memory.force_empty", "0");
}

/* Removes what a dead pagetide of ours left, if it is that. */
static void
sweep_one(const struct memcg *parent, const char *name)
{
	struct memcg cg = { parent->version,
		xasprintf("%s/%s", parent->dir, name) };
	struct stat st;

	if (!is_in_use(name) && stat(cg.dir, &st) == 0 &&
	    st.st_uid == geteuid() && !has_processes(cg.dir)) {
		drop_charges(&cg);
		rmdir(cg.dir);
	}
	free(cg.dir);
}

static void
sweep(const struct memcg *parent)
{
	DIR *dir = opendir(parent->dir);
	const struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		sweep_one(parent, e->d_name);
	if (dir != NULL)
		closedir(dir);
}

/* The folder, named after us: who has it already can only be we. */
static int
make_dir(struct cgroup *c, const struct memcg *parent, struct strbuf *why)
{
	char name[NAME_MAX_BYTES];
	uint64_t started = 0;
	int rc;

	start_time(getpid(), &started);
	snprintf(name, sizeof name, NAME_FORMAT, (int)getpid(), started);
	c->memcg = (struct memcg){ parent->version,
		xasprintf("%s/%s", parent->dir, name) };
	if (mkdir(c->memcg.dir, 0755) == 0 || errno == EEXIST)
		return 0;
	rc = -errno;
	strbuf_addf(why, "can't make a cgroup in %s: %s", parent->dir,
	    strerror(-rc));
	return rc;
}

struct cgroup *
cgroup_new(const char *root, struct strbuf *why)
{
	struct memcg parent = { 0 };
	struct cgroup *c;
	int rc = memcg_find_parent(root, &parent, why);

	if (rc != 0) {
		errno = -rc;
		return NULL;
	}
	sweep(&parent);
	c = xcalloc(1, sizeof *c);
	rc = make_dir(c, &parent, why);
	free(parent.dir);
	if (rc == 0)
		return c;
	free(c->memcg.dir);
	free(c);
	errno = -rc;
	return NULL;
}

int
cgroup_limit(struct cgroup *c, uint64_t bytes, struct strbuf *why)
{
	bool v1 = c->memcg.version == MEMCG_V1;
	const char *file = memcg_file(c->memcg.version, MEMCG_LIMIT);
	const struct timespec wait = { 0, WAIT_NS };
	char text[NAME_MAX_BYTES];
	int rc, i;

	if (bytes == CGROUP_NO_LIMIT)
		snprintf(text, sizeof text, "%s", v1 ? "-1" : "max");
	else
		snprintf(text, sizeof text, "%" PRIu64, bytes);
	rc = write_file(c->memcg.dir, file, text);
	for (i = 1; i < LIMIT_TRIES && rc == -EBUSY; i++) {
		nanosleep(&wait, NULL);
		rc = write_file(c->memcg.dir, file, text);
	}
	if (rc == -EBUSY)
		strbuf_adds(why, "the worker holds more than that, and not "
		    "all of it can be reclaimed");
	else if (rc != 0)
		strbuf_addf(why, "can't write %s/%s: %s", c->memcg.dir, file,
		    strerror(-rc));
	return rc;
}

int
cgroup_admit(struct cgroup *c, pid_t pid, struct strbuf *why)
{
	char text[NAME_MAX_BYTES], proc[NAME_MAX_BYTES];
	int rc;

	snprintf(text, sizeof text, "%d", (int)pid);
	rc = write_file(c->memcg.dir, "cgroup.procs", text);
	if (rc != 0) {
		strbuf_addf(why, "can't move the worker to %s: %s",
		    c->memcg.dir, strerror(-rc));
		return rc;
	}
	snprintf(proc, sizeof proc, "/proc/%d", (int)pid);
	write_file(proc, "oom_score_adj", "1000");
	return 0;
}

const struct memcg *
cgroup_memcg(const struct cgroup *c)
{
	return &c->memcg;
}

void
cgroup_free(struct cgroup *c)
{
	const struct timespec wait = { 0, WAIT_NS };
	int i;

	if (c == NULL)
		return;
	for (i = 0; i < REMOVE_TRIES && has_processes(c->memcg.dir); i++)
		nanosleep(&wait, NULL);
	drop_charges(&c->memcg);
	for (i = 0; i < REMOVE_TRIES && rmdir(c->memcg.dir) != 0 &&
	    errno == EBUSY; i++)
		nanosleep(&wait, NULL);
	free(c->memcg.dir);
	free(c);
}
