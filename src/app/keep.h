/* What is kept from one session to the next: the lines typed at ":". */
#ifndef PAGETIDE_KEEP_H
#define PAGETIDE_KEEP_H

struct app;
struct strbuf;

/* Reads them; what is wrong goes to the message line. */
void	keep_begin(struct app *);
/* Writes those that are new. What is wrong goes to why, unless there is
 * worse. */
void	keep_end(struct app *, struct strbuf *why);

#endif
