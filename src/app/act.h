/* Acts: orders to the worker, and what came of them. */
#ifndef PAGETIDE_ACT_H
#define PAGETIDE_ACT_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/advice.h"
#include "pagetide/pattern.h"

struct app;
struct map_spec;
struct strbuf;

/* Starts the worker and lets it map the target. 0 or -errno with why. */
int	act_worker_start(struct app *, struct strbuf *why);
void	act_worker_stop(struct app *);
/* If another file is watched now: a worker on that one in place of the one
 * there is. 0 or -errno with why. Not to be called from a report. */
int	act_follow(struct app *, struct strbuf *why);
/* Is there one that can act (child or fake)? */
bool	act_has_worker(const struct app *);

/* The range that a hint would go to. */
struct advice_range act_range(const struct app *);

/* Each: 0, or -errno with why. */
/* A hint (index into advice_table) on the selected range. */
int	act_advise(struct app *, int advice, struct strbuf *why);
/* A walk; first_page and n_pages are filled in from the selected range,
 * unless it is PATTERN_SINGLE: then the cursor's page. */
int	act_work(struct app *, struct pattern_spec, struct strbuf *why);
int	act_stop(struct app *, struct strbuf *why);
/* 0: full speed. Holds for the walk under way and those to come. */
int	act_pace(struct app *, uint64_t per_s, struct strbuf *why);
/* Maps the target afresh, like that: no PTEs, no advice, no copies. Where
 * the kernel refuses it is mapped as it was before. */
int	act_map(struct app *, const struct map_spec *, struct strbuf *why);

/* Is a walk on, or an outcome not measured yet? */
bool	act_busy(const struct app *);
/* Collects the fake's walks that ended. */
void	act_fake_poll(struct app *);

#endif
