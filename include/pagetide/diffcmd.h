/* pagetide diff: two moments of recordings, compared. */
#ifndef PAGETIDE_DIFFCMD_H
#define PAGETIDE_DIFFCMD_H

#define DIFF_COMMAND "diff"

/* argv[0] is the command. Exit status: EXIT_CHECK where they differ. */
int	diffcmd_main(int argc, char **argv);

#endif
