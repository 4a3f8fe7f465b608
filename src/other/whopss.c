#include "config.h"

#include "whopss.h"

#include <stddef.h>
#include <string.h>

#include "pagetide/clock.h"

void
whopss_init(struct whopss *w)
{
	*w = (struct whopss){ .pid = 0 };
	mapperpss_init(&w->read);
}

/* The one that was read longest ago, before since_ns; NULL: there is none. */
static struct sharer *
oldest(struct mappers_found *f, uint64_t since_ns)
{
	struct sharer *one = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (f->one[i].pss_ns < since_ns && (one == NULL ||
		    f->one[i].pss_ns < one->pss_ns))
			one = &f->one[i];
	return one;
}

bool
whopss_is_due(const struct mappers_found *f, uint64_t since_ns)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->one[i].pss_ns < since_ns)
			return true;
	return false;
}

/* NULL: that process was not found again. */
static struct sharer *
find(struct mappers_found *f, pid_t pid)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->one[i].pid == pid)
			return &f->one[i];
	return NULL;
}

static void
end(struct whopss *w, struct sharer *one, int rc)
{
	one->pss = rc == 0 ? PSS_KNOWN : PSS_REFUSED;
	one->pss_bytes = rc == 0 ? w->read.bytes : 0;
	one->pss_ns = w->began_ns;
	mapperpss_done(&w->read);
	w->pid = 0;
}

bool
whopss_step(struct whopss *w, struct mappers_found *f, uint64_t since_ns,
    const struct mapfile *file)
{
	struct sharer *one = w->pid != 0 ? find(f, w->pid) : NULL;
	int rc = 1;

	if (one == NULL) {
		mapperpss_done(&w->read);
		w->pid = 0;
		one = oldest(f, since_ns);
		if (one == NULL)
			return false;
		w->began_ns = clock_now_ns();
		w->pid = one->pid;
		rc = mapperpss_open(&w->read, one->pid, file);
	}
	if (rc >= 0)
		rc = mapperpss_step(&w->read);
	if (rc == 1)
		return false;
	end(w, one, rc);
	return true;
}

static void
copy(struct sharer *to, const struct sharer *from)
{
	to->pss = from->pss;
	to->pss_bytes = from->pss_bytes;
	to->pss_ns = from->pss_ns;
}

void
whopss_keep(struct mappers_found *now, const struct mappers_found *before)
{
	for (size_t i = 0; i < now->n; i++)
		for (size_t k = 0; k < before->n; k++)
			if (before->one[k].pid == now->one[i].pid &&
			    strcmp(before->one[k].name,
			    now->one[i].name) == 0)
				copy(&now->one[i], &before->one[k]);
}

void
whopss_put(const struct mappers_found *f, struct sharers *to)
{
	for (size_t i = 0; i < to->n; i++)
		for (size_t k = 0; k < f->n; k++)
			if (f->one[k].pid == to->row[i].pid)
				copy(&to->row[i], &f->one[k]);
}
