/* What `pagetide truth` has to know of the machine. */
#ifndef PAGETIDE_TRUTHFACTS_H
#define PAGETIDE_TRUTHFACTS_H

struct truth_facts;
struct truthlab;

/* Finds out, by trying where that is possible. 0 or -errno as of
 * truthlab.h. */
int	truthfacts_find(struct truthlab *, struct truth_facts *);

#endif
