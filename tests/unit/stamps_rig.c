#include "stamps_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/order.h"

struct stamps_rig stamps_rig;

int
stamps_rig_setup(void **state)
{
	struct stamps_rig *r = &stamps_rig;

	(void)state;
	r->fd = memfd_create("test", MFD_CLOEXEC);
	if (r->fd < 0 || ftruncate(r->fd, sizeof *r->shared) != 0)
		return -1;
	r->shared = mmap(NULL, sizeof *r->shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED, r->fd, 0);
	r->stamps = stamps_new();
	if (r->shared == MAP_FAILED)
		return -1;
	/* As the worker does: all of it is in place. */
	memset((void *)r->shared, 0, sizeof *r->shared);
	return 0;
}

int
stamps_rig_teardown(void **state)
{
	struct stamps_rig *r = &stamps_rig;

	(void)state;
	munmap(r->shared, sizeof *r->shared);
	close(r->fd);
	free(r->stamps);
	return 0;
}

uint16_t
stamps_rig_read(uint64_t page)
{
	uint64_t at = page - stamps_rig.shared->stamps_first_page;
	uint16_t stamp;

	assert_int_equal(pread(stamps_rig.fd, &stamp, sizeof stamp,
	    (off_t)(WORK_STAMPS_OFFSET + at * sizeof stamp)), sizeof stamp);
	return stamp;
}
