/*
 * What one argument may be: "in|out|fit" are words to choose from; what is in
 * capitals, as in "slower|faster|N", stands for a value of that kind. It ends
 * at a blank, "]", "." or its end.
 */
#ifndef PAGETIDE_WORDS_H
#define PAGETIDE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/* The next word or value, of len bytes, and *words behind it; NULL: there is
 * none. */
const char *words_next(const char **words, size_t *len);
/* Which of the words it is: 0 for the first, -1 for none of them. */
int	words_find(const char *words, const char *text);
/* May it be a value as well? */
bool	words_have_value(const char *words);
/* Appends "in, out or fit", with value, if not NULL, as the last of them. */
void	words_list(struct strbuf *, const char *words, const char *value);

#endif
