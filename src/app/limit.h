/* The worker's memory limit: a cgroup that holds nobody but the worker. */
#ifndef PAGETIDE_LIMIT_H
#define PAGETIDE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct app;
struct memcg;
struct strbuf;

/* Less than that and a single folio of 2 MiB, as readahead makes them, may not
 * fit in: the kernel then kills the worker. */
#define LIMIT_BYTES_MIN	(UINT64_C(4) << 20)
/* Makes the cgroup that --memory-limit asks for, if it does. 0, or -errno
 * with why. */
int	limit_open(struct app *, struct strbuf *why);
/* Once the worker is gone. */
void	limit_close(struct app *);
/* Puts a worker in that has not mapped anything yet, where there is a limit,
 * with an event. 0, or -errno with why. */
int	limit_admit(struct app *, pid_t, struct strbuf *why);
/* The cgroup of the worker, or NULL. */
const struct memcg *limit_memcg(const struct app *);
/* Is there a limit now? */
bool	limit_is_on(const struct app *);
/* What the worker's stamps (order.h) may take: they are charged to it, and
 * must not be what kills it. 0: as much as without a limit. */
uint64_t limit_stamps_bytes(const struct app *);
/* Was the worker that is in, or died in it, killed for want of memory? */
bool	limit_has_killed(const struct app *);

#endif
