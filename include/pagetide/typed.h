/* The lines that were typed at ":", this time and before. */
#ifndef PAGETIDE_TYPED_H
#define PAGETIDE_TYPED_H

#include <stdbool.h>

struct strbuf;
struct typed;

struct typed *typed_new(void);
void	typed_free(struct typed *);
/* Not again what was typed last, nor a line of nothing. */
void	typed_add(struct typed *, const char *line);
/*
 * Which line before the one `at` lines back (0: none of them) it is that has
 * the text: begins with it, or has it anywhere. by -1: which one after it.
 * 0: there is none.
 */
unsigned typed_find(const struct typed *, unsigned at, int by,
	    const char *text, bool anywhere);
/* The line so many back, 1: the last one. */
const char *typed_at(const struct typed *, unsigned back);

/* Was one added? */
bool	typed_any(const struct typed *);
/* Takes those of a file. 0, also if there is none; -errno with why. */
int	typed_load(struct typed *, const char *path, struct strbuf *why);
/* Adds those of this session to the file, for our own eyes and bounded;
 * 0, or -errno with why: it is as it was. */
int	typed_save(const struct typed *, const char *path,
	    struct strbuf *why);

#endif
