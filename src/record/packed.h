/* Numbers as bytes: the smaller, and the more alike, the fewer. */
#ifndef PAGETIDE_PACKED_H
#define PAGETIDE_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/strbuf.h"

/* Bytes that packed_ functions wrote, as far as they are read. */
struct unpack {
	const unsigned char *at, *end;
};

/* Differences of either sign: small ones are small numbers. */
static inline uint64_t
packed_sign(uint64_t difference)
{
	return (difference << 1) ^ -(difference >> 63);
}

static inline uint64_t
unpacked_sign(uint64_t v)
{
	return (v >> 1) ^ -(v & 1);
}

void	packed_number(struct strbuf *, uint64_t);
uint64_t unpack_number(struct unpack *);
/* n numbers, most of them 0 or as the one before. */
void	packed_list(struct strbuf *, const uint64_t *v, size_t n);
void	unpack_list(struct unpack *, uint64_t *v, size_t n);

#endif
