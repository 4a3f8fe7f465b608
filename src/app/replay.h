/* A recording in place of a target: what its lines say is watched. */
#ifndef PAGETIDE_REPLAY_H
#define PAGETIDE_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

struct app;
struct strbuf;
struct replay;

/* path: "-" is standard input. NULL with why. */
struct replay *replay_open(const char *path, struct strbuf *why);
void	replay_close(struct replay *);
/* Takes lines for a moment; true: more are to be taken, after *wait_ns. Without
 * any sample the session ends, with why. */
bool	replay_slice(struct app *, uint64_t *wait_ns, struct strbuf *why);
/* What plays goes on, and the script. */
void	replay_tick(struct app *, struct strbuf *why);
/* All of them, however long it takes; exit status, with why: no sample is
 * among them. */
int	replay_all(struct app *, struct strbuf *why);
/* Called after each sample from now on. */
typedef void replay_use(void *arg);
void	replay_each(struct replay *, replay_use *, void *arg);
/* When its first sample was taken; 0: none was read. */
uint64_t replay_first_ns(const struct replay *);
/* What of it could not be read: one line, or NULL. */
const char *replay_wrong(const struct replay *);

#endif
