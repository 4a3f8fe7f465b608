#include "config.h"

#include "pagetide/palette.h"

#include <stddef.h>
#include <string.h>

#include "pagetide/frame.h"

/* From which on a terminal has colours that are the same everywhere. */
enum { FIXED_COLOURS = 256 };

/* A background; as a foreground (half blocks, bars) it looks the same. */
#define BACK(index) { index, index, 0 }
/* Text: that is dim, keys and what is good, what to look at. */
#define TEXT_ROLES(dim, key, warn) \
	[ROLE_TEXT] = { -1, -1, 0 }, \
	[ROLE_DIM] = { dim, -1, 0 }, \
	[ROLE_STRONG] = { -1, -1, ATTR_BOLD }, \
	[ROLE_TITLE] = { -1, -1, ATTR_REVERSE }, \
	[ROLE_KEY] = { key, -1, ATTR_BOLD }, \
	[ROLE_GOOD] = { key, -1, 0 }, \
	[ROLE_WARN] = { warn, -1, ATTR_BOLD }, \
	[ROLE_ERROR] = { -1, -1, ATTR_BOLD | ATTR_REVERSE }
/* Without colours the glyph says it all. */
#define NONE { -1, -1, 0 }

/*
 * Indexes from 16 up look the same on every terminal; those below are the
 * user's, so text takes only yellow and cyan of them. The ramps were fitted:
 * neighbours stay apart for colour-blind eyes too, and marks are legible on
 * all of them (tests/unit/test_contrast.c computes it).
 */
