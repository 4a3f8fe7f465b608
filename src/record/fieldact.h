/* Fields of the last act, and of the last touch, that have no place of their
 * own: get() of struct field. Private to src/record. */
#ifndef PAGETIDE_FIELDACT_H
#define PAGETIDE_FIELDACT_H

#include <stdbool.h>
#include <stdint.h>

struct field_of;

/* The words of fieldact_own_signal(), enum fault_path (for machines, for
 * people), enum why_by. */
const char *fieldact_signal_word(unsigned i);
const char *fieldact_path_word(unsigned i);
const char *fieldact_way_word(unsigned i);
const char *fieldact_why_by_word(unsigned i);
/* Pages of a layer (enum layer) of its range before it; LAYER_COUNT more:
 * after it. */
bool	fieldact_own_pages(const struct field_of *, unsigned arg, int64_t *n);
bool	fieldact_own_call(const struct field_of *, unsigned arg, int64_t *n);
/* A counter (enum counter) of its calls. */
bool	fieldact_own_fault(const struct field_of *, unsigned counter,
	    int64_t *n);
/* Of one touch: 0 no signal, 1 SIGSEGV, 2 SIGBUS. */
bool	fieldact_own_signal(const struct field_of *, unsigned arg,
	    int64_t *n);
/* When its last page was seen. */
bool	fieldact_own_arrived(const struct field_of *, unsigned arg,
	    int64_t *n);

enum { KEPT_SAMPLES, KEPT_BYTES, KEPT_SPAN };
/* What is kept of the past. */
const char *fieldact_trace_word(unsigned);
/* Which of the words it is. */
bool	fieldact_trace(const struct field_of *, unsigned arg, int64_t *n);
bool	fieldact_kept(const struct field_of *, unsigned what, int64_t *n);

enum { LANDED_MINOR, LANDED_MAJOR, LANDED_ELSEWHERE, LANDED_LOST,
	LANDED_ONE_OF, LANDED_NAMED, LANDED_LONGEST_MINOR,
	LANDED_LONGEST_MAJOR };
/* Where faults land, while that is on; of page tables: no faults. */
bool	fieldact_landed(const struct field_of *, unsigned which, int64_t *n);

/* Processes that map what is watched, once they were looked for; 1: that could
 * not be looked at. */
bool	fieldact_sharers(const struct field_of *, unsigned hidden, int64_t *n);

enum { TOUCH_FIRST, TOUCH_MARKER };
/* Where what the touch had read begins, or its marker. */
bool	fieldact_touch_page(const struct field_of *, unsigned which,
	    int64_t *n);

#endif
