/* One run of the program, from options to exit status. */
#ifndef PAGETIDE_SESSION_H
#define PAGETIDE_SESSION_H

struct difference;
struct opts;

/* Errors are one line on stderr. Returns the exit status; dies by the signal
 * that ended the session, if one did. */
int	session_run(struct opts *);

/* As if a command line had been read that shows one of the two recordings, at its
 * moment, and what differs. */
void	session_of_diff(struct opts *, const struct difference *);

#endif
