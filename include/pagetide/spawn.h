/* Starting a process that has nothing of ours but what it is given. */
#ifndef PAGETIDE_SPAWN_H
#define PAGETIDE_SPAWN_H

#include <spawn.h>
#include <sys/types.h>

/*
 * Runs exe, with our environment and all signals at their defaults and not
 * blocked. files (may be NULL) says which descriptors it gets. 0, or -errno,
 * and then *pid is not set.
 */
int	spawn_clean(pid_t *pid, const char *exe,
	    const posix_spawn_file_actions_t *files, char *const argv[]);
/* The same of a command, which is looked for in PATH, in a process group of its
 * own. */
int	spawn_group(pid_t *pid, const char *command,
	    const posix_spawn_file_actions_t *files, char *const argv[]);

#endif
