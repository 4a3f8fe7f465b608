/* Values of JSON, for all who print it. Private to src/sink. */
#ifndef PAGETIDE_JVAL_H
#define PAGETIDE_JVAL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "pagetide/field.h"

/* A string, bad bytes as U+FFFD; NULL gives null. */
json_t	*jval_text(const char *);
/* A number, or null when it is unknown or more than JSON can carry. */
json_t	*jval_number(bool known, uint64_t);
/* Adds a member; value is given away. */
void	 jval_put(json_t *object, const char *key, json_t *value);
/* Appends an element; value is given away. */
void	 jval_append(json_t *array, json_t *value);
/* The field of that, null where it is unknown. */
json_t	*jval_field(const struct field *, const struct field_of *);
/*
 * Adds each field that is for them, and whose name begins like that, in the
 * objects that its name says.
 */
void	 jval_fields(json_t *root, const struct field_of *,
	    const char *beginning, enum field_for whom);
/* The object that "a.b.c" is a member of, made if need be, and what it is
 * called there, "c"; NULL: there is none. */
json_t	*jval_parent(json_t *root, const char *name, bool make,
	    const char **leaf);
/* Behind the name of a text that is not UTF-8: all of its bytes. */
#define JVAL_HEX "_hex"
/*
 * One line without newline, all ASCII: no text in it can steer the terminal
 * it is printed on. The caller frees it; the value is given away.
 */
char	*jval_line(json_t *);

/* The same of a value that is neither object nor array. */
char	*jval_scalar(json_t *);

#endif
