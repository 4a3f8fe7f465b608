#include "config.h"

#include "pagetide/onfault.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pagetide/advice.h"
#include "pagetide/linuxver.h"

#include "smaps.h"

#define ONFAULT 1	/* MLOCK_ONFAULT */
#define SINCE LINUXVER(6, 2)

/* What the kernel says of a locked page; false: it can't be read. */
static bool
read_flags(void *page, uint32_t page_bytes, unsigned *vmflags)
{
	int fd = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
	struct smaps s;
	bool known;

	if (fd < 0)
		return false;
	smaps_start(&s, (uintptr_t)page, 0, 1, page_bytes);
	known = smaps_read(fd, &s) == 0 && s.n == 1;
	close(fd);
	*vmflags = known ? s.vma[0].vmflags : 0;
	return known && (*vmflags & VMF_LOCKED) != 0;
}

bool
onfault_is_shown(void)
{
	uint32_t page_bytes = (uint32_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, page_bytes, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool tried = false;
	unsigned vmflags = 0;

	if (page != MAP_FAILED) {
		tried = syscall(SYS_mlock2, page, page_bytes, ONFAULT) == 0 &&
		    read_flags(page, page_bytes, &vmflags);
		munmap(page, page_bytes);
	}
	if (!tried)
		return linuxver() >= SINCE;
	return (vmflags & VMF_ONFAULT) != 0;
}
