/* Files of the screen, and of what is kept: .txt, .ans, .svg, .cast and so
 * on; and recordings. */
#ifndef PAGETIDE_SCREENFILE_H
#define PAGETIDE_SCREENFILE_H

#include <poll.h>
#include <stddef.h>

struct screenfile_format;
struct strbuf;
struct ui;

/* What a file is for, and what is said of it. */
struct screenfile_kind {
	const struct screenfile_format *table;
	size_t		 n;
	const char	*begins, *done;
	const char	*names;		/* what a name may end in */
};
extern const struct screenfile_kind screenfile_saved, screenfile_exported;

/* A file that is to be written. */
struct screenfile {
	struct ui	*ui;
	const struct screenfile_kind *kind;
	const char	*path;
	const struct screenfile_format *format;	/* what its suffix says, by
						   screenfile_prepare() */
};

/* All that is needed is there, the screen is drawn. 0, or -errno with why. */
int	screenfile_prepare(struct screenfile *, struct strbuf *why);
/*
 * Then it is written. Never over the file that is watched, nor over anything
 * but a regular file. May wait for storage. 0, or -errno; said is what was
 * done, or why it was not.
 */
int	screenfile_write(const struct screenfile *, struct strbuf *said);

/* A recording that was ended, and is written meanwhile: what there is to wait
 * for, fd -1: nothing; that is ready. */
struct pollfd screenfile_recorded_fd(const struct ui *);
void	screenfile_recorded(struct ui *);

#endif
