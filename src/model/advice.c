#include "config.h"

#include "pagetide/advice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/order.h"
#include "pagetide/units.h"

/* Linux's numbers on all architectures that use <asm-generic/mman.h>. */
const struct advice advice_table[] = {
	{ "normal", "MADV_NORMAL", 0, ADVICE_MADVISE, 'N', 0,
	    "the usual readahead; takes SEQUENTIAL or RANDOM back" },
	{ "sequential", "MADV_SEQUENTIAL", 2, ADVICE_MADVISE, 'S', 0,
	    "a miss reads ahead from its page on, not around it" },
	{ "random", "MADV_RANDOM", 1, ADVICE_MADVISE, 'R', 0,
	    "no readahead: a miss reads one page" },
	{ "willneed", "MADV_WILLNEED", 3, ADVICE_MADVISE, 'W', ADVICE_OF_FILE,
	    "start reading into the cache; capped a call, maps nothing" },
	{ "dontneed", "MADV_DONTNEED", 4, ADVICE_MADVISE, 'D',
	    ADVICE_LOSES_DATA,
	    "drop the worker's PTEs; the page cache keeps the pages" },
	{ "cold", "MADV_COLD", 20, ADVICE_MADVISE, 'C', 0,
	    "first to go when memory is short; until then nothing shows" },
	{ "pageout", "MADV_PAGEOUT", 21, ADVICE_MADVISE, 'O',
	    ADVICE_HURTS_OTHERS,
	    "evict clean pages that the worker maps and nobody else" },
	{ "populate", "MADV_POPULATE_READ", 22, ADVICE_MADVISE, 'P',
	    ADVICE_READS_ALL,
	    "read the pages in and map them before the call returns" },
	{ "mlock", "mlock", 0, ADVICE_MLOCK, 'L', 0,
	    "read the pages in, map them and keep them from reclaim" },
	{ "munlock", "munlock", 0, ADVICE_MUNLOCK, 'U', 0,
	    "take the lock off; nothing is evicted by it" },
	{ "evict", "MADV_DONTNEED + POSIX_FADV_DONTNEED", 4, ADVICE_EVICT,
	    'E', ADVICE_HURTS_OTHERS | ADVICE_LOSES_DATA | ADVICE_OF_FILE,
	    "drop the worker's PTEs, then clean pages that nobody maps" },
	{ "willneed-all", "MADV_WILLNEED", 3, ADVICE_CHUNKS, 0, ADVICE_OF_FILE,
	    "WILLNEED call by call, so that all of the range is read" },
	{ "dontneed-locked", "MADV_DONTNEED_LOCKED", 24, ADVICE_MADVISE, 0,
	    ADVICE_LOSES_DATA,
	    "DONTNEED that does not stop at locked pages" },
	{ "free", "MADV_FREE", 8, ADVICE_MADVISE, 0, ADVICE_LOSES_DATA |
	    ADVICE_OF_ANON,
	    "anonymous pages may go, unless they are written again" },
	{ "populate-write", "MADV_POPULATE_WRITE", 23, ADVICE_MADVISE, 0,
	    ADVICE_READS_ALL | ADVICE_OF_WRITE,
	    "fault all pages in for writing: private ones are copied" },
	{ "hugepage", "MADV_HUGEPAGE", 14, ADVICE_MADVISE, 0, 0,
	    "a miss may read and map folios of 2 MiB" },
	{ "nohugepage", "MADV_NOHUGEPAGE", 15, ADVICE_MADVISE, 0, 0,
	    "no folios of 2 MiB; takes HUGEPAGE back" },
	{ "collapse", "MADV_COLLAPSE", 25, ADVICE_MADVISE, 0, 0,
	    "make folios of 2 MiB of what is there, at once" },
	{ "mlock-onfault", "MLOCK_ONFAULT", 1, ADVICE_MLOCK2, 0, 0,
	    "pages are locked from their first touch on" },
	{ "munlockall", "munlockall", 0, ADVICE_MUNLOCKALL, 0, 0,
	    "take all locks of the worker off; nothing is evicted" },
	{ "fadvise-normal", "POSIX_FADV_NORMAL", 0, ADVICE_FADVISE, 0,
	    ADVICE_OF_FILE,
	    "the usual readahead for this struct file" },
	{ "fadvise-sequential", "POSIX_FADV_SEQUENTIAL", 2, ADVICE_FADVISE, 0,
	    ADVICE_OF_FILE, "twice the readahead for this struct file" },
	{ "fadvise-random", "POSIX_FADV_RANDOM", 1, ADVICE_FADVISE, 0,
	    ADVICE_OF_FILE,
	    "no readahead for read(2); faults go on as before" },
	{ "fadvise-willneed", "POSIX_FADV_WILLNEED", 3, ADVICE_FADVISE, 0,
	    ADVICE_OF_FILE,
	    "start reading into the cache; capped as WILLNEED is" },
	{ "fadvise-dontneed", "POSIX_FADV_DONTNEED", 4, ADVICE_FADVISE, 0,
	    ADVICE_HURTS_OTHERS | ADVICE_OF_FILE,
	    "drop clean pages that nobody maps, the worker neither" },
	{ "fadvise-noreuse", "POSIX_FADV_NOREUSE", 5, ADVICE_FADVISE, 0,
	    ADVICE_OF_FILE,
	    "touches do not count for reclaim; nothing shows" },
	{ "readahead", "readahead", 0, ADVICE_READAHEAD, 0, ADVICE_OF_FILE,
	    "start reading into the cache; capped as WILLNEED is" },
	{ "sync-range", "SYNC_FILE_RANGE_WRITE_AND_WAIT", 7,
	    ADVICE_SYNC_RANGE, 0, ADVICE_OF_FILE,
	    "write the dirty pages of the range and wait for them" },
	{ "fsync", "fsync", 0, ADVICE_FSYNC, 0, ADVICE_OF_FILE,
	    "write all dirty pages of the file and wait for them" },
};
const unsigned advice_count = sizeof advice_table / sizeof advice_table[0];

