/* Keys: from curses, and their names. */
#ifndef PAGETIDE_TTY_KEYS_H
#define PAGETIDE_TTY_KEYS_H

#include <curses.h>
#include <stdint.h>
#include <uchar.h>

struct key_reader {
	WINDOW		*win;	/* a pad: reading from it does not draw */
	mbstate_t	 part;	/* bytes of an unfinished character */
	int		 next;	/* code read too far; ERR: none */
	int		 x, y, button;	/* of the last TKEY_MOUSE */
};

/* curses must be up. 0 or -ENOMEM. */
int		keys_open(struct key_reader *);
void		keys_close(struct key_reader *);
/* As tty_key(), but does not know the end: TKEY_NONE then. */
uint32_t	keys_read(struct key_reader *);

#endif
