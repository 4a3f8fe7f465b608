/*
 * Each number, word and state of a sample, once: its name, its unit, when it
 * is known, where it stands. What is written, read back or asked for comes
 * from this table.
 */
#ifndef PAGETIDE_FIELD_H
#define PAGETIDE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/effect.h"
#include "pagetide/forecast.h"
#include "pagetide/sample.h"
#include "pagetide/tracerecord.h"

struct compare;
struct diagnosis;
struct history;
struct landing;
struct sharers;
struct one_touch;
struct readahead;
struct own;
struct snapshot;

/* What is known of the walk that a sample's latency is of. */
struct walk_facts {
	bool		known;
	enum pattern_kind kind;
	struct forecast	forecast;
	struct effect	effect;		/* complete once it is done */
};

/* What the fields are of. */
struct field_of {
	const struct sample *sample;
	const struct walk_facts *walk;	/* or NULL */
	const struct own *own;		/* of the last act; or NULL */
	const struct diagnosis *diagnosis;	/* or NULL */
	const struct history *history;	/* or NULL */
	const struct snapshot *snapshot;	/* or NULL */
	const struct compare *compare;	/* or NULL */
	const struct one_touch *touched;	/* the last one, or NULL */
	const struct readahead *readahead;	/* or NULL */
	const struct landing *landing;	/* or NULL */
	const struct sharers *sharers;	/* or NULL */
	const struct field_of *since;	/* an earlier one, or NULL */
	enum trace_state trace;		/* in a session */
	bool		idle_known;	/* only in a session */
	bool		idle;
};

enum field_kind {
	FIELD_GROUP,		/* what others are in: there is one, or not */
	FIELD_NUMBER,
	FIELD_CHANGE,		/* a number that may be below 0 */
	FIELD_PERCENT,		/* in hundredths of a percent */
	FIELD_TIME,		/* since 1970, in nanoseconds */
	FIELD_STATE,		/* true or false */
	FIELD_TEXT,
	FIELD_COUNTS,		/* an array of numbers */
	FIELD_LIST,		/* a diagnosis */
};

/* Who gets it. */
enum field_for {
	FIELD_FOR_ALL,
	FIELD_FOR_RECORD,	/* who reads it back: not in the output that
				   is documented */
	FIELD_FOR_SESSION,	/* conditions: no part of a sample */
};

/* A field is unknown without what it is of. */
enum field_needs {
	FIELD_NEEDS_NOTHING,
	FIELD_NEEDS_PROCESS,	/* that is watched in place of a worker */
	FIELD_NEEDS_SUBJECT,	/* a worker, or another process */
	FIELD_NEEDS_WORKER,
	FIELD_NEEDS_LATENCY,	/* of a walk of the worker */
	FIELD_NEEDS_WALK,	/* struct walk_facts of it */
	FIELD_NEEDS_FORECAST,
	FIELD_NEEDS_OUTCOME,
};

/* An unsigned number, a bool, an enum, a string, counts or a diagnosis. */
struct field_place {
	enum { PLACE_NONE, PLACE_SAMPLE, PLACE_WALK, PLACE_DIAGNOSIS,
		PLACE_SNAPSHOT, PLACE_COMPARE, PLACE_TOUCHED } in;
	unsigned	at, size;	/* bytes */
};

struct field_value {
	bool		known;		/* else all of it is 0 */
	int64_t		n;		/* a state: 0 or 1; numbers are not
					   negative, but for FIELD_CHANGE, and
					   wrap above INT64_MAX */
	const char	*text;
	const uint64_t	*count;		/* FIELD_COUNTS, n of them */
	const struct diagnosis *list;	/* FIELD_LIST */
};

struct field {
	const char	*name;		/* "memory.usage_bytes", as in JSON */
	const char	*unit;		/* "bytes"; NULL: it has none */
	enum field_kind	 kind;
	enum field_for	 whom;
	enum field_needs needs;
	struct field_place place;
	struct field_place known;	/* not 0 there, in one of these bits */
	uint64_t	 bits;		/* 0: known where there is what it
					   needs, and text if not NULL */
	/* Texts of an enum; the place has the index. */
	const char	*(*word)(unsigned i);
	unsigned	 n_words;
	/* A field that has no place of its own. */
	bool		 (*get)(const struct field_of *, unsigned arg,
			    int64_t *n);
	unsigned	 arg;
	/* Takes it back; NULL with get(): it follows from others. */
	void		 (*set)(const struct field_of *, unsigned arg,
			    int64_t n);
};

/* In the order of the output. */
extern const struct field field_table[];
extern const unsigned field_count;

/* NULL: there is none of that name. */
const struct field *field_find(const char *name);
struct field_value field_get(const struct field *, const struct field_of *);
/* The same; unknown, too, if it is below 0 and cannot be: it has wrapped, and
 * is larger than any number that is real. */
struct field_value field_real(const struct field *, const struct field_of *);
/*
 * Makes the field known, with that value, in what to leads to, which can be
 * written and in which it is not known: true unless it cannot have that value.
 * Text stays whose it is. What follows from other fields is left alone.
 */
bool	field_set(const struct field *, const struct field_of *to,
	    const struct field_value *);
/* The same in both: known or not, and the value if it is; of a diagnosis no
 * more than that. */
bool	field_same(const struct field *, const struct field_of *,
	    const struct field_of *);

#endif
