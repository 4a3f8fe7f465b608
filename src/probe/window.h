/* The mapping that target_window() (target.h) hands out. Private to
 * src/probe. */
#ifndef PAGETIDE_WINDOW_H
#define PAGETIDE_WINDOW_H

struct target;

/* Unmaps it. The file may have another size afterwards. */
void	window_drop(struct target *);

#endif
