#include "config.h"

#include "pagetide/advice.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/units.h"

/* Linux's numbers on all architectures that use <asm-generic/mman.h>. */
const struct advice advice_table[] = {
	{ "normal", "MADV_NORMAL", 0, ADVICE_MADVISE, 'N', 0,
	    "the usual readahead; takes SEQUENTIAL or RANDOM back" },
	{ "sequential", "MADV_SEQUENTIAL", 2, ADVICE_MADVISE, 'S', 0,
	    "a miss reads ahead from its page on, not around it" },
	{ "random", "MADV_RANDOM", 1, ADVICE_MADVISE, 'R', 0,
	    "no readahead: a miss reads one page" },
	{ "willneed", "MADV_WILLNEED", 3, ADVICE_MADVISE, 'W', 0,
	    "start reading into the cache; capped a call, maps nothing" },
	{ "dontneed", "MADV_DONTNEED", 4, ADVICE_MADVISE, 'D', 0,
	    "drop the worker's PTEs; the page cache keeps the pages" },
	{ "cold", "MADV_COLD", 20, ADVICE_MADVISE, 'C', 0,
	    "first to go when memory is short; until then nothing shows" },
	{ "pageout", "MADV_PAGEOUT", 21, ADVICE_MADVISE, 'O',
	    ADVICE_HURTS_OTHERS,
	    "evict clean pages that the worker maps and nobody else" },
	{ "populate", "MADV_POPULATE_READ", 22, ADVICE_MADVISE, 'P', 0,
	    "read the pages in and map them before the call returns" },
	{ "mlock", "mlock", 0, ADVICE_MLOCK, 'L', 0,
	    "read the pages in, map them and keep them from reclaim" },
	{ "munlock", "munlock", 0, ADVICE_MUNLOCK, 'U', 0,
	    "take the lock off; nothing is evicted by it" },
	{ "evict", "MADV_DONTNEED + POSIX_FADV_DONTNEED", 4, ADVICE_EVICT,
	    'E', ADVICE_HURTS_OTHERS,
	    "drop the worker's PTEs, then clean pages that nobody maps" },
};
const unsigned advice_count = sizeof advice_table / sizeof advice_table[0];

/* VmFlags letters, and the word shown beside the advice. */
static const struct vmflag {
	const char	*letters;
	const char	*word;		/* NULL: it is the advice itself */
	unsigned	 bit;
} vmflag_table[] = {
	{ "sr", NULL, VMF_SEQ },
	{ "rr", NULL, VMF_RAND },
	{ "lo", "locked", VMF_LOCKED },
	{ "lf", "on-fault", VMF_ONFAULT },
	{ "hg", "hugepage", VMF_HUGE },
	{ "nh", "nohugepage", VMF_NOHUGE },
};
#define N_VMFLAGS (sizeof vmflag_table / sizeof vmflag_table[0])

int
advice_find(const char *name)
{
	unsigned i;

	for (i = 0; i < advice_count; i++) {
		if (strcmp(advice_table[i].name, name) == 0)
			return i;
	}
	return -1;
}

/* The VMF_ bit of one word of the line, 0 for those without. */
static unsigned
vmflag_bit(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < N_VMFLAGS; i++) {
		if (len == 2 && memcmp(word, vmflag_table[i].letters, 2) == 0)
			return vmflag_table[i].bit;
	}
	return 0;
}

unsigned
advice_vmflags_parse(const char *line)
{
	unsigned vmf = 0;
	size_t len;

	for (;;) {
		line += strspn(line, " \t\n");
		len = strcspn(line, " \t\n");
		if (len == 0)
			return vmf;
		vmf |= vmflag_bit(line, len);
		line += len;
	}
}

char *
advice_vmflags_text(char *buf, unsigned size, unsigned vmf)
{
	const char *advice = "NORMAL";
	size_t i, len;

	if (vmf & VMF_SEQ)
		advice = "SEQUENTIAL";
	else if (vmf & VMF_RAND)
		advice = "RANDOM";
	snprintf(buf, size, "%s", advice);
	for (i = 0; i < N_VMFLAGS; i++) {
		if (!(vmf & vmflag_table[i].bit) || !vmflag_table[i].word)
			continue;
		len = strlen(buf);
		snprintf(buf + len, size - len, " %s", vmflag_table[i].word);
	}
	return buf;
}

char *
advice_call_text(char *buf, unsigned size, const struct advice *a, int part,
    uint64_t offset_bytes, uint64_t len_bytes)
{
	char at[UNITS_MAX];
	unsigned long long len = len_bytes;

	units_offset(at, offset_bytes);
	if (a->call == ADVICE_EVICT && part == 1)
		snprintf(buf, size,
		    "posix_fadvise(fd, %s, %llu, POSIX_FADV_DONTNEED)", at,
		    len);
	else if (a->call == ADVICE_EVICT)
		snprintf(buf, size, "madvise(map+%s, %llu, MADV_DONTNEED)",
		    at, len);
	else if (a->call == ADVICE_MADVISE)
		snprintf(buf, size, "madvise(map+%s, %llu, %s)", at, len,
		    a->constant);
	else
		snprintf(buf, size, "%s(map+%s, %llu)", a->constant, at, len);
	return buf;
}
