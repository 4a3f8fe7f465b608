/* Keys that bring lines back that were typed before. */
#ifndef PAGETIDE_RECALL_H
#define PAGETIDE_RECALL_H

#include <stdbool.h>
#include <stdint.h>

struct ui;

/*
 * Up and Down: lines that begin with what is typed. Ctrl-R, then what it has
 * to have, Ctrl-R again for one before: Esc goes back to what was typed, any
 * other key goes on with the line found. True: the key was one of these.
 */
bool	recall_key(struct ui *, uint32_t key);
/* Is one looked for? Then what the prompt's hint says of it. */
bool	recall_hint(struct ui *);

#endif
