/*
 * Processes that write and read the files of recordings for us: storage may
 * hang, be full or slow, and nobody waits for it. Lines go through a pipe.
 */
#ifndef PAGETIDE_TAPEPROC_H
#define PAGETIDE_TAPEPROC_H

#include <stdint.h>
#include <sys/types.h>

struct strbuf;

struct tapeproc {
	pid_t	pid;		/* 0: none */
	int	fd;		/* of the pipe, which never blocks */
};

/* How it ended. */
enum {
	TAPEPROC_RUNS = -1,
	TAPEPROC_DONE = 0,	/* else an errno, or: */
	TAPEPROC_NO_ZSTD = 254,
	TAPEPROC_BAD_ZSTD = 253,	/* or cut off */
	TAPEPROC_DIED = 252,
	TAPEPROC_NO_SEEK = 251,		/* it is no file, or does not begin as
					   a recording */
};

/* What of a recording is read. */
struct tapeproc_what {
	const char	*path;		/* "-": standard input */
	enum tapeproc_lines {
		TAPEPROC_ALL,
		TAPEPROC_FROM,		/* from the last key sample on that is
					   not younger than from_ns */
		TAPEPROC_EVENTS,	/* events alone */
	} lines;			/* ... but for all, behind the first
					   line and the first key sample, which
					   say which recording it is */
	uint64_t	 from_ns;	/* on the clock of its samples */
};

struct tapeproc_file {
	const char	*path;		/* "-": standard output, input */
	uint64_t	 max_bytes;	/* then another file is begun, FILE.1
					   and so on; 0: never */
	uint64_t	 max_ns;
};

/* Writes what is put into fd, with zstd where the name ends in .zst. A file
 * that is there already is not touched: EEXIST. 0 or -errno. */
int	tapeproc_write(struct tapeproc *, const struct tapeproc_file *);
/* Where so many others were begun before; the caller frees it. */
char	*tapeproc_path(const struct tapeproc_file *, unsigned number);
/* That of the file, or of what is in it if it is zstd, can be read from fd. */
int	tapeproc_read(struct tapeproc *, const struct tapeproc_what *);
/* Has it ended? One of the above. */
int	tapeproc_ended(struct tapeproc *);
/* Waits so long until it has; then it is left alone. As tapeproc_ended(). */
int	tapeproc_end(struct tapeproc *, uint64_t wait_ns);
/* "can't write FILE: No space left on device" for a status that is not
 * TAPEPROC_DONE. */
void	tapeproc_why(int status, const char *verb, const char *path,
	    struct strbuf *why);

#endif
