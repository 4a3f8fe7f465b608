/* A string that grows. */
#ifndef PAGETIDE_STRBUF_H
#define PAGETIDE_STRBUF_H

#include <stddef.h>

/* s is always NUL-terminated and never NULL; owned by the strbuf. */
struct strbuf {
	char	*s;
	size_t	 len;	/* bytes, without the NUL */
	size_t	 cap;	/* bytes allocated; 0: s is the shared empty string */
};

extern char strbuf_empty[];
#define STRBUF_INIT { strbuf_empty, 0, 0 }

void	 strbuf_init(struct strbuf *);
/* Frees and leaves an empty strbuf that may be used again. */
void	 strbuf_done(struct strbuf *);
/* Empties, keeps the memory. */
void	 strbuf_reset(struct strbuf *);
void	 strbuf_add(struct strbuf *, const void *, size_t n);
void	 strbuf_adds(struct strbuf *, const char *);
void	 strbuf_addc(struct strbuf *, char);
void	 strbuf_addf(struct strbuf *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* The string, now the caller's to free(); the strbuf is empty after. */
char	*strbuf_detach(struct strbuf *);

#endif
