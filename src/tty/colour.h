/* Roles to curses' colours and glyphs. */
#ifndef PAGETIDE_TTY_COLOUR_H
#define PAGETIDE_TTY_COLOUR_H

#include <curses.h>
#include <stdbool.h>
#include <stdint.h>

#include "pagetide/role.h"

struct fcell;
struct scheme;
struct tty_options;

/* As init_extended_pair() takes them. */
struct colour_pair {
	int	fg, bg;
};

struct colour {
	const struct scheme	*scheme;
	int			 count;	/* in use, 0: none */
	bool			 rgb;	/* they are 0xRRGGBB past 7 */
	bool			 ascii;	/* show alt above 0x7e */
	struct colour_pair	*pair;	/* [i] is curses' pair i + 1 */
	int			 pairs;
	/* 1 + curses' pair of two roles; 0: not asked yet; -1: none left. */
	int			 of[ROLE_COUNT][ROLE_COUNT];
};

/* Is it of interest whether the background is light? curses must be up. */
bool	colour_may_be_light(const struct tty_options *);
/* Chooses the scheme; curses must be up. *note is set where the user should
 * know, and else left alone. */
void	colour_open(struct colour *, const struct tty_options *, bool light,
	    const char **note);
/* The background is light after all: only where it may be. */
void	colour_light(struct colour *);
void	colour_close(struct colour *);
/*
 * What curses shows for a cell; next is the cell to the right, or NULL.
 * Returns the columns it takes, 1 or 2.
 */
int	colour_cell(struct colour *, const struct fcell *cell,
	    const struct fcell *next, cchar_t *out);

#endif
