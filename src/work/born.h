/* How the process of a worker begins. Private to src/work. */
#ifndef PAGETIDE_BORN_H
#define PAGETIDE_BORN_H

/*
 * Makes it a worker: it ends with parent_pid and not by keys meant for the
 * terminal's foreground, it writes nowhere, and the three descriptors are 3, 4
 * and 5, with nothing above. 0 or -errno.
 */
int	born(int fds[3], int parent_pid);
/* What of that a fork does not take over. 0 or -errno. */
int	born_of_fork(int parent_pid);

#endif
