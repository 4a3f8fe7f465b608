/* Why the kernel refused a hint or a mapping, as far as facts show it. */
#ifndef PAGETIDE_REFUSAL_H
#define PAGETIDE_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of struct refusal_facts. */
enum {
	REFUSAL_MEMLOCK = 1 << 0,	/* memlock_bytes and _hard_bytes */
	REFUSAL_LOCKED = 1 << 1,
	REFUSAL_CAPS = 1 << 2,		/* ipc_lock */
	REFUSAL_MAPS = 1 << 3,		/* maps and maps_max */
	REFUSAL_FILTER = 1 << 4,
	REFUSAL_KERNEL = 1 << 5,
	REFUSAL_HUGE = 1 << 6,
	REFUSAL_END = 1 << 7,		/* beyond */
	REFUSAL_VMFLAGS = 1 << 8,
};

#define REFUSAL_VERSION(major, minor) ((major) << 16 | (minor))

/* All of the worker, or of the range, after the call. */
struct refusal_facts {
	unsigned	known;
	uint64_t	asked_bytes;	/* always known */
	uint32_t	map_flags;	/* always known: MAP_SPEC_ bits */
	bool		hugetlb;	/* the file is on hugetlbfs */
	uint64_t	memlock_bytes, memlock_hard_bytes;
					/* RLIMIT_MEMLOCK; UINT64_MAX: none */
	uint64_t	locked_bytes;	/* VmLck */
	bool		ipc_lock;	/* CAP_IPC_LOCK: no limit counts */
	uint64_t	maps, maps_max;	/* mappings, vm.max_map_count */
	bool		filter;		/* a seccomp filter is in force */
	unsigned	kernel;		/* REFUSAL_VERSION */
	uint64_t	huge_bytes;	/* of a huge page; 0: the kernel has
					   no transparent ones */
	bool		beyond;		/* the range ends past the file */
	unsigned	vmflags;	/* VMF_ bits of all of the range */
};

/* In place of an index into advice_table: the mmap of an ORDER_MAP. */
#define REFUSAL_MAP UINT32_MAX

struct refusal {
	const char	*why;		/* never NULL: where it is not known
					   it says so */
	const char	*command;	/* that would help, or NULL */
	char		 detail[96];	/* what was measured: "RLIMIT_MEMLOCK
					   is 64.0 KiB, ..."; or "" */
};

/* What errno err means of the advice's call number part (0 or 1). */
void	refusal_find(struct refusal *, unsigned advice, int part, int err,
	    const struct refusal_facts *);

#endif
