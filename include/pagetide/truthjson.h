/* The truth table as JSON, schema "pagetide-truth/1". Unknown is null. */
#ifndef PAGETIDE_TRUTHJSON_H
#define PAGETIDE_TRUTHJSON_H

#include "pagetide/truth.h"

struct truth_place;

#define TRUTHJSON_SCHEMA "pagetide-truth/1"

/*
 * One line without newline, all ASCII, the caller frees: {"schema", "kernel",
 * "directory", "filesystem", "page_size_bytes", "file_pages",
 * "readahead_bytes", "rows":[{name,on,state,calls,pages,result,why_not,tries,
 * differs:[column ...],expected,measured,remark} ...], "summary":{rows,
 * as_expected,differ,not_run}}. result is "as expected", "differs" or "not
 * run"; of a row that was not run measured is null.
 * expected has each number of truth_col_name as {min,max}, or null where it
 * is not asked; measured has {before,after} of those known before the acts
 * too, else the number. Both have vmflags ("+sr", null) and errno, one of
 * each call.
 */
char	*truthjson(const struct truth_place *, const struct truth_facts *,
	    const struct truth_result *, unsigned n);

#endif
