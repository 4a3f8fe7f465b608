/* How a snapshot is made, for what copies, compares and packs it. */
#ifndef PAGETIDE_SNAPPARTS_H
#define PAGETIDE_SNAPPARTS_H

#include <stddef.h>
#include <stdint.h>

#include "pagetide/snapshot.h"

#define SNAPSHOT_STRINGS (10 + 2 * LAYER_COUNT + 2 * 3 * DIAGNOSIS_GROUPS)

/* All strings that it points to, in one order. */
struct snapshot_strings {
	const char	**at[SNAPSHOT_STRINGS];
};

/* The snapshot without what it points to: numbers. */
#define SNAPSHOT_WORDS (offsetof(struct snapshot, overview) / sizeof(uint64_t))
struct snapshot_words {
	uint64_t	v[SNAPSHOT_WORDS];
};

void	snapshot_strings(struct snapshot *, struct snapshot_strings *);
/* Its strings, wherever they are, become its own. */
void	snapshot_own_strings(struct snapshot *);
void	snapshot_words(const struct snapshot *, struct snapshot_words *);

#endif
