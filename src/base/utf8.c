#include "config.h"

#include "pagetide/utf8.h"

#include "pagetide/strbuf.h"

/* U+FFFD, which stands for a byte that is no character. */
#define REPLACEMENT "\xef\xbf\xbd"

/* Well-formed UTF-8, by its first and second byte. */
static const struct {
	unsigned char	first, first_end;
	unsigned char	second, second_end;
	unsigned char	len;
} utf8_rows[] = {
	{ 0x01, 0x7f, 0x00, 0xff, 1 },
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* Bytes of the character at s, 0 if it is none. */
static size_t
utf8_len(const char *s)
{
	const unsigned char	*u = (const unsigned char *)s;

	for (size_t i = 0; i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
		if (u[0] < utf8_rows[i].first ||
		    u[0] > utf8_rows[i].first_end)
			continue;
		if (u[1] < utf8_rows[i].second ||
		    u[1] > utf8_rows[i].second_end)
			return 0;
		for (size_t k = 2; k < utf8_rows[i].len; k++) {
			if ((u[k] & 0xc0) != 0x80)
				return 0;
		}
		return utf8_rows[i].len;
	}
	return 0;
}

bool
utf8_is_all(const char *s)
{
	size_t n;

	while ((n = utf8_len(s)) > 0)
		s += n;
	return *s == '\0';
}

void
utf8_add(struct strbuf *out, const char *s)
{
	size_t n;

	for (; *s != '\0'; s += n) {
		n = utf8_len(s);
		if (n > 0) {
			strbuf_add(out, s, n);
		} else {
			strbuf_adds(out, REPLACEMENT);
			n = 1;
		}
	}
}
