/* A frame as text, as ANSI text, as SVG. */
#ifndef PAGETIDE_PICTURE_H
#define PAGETIDE_PICTURE_H

struct frame;
struct scheme;
struct strbuf;

/*
 * Plain text: rows of the frame, trailing blanks cut, each ended by a
 * newline. ascii or not: cells show alt wherever their meaning is in a
 * colour (bg is not ROLE_TEXT), or always with ascii.
 */
void	picture_text(struct strbuf *, const struct frame *, int ascii);
/* With SGR colours of the scheme; each row ends with a reset. */
void	picture_ansi(struct strbuf *, const struct frame *,
	    const struct scheme *);
/* Row y of it alone, without the newline. */
void	picture_ansi_row(struct strbuf *, const struct frame *, int y,
	    const struct scheme *);
/* A self-contained SVG, monospace, dark background (light for "light"). */
void	picture_svg(struct strbuf *, const struct frame *,
	    const struct scheme *);

#endif
