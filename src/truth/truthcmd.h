/* `pagetide truth`: the truth table as a program. */
#ifndef PAGETIDE_TRUTHCMD_H
#define PAGETIDE_TRUTHCMD_H

/* argv[1] of it. */
#define TRUTH_COMMAND "truth"

/* argv[0] is the word itself. Returns the exit status, or ends as a signal
 * would have. */
int	truthcmd_main(int argc, char **argv);

#endif
