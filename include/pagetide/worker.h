/* What the worker process does: map the target, touch it, hint on it. */
#ifndef PAGETIDE_WORKER_H
#define PAGETIDE_WORKER_H

#include "pagetide/order.h"

/*
 * Serves orders until ORDER_QUIT, a closed socket, or death. Called in a
 * process of its own.
 *   sock    SOCK_SEQPACKET: struct order in, struct report out
 *   file    O_RDONLY fd of the target; reopened through /proc/self/fd so that
 *           the readahead state is the worker's alone
 *   shared  fd of a memfd that holds a struct work_shared
 * With an ORDER_FORK come two descriptors (SCM_RIGHTS), which are these of the
 * copy: sock, shared. The copy, a child of parent_pid as well, has the same
 * mapping and says nothing before it is given an order of its own; the one
 * that forks reports its pid. EINVAL while a walk is on.
 * It maps the file MAP_SHARED, PROT_READ when ORDER_MAP says so, and asks to
 * be killed with its parent (PR_SET_PDEATHSIG; it checks that the parent is
 * still there). It never writes to the file. SIGBUS (file truncated) ends it
 * by the signal; work_shared.cursor_page then names the page.
 * Its own memory is touched once at the start so that the faults of a walk
 * are the target's. Returns the exit status: 0, or 1 if it could not start.
 */
int	worker_main(int sock, int file, int shared, int parent_pid);

#endif
