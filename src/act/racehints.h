/* Hints that may race: what they did is gone with the next eviction and the
 * next advice. Indices into advice_table. */
#ifndef PAGETIDE_RACEHINTS_H
#define PAGETIDE_RACEHINTS_H

#include <stdbool.h>

/* Is it in force until another one is? */
bool	racehints_stays(int advice);
/* The VMF_ bits of VMF_ADVICE that show it. */
unsigned racehints_vmflags(int advice);
/* The one that is in force where they show. */
int	racehints_of(unsigned vmflags);

#endif
