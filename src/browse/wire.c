#include "config.h"

#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/maps.h"
#include "pagetide/processes.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

void
wire_processes(struct strbuf *out, struct wire_head *head,
    const struct processes *all)
{
	head->kind = BROWSE_PROCESSES;
	head->n = all->n;
	head->bytes = all->n * sizeof *all->process;
	strbuf_add(out, head, sizeof *head);
	if (all->n > 0)
		strbuf_add(out, all->process, head->bytes);
}

void
wire_mappings(struct strbuf *out, struct wire_head *head,
    const struct vmas *all)
{
	size_t i;

	head->kind = BROWSE_MAPPINGS;
	head->n = all->n;
	head->bytes = all->n * sizeof *all->vma;
	for (i = 0; i < all->n; i++)
		head->bytes += strlen(all->vma[i].name) + 1;
	strbuf_add(out, head, sizeof *head);
	for (i = 0; i < all->n; i++) {
		struct vma v = all->vma[i];

		v.name = NULL;
		strbuf_add(out, &v, sizeof v);
	}
	for (i = 0; i < all->n; i++)
		strbuf_add(out, all->vma[i].name,
		    strlen(all->vma[i].name) + 1);
}

bool
wire_is_whole(const char *data, size_t len, struct wire_head *head,
    size_t *bytes)
{
	if (len < sizeof *head)
		return false;
	memcpy(head, data, sizeof *head);
	*bytes = sizeof *head + head->bytes;
	return len >= *bytes;
}

bool
wire_take_processes(const struct wire_head *head, const char *data,
    struct processes *all)
{
	processes_free(all);
	if (head->n != head->bytes / sizeof *all->process)
		return false;
	all->process = xcalloc(head->n + 1, sizeof *all->process);
	memcpy(all->process, data, head->n * sizeof *all->process);
	all->n = head->n;
	all->within_ns = head->within_ns;
	return true;
}

bool
wire_take_mappings(const struct wire_head *head, const char *data,
    struct vmas *all)
{
	const char *name, *end = data + head->bytes;
	struct vma v;
	size_t i;

	maps_free(all);
	if (head->n > head->bytes / sizeof v)
		return false;
	name = data + head->n * sizeof v;
	for (i = 0; i < head->n; i++) {
		if (memchr(name, '\0', (size_t)(end - name)) == NULL)
			return false;
		memcpy(&v, data + i * sizeof v, sizeof v);
		maps_add(all, &v, name);
		name += strlen(name) + 1;
	}
	return true;
}
