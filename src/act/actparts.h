/* What the files of this folder need of act.c. */
#ifndef PAGETIDE_ACTPARTS_H
#define PAGETIDE_ACTPARTS_H

struct act;
struct report;
struct strbuf;

/* The actor's answer, or that its walk ended. */
void	act_report(struct act *, const struct report *);
/* The source is to look at the actor, who has just started or gone into a
 * cgroup. */
void	act_set_subject(struct act *);
/* The actor, who has just started, is looked at and maps the target. 0 or
 * -errno with why. */
int	act_worker_map(struct act *, struct strbuf *why);

#endif
