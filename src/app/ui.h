/* Between the keys and the picture. */
#ifndef PAGETIDE_UI_H
#define PAGETIDE_UI_H

#include "app.h"

/* A key from the terminal or a script. */
void	ui_key(struct app *, uint32_t key);
/* Draws app->frame. */
void	ui_draw(struct app *);
/* The screen has this size now. */
void	ui_resized(struct app *, int cols, int rows);
/* Another view or viewport: measure and show what is there now. */
void	ui_looked(struct app *);
/* The same for a move of the cursor, which may leave the viewport as it is. */
void	ui_moved(struct app *);
/* A mouse event: wheel zooms at the pointer, a press moves the cursor. */
void	ui_mouse(struct app *, int x, int y, int button);

/* prompt.c: the line editor. */
void	ui_prompt_open(struct app *, enum prompt_kind, const char *label);
void	ui_prompt_close(struct app *);
/* A key while a prompt is open. */
void	ui_prompt_key(struct app *, uint32_t key);

#endif
