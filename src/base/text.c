#include "config.h"

#include "pagetide/text.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "pagetide/strbuf.h"

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
	return wcwidth((wchar_t)ch) == 2 ? 2 : 1;
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
