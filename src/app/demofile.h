/* The file of the demo: made whole or not at all, and known again. */
#ifndef PAGETIDE_DEMOFILE_H
#define PAGETIDE_DEMOFILE_H

#include <stdbool.h>
#include <sys/types.h>

#define DEMOFILE_BYTES	(64ul << 20)

/* What is at its place. */
enum demofile {
	DEMOFILE_NONE,		/* nothing */
	DEMOFILE_READY,		/* it */
	DEMOFILE_SPOILT,	/* it, but cut short or with holes */
	DEMOFILE_FOREIGN,	/* what we did not make */
};

/* Its identity: who writes to it goes by that, not by the name. */
struct demofile_id {
	dev_t	dev;
	ino_t	ino;
	bool	made;		/* just now: it was not there before */
};

/*
 * We know it by a mark with its inode number, which no copy has; where the
 * filesystem has no extended attributes, or a pagetide without marks made it,
 * by its content at some places, read past the page cache. The owner is us.
 */
enum demofile demofile_look(const char *path, struct demofile_id *);
/*
 * Makes it at path, where nothing is, with progress on stderr. It has no name
 * before it is whole, where the filesystem can; else a name that
 * demofile_sweep() knows. 0 or -errno; -EEXIST: somebody was quicker.
 */
int	demofile_make(const char *path);
/* Removes what starts that were cut off have left beside path. */
void	demofile_sweep(const char *path);

#endif
