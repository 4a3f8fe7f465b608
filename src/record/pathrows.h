/* A row for each way of a touch: X(word, its PATH_). Private to src/record. */
#ifndef PAGETIDE_PATHROWS_H
#define PAGETIDE_PATHROWS_H

#define PATHS(NAMED) \
	NAMED("not_mapped", NOT_MAPPED) \
	NAMED("not_permitted", NOT_PERMITTED) \
	NAMED("guard", GUARD) \
	NAMED("past_end", PAST_END) \
	NAMED("mapped", MAPPED) \
	NAMED("swap_in", SWAP_IN) \
	NAMED("write_notify", WRITE_NOTIFY) \
	NAMED("copy_mapped", COPY_MAPPED) \
	NAMED("copy_zero", COPY_ZERO) \
	NAMED("copy_fork", COPY_FORK) \
	NAMED("copy_cache", COPY_CACHE) \
	NAMED("copy_read", COPY_READ) \
	NAMED("miss_single", MISS_SINGLE) \
	NAMED("miss_readahead", MISS_READAHEAD) \
	NAMED("waited", WAITED) \
	NAMED("marker", MARKER) \
	NAMED("hit", HIT) \
	NAMED("fault_around", AROUND) \
	NAMED("large_folio", LARGE_FOLIO) \
	NAMED("pmd", PMD) \
	NAMED("zero_page", ZERO_PAGE) \
	NAMED("new_page", NEW_PAGE) \
	NAMED("new_huge", NEW_HUGE) \
	NAMED("unknown", UNKNOWN)

#endif
