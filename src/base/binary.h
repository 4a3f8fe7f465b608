/* Powers of 1024, one letter each. */
#ifndef PAGETIDE_BINARY_H
#define PAGETIDE_BINARY_H

static const char binary_letter[] = "KMGTPE";
#define BINARY_STEPS ((int)sizeof(binary_letter) - 1)
#define BINARY_SHIFT(step) (10 * ((step) + 1))

__extension__ typedef unsigned __int128 u128;

#endif
