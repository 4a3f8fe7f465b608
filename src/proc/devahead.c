/* The readahead of a block device. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "pagetide/devahead.h"

/* The number at the start of a small file. */
static bool
read_number(const char *path, unsigned long long *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32], *end;
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	*out = strtoull(text, &end, 10);
	return end > text;
}

bool
devahead_bytes(dev_t dev, uint64_t *bytes)
{
	/* A disk, a partition of one, and what has no queue (NFS). */
	static const struct {
		const char *before, *after;
	} places[] = {
		{ "/sys/dev/block/", "/queue" },
		{ "/sys/dev/block/", "/../queue" },
		{ "/sys/class/bdi/", "" },
	};
	unsigned long long kib;
	char path[128];
	size_t i;

	for (i = 0; i < sizeof places / sizeof places[0]; i++) {
		snprintf(path, sizeof path, "%s%u:%u%s/read_ahead_kb",
		    places[i].before, major(dev), minor(dev),
		    places[i].after);
		if (read_number(path, &kib)) {
			*bytes = kib * 1024;
			return true;
		}
	}
	return false;
}
