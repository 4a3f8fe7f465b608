/* A file's content made anew, in one step. */
#ifndef PAGETIDE_REPLACE_H
#define PAGETIDE_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Path is to hold just this. A file that is there keeps its mode and owner,
 * and stays as it was if this fails; it has to be one that we may write. What
 * a symbolic link leads to is replaced, not the link; another hard link keeps
 * what was there. Where no new file can be made beside it, or none with its
 * owner, it is written in place, and may be half written if that fails. A new
 * file has the rights that umask leaves. 0 or -errno.
 */
int	replace_file(const char *path, const void *data, size_t len);
/* The same for nobody else's eyes: the file has mode 0600 then, and is never
 * written in place. */
int	replace_private(const char *path, const void *data, size_t len);
/* For a handler of a signal that is to end the process: takes away what is not
 * finished. False: the file is being written in place, and would be half
 * written; the process had better go on. */
bool	replace_give_up(void);
/* Does path lead to that file? "-": the stream (a descriptor) does. */
bool	replace_same_file(dev_t, ino_t, const char *path, int stream);

#endif
