/* Small texts of the kernel's: numbers behind words. Private to src/proc. */
#ifndef PAGETIDE_PROCTEXT_H
#define PAGETIDE_PROCTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than any of the texts has that are read whole. */
#define PROCTEXT_MAX_BYTES 16384

/* A number in decimal that ends with a space, a newline or the text; else
 * false, and *v untouched, as below. */
bool	proctext_number(const char *s, uint64_t *v);
/* The number after key, which stands at the start of a line, and the blanks
 * there: "pgfault ", "MemTotal:". */
bool	proctext_keyed(const char *text, const char *key, uint64_t *v);
/* A file from its start, ended with NUL, what does not fit cut off; an fd of
 * -1 gives "". */
void	proctext_read(int fd, char *text, size_t size);

#endif
