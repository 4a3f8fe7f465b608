/* The one event loop. */
#ifndef PAGETIDE_LOOP_H
#define PAGETIDE_LOOP_H

struct app;
struct strbuf;

/*
 * Runs a session until it is to end, on the terminal, headless, or one that
 * prints opts->count samples and has neither worker nor screen: samples, keys,
 * signals, drawing. The terminal is given back on return, whatever
 * happens. Returns the exit status, with why if there is something to say.
 * A signal that is to end the program ends it by itself, after all is tidied
 * up, so that the caller sees the signal.
 */
int	loop_run(struct app *, struct strbuf *why);

#endif
