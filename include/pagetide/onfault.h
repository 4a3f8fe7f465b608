/* Locked as it is touched: do the VmFlags of smaps show it ("lf")? */
#ifndef PAGETIDE_ONFAULT_H
#define PAGETIDE_ONFAULT_H

#include <stdbool.h>

/*
 * Linux 6.2 and newer do; before, a mapping under MLOCK_ONFAULT looks like any
 * that is locked. Tried on a page of our own in some 0.3 ms; where we may lock
 * none, by the version of the kernel.
 */
bool	onfault_is_shown(void);

#endif
