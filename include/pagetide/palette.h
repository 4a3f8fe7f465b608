/* Schemes: role to colour. Pure data; knows no terminal. */
#ifndef PAGETIDE_PALETTE_H
#define PAGETIDE_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/role.h"

/* Colour of one role: xterm-256 indexes, -1: the terminal's default. */
struct role_colour {
	int16_t	fg;	/* used when the role is a cell's foreground */
	int16_t	bg;	/* used when it is a cell's background */
	uint8_t	attr;	/* ATTR_ bits added when it is the foreground */
};

struct scheme {
	const char	*name;		/* "cividis", "light", "grey", "16",
					   "8", "mono" */
	int		 colours;	/* the terminal must have that many */
	const char	*help;
	struct role_colour role[ROLE_COUNT];
};

extern const struct scheme scheme_table[];
extern const unsigned scheme_count;

/* NULL if there is none of that name. */
const struct scheme *scheme_find(const char *name);
/* The best one for a terminal with that many colours (0: mono). */
const struct scheme *scheme_for(int colours);
/* Is a blank cell with that background to show its glyph as well? With few
 * colours neighbouring levels look too much alike. */
bool scheme_shows_glyph(const struct scheme *, enum role bg);
/* sRGB of an xterm-256 index, 0xRRGGBB. */
uint32_t palette_rgb(int index);

#endif
