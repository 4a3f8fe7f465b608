/* Whose page tables and faults are read. */
#ifndef PAGETIDE_SUBJECT_H
#define PAGETIDE_SUBJECT_H

#include <sys/types.h>

struct foreign;
struct memcg;
struct work_shared;

struct subject {
	pid_t		pid;		/* 0: none, or it has ended */
	const struct work_shared *shared; /* what a worker of ours says */
	const struct foreign *foreign;	/* a mapping of another process; NULL:
					   it is a worker of ours */
	const struct memcg *memcg;	/* its own cgroup; NULL: none */
	int		shared_fd;	/* its memory, for the stamps in it;
					   0: not to be had */
};

#endif
