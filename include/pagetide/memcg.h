/*
 * Memory cgroups, v1 and v2: where one can be made, and what one counts. Text
 * parsing apart from reading; making and removing them is the app's.
 */
#ifndef PAGETIDE_MEMCG_H
#define PAGETIDE_MEMCG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/sample.h"

struct strbuf;

enum memcg_version { MEMCG_V1, MEMCG_V2, MEMCG_VERSIONS };

/* A cgroup: its folder, and which interface it speaks. */
struct memcg {
	enum memcg_version version;
	char	*dir;
};

/* What a cgroup has in a file of its own each, or in a line of one. */
enum memcg_number {
	MEMCG_USAGE,	/* bytes charged now */
	MEMCG_LIMIT,	/* bytes; UINT64_MAX: none */
	MEMCG_HITS,	/* allocations that met the limit */
	MEMCG_KILLS,	/* processes that the OOM killer ended */
	/* v2 only. */
	MEMCG_HIGH,	/* bytes from which on it is made to reclaim */
	MEMCG_HIGH_HITS,	/* how often it was */
	MEMCG_NUMBERS
};

/*
 * Pure parsers over NUL-terminated text: false, and what they were to fill in
 * untouched, if it is not there.
 */
/* /proc/self/cgroup: our cgroup in the memory hierarchy (v1), in that of v2. */
bool	memcg_parse_self(const char *text, enum memcg_version,
	    struct strbuf *path);
/* /proc/self/mountinfo: where that hierarchy is mounted, and which of its
 * cgroups is the top there. */
bool	memcg_parse_mount(const char *text, enum memcg_version,
	    struct strbuf *at, struct strbuf *top);
/* cgroup.controllers, cgroup.subtree_control: is the word in it? */
bool	memcg_parse_word(const char *text, const char *word);
/* The file of that number. */
bool	memcg_parse_number(const char *text, enum memcg_version,
	    enum memcg_number, uint64_t *v);
/* memory.stat of v1 and v2: refaults of files, and of anonymous memory where
 * they are reported. */
bool	memcg_parse_refaults(const char *text, uint64_t *pages);
/* memory.stat: what is charged as pages of files, as anonymous memory, to it
 * and to all cgroups below it; what of it is dirty, where it says so. */
bool	memcg_parse_parts(const char *text, enum memcg_version,
	    struct memory_facts *);
/* /proc/meminfo. */
bool	meminfo_parse(const char *text, struct machine_facts *);
/* Pages that reclaim took: memory.stat of v2, /proc/vmstat. */
bool	memcg_parse_steals(const char *text, uint64_t *pages);
/* PSI: memory.pressure, /proc/pressure/memory. */
bool	memcg_parse_pressure(const char *text, struct memory_facts *);

/*
 * The cgroup under which we may make one for a process of ours: our own, or,
 * where v2 forbids that (a cgroup with processes has no children with
 * controllers), the nearest above it that hands the memory controller down.
 * root comes before all paths ("": the system's own). 0, the caller frees
 * out->dir; or -errno with the reason in why.
 */
int	memcg_find_parent(const char *root, struct memcg *out,
	    struct strbuf *why);
/*
 * Our own cgroup. *keep: length of the part of its folder that is the mount;
 * *hidden: there are cgroups above that. 0, the caller frees out->dir; or
 * -ENOENT.
 */
int	memcg_find_own(const char *root, struct memcg *out, size_t *keep,
	    bool *hidden);
/* The name of that number's file; NULL: it has none. */
const char *memcg_file(enum memcg_version, enum memcg_number);
/* Reads one number now. */
bool	memcg_number(const struct memcg *, enum memcg_number, uint64_t *v);

enum memcg_text { MEMCG_STAT, MEMCG_PRESSURE, MEMCG_TEXTS };

/* Open files of one cgroup, and of the system. */
struct memcg_fds {
	bool		limited;	/* there is a cgroup */
	enum memcg_version version;
	int		number[MEMCG_NUMBERS];
	int		text[MEMCG_TEXTS];
	int		vmstat, system_pressure, meminfo;
	/* When it was opened. */
	uint64_t	refaults, steals;
};

/* Those that can't be opened are -1, what they would say is unknown. NULL:
 * only the memory of the system, and the pressure on it. */
void	memcg_open(struct memcg_fds *, const struct memcg *);
void	memcg_close(struct memcg_fds *);
/* Reads all that is open; the counters count from memcg_open() on. */
void	memcg_read(const struct memcg_fds *, struct counters *,
	    struct memory_facts *);

/*
 * The limit of others that holds for a process: the smallest of the cgroup
 * that it was put in and of all above it.
 */
struct memcg_limit {
	uint64_t	next_ns;	/* when it is looked for again */
	/* limit_, usage_, parts_, hits_ and kills_ of the cgroup whose limit
	 * it is. */
	struct memory_facts facts;
	/* All that limit_cgroup has been: samples that are kept have them. */
	char		**path;
	size_t		n_paths;
};

/* Looks for it again, once a second: the limit, and what is known of it. own:
 * the cgroup that we made for the process, whose limit is not one of others;
 * or NULL. */
void	memcg_limit_read(struct memcg_limit *, const char *root,
	    const struct memcg *own, uint64_t now_ns);
/* Puts it in place of what is there, if it is less than the limit there, and
 * says in any case whose limit it is. */
void	memcg_limit_put(const struct memcg_limit *, struct memory_facts *);
void	memcg_limit_done(struct memcg_limit *);

#endif
