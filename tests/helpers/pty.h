/* A command on a pseudo terminal of its own. */
#ifndef PTY_H
#define PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>

struct pty {
	int		 master, slave;	/* master -1: hung up */
	int		 leader;	/* socket to the session leader */
	pid_t		 pid;		/* the command */
	int		 status;	/* of waitpid(), once it ended */
	bool		 ended, stopped;
	bool		 stalled;	/* do not read what it writes */
	struct termios	 before;
	bool		 answers;	/* what kind of terminal it is */
	FILE		*raw;		/* gets a copy of out, or NULL */
	char		*out;		/* all that was written */
	size_t		 len, cap;
	int64_t		 start_ms, deadline_ms;	/* of pty_now_ms() */
	int		 line;		/* of the script, for messages */
	const char	*text;		/* of that line, or NULL */
};

extern struct pty pty;

int64_t		 pty_now_ms(void);
/* Says what failed, with the end of the output; kills the command; exits. */
void		 pty_die(const char *fmt, ...)
		    __attribute__((format(printf, 1, 2), noreturn));
/* Opens the terminal and starts the command on it. */
void		 pty_start(const struct winsize *, char **argv);
/* Waits at most that long for anything; true if bytes came. */
bool		 pty_pump(int64_t wait_ms);
/* Reads on until nothing came for that long. */
void		 pty_settle(int64_t ms);
/* The signal of a name (TERM, INT, ...) or of a number. */
int		 pty_signal_number(const char *name);
/* "signal TERM", or with the number of one that has no name. */
void		 pty_signal_name(char *buf, size_t size, int sig);
/* How the command ended, in words. */
const char	*pty_ending(void);
/* Are the terminal's modes as before the command? (ptyend.c, and below) */
bool		 pty_modes_same(void);
/* The command has ended: NULL if the terminal is as it was, and its failure
 * was told in one line; else what is wrong. */
const char	*pty_unfair(void);

#endif