/* VmFlags letters, and the word shown beside the advice. */
static const struct vmflag {
	const char	*letters;	/* NULL: said by none */
	const char	*word;		/* NULL: it is the advice itself */
	unsigned	 bit;
} vmflag_table[] = {
	{ "sr", NULL, VMF_SEQ },
	{ "rr", NULL, VMF_RAND },
	{ "lo", "locked", VMF_LOCKED },
	{ "lf", "on-fault", VMF_ONFAULT },
	{ NULL, "on-fault?", VMF_ONFAULT_UNTOLD },
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

const char *
advice_useless(const struct advice *a, uint32_t map_flags)
{
	bool anon = (map_flags & MAP_SPEC_ANON) != 0;

	if (anon && (a->flags & ADVICE_OF_FILE) != 0)
		return "not here: anonymous memory has no file";
	if (!anon && (a->flags & ADVICE_OF_ANON) != 0)
		return "not here: it is for anonymous memory (--anon)";
	if ((map_flags & (MAP_SPEC_WRITE | MAP_SPEC_ANON)) == 0 &&
	    (a->flags & ADVICE_OF_WRITE) != 0)
		return "not here: the mapping can't be written";
	return NULL;
}

/* The VMF_ bit of one word of the line, 0 for those without. */
static unsigned
vmflag_bit(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < N_VMFLAGS; i++) {
		if (len == 2 && vmflag_table[i].letters != NULL &&
		    memcmp(word, vmflag_table[i].letters, 2) == 0)
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

static const char *
advice_in_force(unsigned vmf, unsigned differ)
{
	if (differ & VMF_ADVICE)
		return "mixed";
	if (vmf & VMF_SEQ)
		return "SEQUENTIAL";
	return vmf & VMF_RAND ? "RANDOM" : "NORMAL";
}

char *
advice_vmflags_text(char *buf, unsigned size, unsigned vmf, unsigned differ)
{
	size_t i, len;

	snprintf(buf, size, "%s", advice_in_force(vmf, differ));
	for (i = 0; i < N_VMFLAGS; i++) {
		unsigned bit = vmflag_table[i].bit;

		if (!((vmf | differ) & bit) || !vmflag_table[i].word)
			continue;
		len = strlen(buf);
		snprintf(buf + len, size - len, " %s%s",
		    differ & bit ? "partly " : "", vmflag_table[i].word);
	}
	return buf;
}

char *
advice_vmflags_change(char *buf, unsigned size, unsigned from, unsigned to)
{
	size_t i, len = 0;

	snprintf(buf, size, "=");
	for (i = 0; i < N_VMFLAGS && len < size; i++)
		if (((from ^ to) & vmflag_table[i].bit) &&
		    vmflag_table[i].letters != NULL)
			len += snprintf(buf + len, size - len, "%c%s",
			    to & vmflag_table[i].bit ? '+' : '-',
			    vmflag_table[i].letters);
	return buf;
}

/* What stands before the offset, and whether the constant is an argument. */
static const struct {
	const char	*head;
	bool		 whole;		/* no range: head is all there is */
	bool		 has_value;
} call_table[ADVICE_CALL_COUNT] = {
	[ADVICE_MADVISE] = { "madvise(map+", false, true },
	[ADVICE_MLOCK] = { "mlock(map+", false, false },
	[ADVICE_MUNLOCK] = { "munlock(map+", false, false },
	[ADVICE_CHUNKS] = { "madvise(map+", false, true },
	[ADVICE_MLOCK2] = { "mlock2(map+", false, true },
	[ADVICE_MUNLOCKALL] = { "munlockall()", true, false },
	[ADVICE_FADVISE] = { "posix_fadvise(fd, ", false, true },
	[ADVICE_READAHEAD] = { "readahead(fd, ", false, false },
	[ADVICE_SYNC_RANGE] = { "sync_file_range(fd, ", false, true },
	[ADVICE_FSYNC] = { "fsync(fd)", true, false },
};

/* The calls that ADVICE_CHUNKS makes on the range. */
static unsigned long long
chunk_count(const struct advice_range *r)
{
	return r->len_bytes / r->chunk_bytes +
	    (r->len_bytes % r->chunk_bytes != 0);
}

char *
advice_call_text(char *buf, unsigned size, const struct advice *a, int part,
    const struct advice_range *r)
{
	static const char *const evict[] = { "MADV_DONTNEED",
		"POSIX_FADV_DONTNEED" };
	enum advice_call call = a->call;
	const char *constant = a->constant;
	uint64_t len_bytes = r->len_bytes;
	char at[UNITS_MAX], len[UNITS_MAX], times[32] = "";

	if (call == ADVICE_EVICT) {
		constant = evict[part];
		call = part == 0 ? ADVICE_MADVISE : ADVICE_FADVISE;
	}
	if (call == ADVICE_CHUNKS) {
		snprintf(times, sizeof times, " x %llu", chunk_count(r));
		if (len_bytes > r->chunk_bytes)
			len_bytes = r->chunk_bytes;
	}
	units_offset(at, r->offset_bytes);
	if (call_table[call].whole)
		snprintf(buf, size, "%s", call_table[call].head);
	else
		snprintf(buf, size, "%s%s, %s%s%s)%s", call_table[call].head,
		    at, units_offset(len, len_bytes),
		    call_table[call].has_value ? ", " : "",
		    call_table[call].has_value ? constant : "", times);
	return buf;
}
