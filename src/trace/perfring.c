#include "config.h"

#include "perfring.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The longest record of ours is some 150 bytes. */
#define RECORD_MAX	1024

bool
perfring_map(struct perfring *r, int fd, unsigned pages)
{
	r->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	r->data_bytes = pages * r->page_bytes;
	r->page = mmap(NULL, r->page_bytes + r->data_bytes,
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r->page == MAP_FAILED)
		r->page = NULL;
	return r->page != NULL;
}

void
perfring_unmap(struct perfring *r)
{
	if (r->page != NULL)
		munmap(r->page, r->page_bytes + r->data_bytes);
	r->page = NULL;
}

/* len bytes of the ring from pos on, which may go over its end. */
static void
copy_out(const struct perfring *r, uint64_t pos, void *to, size_t len)
{
	const char *data = (const char *)r->page + r->page_bytes;
	size_t at = pos % r->data_bytes;
	size_t first = len < r->data_bytes - at ? len : r->data_bytes - at;

	memcpy(to, data + at, first);
	memcpy((char *)to + first, data, len - first);
}

uint64_t
perfring_lost(const char *buf, size_t len)
{
	uint64_t n[2] = { 0 };		/* id, lost */

	if (len >= sizeof(struct perf_event_header) + sizeof n)
		memcpy(n, buf + sizeof(struct perf_event_header), sizeof n);
	return n[1];
}

void
perfring_read(struct perfring *r, perfring_take *take, void *arg,
    uint64_t *lost)
{
	uint64_t head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = r->page->data_tail;
	struct perf_event_header h;
	char buf[RECORD_MAX];
	size_t len;

	while (tail < head) {
		copy_out(r, tail, &h, sizeof h);
		if (h.size < sizeof h)
			break;		/* not a record: give up on the rest */
		len = h.size < sizeof buf ? h.size : sizeof buf;
		copy_out(r, tail, buf, len);
		tail += h.size;
		if (h.type == PERF_RECORD_LOST)
			*lost += perfring_lost(buf, len);
		take(&h, buf, len, arg);
	}
	__atomic_store_n(&r->page->data_tail, head, __ATOMIC_RELEASE);
}
