/* The one event loop. */
#ifndef PAGETIDE_LOOP_H
#define PAGETIDE_LOOP_H

#include <stdbool.h>

struct app;
struct event_base;
struct loop;
struct strbuf;

/*
 * Runs a session on the terminal or headless until it is to end: samples,
 * keys, signals, drawing. The terminal is given back on return, whatever
 * happens. Returns the exit status, with why if there is something to say.
 * A signal that is to end the program ends it by itself, after all is tidied
 * up, so that the caller sees the signal.
 */
int	loop_run(struct app *, struct strbuf *why);

struct event_base *loop_base(struct loop *);
bool	loop_mouse(const struct loop *);
void	loop_set_mouse(struct loop *, bool on);

#endif
