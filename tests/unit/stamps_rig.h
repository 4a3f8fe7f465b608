/* Stamps in memory of their own, as a worker and the app share it. */
#ifndef PAGETIDE_STAMPS_RIG_H
#define PAGETIDE_STAMPS_RIG_H

#include <stdint.h>

#include "../../src/work/stamps.h"

struct work_shared;

struct stamps_rig {
	int		fd;
	struct work_shared *shared;
	struct stamps	*stamps;
};

extern struct stamps_rig stamps_rig;

/* For cmocka. */
int	stamps_rig_setup(void **state);
int	stamps_rig_teardown(void **state);

/* The stamp of a page of the mapping, as the app reads it. */
uint16_t stamps_rig_read(uint64_t page);

#endif
