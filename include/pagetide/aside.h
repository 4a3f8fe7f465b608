/* A process of this program that does one thing aside, so that who answers
 * keys does not wait for it. */
#ifndef PAGETIDE_ASIDE_H
#define PAGETIDE_ASIDE_H

#include <stdint.h>
#include <sys/types.h>

#define ASIDE_NUMBERS	6

struct aside {
	pid_t	pid;		/* 0: none */
	int	fd;		/* what it says; -1: nothing (more). Does not
				   block */
};

enum aside_by {
	ASIDE_ANSWERS,		/* a pipe, its standard output */
	ASIDE_TALKS,		/* a socket that keeps messages apart, its
				   standard input and output */
};

/* What runs: "pagetide OPTION NUMBER... [TEXT]". */
struct aside_what {
	const char	*option;
	enum aside_by	 by;
	unsigned	 n;		/* numbers, at most ASIDE_NUMBERS */
	uint64_t	 number[ASIDE_NUMBERS];
	const char	*text;		/* NULL: none */
	int		 fd, as_fd;	/* it has fd as that; 0, 0: nothing
					   more than by says */
};

void	aside_init(struct aside *);
/* In place of one that there is. 0, or -errno, and then there is none. */
int	aside_start(struct aside *, const struct aside_what *);
/* Nothing more is heard of it, whether it has ended or not: ends it, and does
 * not wait; what hangs in /proc is left to aside_reap(), or to init. */
void	aside_end(struct aside *);
/* To be called at SIGCHLD: takes leave of all that have ended since. */
void	aside_reap(void);

#endif
