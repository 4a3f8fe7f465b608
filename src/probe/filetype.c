/* What can't be watched, before it is opened: opening may block or act. */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>

#include "pagetide/target.h"

static const struct {
	mode_t		 type;
	int		 err;
	const char	*text;
} refusals[] = {
	{ S_IFDIR, EISDIR, "is a directory" },
	{ S_IFIFO, ESPIPE, "is a FIFO: it has no pages" },
	{ S_IFSOCK, ENXIO, "is a socket: it has no pages" },
	{ S_IFCHR, ENODEV, "is a character device: it has no pages" },
};

const char *
target_refused_type(mode_t mode, int *err)
{
	size_t i;

	for (i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		if ((mode & S_IFMT) != refusals[i].type)
			continue;
		*err = refusals[i].err;
		return refusals[i].text;
	}
	return NULL;
}
