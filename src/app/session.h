/* One run of the program, from options to exit status. */
#ifndef PAGETIDE_SESSION_H
#define PAGETIDE_SESSION_H

struct opts;

/* Errors are one line on stderr. Returns the exit status; dies by the signal
 * that ended the session, if one did. */
int	session_run(struct opts *);

#endif
