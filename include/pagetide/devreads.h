/* Reads that a block device has under way. Private to src/probe. */
#ifndef PAGETIDE_DEVREADS_H
#define PAGETIDE_DEVREADS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The number of the device in /sys, kept open; -1 where there is none: files
 * of btrfs, overlayfs, the network. */
int	devreads_open(dev_t);
/* Reads under way now, of anybody. Does not wait for the device. */
bool	devreads_now(int fd, uint64_t *reads);

#endif
