/* The worker's memory limit: a cgroup that holds nobody but the worker. */
#ifndef PAGETIDE_LIMIT_H
#define PAGETIDE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct act;
struct memcg;
struct strbuf;

/* What may be one: less than that and a single folio of 2 MiB, as readahead
 * makes them, may not fit in; the kernel then kills the worker. */
#define LIMIT_SIZES	"a size from 4M up"
/* "64M"; -EINVAL for what is none of these. */
int	limit_parse(const char *, uint64_t *bytes);
/* No limit. */
#define LIMIT_OFF UINT64_MAX
/* Makes the cgroup that --memory-limit asks for, if it does. 0, or -errno
 * with why. */
int	limit_open(struct act *, struct strbuf *why);
/* From now on; LIMIT_OFF: none. mark: of its event. 0, or -errno with why. */
int	limit_set(struct act *, uint64_t bytes, char mark, struct strbuf *why);
/* Once the worker is gone. */
void	limit_close(struct act *);
/* Puts the worker in, who has not mapped anything yet, where there is a limit,
 * with an event. 0, or -errno with why. */
int	limit_admit(struct act *, struct strbuf *why);
/*
 * The event of the first limit says how many cached pages do not count: once
 * a pass over the file is complete, or before the worker is to do anything
 * that may bring in more.
 */
void	limit_feed(struct act *);
void	limit_act_begins(struct act *);
/* The cgroup of the worker, or NULL. */
const struct memcg *limit_memcg(const struct act *);
/* Is there a limit now? */
bool	limit_is_on(const struct act *);
/* LIMIT_OFF: none. */
uint64_t limit_bytes(const struct act *);
/* What the worker's stamps (order.h) may take: they are charged to it, and
 * must not be what kills it. 0: as much as without a limit. */
uint64_t limit_stamps_bytes(const struct act *);
/* limitnow.c: processes that the OOM killer has ended in it; 0 also if it does
 * not say. */
uint64_t limit_kills(const struct act *);
/* Was the worker that is in, or died in it, killed for lack of memory? */
bool	limit_has_killed(const struct act *);

#endif
