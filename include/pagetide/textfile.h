/* A small file of text that is ours or the user's: settings, lines typed. */
#ifndef PAGETIDE_TEXTFILE_H
#define PAGETIDE_TEXTFILE_H

#include <stddef.h>

struct strbuf;

/*
 * Appends all of the file. It has to be a regular one of max bytes at most,
 * and text: no control characters but tabs and ends of lines. 0; -ENOENT:
 * there is none; other -errno with one line in why that names it.
 */
int	textfile_read(const char *path, size_t max, struct strbuf *text,
	    struct strbuf *why);

/* Appends what is left of any file, a pipe too, up to its end, or until more
 * than max bytes are there. 0 or -errno. */
int	textfile_rest(int fd, size_t max, struct strbuf *text);

#endif
