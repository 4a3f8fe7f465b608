/* The demo file: what is shown when no FILE is named. */
#ifndef PAGETIDE_DEMO_H
#define PAGETIDE_DEMO_H

struct strbuf;

/*
 * Path of a file of 64 MiB with real data on a real file system, made once
 * (progress on stderr) in $XDG_CACHE_HOME/pagetide, else ~/.cache/pagetide,
 * else /var/tmp/pagetide-UID when those are on tmpfs or can't be written;
 * says so then. The caller frees. NULL with why.
 */
char	*demo_file(struct strbuf *why);

#endif
