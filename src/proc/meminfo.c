/* Memory of the whole machine: /proc/meminfo. */
#include "config.h"

#include <stddef.h>

#include "pagetide/memcg.h"

#include "proctext.h"

#define KIB 1024

/* Which line adds to which number. */
static const struct {
	const char	*key;
	size_t		 offset;
} line_table[] = {
	{ "MemTotal:", offsetof(struct machine_facts, total_bytes) },
	{ "MemFree:", offsetof(struct machine_facts, free_bytes) },
	{ "Buffers:", offsetof(struct machine_facts, file_bytes) },
	{ "Cached:", offsetof(struct machine_facts, file_bytes) },
	{ "Shmem:", offsetof(struct machine_facts, shmem_bytes) },
	{ "AnonPages:", offsetof(struct machine_facts, anon_bytes) },
	{ "Dirty:", offsetof(struct machine_facts, dirty_bytes) },
	{ "Writeback:", offsetof(struct machine_facts, dirty_bytes) },
};
#define N_LINES (sizeof line_table / sizeof line_table[0])

bool
meminfo_parse(const char *text, struct machine_facts *out)
{
	struct machine_facts m = { .known = true };
	uint64_t kib;

	for (size_t i = 0; i < N_LINES; i++) {
		char *at = (char *)&m + line_table[i].offset;

		if (!proctext_keyed(text, line_table[i].key, &kib))
			return false;
		*(uint64_t *)(void *)at += kib * KIB;
	}
	*out = m;
	return true;
}
