/* What one may choose from: the words of a row, and the names in the tables
 * that its values come from. */
#ifndef PAGETIDE_CHOICES_H
#define PAGETIDE_CHOICES_H

#include <stdbool.h>
#include <stddef.h>

#include "pagetide/strbuf.h"

#include "command.h"

struct ui_commands;

/* Those that begin with what was typed. */
struct choices {
	const char	*typed;
	const struct ui_commands *commands;
	struct strbuf	 names;		/* a NUL behind each */
	unsigned	 n;
	bool		 exact;		/* one of them is what was typed */
	const char	*help;		/* of that one, else of the first;
					   NULL: it has none */
};

void	choices_init(struct choices *, const char *typed,
	    const struct ui_commands *);
void	choices_done(struct choices *);
/* Takes the name if it begins so; help may be NULL. */
void	choices_add(struct choices *, const char *name, const char *help);
const char *choices_at(const struct choices *, unsigned i);
/* All of them, with this between two. */
void	choices_list(const struct choices *, const char *between,
	    struct strbuf *out);
/* Bytes that all have in common. */
size_t	choices_common(const struct choices *);

/* What the i-th argument may be; first: the argument before it that says what
 * it is about, or NULL. */
void	choices_of(struct choices *, const struct command *, unsigned i,
	    const char *first);
/*
 * Beginnings of words and names that leave no choice become whole. What has
 * to be in a table and is not is refused, with what is there. 0, or -errno
 * with why.
 */
int	choices_resolve(struct args *, const struct ui_commands *,
	    struct strbuf *why);
/* What the names of a row are called together: "Hints". */
const char *choices_heading(const char *words);

#endif
