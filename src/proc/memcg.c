#include "config.h"

#include "pagetide/memcg.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proctext.h"

/* v1 says "no limit" by a number that no machine has. */
#define NO_LIMIT_BYTES	(UINT64_C(1) << 62)
#define PATH_MAX_BYTES	4096

/* Where a number stands: the file, and the word before it, if any. */
static const struct {
	const char	*file, *key;
} number_table[MEMCG_VERSIONS][MEMCG_NUMBERS] = {
	[MEMCG_V1] = {
		[MEMCG_USAGE] = { "memory.usage_in_bytes", NULL },
		[MEMCG_LIMIT] = { "memory.limit_in_bytes", NULL },
		[MEMCG_HITS] = { "memory.failcnt", NULL },
		[MEMCG_KILLS] = { "memory.oom_control", "oom_kill " },
	},
	[MEMCG_V2] = {
		[MEMCG_USAGE] = { "memory.current", NULL },
		[MEMCG_LIMIT] = { "memory.max", NULL },
		[MEMCG_HITS] = { "memory.events", "max " },
		[MEMCG_KILLS] = { "memory.events", "oom_kill " },
		[MEMCG_HIGH] = { "memory.high", NULL },
		[MEMCG_HIGH_HITS] = { "memory.events", "high " },
	},
};

static const char *const text_table[MEMCG_TEXTS] = {
	[MEMCG_STAT] = "memory.stat",
	[MEMCG_PRESSURE] = "memory.pressure",
};

const char *
memcg_file(enum memcg_version version, enum memcg_number which)
{
	return number_table[version][which].file;
}

bool
memcg_parse_number(const char *text, enum memcg_version version,
    enum memcg_number which, uint64_t *v)
{
	const char *key = number_table[version][which].key;
	bool is_limit = which == MEMCG_LIMIT || which == MEMCG_HIGH;

	if (key != NULL)
		return proctext_keyed(text, key, v);
	if (!is_limit)
		return proctext_number(text, v);
	if (strcmp(text, "max\n") == 0)
		*v = UINT64_MAX;
	else if (!proctext_number(text, v))
		return false;
	if (*v >= NO_LIMIT_BYTES)
		*v = UINT64_MAX;
	return true;
}

bool
memcg_parse_refaults(const char *text, uint64_t *pages)
{
	uint64_t file, anon = 0;

	/* Before 5.9 there was one word for both. */
	if (!proctext_keyed(text, "workingset_refault_file ", &file) &&
	    !proctext_keyed(text, "workingset_refault ", &file))
		return false;
	proctext_keyed(text, "workingset_refault_anon ", &anon);
	*pages = file + anon;
	return true;
}

bool
memcg_parse_parts(const char *text, enum memcg_version version,
    struct memory_facts *m)
{
	bool v1 = version == MEMCG_V1;
	uint64_t file, anon;

	if (!proctext_keyed(text, v1 ? "total_cache " : "file ", &file) ||
	    !proctext_keyed(text, v1 ? "total_rss " : "anon ", &anon))
		return false;
	m->parts_known = true;
	m->file_bytes = file;
	m->anon_bytes = anon;
	m->shmem_known = proctext_keyed(text, v1 ? "total_shmem " : "shmem ",
	    &m->shmem_bytes);
	m->dirty_known = proctext_keyed(text, v1 ? "total_dirty " :
	    "file_dirty ", &file) && proctext_keyed(text, v1 ?
	    "total_writeback " : "file_writeback ", &anon);
	m->dirty_bytes = m->dirty_known ? file + anon : 0;
	return true;
}

bool
memcg_parse_steals(const char *text, uint64_t *pages)
{
	uint64_t anon, file;

	if (proctext_keyed(text, "pgsteal ", pages))
		return true;
	/* Those by who reclaims leave out reclaim for a cgroup's limit. */
	if (!proctext_keyed(text, "pgsteal_anon ", &anon) ||
	    !proctext_keyed(text, "pgsteal_file ", &file))
		return false;
	*pages = anon + file;
	return true;
}

/* "12.34" behind key, in hundredths. */
static bool
parse_hundredths(const char *text, const char *key, uint32_t *v)
{
	const char *p = strstr(text, key);
	unsigned whole, part;

	if (p == NULL || sscanf(p + strlen(key), "%3u.%2u", &whole, &part) != 2)
		return false;
	*v = whole * 100 + part;
	return true;
}

bool
memcg_parse_pressure(const char *text, struct memory_facts *m)
{
	uint32_t some, full;

	if (!parse_hundredths(text, "some avg10=", &some) ||
	    !parse_hundredths(text, "full avg10=", &full))
		return false;
	m->pressure_known = true;
	m->some_avg10_bp = some;
	m->full_avg10_bp = full;
	return true;
}

