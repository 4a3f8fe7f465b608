#include "config.h"

#include "packed.h"

#include <string.h>

/* Fewer alike are cheaper one by one. */
#define ALIKE_MIN 4

/* A stretch of a list: its length and kind are one number before it. */
enum stretch { EACH, ALIKE, ZEROS };
#define STRETCH_BITS 2

void
packed_number(struct strbuf *b, uint64_t v)
{
	unsigned char bytes[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		bytes[n++] = (unsigned char)(v | 0x80);
	bytes[n++] = (unsigned char)v;
	strbuf_add(b, bytes, n);
}

uint64_t
unpack_number(struct unpack *u)
{
	unsigned shift = 0;
	uint64_t v = 0;

	while (u->at < u->end && shift < 64) {
		v |= (uint64_t)(*u->at & 0x7f) << shift;
		shift += 7;
		if (*u->at++ < 0x80)
			break;
	}
	return v;
}

/* How many from v[0] on are as v[0]. */
static size_t
alike(const uint64_t *v, size_t n)
{
	size_t len = 1;

	while (len < n && v[len] == v[0])
		len++;
	return len;
}

static void
put_stretch(struct strbuf *b, size_t len, enum stretch kind)
{
	packed_number(b, (uint64_t)len << STRETCH_BITS | kind);
}

/* Is it worth a stretch of its own? */
static bool
is_stretch(const uint64_t *v, size_t len, size_t left)
{
	return len >= ALIKE_MIN || (len == left && v[0] == 0);
}

/* Writes v[0] on, as far as there is no stretch of numbers alike. */
static size_t
put_each(struct strbuf *b, const uint64_t *v, size_t n)
{
	size_t len = 0, i, run;

	while (len < n) {
		run = alike(v + len, n - len);
		if (is_stretch(v + len, run, n - len))
			break;
		len += run;
	}
	put_stretch(b, len, EACH);
	for (i = 0; i < len; i++)
		packed_number(b, v[i]);
	return len;
}

void
packed_list(struct strbuf *b, const uint64_t *v, size_t n)
{
	size_t i = 0, run;

	while (i < n) {
		run = alike(v + i, n - i);
		if (!is_stretch(v + i, run, n - i)) {
			i += put_each(b, v + i, n - i);
			continue;
		}
		put_stretch(b, run, v[i] == 0 ? ZEROS : ALIKE);
		if (v[i] != 0)
			packed_number(b, v[i]);
		i += run;
	}
}

void
unpack_list(struct unpack *u, uint64_t *v, size_t n)
{
	uint64_t head, len, same = 0;
	enum stretch kind;
	size_t i = 0, end;

	while (i < n) {
		head = unpack_number(u);
		kind = head & ((1 << STRETCH_BITS) - 1);
		len = head >> STRETCH_BITS;
		end = len == 0 || len > n - i ? n : i + len;
		if (kind != EACH)
			same = kind == ALIKE ? unpack_number(u) : 0;
		for (; i < end; i++)
			v[i] = kind == EACH ? unpack_number(u) : same;
	}
}
