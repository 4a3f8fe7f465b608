/* A worker on a real file, driven by a test through its socket. */
#ifndef PAGETIDE_WORKER_RIG_H
#define PAGETIDE_WORKER_RIG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/order.h"

#define RIG_PAGES_MAX	4096
#define RIG_WAIT_MS	20000	/* for a slow machine; never for a result */
/*
 * A machine may take pages back at any time (proactive reclaim does so every
 * few seconds), so what must be exact is tried this often, and where pages
 * only have to stay, nearly all do.
 */
#define RIG_TRIES	5

struct rig {
	char	path[PATH_MAX];
	size_t	page_bytes;
	uint64_t pages;
	int	file;
	pid_t	pid;		/* 0: none */
	int	sock;
	int	memfd;
	struct work_shared *shared;
	uint32_t seq;		/* of the last order */
	/* As of the last rig_look(): one byte a page, 0 or 1. */
	unsigned char pte[RIG_PAGES_MAX];
	unsigned char cache[RIG_PAGES_MAX];
};

struct faults { uint64_t minor, major; };

extern struct rig rig;

/* For cmocka: the directory of the file; what a test left behind. */
int	rig_group_setup(void **state);
int	rig_group_teardown(void **state);
int	rig_teardown(void **state);

/* A file of that many pages and a worker that has mapped it; skips the test
 * where files can't be evicted. */
void	rig_begin(uint64_t pages);
/* The same by steps; prepare runs in the worker's process first. A worker
 * that is there already ends. */
void	rig_make_file(uint64_t pages);
void	rig_start(void (*prepare)(void));
void	rig_no_preparation(void);
void	rig_map(void);

void	rig_send(struct order *);
struct report rig_next_report(void);
/* Gives an order and takes its report. */
struct report rig_order(struct order);
struct report rig_hint(const char *name, uint64_t first, uint64_t n);
/* All its calls must succeed. */
void	rig_hint_ok(const char *name, uint64_t first, uint64_t n);
/* Starts a walk and waits for its end; returns the touches made. */
uint64_t rig_walk(struct pattern_spec, uint64_t pace_per_s);
struct pattern_spec rig_all_pages(uint32_t passes);

/* Reads pte and cache afresh. */
void	rig_look(void);
/* Look, then count in the range. */
uint64_t rig_mapped(uint64_t first, uint64_t n);
uint64_t rig_cached(uint64_t first, uint64_t n);
/* VMF_ bits of the mapping that begins at that page. */
unsigned rig_vmflags(uint64_t first);
struct faults rig_faults(void);
struct faults rig_faults_since(struct faults);

/* Empties the cache; nobody may map the file's pages. */
void	rig_evict(void);
/* Brings in the whole file page by page: no large folios. */
void	rig_fill(void);
/* No more than all and at least 7 of 8. */
bool	rig_nearly(uint64_t n, uint64_t of);
/* Asserts that the check holds in one of RIG_TRIES tries. It makes what it
 * looks at itself, and asserts what no reclaim can change. */
void	rig_undisturbed(bool (*check)(void));
/* That as a cmocka test, with rig_teardown(). */
struct rig_check { bool (*check)(void); };
void	rig_check(void **state);
#define RIG_CHECK(f) { #f, rig_check, NULL, rig_teardown, \
	&(struct rig_check){ f } }
void	rig_pause_ms(long ms);
/* Waits for the worker's end; its wait status. */
int	rig_ended(void);

#endif
