/* -p on a screen: lists of processes and of mappings, and what is opened from
 * them. */
#ifndef PAGETIDE_BROWSING_H
#define PAGETIDE_BROWSING_H

struct opts;
struct script;
struct storage;
struct strbuf;

/* Begins with what the options name. As watching_run(). */
int	browsing_run(struct opts *, struct storage *, struct script **,
	    int *sig, struct strbuf *why);

#endif
