#include "config.h"

#include "pagetide/mapfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/maps.h"

bool
mapfile_parse(const char *line, struct vma *v)
{
	const char *name;

	return maps_parse(line, v, &name);
}

int
mapfile_find(struct mapfile *f, pid_t pid, uint64_t addr)
{
	char path[64], *line = NULL;
	struct vma v = { 0 };
	bool found = false;
	size_t size = 0;
	FILE *fp;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	fp = fopen(path, "re");
	if (fp == NULL)
		return -errno;
	while (!found && getline(&line, &size, fp) > 0)
		found = mapfile_parse(line, &v) && addr >= v.start &&
		    addr < v.end;
	free(line);
	fclose(fp);
	*f = (struct mapfile){ v.dev_major, v.dev_minor, v.ino };
	return found && v.ino != 0 ? 0 : -ENOENT;
}

bool
mapfile_is(const struct mapfile *f, const struct vma *v)
{
	return v->ino == f->ino && v->dev_major == f->dev_major &&
	    v->dev_minor == f->dev_minor;
}

bool
mapfile_is_out_of_reach(const struct vma *v)
{
	return strncmp(v->perms, "---", 3) == 0;
}
