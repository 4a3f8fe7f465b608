/* The picture of a session. */
#ifndef PAGETIDE_DRAWN_H
#define PAGETIDE_DRAWN_H

struct ui;

/* Draws what is shown now into the frame of the session. */
void	drawn_draw(struct ui *);

#endif
