/*
 * Recordings as files: their lines, read by a process of their own and taken
 * one by one.
 */
#ifndef PAGETIDE_TAPEFILE_H
#define PAGETIDE_TAPEFILE_H

#include <stdint.h>

struct strbuf;
struct tape_reader;
struct tapefile;
struct tapeproc_what;

enum {
	TAPEFILE_WAIT = -1,	/* no whole line is there now */
	TAPEFILE_END = -2,	/* there will be none */
};

/* path: "-" is standard input; it stays the caller's, and has to stay. NULL
 * with why. */
struct tapefile *tapefile_open(const char *path, struct strbuf *why);
/* The same of a part of it; bytes that are said to be wrong are counted from
 * where that begins. */
struct tapefile *tapefile_open_part(const struct tapeproc_what *,
	    struct strbuf *why);
void	tapefile_close(struct tapefile *);
/* The next line: an enum tape_line, or one of the above. */
int	tapefile_take(struct tapefile *);
/* The same, but waits for it. */
int	tapefile_next(struct tapefile *);
/* Waits until there is more. */
void	tapefile_wait(const struct tapefile *);
/* What was made of the lines. */
const struct tape_reader *tapefile_reader(const struct tapefile *);
/* What could not be read, and where: one line, or NULL. */
const char *tapefile_wrong(const struct tapefile *);
/* There is no sample in it: one line that says so, or what is wrong. */
void	tapefile_say_none(const struct tapefile *, struct strbuf *why);

#endif
