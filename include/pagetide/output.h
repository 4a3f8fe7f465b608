/* What is written is written, or it is said that it was not. */
#ifndef PAGETIDE_OUTPUT_H
#define PAGETIDE_OUTPUT_H

#include <stddef.h>

struct strbuf;

/*
 * Descriptors 0 to 2, as far as they are closed, come to lead to something
 * that can be neither read nor written: what is opened from now on is none of
 * them, and using one stays the error that it was. To be called before
 * anything is opened. 0 or -errno.
 */
int	output_secure(void);
/* Writes all of it to fd, waiting where fd can't take it yet. 0 or -errno. */
int	output_all(int fd, const void *data, size_t len);
/* The same, but -EAGAIN where fd can't take all of it now. */
int	output_now(int fd, const void *data, size_t len);
/* Text to standard output, without a buffer behind which errors would hide.
 * 0, or -errno with one line in why. */
int	output_text(const char *text, struct strbuf *why);

/* "pagetide OF: TEXT MORE" as a line on standard error; the text, which may be
 * somebody else's, is made safe. of: "" or " diff", as it is typed. */
void	output_error(const char *of, const char *text, const char *more);

#endif
