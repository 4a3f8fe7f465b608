/*
 * Hints on the mapping of a process that is not ours: process_madvise(2), in
 * a process of its own, for it may take seconds; and what came of them by the
 * next whole pass.
 */
#ifndef PAGETIDE_OTHERHINT_H
#define PAGETIDE_OTHERHINT_H

#include <stdbool.h>
#include <stdint.h>

struct otherhint;
struct pollfd;
struct said;
struct strbuf;
struct watch;

/* argv[1] of that process. */
#define OTHERHINT_OPTION "--hint-process"
#define OTHERHINT_FDS	1

/* On watch, which outlives it. */
struct otherhint *otherhint_new(struct watch *, struct said *);
void	otherhint_free(struct otherhint *);	/* NULL is harmless */

/* Why the kernel takes that hint (index into advice_table) for no process but
 * one's own, root's too; NULL: it takes it. Static. */
const char *otherhint_never(int advice);
/* What we lack for one that it takes; NULL: nothing. Static. */
const char *otherhint_lacks(int advice);
/* The pages of the range that are mapped, as a call: "process_madvise(PID,
 * 0x7f..+64M, MADV_PAGEOUT)". 0, or -errno with why. */
int	otherhint_call(const struct otherhint *, int advice,
	    uint64_t first_page, uint64_t n_pages, struct strbuf *call,
	    struct strbuf *why);
/* Makes the call, one at a time. 0, or -errno with why. */
int	otherhint_ask(struct otherhint *, int advice, uint64_t first_page,
	    uint64_t n_pages, struct strbuf *why);

/* What there is to wait for now: up to OTHERHINT_FDS; how many. */
int	otherhint_fds(const struct otherhint *, struct pollfd *);
/* That one may be ready; false: it is none of these. */
bool	otherhint_ready(struct otherhint *, int fd);
/* A sample was taken. */
void	otherhint_sample(struct otherhint *);
/* Is one under way, or its effect not measured yet? */
bool	otherhint_busy(const struct otherhint *);

/* What main() runs for OTHERHINT_OPTION; returns the exit status. */
int	otherhint_main(int argc, char **argv);

#endif
