/* Text from outside as UTF-8, whatever the locale is. */
#ifndef PAGETIDE_UTF8_H
#define PAGETIDE_UTF8_H

#include <stdbool.h>

struct strbuf;

/* Is all of it well-formed? */
bool	utf8_is_all(const char *);
/* Appends it with U+FFFD in place of each byte that is no character. */
void	utf8_add(struct strbuf *, const char *);

#endif
