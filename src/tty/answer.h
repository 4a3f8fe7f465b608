/*
 * Picks what the terminal answers out of what is typed: OSC 11 (which colour
 * its background has) and DA1 (what kind it is, which all know). An answer may
 * come in parts, late, or never. All else goes on as it came, in its order.
 */
#ifndef PAGETIDE_TTY_ANSWER_H
#define PAGETIDE_TTY_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

enum {
	ANSWER_MAX = 64,	/* codes of an answer, or it is none */
	ANSWER_NONE = -1,	/* no code */
};

struct answer {
	bool	due;		/* asked: answers are picked out */
	bool	known, light;	/* the background */
	bool	let_go;		/* code[0] is an Esc that was given already */
	int	code[ANSWER_MAX + 1];	/* held: may become an answer */
	unsigned n;
	int	given[ANSWER_MAX + 1];	/* is none after all */
	unsigned next, end;
	uint64_t asked_ns, last_ns;	/* when the last code came */
};

/* The question was sent: answers are picked out from now on. */
void	answer_expect(struct answer *, uint64_t now_ns);
/* A code as it was read, ANSWER_NONE: none waits. Only while answer_next() has
 * none. */
void	answer_feed(struct answer *, int code, uint64_t now_ns);
/* The next code that is no answer, ANSWER_NONE if there is none. */
int	answer_next(struct answer *);

#endif
