#include "config.h"

#include "landdelta.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

/* What follows. */
enum land_kind { LAND_NONE, LAND_AS_BEFORE, LAND_NEW };

#define WORD sizeof(uint64_t)
/* All of it but where its slots are: numbers and short texts. */
#define SLOT_AT	(offsetof(struct landing, slot) / WORD)
#define WORDS	(sizeof(struct landing) / WORD)
#define SLOT_WORDS (sizeof(struct landing_slot) / WORD)

_Static_assert(offsetof(struct landing, slot) % WORD == 0 &&
    sizeof(struct landing) % WORD == 0 &&
    sizeof(struct landing_slot) % WORD == 0, "they are made of words");

static uint64_t
word(const void *at, size_t i)
{
	uint64_t v;

	memcpy(&v, (const char *)at + i * WORD, WORD);
	return v;
}

/* Words [begin, end): how many are skipped, how much the next one changed; 0
 * ends. from NULL: they were 0. */
static void
put_words(struct strbuf *b, const void *from, const void *to, size_t begin,
    size_t end)
{
	size_t next = begin;
	uint64_t was, is;

	for (size_t i = begin; i < end; i++) {
		was = from != NULL ? word(from, i) : 0;
		is = word(to, i);
		if (is == was)
			continue;
		packed_number(b, i - next + 1);
		packed_number(b, packed_sign(is - was));
		next = i + 1;
	}
	packed_number(b, 0);
}

static void
take_words(struct unpack *u, void *to, size_t begin, size_t end)
{
	size_t i = begin;
	uint64_t skip, v;

	while ((skip = unpack_number(u)) != 0 && skip <= end - i) {
		i += skip;
		v = word(to, i - 1) + unpacked_sign(unpack_number(u));
		memcpy((char *)to + (i - 1) * WORD, &v, WORD);
	}
}

static bool
is_alike(const struct landing *a, const struct landing *b)
{
	return a != NULL && a->by == b->by && a->since_ns == b->since_ns &&
	    a->n_slots == b->n_slots;
}

void
landdelta_put(struct strbuf *b, const struct landing *from,
    const struct landing *to)
{
	if (to == NULL) {
		packed_number(b, LAND_NONE);
		return;
	}
	if (!is_alike(from, to))
		from = NULL;
	packed_number(b, from != NULL ? LAND_AS_BEFORE : LAND_NEW);
	if (from == NULL)
		packed_number(b, to->n_slots);
	put_words(b, from, to, 0, SLOT_AT);
	put_words(b, from, to, SLOT_AT + 1, WORDS);
	if (to->slot != NULL)
		put_words(b, from != NULL ? from->slot : NULL, to->slot, 0,
		    to->n_slots * SLOT_WORDS);
}

/* All 0, with so many slots. */
static void
clear(struct landing **own, uint64_t n_slots)
{
	if (*own == NULL)
		*own = xcalloc(1, sizeof **own);
	landing_done(*own);
	memset(*own, 0, sizeof **own);
	if (n_slots > 0)
		(*own)->slot = xcalloc(n_slots, sizeof *(*own)->slot);
}

const struct landing *
landdelta_take(struct unpack *u, struct landing **own, bool now)
{
	uint64_t kind = unpack_number(u);

	if (kind == LAND_NONE)
		return NULL;
	if (kind == LAND_NEW || *own == NULL || !now)
		clear(own, kind == LAND_NEW ? unpack_number(u) : 0);
	take_words(u, *own, 0, SLOT_AT);
	take_words(u, *own, SLOT_AT + 1, WORDS);
	if ((*own)->slot != NULL)
		take_words(u, (*own)->slot, 0, (*own)->n_slots * SLOT_WORDS);
	return *own;
}
