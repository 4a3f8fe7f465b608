#include "config.h"

#include "pagetide/refusal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/order.h"
#include "pagetide/units.h"

#define CALL(c) (1u << (c))
#define LOCKS (CALL(ADVICE_MLOCK) | CALL(ADVICE_MLOCK2))
#define MADVISE (CALL(ADVICE_MADVISE) | CALL(ADVICE_CHUNKS) | \
	CALL(ADVICE_EVICT))
#define WRITES (CALL(ADVICE_SYNC_RANGE) | CALL(ADVICE_FSYNC))
#define MAP CALL(ADVICE_CALL_COUNT)
#define ANY (~0u)

/* A split of the mapping takes two. */
#define MAPS_ROOM 2

static bool
knows(const struct refusal_facts *f, unsigned bits)
{
	return (f->known & bits) == bits;
}

/* Conditions. */

static bool
is_filtered(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_FILTER) && f->filter;
}

/* Without the right to lock what one likes. */
static bool
is_limited(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_MEMLOCK | REFUSAL_CAPS) && !f->ipc_lock;
}

static bool
none_allowed(const struct refusal_facts *f)
{
	return is_limited(f) && f->memlock_bytes == 0;
}

/* With what is locked already it would be more than that. */
static bool
is_over(const struct refusal_facts *f, uint64_t limit_bytes)
{
	uint64_t locked = knows(f, REFUSAL_LOCKED) ? f->locked_bytes : 0;

	return is_limited(f) && (f->asked_bytes > limit_bytes ||
	    locked > limit_bytes - f->asked_bytes);
}

static bool
over_limit(const struct refusal_facts *f)
{
	return is_over(f, f->memlock_bytes);
}

static bool
over_hard_limit(const struct refusal_facts *f)
{
	return over_limit(f) && is_over(f, f->memlock_hard_bytes);
}

static bool
maps_are_out(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_MAPS) && f->maps + MAPS_ROOM >= f->maps_max;
}

static bool
is_beyond(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_END) && f->beyond;
}

/* More than there may be addresses for. */
static bool
is_large(const struct refusal_facts *f)
{
	return f->asked_bytes > UINT64_C(1) << 40;
}

static bool
is_anon(const struct refusal_facts *f)
{
	return (f->map_flags & MAP_SPEC_ANON) != 0;
}

static bool
is_file(const struct refusal_facts *f)
{
	return !is_anon(f);
}

static bool
is_read_only(const struct refusal_facts *f)
{
	return (f->map_flags & (MAP_SPEC_WRITE | MAP_SPEC_ANON)) == 0;
}

static bool
is_locked(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_VMFLAGS) && (f->vmflags & VMF_LOCKED) != 0;
}

static bool
may_be_locked(const struct refusal_facts *f)
{
	return !knows(f, REFUSAL_VMFLAGS);
}

static bool
is_hugetlb(const struct refusal_facts *f)
{
	return f->hugetlb;
}

static bool
has_no_huge(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_HUGE) && f->huge_bytes == 0;
}

static bool
is_short(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_HUGE) && f->asked_bytes < f->huge_bytes;
}

static bool
before_5_14(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_KERNEL) &&
	    f->kernel < REFUSAL_VERSION(5, 14);
}

static bool
before_5_18(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_KERNEL) &&
	    f->kernel < REFUSAL_VERSION(5, 18);
}

static bool
before_6_1(const struct refusal_facts *f)
{
	return knows(f, REFUSAL_KERNEL) && f->kernel < REFUSAL_VERSION(6, 1);
}

/* What was measured. */

static void
tell_memlock(char *buf, size_t size, const struct refusal_facts *f)
{
	char limit[UNITS_MAX] = "?", locked[UNITS_MAX] = "?";
	char asked[UNITS_MAX];

	if (knows(f, REFUSAL_MEMLOCK) && f->memlock_bytes == UINT64_MAX)
		snprintf(limit, sizeof limit, "unlimited");
	else if (knows(f, REFUSAL_MEMLOCK))
		units_bytes(limit, f->memlock_bytes);
	if (knows(f, REFUSAL_LOCKED))
		units_bytes(locked, f->locked_bytes);
	snprintf(buf, size, "RLIMIT_MEMLOCK %s, locked %s, asked %s", limit,
	    locked, units_bytes(asked, f->asked_bytes));
}

static void
tell_maps(char *buf, size_t size, const struct refusal_facts *f)
{
	snprintf(buf, size, "%" PRIu64 " mappings, vm.max_map_count %" PRIu64,
	    f->maps, f->maps_max);
}

static void
tell_huge(char *buf, size_t size, const struct refusal_facts *f)
{
	char huge[UNITS_MAX], asked[UNITS_MAX];

	snprintf(buf, size, "a huge page is %s, asked %s",
	    units_bytes(huge, f->huge_bytes),
	    units_bytes(asked, f->asked_bytes));
}

