#include "config.h"

#include "pagetide/devreads.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "proctext.h"

int
devreads_open(dev_t dev)
{
	char path[64];

	snprintf(path, sizeof path, "/sys/dev/block/%u:%u/inflight",
	    major(dev), minor(dev));
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* "       3        0": reads and writes. */
bool
devreads_now(int fd, uint64_t *reads)
{
	char text[64], *p = text;

	proctext_read(fd, text, sizeof text);
	while (*p == ' ')
		p++;
	return proctext_number(p, reads);
}
