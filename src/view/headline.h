/* What the next touch costs: how many pages would be a major fault, a minor
 * one, nothing. */
#ifndef PAGETIDE_HEADLINE_H
#define PAGETIDE_HEADLINE_H

#include <stdbool.h>

#include "pagetide/scene.h"

#include "pagetide/line.h"

/* Adds it to a line, with as much as there is room for; false, and nothing is
 * drawn, where it is not known for all of the target: not measured, mapped in
 * part, copies of pages that need not be cached, memory without a file. */
bool	headline_add(struct line *, const struct scene *);

#endif
