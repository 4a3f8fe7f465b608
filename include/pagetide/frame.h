/* An off-screen picture: a grid of characters with roles. */
#ifndef PAGETIDE_FRAME_H
#define PAGETIDE_FRAME_H

#include <stdbool.h>
#include <stdint.h>
#include <uchar.h>

#include "pagetide/role.h"

enum {
	ATTR_BOLD = 1 << 0,
	ATTR_REVERSE = 1 << 1,
	ATTR_UNDERLINE = 1 << 2,
};

/*
 * One character. ch may be any printable character; 0 continues a wide one
 * to its left. alt is what a display without colours or without UTF-8 shows
 * instead: always printable ASCII.
 */
struct fcell {
	char32_t	ch;
	char		alt;
	uint8_t		fg;	/* enum role: foreground */
	uint8_t		bg;	/* enum role: background (ROLE_TEXT: the
				   terminal's own) */
	uint8_t		attr;	/* ATTR_ bits */
};

struct frame {
	int		 cols, rows;
	struct fcell	*cell;	/* row-major; owned */
};

struct rect { int x, y, w, h; };

void	frame_init(struct frame *, int cols, int rows);
void	frame_done(struct frame *);
/* New size, all blank. */
void	frame_resize(struct frame *, int cols, int rows);
void	frame_clear(struct frame *);
bool	frame_equal(const struct frame *, const struct frame *);
void	frame_copy(struct frame *dst, const struct frame *src);

/* Everything outside the frame or the rect is cut away silently. */

/* One character cell. */
void	frame_put(struct frame *, int x, int y, char32_t ch, char alt,
	    enum role fg, enum role bg, int attr);
/* More ATTR_ bits for the character that stands there. */
void	frame_attr(struct frame *, int x, int y, int attr);
/*
 * Text (UTF-8 or the locale's, made safe by text_next()) within w columns
 * from x; returns the columns used. A wide character that would be cut in
 * half is left out.
 */
int	frame_text(struct frame *, int x, int y, int w, enum role fg,
	    const char *s);
int	frame_printf(struct frame *, int x, int y, int w, enum role fg,
	    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Blanks of a background role. */
void	frame_fill(struct frame *, struct rect, enum role fg, enum role bg);

#endif
