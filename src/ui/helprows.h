/* What the help lists: keys, views, commands. */
#ifndef PAGETIDE_HELPROWS_H
#define PAGETIDE_HELPROWS_H

#include <stddef.h>

struct command;
struct key_help;
struct ui;

/* All rows, without those that act where that is not allowed; binding_free()
 * frees them. */
struct key_help *helprows(const struct ui *, size_t *n);
/* The same of one command: its form, its keys, its words. */
struct key_help *helprows_of(const struct ui *, const struct command *,
	    size_t *n);

#endif
