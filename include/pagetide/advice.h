/* The hints: one const table for keys, calls, help and read-back. */
#ifndef PAGETIDE_ADVICE_H
#define PAGETIDE_ADVICE_H

#include <stdbool.h>
#include <stdint.h>

/* How a hint reaches the kernel. */
enum advice_call {
	ADVICE_MADVISE,		/* madvise(addr, len, value) */
	ADVICE_MLOCK,		/* mlock(addr, len) */
	ADVICE_MUNLOCK,		/* munlock(addr, len) */
	ADVICE_EVICT,		/* madvise(MADV_DONTNEED), then
				   posix_fadvise(POSIX_FADV_DONTNEED) */
	ADVICE_CHUNKS,		/* madvise(addr, chunk, value), chunk by
				   chunk over the range */
	ADVICE_MLOCK2,		/* mlock2(addr, len, value) */
	ADVICE_MUNLOCKALL,	/* munlockall(), whatever the range */
	/* On the struct file that is mapped: */
	ADVICE_FADVISE,		/* posix_fadvise(fd, offset, len, value) */
	ADVICE_READAHEAD,	/* readahead(fd, offset, len) */
	ADVICE_SYNC_RANGE,	/* sync_file_range(fd, offset, len, value) */
	ADVICE_FSYNC,		/* fsync(fd), whatever the range */
	ADVICE_CALL_COUNT
};

enum {
	ADVICE_HURTS_OTHERS = 1 << 0,	/* may drop pages others use: ask */
	ADVICE_LOSES_DATA = 1 << 1,	/* drops what was written to private
					   and anonymous pages: ask there */
	ADVICE_READS_ALL = 1 << 2,	/* waits for all of the range: ask
					   where that is much */
	ADVICE_OF_FILE = 1 << 3,	/* does nothing to anonymous memory */
	ADVICE_OF_ANON = 1 << 4,	/* ... to anything else */
	ADVICE_OF_WRITE = 1 << 5,	/* ... where nothing may be written */
};

/* Pages of a chunk where the target's readahead is not known. */
#define ADVICE_CHUNK_PAGES 128

struct advice {
	const char	*name;		/* "sequential": the :advise word */
	const char	*constant;	/* "MADV_SEQUENTIAL", "mlock", ... */
	int		 value;		/* our own number; asked of the
					   running kernel, never assumed */
	enum advice_call call;
	char		 key;		/* the capital letter; 0: none */
	unsigned	 flags;
	const char	*help;		/* what it does, one line */
};

extern const struct advice advice_table[];
extern const unsigned advice_count;

/* Index into advice_table, or -1. */
int	advice_find(const char *name);

/* Why it is of no use on such a mapping (MAP_SPEC_ bits), whatever is in it;
 * NULL: it may be. */
const char *advice_useless(const struct advice *, uint32_t map_flags);

/*
 * What the kernel says is in force, from the VmFlags line of smaps
 * (proc_pid_smaps(5); KERNEL.md 3): sr, rr, lo, lf, hg, nh.
 */
enum {
	VMF_SEQ = 1 << 0,
	VMF_RAND = 1 << 1,
	VMF_LOCKED = 1 << 2,
	VMF_ONFAULT = 1 << 3,
	VMF_HUGE = 1 << 4,
	VMF_NOHUGE = 1 << 5,
	VMF_ONFAULT_UNTOLD = 1 << 6,	/* LOCKED, and the kernel does not
					   show whether on fault (onfault.h) */
	VMF_ADVICE = VMF_SEQ | VMF_RAND,	/* neither: NORMAL */
};

/* "rd mr mw me ms sr" to VMF_ bits. */
unsigned advice_vmflags_parse(const char *);
/* "NORMAL", "SEQUENTIAL", "RANDOM locked", "NORMAL locked on-fault?" where that
 * is not known ... into buf, which is returned. Of
 * a range whose pages differ in some bits: "mixed", "RANDOM partly locked". */
char	*advice_vmflags_text(char *buf, unsigned size, unsigned vmf,
	    unsigned differ);
/* From one to the other by the kernel's letters: "+sr", "-lo-lf", "=" where
 * nothing changed. Into buf, which is returned. */
char	*advice_vmflags_change(char *buf, unsigned size, unsigned from,
	    unsigned to);

/* What a hint is given on. */
struct advice_range {
	uint64_t	offset_bytes;
	uint64_t	len_bytes;
	uint64_t	chunk_bytes;	/* ADVICE_CHUNKS: of one call, > 0 */
};

/*
 * The exact call as text: "madvise(map+8M, 4194304, MADV_DONTNEED)", or
 * "madvise(map+0, 131072, MADV_WILLNEED) x 512" for the calls of
 * ADVICE_CHUNKS (the last one may be shorter).
 * For ADVICE_EVICT part 0 is the madvise, part 1 the posix_fadvise.
 * Returns buf.
 */
char	*advice_call_text(char *buf, unsigned size, const struct advice *,
	    int part, const struct advice_range *);

#endif
