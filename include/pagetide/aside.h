/* A process of this program that does one thing aside, so that who answers
 * keys does not wait for it. */
#ifndef PAGETIDE_ASIDE_H
#define PAGETIDE_ASIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define ASIDE_NUMBERS	6

struct aside {
	pid_t	pid;		/* 0: none */
	int	fd;		/* what it says; -1: nothing (more). Does not
				   block */
	bool	tidies;		/* asked to end it does so by itself */
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
/* What a copy of this process does. */
struct aside_copy {
	enum aside_by by;	/* a pipe, or a socket: says, at its end */
	int	fd;		/* of ours that it has, too; -1: none */
	void	(*run)(void *arg, int says, int fd);	/* then it ends */
	void	*arg;
};

/*
 * The same for a copy of this process as it is now. It has neither the terminal
 * nor other descriptors above standard error than says and fd, and is not to
 * reach for processes of ours. A signal ends it with no file half replaced
 * (replace.h), as does our own end.
 */
int	aside_fork(struct aside *, const struct aside_copy *);
/* Nothing more is heard of it, whether it has ended or not: ends it, and does
 * not wait; what hangs in /proc, or at storage, is left to aside_reap(), or to
 * init. */
void	aside_end(struct aside *);
/* The same, but it goes on until it has done what it was given. */
void	aside_leave(struct aside *);
/* To be called at SIGCHLD: takes leave of all that have ended since. */
void	aside_reap(void);

#endif
