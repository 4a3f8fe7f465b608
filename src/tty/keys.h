/* Keys: from curses, and their names. */
#ifndef PAGETIDE_TTY_KEYS_H
#define PAGETIDE_TTY_KEYS_H

#include <curses.h>
#include <stdint.h>
#include <uchar.h>

#include "answer.h"

struct device;

enum { KEYS_EARLY_MAX = 64 };

struct key_reader {
	const struct device *device;
	WINDOW		*win;	/* a pad: reading from it does not draw */
	mbstate_t	 part;	/* bytes of an unfinished character */
	int		 next;	/* code read too far; ERR: none */
	int		 x, y, button;	/* of the last TKEY_MOUSE, the last an
					   enum tty_button */
	bool		 mouse;		/* its reports are keys */
	struct answer	 answer;	/* of the terminal, among the keys */
	uint32_t	 early[KEYS_EARLY_MAX];	/* typed while it was asked */
	unsigned	 early_next, early_end;
};

/* curses must be up. 0 or -ENOMEM. */
int		keys_open(struct key_reader *, const struct device *);
void		keys_close(struct key_reader *);
/* As tty_key(), but does not know the end: TKEY_NONE then. */
uint32_t	keys_read(struct key_reader *);
/* Reads for later, as much as waits. False: no room is left. */
bool		keys_read_early(struct key_reader *);

#endif
