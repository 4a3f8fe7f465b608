/* The rules of the diagnosis in words. */
#include "config.h"

#include "diagparts.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/advice.h"
#include "pagetide/latency.h"
#include "pagetide/units.h"

static const char *
span(char buf[UNITS_MAX], const struct diagnosis_facts *f)
{
	return units_duration(buf, (uint64_t)f->v[FACT_SPAN_NS]);
}

void
diagtext_refaults(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " pages read again, %" PRId64
	    " stolen%s in %s", diagmeasure_read_again(f), f->v[FACT_STEALS],
	    f->v[FACT_STEALS_SYSTEM] != 0 ? " (system)" : "", span(in, f));
}

void
diagtext_set(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " of %" PRId64 " touches major in %s, "
	    "%" PRId64 " pages in use, limit %" PRId64, f->v[FACT_MAJOR],
	    f->v[FACT_TOUCHES], span(in, f), f->v[FACT_SET_PAGES],
	    f->v[FACT_LIMIT_PAGES]);
}

void
diagtext_reclaimed(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " reclaimed pages read again in %s",
	    diagmeasure_came_back(f), span(in, f));
}

/* "640 of 64 touches major in 2 s" */
static void
pair(char *buf, size_t size, const struct diagnosis_facts *f, int64_t a,
    const char *of, int64_t b, const char *what)
{
	char in[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " %s %" PRId64 " %s in %s", a, of, b,
	    what, span(in, f));
}

void
diagtext_major(char *buf, size_t size, const struct diagnosis_facts *f)
{
	pair(buf, size, f, f->v[FACT_MAJOR], "of", f->v[FACT_TOUCHES],
	    "touches major");
}

void
diagtext_unused(char *buf, size_t size, const struct diagnosis_facts *f)
{
	pair(buf, size, f, f->v[FACT_READ_PAGES], "pages read for",
	    f->v[FACT_TOUCHES], "touches");
}

void
diagtext_waits(char *buf, size_t size, const struct diagnosis_facts *f)
{
	char in[UNITS_MAX], wait[UNITS_MAX];

	snprintf(buf, size, "%" PRId64 " of %" PRId64
	    " minor faults over %s in %s", f->v[FACT_WAITS], f->v[FACT_MINOR],
	    units_duration(wait, latency_bound_ns(DIAGNOSIS_WAIT_BUCKET)),
	    span(in, f));
}

void
diagtext_copies(char *buf, size_t size, const struct diagnosis_facts *f)
{
	pair(buf, size, f, f->v[FACT_PRIVATE], "pages copied by",
	    f->v[FACT_TOUCHES], "writes");
}

void
diagtext_minor(char *buf, size_t size, const struct diagnosis_facts *f)
{
	pair(buf, size, f, f->v[FACT_MINOR], "of", f->v[FACT_TOUCHES],
	    "touches minor");
}

void
diagtext_short(char *buf, size_t size, const struct diagnosis_facts *f)
{
	snprintf(buf, size, "%s: %" PRIu64 " of %" PRIu64 " pages came",
	    advice_table[f->verdict_advice].name, f->verdict.pages,
	    f->verdict.of);
}

void
diagtext_no_effect(char *buf, size_t size, const struct diagnosis_facts *f)
{
	const char *name = advice_table[f->verdict_advice].name;

	if (f->verdict.kind == VERDICT_REFUSED && f->verdict.detail[0] != '\0')
		snprintf(buf, size, "%s: %s", name, f->verdict.detail);
	else if (f->verdict.kind == VERDICT_REFUSED)
		snprintf(buf, size, "%s: refused", name);
	else
		snprintf(buf, size, "%s: %" PRIu64 " of %" PRIu64
		    " pages stay cached%s%s", name, f->verdict.pages,
		    f->verdict.of, f->verdict.detail[0] != '\0' ? ", " : "",
		    f->verdict.detail);
}
