/* The readahead of a block device. */
#ifndef PAGETIDE_DEVAHEAD_H
#define PAGETIDE_DEVAHEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of readahead of the device (sysfs read_ahead_kb through st_dev,
 * partitions through their parent). false: not known. */
bool	devahead_bytes(dev_t, uint64_t *bytes);

#endif