const struct scheme scheme_table[] = {
	{ "cividis", 256,
	    "256 colours on a dark background; fit for colour-blind eyes", {
		TEXT_ROLES(249, 6, 3),
		[ROLE_PAUSED] = { 16, 220, ATTR_BOLD },
		[ROLE_LEVEL_0] = BACK(235),
		[ROLE_LEVEL_1] = BACK(24),
		[ROLE_LEVEL_2] = BACK(243),
		[ROLE_LEVEL_3] = BACK(144),
		[ROLE_LEVEL_4] = BACK(186),
		[ROLE_LEVEL_5] = BACK(227),
		[ROLE_UNKNOWN] = BACK(88),
		[ROLE_ON_CELL] = { 231, -1, 0 },
		[ROLE_ON_FULL] = { 16, -1, 0 },
		[ROLE_COST_MAJOR] = BACK(166),
		[ROLE_COST_MINOR] = BACK(110),
		[ROLE_COST_NONE] = BACK(238),
		[ROLE_CAME_0] = BACK(159),
		[ROLE_CAME_1] = BACK(75),
		[ROLE_CAME_2] = BACK(27),
		[ROLE_CAME_3] = BACK(24),
		[ROLE_WENT_0] = BACK(229),
		[ROLE_WENT_1] = BACK(214),
		[ROLE_WENT_2] = BACK(130),
		[ROLE_WENT_3] = BACK(124),
		[ROLE_OUTSIDE_0] = BACK(219),
		[ROLE_OUTSIDE_1] = BACK(139),
		[ROLE_OUTSIDE_2] = BACK(96),
		[ROLE_OUTSIDE_3] = BACK(55),
		[ROLE_GRAPH_MINOR] = BACK(110),
		[ROLE_GRAPH_MAJOR] = BACK(166),
		[ROLE_GRAPH_READ] = BACK(180),
		[ROLE_SET_CACHED] = BACK(245),
		[ROLE_SET_MAPPED] = BACK(110),
		[ROLE_SET_TOUCHED] = BACK(227),
		[ROLE_ON_SET] = { 16, -1, 0 },
		[ROLE_MARK] = { 3, -1, ATTR_BOLD },
	} },
	{ "light", 256,
	    "256 colours on a light background", {
		TEXT_ROLES(239, 24, 94),
		[ROLE_PAUSED] = { 231, 124, ATTR_BOLD },
		[ROLE_LEVEL_0] = BACK(230),
		[ROLE_LEVEL_1] = BACK(186),
		[ROLE_LEVEL_2] = BACK(144),
		[ROLE_LEVEL_3] = BACK(243),
		[ROLE_LEVEL_4] = BACK(24),
		[ROLE_LEVEL_5] = BACK(234),
		[ROLE_UNKNOWN] = BACK(213),
		[ROLE_ON_CELL] = { 16, -1, 0 },
		[ROLE_ON_FULL] = { 231, -1, 0 },
		[ROLE_COST_MAJOR] = BACK(88),
		[ROLE_COST_MINOR] = BACK(26),
		[ROLE_COST_NONE] = BACK(252),
		[ROLE_CAME_0] = BACK(18),
		[ROLE_CAME_1] = BACK(25),
		[ROLE_CAME_2] = BACK(32),
		[ROLE_CAME_3] = BACK(111),
		[ROLE_WENT_0] = BACK(52),
		[ROLE_WENT_1] = BACK(130),
		[ROLE_WENT_2] = BACK(172),
		[ROLE_WENT_3] = BACK(215),
		[ROLE_OUTSIDE_0] = BACK(53),
		[ROLE_OUTSIDE_1] = BACK(127),
		[ROLE_OUTSIDE_2] = BACK(169),
		[ROLE_OUTSIDE_3] = BACK(183),
		[ROLE_GRAPH_MINOR] = BACK(26),
		[ROLE_GRAPH_MAJOR] = BACK(88),
		[ROLE_GRAPH_READ] = BACK(66),
		[ROLE_SET_CACHED] = BACK(252),
		[ROLE_SET_MAPPED] = BACK(110),
		[ROLE_SET_TOUCHED] = BACK(136),
		[ROLE_ON_SET] = { 16, -1, 0 },
		[ROLE_MARK] = { 94, -1, ATTR_BOLD },
	} },
	{ "grey", 256,
	    "256 colours, greys alone: for print and old projectors", {
		TEXT_ROLES(249, -1, -1),
		[ROLE_PAUSED] = { 16, 255, ATTR_BOLD },
		[ROLE_LEVEL_0] = BACK(235),
		[ROLE_LEVEL_1] = BACK(239),
		[ROLE_LEVEL_2] = BACK(243),
		[ROLE_LEVEL_3] = BACK(247),
		[ROLE_LEVEL_4] = BACK(251),
		[ROLE_LEVEL_5] = BACK(255),
		[ROLE_UNKNOWN] = BACK(16),
		[ROLE_ON_CELL] = { 231, -1, 0 },
		[ROLE_ON_FULL] = { 16, -1, 0 },
		[ROLE_COST_MAJOR] = BACK(255),
		[ROLE_COST_MINOR] = BACK(247),
		[ROLE_COST_NONE] = BACK(238),
		[ROLE_CAME_0] = BACK(255),
		[ROLE_CAME_1] = BACK(249),
		[ROLE_CAME_2] = BACK(243),
		[ROLE_CAME_3] = BACK(238),
		[ROLE_WENT_0] = BACK(255),
		[ROLE_WENT_1] = BACK(249),
		[ROLE_WENT_2] = BACK(243),
		[ROLE_WENT_3] = BACK(238),
		[ROLE_OUTSIDE_0] = BACK(255),
		[ROLE_OUTSIDE_1] = BACK(249),
		[ROLE_OUTSIDE_2] = BACK(243),
		[ROLE_OUTSIDE_3] = BACK(238),
		[ROLE_GRAPH_MINOR] = BACK(245),
		[ROLE_GRAPH_MAJOR] = BACK(255),
		[ROLE_GRAPH_READ] = BACK(250),
		[ROLE_SET_CACHED] = BACK(245),
		[ROLE_SET_MAPPED] = BACK(248),
		[ROLE_SET_TOUCHED] = BACK(255),
		[ROLE_ON_SET] = { 16, -1, 0 },
		[ROLE_MARK] = { -1, -1, ATTR_BOLD },
	} },
	{ "16", 16,
	    "the terminal's own 16 colours", {
		TEXT_ROLES(-1, 6, 3),
		[ROLE_PAUSED] = { 0, 11, ATTR_BOLD },
		[ROLE_LEVEL_0] = BACK(0),
		[ROLE_LEVEL_1] = BACK(4),
		[ROLE_LEVEL_2] = BACK(12),
		[ROLE_LEVEL_3] = BACK(6),
		[ROLE_LEVEL_4] = BACK(10),
		[ROLE_LEVEL_5] = BACK(15),
		[ROLE_UNKNOWN] = BACK(5),
		[ROLE_ON_CELL] = { 15, -1, 0 },
		[ROLE_ON_FULL] = { 0, -1, 0 },
		[ROLE_COST_MAJOR] = BACK(9),
		[ROLE_COST_MINOR] = BACK(14),
		[ROLE_COST_NONE] = BACK(4),
		[ROLE_CAME_0] = BACK(14),
		[ROLE_CAME_1] = BACK(6),
		[ROLE_CAME_2] = BACK(12),
		[ROLE_CAME_3] = BACK(4),
		[ROLE_WENT_0] = BACK(11),
		[ROLE_WENT_1] = BACK(3),
		[ROLE_WENT_2] = BACK(9),
		[ROLE_WENT_3] = BACK(1),
		[ROLE_OUTSIDE_0] = BACK(15),
		[ROLE_OUTSIDE_1] = BACK(13),
		[ROLE_OUTSIDE_2] = BACK(8),
		[ROLE_OUTSIDE_3] = BACK(8),
		[ROLE_GRAPH_MINOR] = BACK(6),
		[ROLE_GRAPH_MAJOR] = BACK(9),
		[ROLE_GRAPH_READ] = BACK(3),
		[ROLE_SET_CACHED] = BACK(8),
		[ROLE_SET_MAPPED] = BACK(6),
		[ROLE_SET_TOUCHED] = BACK(11),
		[ROLE_ON_SET] = { 0, -1, 0 },
		[ROLE_MARK] = { 3, -1, ATTR_BOLD },
	} },
	{ "8", 8,
	    "the terminal's own 8 colours", {
		TEXT_ROLES(-1, 6, 3),
		[ROLE_PAUSED] = { 0, 3, ATTR_BOLD },
		[ROLE_LEVEL_0] = BACK(0),
		[ROLE_LEVEL_1] = BACK(4),
		[ROLE_LEVEL_2] = BACK(1),
		[ROLE_LEVEL_3] = BACK(6),
		[ROLE_LEVEL_4] = BACK(3),
		[ROLE_LEVEL_5] = BACK(7),
		[ROLE_UNKNOWN] = BACK(5),
		[ROLE_ON_CELL] = { 7, -1, 0 },
		[ROLE_ON_FULL] = { 0, -1, 0 },
		[ROLE_COST_MAJOR] = BACK(1),
		[ROLE_COST_MINOR] = BACK(6),
		[ROLE_COST_NONE] = BACK(4),
		[ROLE_CAME_0] = BACK(6),
		[ROLE_CAME_1] = BACK(6),
		[ROLE_CAME_2] = BACK(4),
		[ROLE_CAME_3] = BACK(4),
		[ROLE_WENT_0] = BACK(3),
		[ROLE_WENT_1] = BACK(3),
		[ROLE_WENT_2] = BACK(1),
		[ROLE_WENT_3] = BACK(1),
		[ROLE_OUTSIDE_0] = BACK(7),
		[ROLE_OUTSIDE_1] = BACK(7),
		[ROLE_OUTSIDE_2] = BACK(0),
		[ROLE_OUTSIDE_3] = BACK(0),
		[ROLE_GRAPH_MINOR] = BACK(6),
		[ROLE_GRAPH_MAJOR] = BACK(3),
		[ROLE_GRAPH_READ] = BACK(7),
		[ROLE_SET_CACHED] = BACK(5),
		[ROLE_SET_MAPPED] = BACK(6),
		[ROLE_SET_TOUCHED] = BACK(7),
		[ROLE_ON_SET] = { 0, -1, 0 },
		[ROLE_MARK] = { 3, -1, ATTR_BOLD },
	} },
	{ "mono", 0,
	    "no colours: levels are the glyphs ' .:+O#'", {
		TEXT_ROLES(-1, -1, -1),
		[ROLE_PAUSED] = { -1, -1, ATTR_BOLD | ATTR_REVERSE },
		[ROLE_LEVEL_0] = NONE,
		[ROLE_LEVEL_1] = NONE,
		[ROLE_LEVEL_2] = NONE,
		[ROLE_LEVEL_3] = NONE,
		[ROLE_LEVEL_4] = NONE,
		[ROLE_LEVEL_5] = NONE,
		[ROLE_UNKNOWN] = NONE,
		[ROLE_ON_CELL] = NONE,
		[ROLE_ON_FULL] = NONE,
		[ROLE_COST_MAJOR] = NONE,
		[ROLE_COST_MINOR] = NONE,
		[ROLE_COST_NONE] = NONE,
		[ROLE_CAME_0] = NONE,
		[ROLE_CAME_1] = NONE,
		[ROLE_CAME_2] = NONE,
		[ROLE_CAME_3] = NONE,
		[ROLE_WENT_0] = NONE,
		[ROLE_WENT_1] = NONE,
		[ROLE_WENT_2] = NONE,
		[ROLE_WENT_3] = NONE,
		[ROLE_OUTSIDE_0] = NONE,
		[ROLE_OUTSIDE_1] = NONE,
		[ROLE_OUTSIDE_2] = NONE,
		[ROLE_OUTSIDE_3] = NONE,
		[ROLE_GRAPH_MINOR] = NONE,
		[ROLE_GRAPH_MAJOR] = NONE,
		[ROLE_GRAPH_READ] = NONE,
		[ROLE_SET_CACHED] = NONE,
		[ROLE_SET_MAPPED] = NONE,
		[ROLE_SET_TOUCHED] = NONE,
		[ROLE_ON_SET] = NONE,
		[ROLE_MARK] = { -1, -1, ATTR_BOLD },
	} },
};
const unsigned scheme_count = sizeof scheme_table / sizeof scheme_table[0];

