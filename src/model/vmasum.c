#include "config.h"

#include "pagetide/vmasum.h"

#include <string.h>

void
vmasum_add(struct vmasum *s, const struct vma *v)
{
	int i;

	if (s->pieces++ == 0)
		memcpy(s->perms, v->perms, sizeof s->perms);
	for (i = 0; i < 4; i++)
		if (s->perms[i] != v->perms[i])
			s->perms[i] = '*';
	s->size_bytes += v->end - v->start;
	if (!v->counted) {
		s->uncounted++;
		return;
	}
	if (s->pieces - s->uncounted == 1)
		s->vmflags = v->vmflags;
	s->differ |= s->vmflags ^ v->vmflags;
	s->resident_bytes += v->resident_bytes;
	s->pss_bytes += v->pss_bytes;
	s->swap_bytes += v->swap_bytes;
}

struct vmasum
vmasum_of(const struct mapping_pieces *m)
{
	struct vmasum s = { 0 };
	size_t i;

	for (i = 0; i < m->n; i++)
		vmasum_add(&s, &m->piece[i]);
	return s;
}
