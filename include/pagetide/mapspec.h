/* How the worker is to map the target: words, rules and the call as text. */
#ifndef PAGETIDE_MAPSPEC_H
#define PAGETIDE_MAPSPEC_H

#include <stdbool.h>
#include <stdint.h>

struct strbuf;

struct map_spec {
	uint32_t	flags;		/* MAP_SPEC_ bits of order.h */
	bool		shared;		/* MAP_SHARED was asked for by name */
	uint64_t	from_bytes;
	uint64_t	length_bytes;	/* 0: up to the target's end */
};

/* What the target allows. */
struct map_limits {
	bool		anon;		/* there is no file */
	bool		own_file;	/* pagetide made it: may be written */
	uint64_t	pages;
	uint32_t	page_bytes;
};

/*
 * Takes words into a spec: "private write populate locked from=12M
 * length=4M", separated by blanks or commas; "shared" takes "private" back.
 * 0, or -EINVAL with one line in why.
 */
int	mapspec_parse(struct map_spec *, const char *words,
	    struct strbuf *why);
/* The i-th word that it takes, "from=" and "length=" without their values;
 * NULL behind the last. */
const char *mapspec_word(unsigned i);
/*
 * Holds a spec against a target: adds what an anonymous one needs to
 * flags, and says which pages are to be mapped (a length that is no whole
 * number of pages is rounded up, and cut at the end). 0, or -EINVAL with one
 * line in why: nothing is to be mapped then.
 */
int	mapspec_resolve(const struct map_spec *, const struct map_limits *,
	    uint32_t *flags, uint64_t *first_page, uint64_t *n_pages,
	    struct strbuf *why);

/* Does the worker's first write to a page make a copy of it? */
bool	mapspec_makes_copies(uint32_t flags);

/* Both write into buf and return it. */
/* "mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0)" */
char	*mapspec_call_text(char *buf, unsigned size, uint32_t flags,
	    uint64_t offset_bytes, uint64_t len_bytes);
/* What lasts of it: "MAP_SHARED r--", "MAP_PRIVATE|MAP_LOCKED rw-",
 * "MAP_PRIVATE|MAP_ANONYMOUS rw-". */
char	*mapspec_text(char *buf, unsigned size, uint32_t flags);

#endif