const struct scheme *
scheme_find(const char *name)
{
	for (unsigned i = 0; i < scheme_count; i++)
		if (strcmp(scheme_table[i].name, name) == 0)
			return &scheme_table[i];
	return NULL;
}

/* The table starts with the best; the last needs no colours at all. */
const struct scheme *
scheme_for(int colours)
{
	unsigned i = 0;

	while (scheme_table[i].colours > colours && i + 1 < scheme_count)
		i++;
	return &scheme_table[i];
}

bool
scheme_shows_glyph(const struct scheme *s, enum role bg)
{
	return s->colours < FIXED_COLOURS && bg >= ROLE_LEVEL_0 &&
	    bg <= ROLE_COST_NONE;
}

uint32_t
palette_rgb(int index)
{
	static const uint32_t ansi[16] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00,
		0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
		0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};
	static const uint32_t cube[6] = {
		0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff,
	};
	uint32_t grey;

	if (index < 0 || index > 255)
		return 0;
	if (index < 16)
		return ansi[index];
	if (index < 232) {
		index -= 16;
		return cube[index / 36] << 16 | cube[index / 6 % 6] << 8 |
		    cube[index % 6];
	}
	grey = 8 + 10 * (uint32_t)(index - 232);
	return grey << 16 | grey << 8 | grey;
}
