#include "config.h"

#include "fieldact.h"

#include <signal.h>

#include "pagetide/field.h"
#include "pagetide/history.h"
#include "pagetide/landing.h"
#include "pagetide/sharers.h"
#include "pagetide/order.h"
#include "pagetide/own.h"

const char *
fieldact_signal_word(unsigned i)
{
	static const char *const words[] = { "none", "SIGSEGV", "SIGBUS" };

	return words[i];
}

const char *
fieldact_path_word(unsigned i)
{
	return path_table[i].word;
}

const char *
fieldact_way_word(unsigned i)
{
	return path_table[i].name;
}

const char *
fieldact_why_by_word(unsigned i)
{
	return why_by_name[i];
}

bool
fieldact_touch_page(const struct field_of *of, unsigned which, int64_t *n)
{
	const struct touch_why *w;

	if (of->touched == NULL || of->touched->why.by == WHY_BY_NOBODY)
		return false;
	w = &of->touched->why;
	*n = (int64_t)(which == TOUCH_FIRST ? w->first_page : w->marker_page);
	return *n != -1;
}

bool
fieldact_own_pages(const struct field_of *of, unsigned arg, int64_t *n)
{
	unsigned layer = arg % LAYER_COUNT;

	if (of->own == NULL || !own_knows(of->own, layer))
		return false;
	*n = (int64_t)(arg == layer ? of->own->before.count[layer] :
	    of->own->after.count[layer]);
	return true;
}

bool
fieldact_own_call(const struct field_of *of, unsigned arg, int64_t *n)
{
	(void)arg;
	if (of->own == NULL)
		return false;
	*n = (int64_t)of->own->call_ns;
	return true;
}

bool
fieldact_own_fault(const struct field_of *of, unsigned counter, int64_t *n)
{
	const struct own *own = of->own;

	if (own == NULL || !own->faults_known)
		return false;
	*n = (int64_t)(counter == COUNTER_MINOR ? own->minor :
	    counter == COUNTER_MAJOR ? own->major : own->read_bytes);
	return true;
}

/* Of one touch; which of the words it is. */
bool
fieldact_own_signal(const struct field_of *of, unsigned arg, int64_t *n)
{
	const struct own *own = of->own;

	(void)arg;
	if (own == NULL || !own->one_touch)
		return false;
	*n = own->signal == SIGSEGV ? 1 : own->signal == SIGBUS ? 2 : 0;
	return *n != 0 || own->signal == 0;
}

/* Of pages that were all there when it returned that is when it did. */
bool
fieldact_own_arrived(const struct field_of *of, unsigned arg, int64_t *n)
{
	const struct own *own = of->own;

	(void)arg;
	if (own == NULL || (own->arrival != OWN_ARRIVAL_LAST &&
	    own->arrival != OWN_ARRIVAL_THERE))
		return false;
	*n = (int64_t)own->arrived_ns;
	return true;
}

bool
fieldact_landed(const struct field_of *of, unsigned which, int64_t *n)
{
	const struct landing *l = of->landing;

	if (l == NULL || l->by == LANDING_OFF || (which != LANDED_MINOR &&
	    l->by != LANDING_BY_FAULTS))
		return false;
	if (which >= LANDED_NAMED && l->named == 0 && !l->naming)
		return false;
	const uint64_t value[] = { l->minor, l->major, l->elsewhere, l->lost,
		l->one_of, l->named, landing_longest_ns(l, false),
		landing_longest_ns(l, true) };
	*n = (int64_t)value[which];
	return true;
}

bool
fieldact_sharers(const struct field_of *of, unsigned hidden, int64_t *n)
{
	const struct sharers *s = of->sharers;

	if (s == NULL || s->rounds == 0 || s->err != 0)
		return false;
	*n = (int64_t)(hidden != 0 ? s->hidden : s->processes);
	return true;
}

const char *
fieldact_trace_word(unsigned i)
{
	static const char *const words[TRACE_STATES] = {
		[TRACE_STATE_OFF] = "off",
		[TRACE_STATE_OPENING] = "opening",
		[TRACE_STATE_ON] = "on",
		[TRACE_STATE_REFUSED] = "refused",
	};

	return words[i];
}

bool
fieldact_trace(const struct field_of *of, unsigned arg, int64_t *n)
{
	(void)arg;
	*n = of->trace;
	return of->idle_known;
}

bool
fieldact_kept(const struct field_of *of, unsigned what, int64_t *n)
{
	const struct history *h = of->history;
	uint64_t v = 0;

	if (h == NULL)
		return false;
	if (what == KEPT_SAMPLES)
		v = history_len(h);
	else if (what == KEPT_BYTES)
		v = history_bytes(h);
	else if (history_len(h) > 0)
		v = of->sample->t_ns - history_oldest_ns(h);
	*n = (int64_t)v;
	return true;
}
