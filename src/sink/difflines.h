/* Two moments beside each other, as lines and as JSON. */
#ifndef PAGETIDE_DIFFLINES_H
#define PAGETIDE_DIFFLINES_H

struct difference;
struct strbuf;

#define DIFFLINES_SCHEMA "pagetide-diff/1"

/* A line for each of what differs. */
void	difflines_text(const struct difference *, struct strbuf *out);
/* One object, without newline; the caller frees it. */
char	*difflines_json(const struct difference *);

#endif
