/* Values of JSON, for all who print it. Private to src/sink. */
#ifndef PAGETIDE_JVAL_H
#define PAGETIDE_JVAL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* A string, bad bytes as U+FFFD; NULL gives null. */
json_t	*jval_text(const char *);
/* A number, or null when it is unknown or more than JSON can carry. */
json_t	*jval_number(bool known, uint64_t);
/* Adds a member; value is given away. */
void	 jval_put(json_t *object, const char *key, json_t *value);
/* Appends an element; value is given away. */
void	 jval_append(json_t *array, json_t *value);
/*
 * One line without newline, all ASCII: no text in it can steer the terminal
 * it is printed on. The caller frees it; the value is given away.
 */
char	*jval_line(json_t *);

#endif