static void
tell_kernel(char *buf, size_t size, const struct refusal_facts *f)
{
	snprintf(buf, size, "this is Linux %u.%u", f->kernel >> 16,
	    f->kernel & 0xffff);
}

static const char w_hard[] =
    "over the limit, and root alone can raise it so far";
static const char w_soft[] =
    "over the limit: raise it before the start (ulimit -l)";
static const char w_maps[] = "no mapping more: each hint on a part splits one";
static const char w_beyond[] = "the range reaches past the end of the file";
static const char w_unmapped[] = "part of the range is not mapped";
static const char w_locked[] = "maybe part of the range is locked";
static const char w_no_huge[] = "the kernel has no transparent huge pages";
static const char w_no_file[] = "anonymous memory has no file";
static const char w_unread[] = "a page can't be read, or is past the end";
static const char w_written[] = "such files are not written back";
static const char w_unknown[] = "why is not known";

/* The first row that fits gives the text. */
static const struct row {
	unsigned	 calls;		/* CALL()s */
	const char	*advice;	/* of these, this one alone; NULL: all */
	int		 err;
	bool		(*holds)(const struct refusal_facts *);
	void		(*tell)(char *, size_t, const struct refusal_facts *);
	const char	*why, *command;
} row_table[] = {
	{ ANY, NULL, ENOSYS, is_filtered, NULL,
	    "a seccomp filter hides the call, or the kernel lacks it", NULL },
	{ ANY, NULL, ENOSYS, NULL, NULL, "this kernel has no such call",
	    NULL },
	{ LOCKS | MAP, NULL, EPERM, none_allowed, tell_memlock,
	    "no memory may be locked: raise the limit (ulimit -l)", NULL },
	{ ANY, NULL, EPERM, is_filtered, NULL,
	    "a seccomp filter is in force and may forbid it", NULL },
	{ ANY, NULL, EPERM, NULL, NULL,
	    "it is forbidden; by whom is not known", NULL },
	{ ANY, NULL, EACCES, NULL, NULL,
	    "it is forbidden; by whom is not known", NULL },

	{ LOCKS, NULL, ENOMEM, over_hard_limit, tell_memlock, w_hard, NULL },
	{ LOCKS, NULL, ENOMEM, over_limit, tell_memlock, w_soft, NULL },
	{ LOCKS, NULL, ENOMEM, maps_are_out, tell_maps, w_maps, NULL },
	{ LOCKS, NULL, ENOMEM, is_beyond, NULL, w_beyond, NULL },
	{ LOCKS, NULL, ENOMEM, NULL, tell_memlock,
	    "part can't be read, or is not mapped", NULL },
	{ LOCKS, NULL, EAGAIN, NULL, NULL,
	    "memory is short: not all pages could be brought in", NULL },
	{ MAP, NULL, EAGAIN, over_hard_limit, tell_memlock, w_hard, NULL },
	{ MAP, NULL, EAGAIN, over_limit, tell_memlock, w_soft, NULL },
	{ MAP, NULL, ENOMEM, maps_are_out, tell_maps, w_maps, NULL },
	{ MAP, NULL, ENOMEM, is_large, NULL, "no room for so much at once: "
	    "map a part (:map from=0 length=1G)", NULL },
	{ MAP, NULL, ENOMEM, NULL, NULL,
	    "no room for it: memory, or addresses (ulimit -v)", NULL },
	{ MAP, NULL, ENODEV, NULL, NULL, "such files can't be mapped", NULL },

	{ MADVISE, NULL, EINVAL, is_hugetlb, NULL,
	    "hugetlbfs: not for its pages, or not for part of one", NULL },
	{ MADVISE, "populate", EINVAL, before_5_14, tell_kernel,
	    "Linux 5.14 and later know it", NULL },
	{ MADVISE, "populate-write", EINVAL, before_5_14, tell_kernel,
	    "Linux 5.14 and later know it", NULL },
	{ MADVISE, "populate-write", EINVAL, is_read_only, NULL,
	    "the mapping can't be written", "map private write" },
	{ MADVISE, "dontneed-locked", EINVAL, before_5_18, tell_kernel,
	    "Linux 5.18 and later know it", NULL },
	{ MADVISE, "free", EINVAL, is_file, NULL,
	    "it is for anonymous memory (--anon)", NULL },
	{ MADVISE, "free", EINVAL, is_locked, NULL, "the range is locked",
	    "advise munlock" },
	{ MADVISE, "hugepage", EINVAL, has_no_huge, NULL, w_no_huge, NULL },
	{ MADVISE, "nohugepage", EINVAL, has_no_huge, NULL, w_no_huge, NULL },
	{ MADVISE, "collapse", EINVAL, before_6_1, tell_kernel,
	    "Linux 6.1 and later know it", NULL },
	{ MADVISE, "collapse", EINVAL, has_no_huge, NULL, w_no_huge, NULL },
	{ MADVISE, "collapse", EINVAL, is_short, tell_huge,
	    "no huge page fits in", NULL },
	{ MADVISE, "collapse", EINVAL, NULL, NULL,
	    "the kernel does not collapse pages of such a mapping", NULL },
	{ MADVISE, "collapse", EBUSY, NULL, NULL,
	    "the cgroup may take no huge page more", NULL },
	{ MADVISE, "collapse", ENOMEM, NULL, NULL,
	    "no huge page is free, or part is not mapped", NULL },
	{ MADVISE, "collapse", EAGAIN, NULL, NULL,
	    "pages are in use at this moment: try again", NULL },
	{ MADVISE, "dontneed", EINVAL, may_be_locked, NULL, w_locked,
	    "advise munlock" },
	{ MADVISE, "cold", EINVAL, may_be_locked, NULL, w_locked,
	    "advise munlock" },
	{ MADVISE, "pageout", EINVAL, may_be_locked, NULL, w_locked,
	    "advise munlock" },
	{ MADVISE, "evict", EINVAL, may_be_locked, NULL, w_locked,
	    "advise munlock" },
	{ MADVISE, NULL, EINVAL, NULL, NULL,
	    "the kernel does not know it, or not for such a mapping", NULL },
	{ MADVISE, NULL, EAGAIN, maps_are_out, tell_maps, w_maps, NULL },
	{ MADVISE, NULL, EAGAIN, NULL, NULL,
	    "kernel memory is short: try again", NULL },
	{ MADVISE, NULL, ENOMEM, maps_are_out, tell_maps, w_maps, NULL },
	{ MADVISE, NULL, EFAULT, is_beyond, NULL, w_beyond, NULL },
	{ MADVISE, NULL, EFAULT, NULL, NULL, w_unread, NULL },
	{ MADVISE, NULL, EBADF, is_anon, NULL, w_no_file, NULL },

	{ CALL(ADVICE_FADVISE), NULL, EINVAL, NULL, NULL,
	    "the kernel does not know it, or not for such a file", NULL },
	{ CALL(ADVICE_READAHEAD), NULL, EINVAL, NULL, NULL,
	    "such files have no readahead", NULL },
	{ WRITES, NULL, EINVAL, NULL, NULL, w_written, NULL },
	{ WRITES, NULL, EROFS, NULL, NULL, w_written, NULL },
	{ WRITES, NULL, EIO, NULL, NULL,
	    "storage could not write all: data may be lost", NULL },
	{ WRITES, NULL, ENOSPC, NULL, NULL,
	    "storage is full: not all was written", NULL },
	{ WRITES, NULL, EDQUOT, NULL, NULL,
	    "the quota is used up: not all was written", NULL },
	{ ANY, NULL, ESPIPE, NULL, NULL, "a pipe or a socket has no pages",
	    NULL },
	{ ANY, NULL, EBADF, is_anon, NULL, w_no_file, NULL },
	{ ANY, NULL, EBADF, NULL, NULL,
	    "there is no file, or it is not open for that", NULL },
	{ ANY, NULL, EIO, NULL, NULL, "storage answered with an error",
	    NULL },
	{ ANY, NULL, EBUSY, NULL, NULL, "in use at this moment: try again",
	    NULL },
	{ ANY, NULL, EAGAIN, NULL, NULL, "not at this moment: try again",
	    NULL },
	{ ANY, NULL, EINTR, NULL, NULL, "interrupted before it was done",
	    NULL },
	{ ANY, NULL, EHWPOISON, NULL, NULL,
	    "a page is in broken memory", NULL },
	{ ANY, NULL, ENOMEM, NULL, NULL, w_unmapped, NULL },
	{ ANY, NULL, EFAULT, NULL, NULL, w_unmapped, NULL },
};

/* The bit of the call, and *name of the hint if there is one. */
static unsigned
call_bit(unsigned advice, int part, const char **name)
{
	*name = "";
	if (advice >= advice_count)
		return MAP;
	*name = advice_table[advice].name;
	if (advice_table[advice].call == ADVICE_EVICT && part == 1)
		return CALL(ADVICE_FADVISE);
	return CALL(advice_table[advice].call);
}

void
refusal_find(struct refusal *r, unsigned advice, int part, int err,
    const struct refusal_facts *f)
{
	const char *name;
	unsigned bit = call_bit(advice, part, &name);
	size_t i;

	*r = (struct refusal){ .why = w_unknown };
	for (i = 0; i < sizeof row_table / sizeof row_table[0]; i++) {
		const struct row *row = &row_table[i];

		if (row->err != err || (row->calls & bit) == 0 ||
		    (row->advice != NULL && strcmp(row->advice, name) != 0) ||
		    (row->holds != NULL && !row->holds(f)))
			continue;
		r->why = row->why;
		r->command = row->command;
		if (row->tell != NULL)
			row->tell(r->detail, sizeof r->detail, f);
		return;
	}
}
