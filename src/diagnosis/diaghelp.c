/* What would help against what the diagnosis found. */
#include "config.h"

#include "diagparts.h"

#include "pagetide/advice.h"
#include "pagetide/pattern.h"

/* What a page takes to read for a call on many, and to map. */
#define READ_NS		5000
#define MAP_NS		130

static const char c_normal[] = "advise normal";
static const char c_random[] = "advise random";
static const char c_populate[] = "advise populate";
static const char c_write[] = "advise populate-write";
static const char c_read[] = "advise willneed-all";
static const char c_lock[] = "advise mlock";

/* Do so many pages for each of the range fit the memory limit, if there is
 * one? */
static bool
fits(const struct diagnosis_facts *f, int64_t times)
{
	return !diag_knows(f, FACT_LIMIT_PAGES) ||
	    f->v[FACT_RANGE] * times <= f->v[FACT_LIMIT_PAGES];
}

/* Does the walk come to four of five pages of the range? */
static bool
covers(const struct diagnosis_facts *f)
{
	return f->v[FACT_REACH] * 5 >= f->v[FACT_RANGE] * 4;
}

/* What the faults take: of a walk that jumps those that it has made, of one
 * in order those of all that it comes to, too. */
static int64_t
fault_ns(const struct diagnosis_facts *f)
{
	int64_t ns = f->v[FACT_FAULT_NS];

	if (diagwalk_jumps(f) || f->v[FACT_REACH] <= f->v[FACT_TOUCHES])
		return ns;
	return ns / f->v[FACT_TOUCHES] * f->v[FACT_REACH];
}

/* Pages of the range that are to be read yet, at most. */
static int64_t
absent(const struct diagnosis_facts *f)
{
	return f->v[FACT_ABSENT] < f->v[FACT_RANGE] ? f->v[FACT_ABSENT] :
	    f->v[FACT_RANGE];
}

/* Would a fault that the kernel makes for us read one page alone? */
static bool
page_by_page(const struct diagnosis_facts *f)
{
	return (f->v[FACT_VMFLAGS] & VMF_RAND) != 0 ||
	    !diag_knows(f, FACT_READAHEAD_PAGES) ||
	    f->v[FACT_READAHEAD_PAGES] == 0;
}

/* Would populating now read many pages so? */
static bool
reads_slowly(const struct diagnosis_facts *f)
{
	return absent(f) > f->v[FACT_RANGE] / 100 && page_by_page(f);
}

static bool
can_populate(const struct diagnosis_facts *f)
{
	return (f->v[FACT_CAN] & DIAGNOSIS_CAN_POPULATE) != 0;
}

const char *
diaghelp_readahead(const struct diagnosis_facts *f)
{
	return diagwalk_backward(f) ? c_normal : c_random;
}

const char *
diaghelp_lock(const struct diagnosis_facts *f)
{
	return (f->v[FACT_CAN] & DIAGNOSIS_CAN_LOCK) != 0 && fits(f, 1) &&
	    !mapspec_makes_copies(f->v[FACT_MAP_FLAGS]) ? c_lock : NULL;
}

/* NORMAL has readahead to give, and memory to take it. */
const char *
diaghelp_normal(const struct diagnosis_facts *f)
{
	return f->v[FACT_READAHEAD_PAGES] > 0 && !diagwalk_crowded(f) ?
	    c_normal : NULL;
}

const char *
diaghelp_major(const struct diagnosis_facts *f)
{
	bool copies = mapspec_makes_copies(f->v[FACT_MAP_FLAGS]) &&
	    f->v[FACT_OP] == TOUCH_WRITE;

	if (!fits(f, copies ? 2 : 1) ||
	    fault_ns(f) < f->v[FACT_RANGE] * READ_NS)
		return NULL;
	if (page_by_page(f) || !can_populate(f))
		return c_read;
	return copies && covers(f) ? c_write : c_populate;
}

const char *
diaghelp_random(const struct diagnosis_facts *f)
{
	return (f->v[FACT_VMFLAGS] & VMF_HUGE) == 0 ? c_random : NULL;
}

/* The walk comes to all pages that would be read ahead of it. */
const char *
diaghelp_willneed(const struct diagnosis_facts *f)
{
	return fits(f, 1) && covers(f) && !diagwalk_jumps(f) ? c_read : NULL;
}

/* Nearly all that would be copied is going to be. */
const char *
diaghelp_copy(const struct diagnosis_facts *f)
{
	return can_populate(f) && fits(f, 2) && !reads_slowly(f) &&
	    f->v[FACT_PRIVATE] * 5 >= f->v[FACT_RANGE] * 4 ? c_write : NULL;
}

const char *
diaghelp_zero_page(const struct diagnosis_facts *f)
{
	return can_populate(f) && covers(f) ? c_populate : NULL;
}

const char *
diaghelp_zero_fill(const struct diagnosis_facts *f)
{
	const char *help = f->v[FACT_OP] == TOUCH_READ ? c_populate : c_write;

	return can_populate(f) && fits(f, 1) && covers(f) ? help : NULL;
}

/* Pages of the range that are absent are read by it, too. */
const char *
diaghelp_map(const struct diagnosis_facts *f)
{
	int64_t ns = f->v[FACT_RANGE] * MAP_NS + absent(f) * READ_NS;

	return can_populate(f) && fits(f, 1) && !reads_slowly(f) &&
	    fault_ns(f) >= ns ? c_populate : NULL;
}
