/* Keeps what libraries print on stderr off the screen. */
#ifndef PAGETIDE_TTY_ERROUT_H
#define PAGETIDE_TTY_ERROUT_H

/* From now on stderr is collected in memory, if it is a terminal. 0 or
 * -errno. */
int	errout_keep(void);
/* stderr is itself again; what was collected is printed, made safe. */
void	errout_release(void);
/* The same from a signal handler; printable ASCII only. */
void	errout_dump(void);

#endif
