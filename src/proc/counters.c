#include "config.h"

#include "pagetide/counters.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/memcg.h"
#include "pagetide/processes.h"

#include "proctext.h"

static void
set(struct counters *c, enum counter which, uint64_t v)
{
	c->v[which] = v;
	c->known |= COUNTER_BIT(which);
}

/* Start of field number n, where s is the start of field number at. */
static const char *
field(const char *s, int at, int n)
{
	for (; s != NULL && at < n; at++) {
		s = strchr(s, ' ');
		if (s != NULL)
			s++;
	}
	return s;
}

bool
counters_parse_stat(const char *text, struct counters *out)
{
	static const struct {
		int		field;
		enum counter	counter;
	} wanted[] = {
		{ 10, COUNTER_MINOR },
		{ 12, COUNTER_MAJOR },
		{ 24, COUNTER_RSS_PAGES },
	};
	uint64_t v[3];
	const char *p;
	unsigned i;

	/* The command's name may hold anything, even ") 1 2 (x". */
	p = strrchr(text, ')');
	if (p == NULL || p[1] != ' ')
		return false;
	p += 2;
	for (i = 0; i < 3; i++) {
		const char *at = field(p, 3, wanted[i].field);

		if (at == NULL || !proctext_number(at, &v[i]))
			return false;
	}
	for (i = 0; i < 3; i++)
		set(out, wanted[i].counter, v[i]);
	return true;
}

bool
counters_parse_io(const char *text, struct counters *out)
{
	uint64_t v;

	if (!proctext_keyed(text, "read_bytes: ", &v))
		return false;
	set(out, COUNTER_READ_BYTES, v);
	return true;
}

bool
counters_parse_vmstat(const char *text, struct counters *out)
{
	uint64_t faults, major, refaults;

	if (!proctext_keyed(text, "pgfault ", &faults) ||
	    !proctext_keyed(text, "pgmajfault ", &major))
		return false;
	set(out, COUNTER_SYS_FAULTS, faults);
	set(out, COUNTER_SYS_MAJOR, major);
	if (memcg_parse_refaults(text, &refaults))
		set(out, COUNTER_SYS_REFAULTS, refaults);
	return true;
}

void
counters_open_in(struct counters_fds *f, int dir)
{
	f->stat = openat(dir, "stat", O_RDONLY | O_CLOEXEC);
	f->io = openat(dir, "io", O_RDONLY | O_CLOEXEC);
	f->vmstat = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
}

void
counters_open(struct counters_fds *f, pid_t pid)
{
	int dir = processes_open(pid);

	counters_open_in(f, dir);
	if (dir >= 0)
		close(dir);
}

void
counters_close(struct counters_fds *f)
{
	int *fd[] = { &f->stat, &f->io, &f->vmstat };
	unsigned i;

	for (i = 0; i < sizeof fd / sizeof fd[0]; i++) {
		if (*fd[i] >= 0)
			close(*fd[i]);
		*fd[i] = -1;
	}
}

/* Reads a file from its start and hands the text to parse. */
static void
read_into(int fd, bool (*parse)(const char *, struct counters *),
    struct counters *out)
{
	char text[PROCTEXT_MAX_BYTES];

	proctext_read(fd, text, sizeof text);
	parse(text, out);
}

void
counters_read(const struct counters_fds *f, struct counters *out)
{
	read_into(f->stat, counters_parse_stat, out);
	read_into(f->io, counters_parse_io, out);
	read_into(f->vmstat, counters_parse_vmstat, out);
}
