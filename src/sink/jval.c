#include "config.h"

#include "jval.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

/* Enough for microseconds of a present day, without noise behind them. */
#define TIME_DIGITS 16

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

json_t *
jval_text(const char *s)
{
	struct strbuf	 sb = STRBUF_INIT;
	json_t		*value;
	size_t		 n;

	if (s == NULL)
		return json_null();
	for (; *s != '\0'; s += n) {
		n = utf8_len(s);
		if (n > 0) {
			strbuf_add(&sb, s, n);
		} else {
			strbuf_adds(&sb, REPLACEMENT);
			n = 1;
		}
	}
	value = json_string(sb.s);
	strbuf_done(&sb);
	return value;
}

json_t *
jval_number(bool known, uint64_t n)
{
	if (!known || n > INT64_MAX)
		return json_null();
	return json_integer((json_int_t)n);
}

void
jval_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		fatal("out of memory (JSON)");
}

void
jval_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		fatal("out of memory (JSON)");
}

/* JSON lets DEL through as it is; a terminal must not get it. */
static char *
escape_del(const char *s)
{
	struct strbuf	sb = STRBUF_INIT;
	size_t		n;

	for (; *s != '\0'; s += n) {
		n = strcspn(s, "\x7f");
		strbuf_add(&sb, s, n);
		if (s[n] == '\x7f') {
			strbuf_adds(&sb, "\\u007f");
			n++;
		}
	}
	return strbuf_detach(&sb);
}

char *
jval_line(json_t *o)
{
	char *text, *line;

	text = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII |
	    JSON_REAL_PRECISION(TIME_DIGITS));
	if (text == NULL)
		fatal("cannot write JSON");
	line = escape_del(text);
	free(text);
	json_decref(o);
	return line;
}
