#include "config.h"

#include "pagetide/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

#define STRBUF_FIRST_BYTES 64

/* Shared by all that are empty; nothing ever writes to it. */
char strbuf_empty[1];

/* Makes room for n bytes more and the NUL. */
static void
reserve(struct strbuf *sb, size_t n)
{
	size_t	need, cap;

	if (__builtin_add_overflow(sb->len, n, &need) ||
	    __builtin_add_overflow(need, 1, &need))
		fatal("string too long");
	if (need <= sb->cap)
		return;
	if (__builtin_mul_overflow(sb->cap, 2, &cap) || cap < need)
		cap = need;
	if (cap < STRBUF_FIRST_BYTES)
		cap = STRBUF_FIRST_BYTES;
	sb->s = xreallocarray(sb->cap > 0 ? sb->s : NULL, cap, 1);
	sb->cap = cap;
}

void
strbuf_init(struct strbuf *sb)
{
	sb->s = strbuf_empty;
	sb->len = 0;
	sb->cap = 0;
}

void
strbuf_done(struct strbuf *sb)
{
	if (sb->cap > 0)
		free(sb->s);
	strbuf_init(sb);
}

void
strbuf_reset(struct strbuf *sb)
{
	sb->len = 0;
	if (sb->cap > 0)
		sb->s[0] = '\0';
}

void
strbuf_add(struct strbuf *sb, const void *data, size_t n)
{
	if (n == 0)
		return;
	reserve(sb, n);
	memcpy(sb->s + sb->len, data, n);
	sb->len += n;
	sb->s[sb->len] = '\0';
}

void
strbuf_adds(struct strbuf *sb, const char *s)
{
	strbuf_add(sb, s, strlen(s));
}

void
strbuf_addc(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void
strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list	ap;
	size_t	room = sb->cap - sb->len;
	int	len;

	va_start(ap, fmt);
	len = vsnprintf(sb->s + sb->len, room, fmt, ap);
	va_end(ap);
	if (len < 0)
		fatal("cannot format text");
	if ((size_t)len >= room) {
		reserve(sb, (size_t)len);
		va_start(ap, fmt);
		vsnprintf(sb->s + sb->len, (size_t)len + 1, fmt, ap);
		va_end(ap);
	}
	sb->len += (size_t)len;
}

char *
strbuf_detach(struct strbuf *sb)
{
	char	*s;

	reserve(sb, 0);
	s = sb->s;
	s[sb->len] = '\0';
	strbuf_init(sb);
	return s;
}
