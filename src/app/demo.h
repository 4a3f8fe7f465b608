/* The demo file: what is shown when no FILE is named. */
#ifndef PAGETIDE_DEMO_H
#define PAGETIDE_DEMO_H

#include <stdbool.h>

struct strbuf;

/*
 * Path of a file of 64 MiB with real data on a real file system, made once
 * (progress on stderr) in $XDG_CACHE_HOME/pagetide, else ~/.cache/pagetide,
 * else /var/tmp/pagetide-UID when those are on tmpfs or can't be written;
 * says so then. The caller frees. NULL with why.
 */
char	*demo_file(struct strbuf *why);
/* The folder for it, made if need be; why tells what was wrong with those that
 * were passed over. The caller frees. NULL: none will do. */
char	*demo_dir(struct strbuf *why);
/* Is a folder on tmpfs or the like, where pages are always in memory: nothing
 * to be seen? */
bool	demo_is_memory_fs(const char *dir);

#endif
