/* Ending as a signal would have ended us. */
#ifndef PAGETIDE_DIEBY_H
#define PAGETIDE_DIEBY_H

/* So that the shell can see it. Returns if the signal is blocked or ends
 * nobody. */
void	die_by(int sig);

#endif
