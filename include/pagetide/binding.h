/* Keys: which runs which command line, in which mode. Footer, help,
 * --list-keys, man page and dispatch all come from this one table. */
#ifndef PAGETIDE_BINDING_H
#define PAGETIDE_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key_help;
struct strbuf;

/* What is open decides what keys mean: ui_mode(). */
enum binding_mode {
	BIND_MAIN,
	BIND_FROZEN,		/* the picture stands */
	BIND_PLAY,		/* a recording plays */
	BIND_EVENTS,		/* they have the room of the graphs */
	BIND_VIEWS,		/* the list of them is open */
	BIND_LESSON,		/* one is on */
	BIND_LESSONS,		/* the list of them is open */
	BIND_COMPARE,		/* pictures side by side */
	BIND_LIST,		/* of processes, or of mappings */
	BIND_PROCESS,		/* one of them is watched */
	BIND_HELP,
	BIND_PROMPT,		/* the line editor has all keys */
	BIND_QUESTION,		/* y, or any other */
	BIND_MODES
};

struct binding_mode_info {
	const char	*name;		/* "frozen" */
	int		 base;		/* the mode whose keys hold, too, where
					   it has none of its own; -1: none */
	const char	*by;		/* the command line that leads there;
					   NULL: more than one does */
};

extern const struct binding_mode_info binding_mode_table[BIND_MODES];

struct binding {
	enum binding_mode mode;
	const char	*keys;		/* names, blank between: "g Home" */
	const char	*line;		/* the command line */
	const char	*help;		/* what it does */
	const char	*group;		/* heading in help and manual */
};

extern const struct binding binding_table[];
extern const unsigned binding_count;

/* Binds a key in a mode (not one of those that have none) to a command line,
 * in place of what it did there. 0, or -ENOSPC: too many. */
int	binding_add(enum binding_mode, uint32_t key, const char *line);
/* Does what is open in that mode lie over the map, with keys of its own? */
bool	binding_mode_covers(enum binding_mode);
/* May its keys be bound? A prompt and a question have keys of their own. */
bool	binding_mode_is_open(enum binding_mode);
/* The mode of that name, or -1. */
int	binding_mode_find(const char *name);
/* The command line of a key in a mode or what that is based on, or NULL. */
const char *binding_line(enum binding_mode, uint32_t key);
/* Of a key that is not bound where BIND_MAIN's are: the heading of what it does
 * in another mode, "While ...", or NULL. */
const char *binding_elsewhere(uint32_t key);
/* The first key that runs this command line in a mode or what that is based on,
 * into buf; "": none does. Returns buf. */
char	*binding_key(char *buf, size_t size, enum binding_mode,
	    const char *line);
/* Does that command line act (and so is not there with --read-only)? */
typedef bool binding_acts(const char *line);
/* Rows for the help, without what hidden (may be NULL) says. binding_free()
 * frees them. */
struct key_help *binding_help(binding_acts *hidden, size_t *n);
void	binding_free(struct key_help *, size_t n);
/* "mode<TAB>keys<TAB>command<TAB>help" a line: --list-keys. */
void	binding_list(struct strbuf *, binding_acts *hidden);

#endif
