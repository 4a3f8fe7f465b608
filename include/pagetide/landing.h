/*
 * Where page faults land in what is watched: counted page by page as long as
 * that is not too large, else by a few pages, and by the instructions that
 * make them. Pure.
 */
#ifndef PAGETIDE_LANDING_H
#define PAGETIDE_LANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/faultpath.h"

/* Who tells. */
enum landing_by {
	LANDING_OFF,
	LANDING_BY_FAULTS,	/* each fault, or one of N */
	LANDING_BY_TABLES,	/* page tables: what is mapped in one scan and
				   was not in the one before */
	LANDING_BYS
};
/* "off", "faults", "page tables" */
extern const char *const landing_by_name[LANDING_BYS];

/* Pages that are counted as one: 2^shift of them. */
struct landing_slot {
	uint32_t	minor, major;	/* of tables: pages, as minor */
	uint64_t	last_ns;	/* monotonic; 0: never */
	uint64_t	max_ns;		/* the longest of those with a name;
					   0: none has one */
	enum fault_path	max_path;	/* its way */
	uint64_t	ip;		/* the instruction of the newest; 0:
					   not known */
};
#define LANDING_SLOTS_MAX (UINT64_C(1) << 18)

/* An instruction that made faults. */
#define LANDING_SITES	256
#define LANDING_PLACE	64
struct landing_site {
	uint64_t	ip;		/* 0: free */
	uint64_t	faults;
	bool		asked;		/* for its place */
	char		place[LANDING_PLACE];	/* "libc.so.6+0x1234"; "":
						   not known (yet) */
	char		symbol[LANDING_PLACE];	/* "memcpy+0x1a"; "": not
						   known (yet) */
};
/* Is it in the kernel: in a system call? */
bool	landing_site_is_kernel(uint64_t ip);

/* Faults that went the same way, minor or major. */
struct landing_way {
	uint64_t	faults, ns, max_ns;	/* ns: all together */
};

struct landing {
	enum landing_by	 by;
	bool		 user_only;	/* none that the kernel makes in a
					   system call */
	char		 why[224];	/* why not by faults; "": it is */
	bool		 naming;	/* the way of each through the kernel
					   and how long it took, by
					   tracepoints */
	char		 why_names[160];	/* why not; "": it is, or it is
						   being found out */
	uint64_t	 named;		/* faults that have a name */
	struct landing_way minor_way[PATH_COUNT], major_way[PATH_COUNT];
	uint64_t	 one_of;	/* each counts for so many; 1: all are
					   recorded */
	bool		 about;		/* it was more than 1 at a time: counts
					   are estimates */
	uint64_t	 minor, major;	/* in what is watched */
	uint64_t	 elsewhere;	/* in other memory of the process */
	uint64_t	 lost;		/* records that there was no room for */
	uint64_t	 restarts;	/* the recording began anew: there is a
					   gap before each */
	uint64_t	 since_ns;	/* it is on since then */
	uint64_t	 last_ns;	/* the newest */
	unsigned	 shift;		/* pages of a slot */
	uint64_t	 pages, n_slots;
	struct landing_slot *slot;
	struct landing_site site[LANDING_SITES];
	uint64_t	 sites_lost;	/* faults of others than these */
};

void	landing_init(struct landing *);
/* Frees what it owns; it is off. */
void	landing_done(struct landing *);
/* Begins to count anew, of so many pages; slots of 2^shift pages or more. */
void	landing_begin(struct landing *, enum landing_by, uint64_t pages,
	    unsigned shift);
void	landing_copy(struct landing *to, const struct landing *from);
/* Memory that it takes beside itself. */
uint64_t landing_bytes(const struct landing *);
/*
 * What is kept of it for each moment: the same in coarser slots, so many at most.
 * It begins with that one and is added to as that is; then the rest of it is made
 * the same by landing_follow().
 */
#define LANDING_KEPT_SLOTS (UINT64_C(1) << 12)
void	landing_begin_kept(struct landing *, const struct landing *of);
void	landing_follow(struct landing *, const struct landing *of);
/* n faults, or pages, at that page. */
void	landing_add(struct landing *, uint64_t page, bool major, uint64_t n,
	    uint64_t t_ns);
/* One of those that were added at that page: its way, how long it took. */
void	landing_add_way(struct landing *, uint64_t page, bool major,
	    enum fault_path, uint64_t ns);
/* The longest of all that have a name, minor or major; 0: there is none. */
uint64_t landing_longest_ns(const struct landing *, bool major);
/* The ways that some went, those first that took longest in all: how many there
 * are in at. */
size_t	landing_ways(const struct landing *, bool major,
	    enum fault_path at[PATH_COUNT]);
/* ... by that instruction, there; page: UINT64_MAX: nobody knows where. */
void	landing_add_site(struct landing *, uint64_t page, uint64_t ip,
	    uint64_t n);
/* What is known of that instruction; NULL: nothing. */
const struct landing_site *landing_site(const struct landing *, uint64_t ip);
/* Its function, else its place; "?": neither is known. */
const char *landing_site_text(const struct landing_site *);
/*
 * What landed in a range: false if that is not known, since slots reach out of
 * it and have some.
 */
bool	landing_range(const struct landing *, uint64_t first_page,
	    uint64_t n_pages, struct landing_slot *out);

/* The slots with most of them, these first: how many of at most max there are
 * in at. */
size_t	landing_hottest(const struct landing *, uint64_t *at, size_t max);
/* The same of sites. */
size_t	landing_sites(const struct landing *, const struct landing_site **at,
	    size_t max);

#endif
