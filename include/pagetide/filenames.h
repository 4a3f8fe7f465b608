/* Names of files that begin with what was typed. */
#ifndef PAGETIDE_FILENAMES_H
#define PAGETIDE_FILENAMES_H

typedef void filenames_fn(void *arg, const char *name);
/* Hands them out in order, "dir/" where it is a folder; the hidden ones only
 * where the name begins with a dot. No more than a screen can hold. */
void	filenames_add(const char *typed, filenames_fn *, void *arg);

#endif
