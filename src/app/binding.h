/* Keys: which runs which command line. Footer, help, --list-keys, man page
 * and dispatch all come from this one table. */
#ifndef PAGETIDE_BINDING_H
#define PAGETIDE_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key_help;
struct strbuf;

enum binding_mode { BIND_MAIN, BIND_HELP };

struct binding {
	enum binding_mode mode;
	const char	*keys;		/* names, blank between: "g Home" */
	const char	*line;		/* the command line */
	const char	*footer;	/* label in the footer, NULL: not there;
					   neighbours that share the label
					   (same pointer) are one entry */
	const char	*help;		/* what it does */
	const char	*group;		/* heading in help and manual */
};

extern const struct binding binding_table[];
extern const unsigned binding_count;

/* The command line of a key, or NULL. */
const char *binding_line(enum binding_mode, uint32_t key);
/* The first key that runs this command line, into buf; "": none does. Returns
 * buf. */
char	*binding_key(char *buf, size_t size, const char *line);
/* Does it act (and so is not there with --read-only)? */
bool	binding_acts(const struct binding *);
/* Rows for the footer of a mode, or for help (all of BIND_MAIN), without
 * what --read-only forbids. binding_free() frees them. */
struct key_help *binding_footer(enum binding_mode, bool read_only, size_t *n);
struct key_help *binding_help(bool read_only, size_t *n);
void	binding_free(struct key_help *, size_t n);
/* "keys<TAB>command<TAB>help" a line: --list-keys. */
void	binding_list(struct strbuf *, bool read_only);

#endif
