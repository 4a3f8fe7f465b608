#include "config.h"

#include "pagetide/text.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

/* The C library decodes UTF-8 beyond this, but it is no character. */
#define LAST_CHARACTER U'\U0010ffff'

/* Can this character do anything but fill its own columns? */
static bool
is_safe(char32_t ch)
{
	return !iswcntrl((wint_t)ch) && wcwidth((wchar_t)ch) > 0;
}

size_t
text_next(const char *s, char32_t *ch)
{
	mbstate_t	state;
	size_t		n;

	if (*s == '\0')
		return 0;
	/* Most of what is drawn; the library takes ten times as long. */
	if (*s >= ' ' && *s <= '~') {
		*ch = (unsigned char)*s;
		return 1;
	}
	memset(&state, 0, sizeof(state));
	n = mbrtoc32(ch, s, strnlen(s, MB_LEN_MAX), &state);
	if (n == 0 || n > MB_LEN_MAX || *ch > LAST_CHARACTER) {
		*ch = U'?';
		return 1;
	}
	if (!is_safe(*ch))
		*ch = U'?';
	return n;
}

int
text_width(char32_t ch)
{
	return ch > U'~' && wcwidth((wchar_t)ch) == 2 ? 2 : 1;
}

int
text_columns(const char *s)
{
	char32_t	ch;
	size_t		n;
	int		columns = 0;

	for (; (n = text_next(s, &ch)) > 0; s += n)
		columns += text_width(ch);
	return columns;
}

void
text_safe(struct strbuf *out, const char *s)
{
	char32_t	ch;
	size_t		n;

	for (; (n = text_next(s, &ch)) > 0; s += n) {
		if (ch == U'?')
			strbuf_addc(out, '?');
		else
			strbuf_add(out, s, n);
	}
}

/* Cuts s, which is safe, to at most this many bytes, at a whole character. */
static void
cut_to(struct strbuf *s, size_t max)
{
	char32_t	ch;
	size_t		n, len = 0;

	while ((n = text_next(s->s + len, &ch)) > 0 && len + n <= max)
		len += n;
	s->s[len] = '\0';
	s->len = len;
}

void
text_fit(char *dst, size_t size, const char *fmt, va_list ap)
{
	struct strbuf	 safe = STRBUF_INIT;
	char		*raw;

	if (vasprintf(&raw, fmt, ap) < 0)
		fatal("out of memory");
	text_safe(&safe, raw);
	free(raw);
	if (safe.len >= size) {
		cut_to(&safe, size - sizeof(".."));
		strbuf_adds(&safe, "..");
	}
	memcpy(dst, safe.s, safe.len + 1);
	strbuf_done(&safe);
}
