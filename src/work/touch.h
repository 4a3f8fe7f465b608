/* Ways of touching a page. Private to src/work. */
#ifndef PAGETIDE_TOUCH_H
#define PAGETIDE_TOUCH_H

#include <stdbool.h>
#include <stdint.h>

struct chunk;
struct mapping;
struct pattern_spec;

/* What is read of a page by calls, at most. */
#define TOUCH_BYTES_MAX	4096

struct toucher {
	uint32_t	op;		/* enum touch_op */
	uint64_t	file_page;	/* where read(2) goes on */
	unsigned char	salt;		/* so that what is written differs */
	unsigned char	byte;		/* read or written, by load or store */
	unsigned char	buf[TOUCH_BYTES_MAX];
};

/* Gets ready: 0, EINVAL (no such op, or no file to read), or EACCES (not a
 * writable mapping). */
int	touch_init(struct toucher *, uint32_t op, const struct mapping *);
/* Is it to be told what a load read, or a store wrote? Not of a file of the
 * user. */
bool	touch_tells(const struct toucher *, const struct mapping *);
/* Touches a page of the mapping. 0, or errno of the call; ENODATA: the file
 * ends before the page (a load or store there is SIGBUS). */
int	touch_page(struct toucher *, const struct mapping *, uint64_t page);
/* Gives the hints of a chunked walk. Hints may fail; the walk goes on. */
void	touch_chunk(const struct mapping *, const struct pattern_spec *,
	    const struct chunk *);

#endif
