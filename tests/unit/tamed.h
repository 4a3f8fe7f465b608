/* Made-up snapshots whose fields have values that fields can have. */
#ifndef PAGETIDE_TAMED_H
#define PAGETIDE_TAMED_H

#include "pagetide/field.h"

#include "madeup.h"

/* A snapshot and its walk, and how its fields are told. */
struct told {
	struct snapshot	*s;
	struct walk_facts walk;
};

static inline void *
told_place(const struct field_place *p, struct told *t)
{
	char *base[] = { [PLACE_NONE] = NULL,
		[PLACE_SAMPLE] = (char *)&t->s->sample,
		[PLACE_WALK] = (char *)&t->walk,
		[PLACE_DIAGNOSIS] = (char *)&t->s->findings.now,
		[PLACE_SNAPSHOT] = (char *)t->s };

	return base[p->in] + p->at;
}

/* Whatever numbers came up: what the field can be. */
static inline void
told_tame_field(const struct field *f, struct told *t)
{
	uint64_t *n = told_place(&f->place, t);

	if (f->bits == 1)
		*(uint8_t *)told_place(&f->known, t) &= 1;
	if (f->kind == FIELD_STATE || f->kind == FIELD_GROUP)
		*(uint8_t *)n &= 1;
	else if (f->word != NULL && f->place.size == 1)
		*(uint8_t *)n &= 1;
	else if (f->word != NULL && f->place.size == 8)
		*n %= f->n_words;
	else if (f->word != NULL)
		*(uint32_t *)n %= f->n_words;
	else if (f->kind == FIELD_COUNTS)
		for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
			n[i] &= UINT64_MAX >> 8;
	else if (f->kind == FIELD_NUMBER && f->place.size == 8)
		*n &= INT64_MAX;
}

static inline void
told_tame_list(struct diagnosis *d)
{
	d->n %= DIAGNOSIS_GROUPS + 1;
	for (unsigned i = 0; i < DIAGNOSIS_GROUPS; i++) {
		unsigned len = madeup_below(sizeof d->item[i].text);

		memset(d->item[i].text, 'a' + (int)i, len);
		memset(d->item[i].text + len, 0, sizeof d->item[i].text - len);
	}
}

static inline void
told_tame(struct told *t)
{
	struct sample *s = &t->s->sample;

	for (unsigned i = 0; i < field_count; i++)
		if (field_table[i].place.in != PLACE_NONE &&
		    field_table[i].place.in != PLACE_COMPARE &&
		    field_table[i].place.in != PLACE_TOUCHED)
			told_tame_field(&field_table[i], t);
	told_tame_list(&t->s->findings.now);
	/* Told by recordings alone. */
	t->s->acted.landing = NULL;
	told_tame_list(&t->s->findings.last);
	s->n_vmas %= SAMPLE_VMAS_MAX + 1;
	for (unsigned i = 0; i < SAMPLE_VMAS_MAX; i++) {
		s->vma[i].first_page &= INT64_MAX;
		s->vma[i].n_pages &= INT64_MAX;
	}
	/* Else all of a walk would be unknown mostly. */
	s->worker.alive = !madeup_one_in(4);
	s->worker.latency_known = !madeup_one_in(4);
	if (!s->worker.paths_known)
		s->worker.paths.by = 0;
	/* Exact to the microsecond in "time", to the nanosecond beside it. */
	s->wall_ns %= UINT64_C(1) << 62;
	if (madeup_one_in(3))
		s->memory.limit_bytes = UINT64_MAX;
}

#endif
