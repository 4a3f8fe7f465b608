/* pagetide diff: two moments of recordings, compared. */
#ifndef PAGETIDE_DIFFCMD_H
#define PAGETIDE_DIFFCMD_H

struct difference;

#define DIFF_COMMAND "diff"

/* What is asked for is a view: */
#define DIFFCMD_VIEW (-1)
/* argv[0] is the command. Exit status: EXIT_CHECK where they differ; or
 * DIFFCMD_VIEW, of *view, which is the caller's then, and whose paths live as
 * long as the program. */
int	diffcmd_main(int argc, char **argv, struct difference **view);

#endif
