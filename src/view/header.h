/* The first line: what is watched, who maps it how, LIVE or FROZEN. Private to
 * src/view. */
#ifndef PAGETIDE_HEADER_H
#define PAGETIDE_HEADER_H

#include <stdbool.h>

#include "pagetide/frame.h"
#include "pagetide/scene.h"

#include "pagetide/line.h"

struct strbuf;

extern const char header_frozen[];

/* The name of the file without its folder, made safe. */
void	header_file_name(struct strbuf *out, const struct scene *);
/* A badge in its own colours, with the terminal's own on both sides. */
void	header_badge(struct frame *, int x, int y, int end, const char *text);
/* False if the advice in force found no room in it. */
bool	header_draw(struct frame *, struct rect, const struct scene *);
/* The advice in force over the range that hints would go to. */
bool	header_advice(struct line *, const struct scene *);

#endif
