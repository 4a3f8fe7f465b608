/* Where files of our own live: the demo file, the scratch file of `pagetide
 * truth`, what was typed, and the settings. */
#ifndef PAGETIDE_OWNFILE_H
#define PAGETIDE_OWNFILE_H

#include <stdbool.h>

struct strbuf;

/* The folder for them, made if need be: $XDG_CACHE_HOME/pagetide, else
 * ~/.cache/pagetide, else /var/tmp/pagetide-UID when those are on tmpfs or
 * can't be written; why says what was wrong with those passed over.
 * The caller frees. NULL: none will do. */
char	*ownfile_dir(struct strbuf *why);
/*
 * The file of that name in the user's folder of a kind: "XDG_STATE_HOME" with
 * ".local/state" in place of one that is not set. The caller frees. NULL: the
 * environment names none.
 */
char	*ownfile_path(const char *variable, const char *in_home,
	    const char *name);
/* Makes the folder of a path, and says whether it is ours alone to write, and
 * the user's that we are: as somebody else (sudo) we leave no file there. */
bool	ownfile_make_dir(const char *path);
/* Is a folder on tmpfs or the like, where pages are always in memory: nothing
 * to be seen? */
bool	ownfile_is_memory_fs(const char *dir);

#endif
