/* Samples as JSON, schema "pagetide/1". Unknown is null. */
#ifndef PAGETIDE_JSON_H
#define PAGETIDE_JSON_H

#define JSON_SCHEMA "pagetide/1"

struct field_of;
struct snapshot;
struct strbuf;
struct walk_facts;

/*
 * One line without newline, all ASCII, the caller frees: "schema" and the
 * fields of field.h, in its order. "diagnosis" is null where nothing is known
 * of it, and empty if nothing stands out.
 * cells > 0 adds "cells": {"pages_per_cell","cached":[...],"mapped":[...]}
 * with at most that many cells, a count of pages each or null; "cells" is
 * null without an overview. Text that is no UTF-8 has each bad byte as
 * U+FFFD.
 */
char	*json_sample(const struct field_of *, unsigned cells);
/*
 * All of a snapshot, to be read back: the same line with what it leaves out.
 * Each grid is {"first_page","pages","shift","<layer>":[cells,count,...],
 * "stamps_ns":[cells,time,...]}: so many cells in a row have that.
 * walk may be NULL.
 */
char	*json_record(const struct snapshot *, const struct walk_facts *walk);
/*
 * Reads a line of either. What it does not hold is not known; cells are in
 * records alone. *s is initialised, and left as it was where the line is
 * none: -EINVAL then, with why. *walk is filled in.
 */
int	json_read(const char *line, struct snapshot *s,
	    struct walk_facts *walk, struct strbuf *why);

#endif
