#include "config.h"

#include "pagetide/faulttrace.h"

#include <stddef.h>

/* Bits of error_code (x86; arm64 has no such tracepoint). */
#define ERROR_PRESENT	1
#define ERROR_WRITE	2

void
faulttrace_init(struct faulttrace *f, unsigned has, bool file, bool is_private)
{
	*f = (struct faulttrace){ .has = has, .file = file,
		.is_private = is_private };
}

static bool
has(const struct faulttrace *f, unsigned points)
{
	return (f->has & points) == points;
}

static void
begin(struct faulttrace *f, const struct trace_record *r)
{
	faulttrace_init(f, f->has, f->file, f->is_private);
	f->begun = true;
	f->begin_ns = r->t_ns;
	f->address = r->arg[0];
	f->write = r->arg[1] & ERROR_WRITE;
	f->was_present = r->arg[1] & ERROR_PRESENT;
}

static void
add(struct faulttrace *f, const struct trace_record *r)
{
	uint64_t pages = UINT64_C(1) << (r->arg[1] & 31);

	f->added_pages += pages;
	f->came |= f->missed && f->page - r->arg[0] < pages;
}

static enum fault_path
of_private_write(const struct faulttrace *f)
{
	if (!has(f, TRACE_BIT(TRACE_ADD)))
		return PATH_UNKNOWN;
	return f->came ? PATH_COPY_READ : PATH_COPY_CACHE;
}

/* The page was looked for in the cache. */
static enum fault_path
of_missed(const struct faulttrace *f)
{
	if (f->marker)
		return PATH_MARKER;
	if (!has(f, TRACE_BIT(TRACE_ADD)))
		return PATH_UNKNOWN;
	if (f->came)
		return f->added_pages > 1 ? PATH_MISS_READAHEAD :
		    PATH_MISS_SINGLE;
	/* It was there: who has others read met the marker, who has not may
	 * have met it, too. */
	if (f->added_pages > 0)
		return PATH_MARKER;
	return !has(f, TRACE_BIT(TRACE_ASYNC_RA)) ? PATH_UNKNOWN :
	    f->write ? PATH_HIT : PATH_WAITED;
}

static enum fault_path
path(const struct faulttrace *f)
{
	if (!f->file)
		return PATH_UNKNOWN;
	if (f->was_present)
		return !f->write ? PATH_UNKNOWN : f->is_private ? PATH_COPY_MAPPED : PATH_WRITE_NOTIFY;
	if (!has(f, TRACE_BIT(TRACE_FILEMAP_FAULT)))
		return PATH_UNKNOWN;
	if (f->is_private && f->write)
		return of_private_write(f);
	if (f->missed)
		return of_missed(f);
	return f->around ? PATH_AROUND :
	    has(f, TRACE_BIT(TRACE_MAP_PAGES)) ? PATH_PMD : PATH_UNKNOWN;
}

static void
end(struct faulttrace *f, const struct trace_record *r,
    struct traced_fault *out)
{
	*out = (struct traced_fault){
		.begin_ns = f->begin_ns,
		.end_ns = r->t_ns,
		.address = f->address,
		.path = path(f),
		.write = f->write,
		.major = r->point == TRACE_MAJOR,
		.read_pages = f->added_pages,
	};
	f->begun = false;
}

bool
faulttrace_feed(struct faulttrace *f, const struct trace_record *r,
    struct traced_fault *out)
{
	switch (r->point) {
	case TRACE_FAULT_USER:
	case TRACE_FAULT_KERNEL:
		begin(f, r);
		return false;
	case TRACE_FILEMAP_FAULT:
		f->missed = true;
		f->page = r->arg[0];
		return false;
	case TRACE_MAP_PAGES:
		f->around = true;
		return false;
	case TRACE_ADD:
		add(f, r);
		return false;
	case TRACE_ASYNC_RA:
		f->marker = true;
		return false;
	case TRACE_MINOR:
	case TRACE_MAJOR:
		if (!f->begun)
			return false;
		end(f, r, out);
		return true;
	case TRACE_LOST:
		f->begun = false;
		return false;
	default:
		return false;
	}
}

/* These leave the same records. */
static bool
is_hit(enum fault_path path)
{
	return path == PATH_HIT || path == PATH_AROUND ||
	    path == PATH_LARGE_FOLIO || path == PATH_PMD;
}

bool
traced_agrees(enum fault_path traced, enum fault_path looked)
{
	return traced == looked || traced == PATH_UNKNOWN ||
	    (is_hit(traced) && is_hit(looked));
}

bool
traced_name(const struct faulttrace *t, const struct traced_fault *fault,
    enum fault_path looked, enum fault_path *path)
{
	/* No record of a fault: there was none, if none was counted. */
	if (fault == NULL)
		return has(t, TRACE_BIT(TRACE_FAULT_USER)) &&
		    looked == PATH_MAPPED;
	if (fault->path == PATH_UNKNOWN)
		return false;
	if (!traced_agrees(fault->path, looked))
		*path = fault->path;
	return true;
}