static int
open_in(const char *dir, const char *name)
{
	char path[PATH_MAX_BYTES];

	if (name == NULL)
		return -1;
	if (snprintf(path, sizeof path, "%s/%s", dir, name) >=
	    (int)sizeof path)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* One text that is open, whole. */
static bool
read_number(int fd, enum memcg_version version, enum memcg_number which,
    uint64_t *v)
{
	char text[PROCTEXT_MAX_BYTES];

	proctext_read(fd, text, sizeof text);
	return memcg_parse_number(text, version, which, v);
}

bool
memcg_number(const struct memcg *cg, enum memcg_number which, uint64_t *v)
{
	int fd = open_in(cg->dir, memcg_file(cg->version, which));
	bool known = read_number(fd, cg->version, which, v);

	if (fd >= 0)
		close(fd);
	return known;
}

/* Pages that reclaim took, by the cgroup itself, or by the system. */
static const char *
read_steals(const struct memcg_fds *f, const char *stat, uint64_t *pages)
{
	char text[PROCTEXT_MAX_BYTES];

	if (memcg_parse_steals(stat, pages))
		return "cgroup";
	proctext_read(f->vmstat, text, sizeof text);
	return memcg_parse_steals(text, pages) ? "system" : NULL;
}

void
memcg_open(struct memcg_fds *f, const struct memcg *cg)
{
	char text[PROCTEXT_MAX_BYTES];
	int i;

	*f = (struct memcg_fds){ .limited = cg != NULL, .vmstat = -1 };
	f->meminfo = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	f->system_pressure = open("/proc/pressure/memory",
	    O_RDONLY | O_CLOEXEC);
	for (i = 0; i < MEMCG_NUMBERS; i++)
		f->number[i] = cg == NULL ? -1 : open_in(cg->dir,
		    memcg_file(cg->version, (enum memcg_number)i));
	for (i = 0; i < MEMCG_TEXTS; i++)
		f->text[i] = cg == NULL ? -1 : open_in(cg->dir, text_table[i]);
	if (cg == NULL)
		return;
	f->version = cg->version;
	f->vmstat = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
	proctext_read(f->text[MEMCG_STAT], text, sizeof text);
	memcg_parse_refaults(text, &f->refaults);
	read_steals(f, text, &f->steals);
}

void
memcg_close(struct memcg_fds *f)
{
	int i;

	for (i = 0; i < MEMCG_NUMBERS; i++)
		if (f->number[i] >= 0)
			close(f->number[i]);
	for (i = 0; i < MEMCG_TEXTS; i++)
		if (f->text[i] >= 0)
			close(f->text[i]);
	if (f->vmstat >= 0)
		close(f->vmstat);
	if (f->system_pressure >= 0)
		close(f->system_pressure);
	if (f->meminfo >= 0)
		close(f->meminfo);
}

static void
put(struct counters *c, enum counter which, uint64_t now, uint64_t begin)
{
	c->v[which] = now - begin;
	c->known |= COUNTER_BIT(which);
}

/* What memory.stat counts. */
static void
read_stat(const struct memcg_fds *f, struct counters *c,
    struct memory_facts *m)
{
	char text[PROCTEXT_MAX_BYTES];
	uint64_t pages;

	proctext_read(f->text[MEMCG_STAT], text, sizeof text);
	memcg_parse_parts(text, f->version, m);
	if (memcg_parse_refaults(text, &pages) && pages >= f->refaults)
		put(c, COUNTER_REFAULTS, pages, f->refaults);
	m->steals_by = read_steals(f, text, &pages);
	if (m->steals_by != NULL && pages >= f->steals)
		put(c, COUNTER_STEALS, pages, f->steals);
}

/* Of the cgroup where it reports, else of the system. */
static void
read_pressure(const struct memcg_fds *f, struct memory_facts *m)
{
	char text[PROCTEXT_MAX_BYTES];

	proctext_read(f->text[MEMCG_PRESSURE], text, sizeof text);
	m->pressure_own = memcg_parse_pressure(text, m);
	if (m->pressure_own)
		return;
	proctext_read(f->system_pressure, text, sizeof text);
	memcg_parse_pressure(text, m);
}

static void
read_machine(const struct memcg_fds *f, struct memory_facts *m)
{
	char text[PROCTEXT_MAX_BYTES];

	proctext_read(f->meminfo, text, sizeof text);
	meminfo_parse(text, &m->machine);
}

void
memcg_read(const struct memcg_fds *f, struct counters *c,
    struct memory_facts *m)
{
	*m = (struct memory_facts){ .limited = f->limited };
	read_machine(f, m);
	read_pressure(f, m);
	if (!f->limited)
		return;
	m->usage_known = read_number(f->number[MEMCG_USAGE], f->version,
	    MEMCG_USAGE, &m->usage_bytes);
	m->limit_known = read_number(f->number[MEMCG_LIMIT], f->version,
	    MEMCG_LIMIT, &m->limit_bytes);
	m->hits_known = read_number(f->number[MEMCG_HITS], f->version,
	    MEMCG_HITS, &m->limit_hits);
	m->kills_known = read_number(f->number[MEMCG_KILLS], f->version,
	    MEMCG_KILLS, &m->oom_kills);
	read_stat(f, c, m);
}
