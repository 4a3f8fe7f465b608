/* What was noticed about the file that is watched: bits. */
#ifndef PAGETIDE_NOTICE_H
#define PAGETIDE_NOTICE_H

enum {
	SOURCE_GREW = 1 << 0,
	SOURCE_SHRANK = 1 << 1,
	SOURCE_REPLACED = 1 << 2,	/* another inode at the path */
	SOURCE_DELETED = 1 << 3,	/* no name leads to it any more */
	SOURCE_BACK = 1 << 4,		/* the same inode is there again */
	SOURCE_FOLLOWED = 1 << 5,	/* another file is watched: the one at
					   the path. There is no worker on it
					   before set_subject(). Happened before
					   all else that is noticed with it */
	SOURCE_REFUSED = 1 << 6,	/* the file at the path can't be
					   followed: target_facts.refused */
};

#endif
