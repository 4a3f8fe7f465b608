/* Why a touch of the simulated worker costs what it does: looks before and
 * after it. Private to src/source. */
#ifndef PAGETIDE_FAKEWHY_H
#define PAGETIDE_FAKEWHY_H

#include <stdint.h>

#include "fakefacts.h"

struct fake_look {
	uint8_t		 was;		/* FAKE_ bits of the page */
	uint64_t	 mapped, read_pages;
};

/* The next page of the walk is about to be touched. */
void	fakewhy_before(const struct fake *, struct fake_look *);
/* It was: touched says why, which counts for its walk. */
void	fakewhy_after(struct fake *, const struct fake_look *);
/* Of a touch that got a signal. */
void	fakewhy_signal(const struct fake *, struct one_touch *);

#endif
