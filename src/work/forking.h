/* One worker becomes two. Private to src/work. */
#ifndef PAGETIDE_FORKING_H
#define PAGETIDE_FORKING_H

#include <sys/types.h>

struct mapping;
struct order;

/* What comes with an ORDER_FORK, for the copy; -1: it did not come. */
struct forking {
	int	sock;
	int	shared_fd;
};

/* The next order, as recv(2) has it, and what came with it. */
ssize_t	forking_receive(int sock, struct order *, struct forking *);
/* What came for a copy that there is not, or no more here. */
void	forking_close(struct forking *);
/*
 * Forks: the pid of the copy, 0 in the copy, or -errno. It is a child of our
 * own parent, who waits for it.
 */
pid_t	forking_make(void);
/*
 * Writes to all private pages of ours but those of the mapping, each with what
 * is in it: after a fork the first write to each is a fault, and those are not
 * to be counted among the faults of acts.
 */
void	forking_own_pages(const struct mapping *);

#endif
