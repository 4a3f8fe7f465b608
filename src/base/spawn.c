#include "config.h"

#include "pagetide/spawn.h"

#include <signal.h>
#include <unistd.h>

static void
init(posix_spawnattr_t *attr, short more)
{
	sigset_t set;

	posix_spawnattr_init(attr);
	posix_spawnattr_setflags(attr,
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | more);
	sigfillset(&set);
	posix_spawnattr_setsigdefault(attr, &set);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(attr, &set);
}

int
spawn_clean(pid_t *pid, const char *exe,
    const posix_spawn_file_actions_t *files, char *const argv[])
{
	posix_spawnattr_t attr;
	int err;

	init(&attr, 0);
	err = posix_spawn(pid, exe, files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return -err;
}

int
spawn_group(pid_t *pid, const char *command,
    const posix_spawn_file_actions_t *files, char *const argv[])
{
	posix_spawnattr_t attr;
	int err;

	init(&attr, POSIX_SPAWN_SETPGROUP);
	err = posix_spawnp(pid, command, files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return -err;
}
