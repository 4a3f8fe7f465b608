/*
 * Samples on standard output, from within the loop: whoever reads them may
 * stop reading, and signals have to be heard all the same. What the reader
 * does not take waits here, and is written when it does.
 */
#ifndef PAGETIDE_PRINTER_H
#define PAGETIDE_PRINTER_H

#include <stdbool.h>

struct app;
struct event_base;
struct printer;
struct strbuf;

/* Where something can't be written the session ends, with one line in why. */
struct printer *printer_new(struct event_base *, struct app *,
    struct strbuf *why);
/* NULL is allowed. What still waits is not written. */
void	printer_free(struct printer *);
/* Writes the text, as far as it is taken now, and frees it. */
void	printer_put(struct printer *, char *text);
/* Does something still wait? */
bool	printer_busy(const struct printer *);

#endif
