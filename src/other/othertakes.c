#include "config.h"

#include "othertakes.h"

#include <linux/capability.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pagetide/advice.h"
#include "pagetide/otherhint.h"

/* The four that the kernel takes for another process, and those on its file
 * that change what is cached. */
static const struct othertakes taken[] = {
	{ "willneed", OTHERHINT_BY_PROCESS, false },
	{ "cold", OTHERHINT_BY_PROCESS, false },
	{ "pageout", OTHERHINT_BY_PROCESS, true },
	{ "collapse", OTHERHINT_BY_PROCESS, false },
	{ "fadvise-willneed", OTHERHINT_BY_FADVISE, false },
	{ "fadvise-dontneed", OTHERHINT_BY_FADVISE, true },
	{ "readahead", OTHERHINT_BY_READAHEAD, false },
};

/* Why not the others: by name, else by what they call. */
static const char g_locks[] = "one can lock one's own memory only";
static const char g_drops[] = "no call drops another process's PTEs";
static const char g_maps[] = "no call maps pages for another process";
static const char g_own[] = "it is of one's own open file, no other reads by it";
static const char g_file[] = "a call on the file: watch that without --process";
static const struct {
	const char *name, *why;
} never_named[] = {
	{ "dontneed", g_drops },
	{ "dontneed-locked", g_drops },
	{ "free", g_drops },
	{ "populate", g_maps },
	{ "populate-write", g_maps },
};
static const char *const never_called[ADVICE_CALL_COUNT] = {
	[ADVICE_MADVISE] = "process_madvise takes it of one's own memory only",
	[ADVICE_MLOCK] = g_locks,
	[ADVICE_MLOCK2] = g_locks,
	[ADVICE_MUNLOCK] = g_locks,
	[ADVICE_MUNLOCKALL] = g_locks,
	[ADVICE_EVICT] = "no call drops another process's PTEs: see pageout",
	[ADVICE_CHUNKS] = "on another process call by call: willneed",
	[ADVICE_FADVISE] = g_own,
	[ADVICE_SYNC_RANGE] = g_file,
	[ADVICE_FSYNC] = g_file,
};

const struct othertakes *
othertakes_find(int advice)
{
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (strcmp(advice_table[advice].name, taken[i].name) == 0)
			return &taken[i];
	return NULL;
}

const char *
otherhint_never(int advice)
{
	const struct advice *a = &advice_table[advice];
	size_t i;

	if (othertakes_find(advice) != NULL)
		return NULL;
	for (i = 0; i < sizeof never_named / sizeof never_named[0]; i++)
		if (strcmp(a->name, never_named[i].name) == 0)
			return never_named[i].why;
	return never_called[a->call];
}

/* Has this process the capability? */
static bool
has_capability(unsigned bit)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capget, &head, data) != 0 ||
	    (data[bit / 32].effective >> bit % 32 & 1) != 0;
}

const char *
otherhint_lacks(int advice)
{
	const struct othertakes *t = othertakes_find(advice);

	return t == NULL || t->by != OTHERHINT_BY_PROCESS ||
	    has_capability(CAP_SYS_NICE) ? NULL :
	    "takes CAP_SYS_NICE, of one's own processes too";
}
