/* Text to numbers, strictly; the way back is in units.c. */
#include "config.h"

#include "pagetide/units.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pagetide/clock.h"

#include "binary.h"

/* Decimals read after the point; more are checked but add nothing. */
#define FRACTION_DIGITS 15

/* Columns and rows of the largest screen. */
#define SCREEN_MAX 1000

/* A number as it was typed: whole + fraction / scale. */
struct decimal {
	uint64_t	whole;
	uint64_t	fraction, scale;
	bool		has_fraction;
	bool		too_large;
};

/* The value of a digit, or -1; no locale has a say. */
static int
digit_value(char c, int base)
{
	static const char	 digits[] = "0123456789abcdef";
	const char		*at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL && at - digits < base ? (int)(at - digits) : -1;
}

/* Moves *s over digits. false if there is none. */
static bool
scan_digits(const char **s, int base, uint64_t *out, bool *too_large)
{
	const char	*start = *s;
	uint64_t	 v = 0;
	int		 digit;

	for (; (digit = digit_value(**s, base)) >= 0; ++*s) {
		if (__builtin_mul_overflow(v, (uint64_t)base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)digit, &v))
			*too_large = true;
	}
	*out = v;
	return *s != start;
}

/* Moves *s over "12", "1.5" or ".5". false if that is not what stands
 * there. */
static bool
scan_decimal(const char **s, struct decimal *d)
{
	const char	*start;
	int		 digit;
	bool		 has_whole;

	*d = (struct decimal){ .scale = 1 };
	has_whole = scan_digits(s, 10, &d->whole, &d->too_large);
	if (**s != '.')
		return has_whole;
	d->has_fraction = true;
	start = ++*s;
	for (; (digit = digit_value(**s, 10)) >= 0; ++*s) {
		if (*s - start >= FRACTION_DIGITS)
			continue;
		d->fraction = d->fraction * 10 + (uint64_t)digit;
		d->scale *= 10;
	}
	return *s != start;
}

/* d * num / den, cut to a whole number. 0 or -ERANGE. */
static int
decimal_scale(const struct decimal *d, uint64_t num, unsigned den,
    uint64_t *out)
{
	u128	v;

	if (d->too_large)
		return -ERANGE;
	v = ((u128)d->whole * num +
	    (u128)d->fraction * num / d->scale) / den;
	if (v > UINT64_MAX)
		return -ERANGE;
	*out = (uint64_t)v;
	return 0;
}

int
units_parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	bool		too_large = false;
	uint64_t	v;

	if (!scan_digits(&s, 10, &v, &too_large) || *s != '\0')
		return -EINVAL;
	if (too_large || v < min || v > max)
		return -ERANGE;
	*out = v;
	return 0;
}

int
units_parse_screen(const char *s, int *cols, int *rows)
{
	bool		too_large = false;
	uint64_t	w, h;

	if (!scan_digits(&s, 10, &w, &too_large) || *s++ != 'x' ||
	    !scan_digits(&s, 10, &h, &too_large) || *s != '\0')
		return -EINVAL;
	if (too_large || w < 1 || w > SCREEN_MAX || h < 1 || h > SCREEN_MAX)
		return -ERANGE;
	*cols = (int)w;
	*rows = (int)h;
	return 0;
}

/* "0x1f000", from behind the 0x. */
static int
parse_hex(const char *s, uint64_t *out)
{
	bool		too_large = false;
	uint64_t	v;

	if (!scan_digits(&s, 16, &v, &too_large) || *s != '\0')
		return -EINVAL;
	if (too_large)
		return -ERANGE;
	*out = v;
	return 0;
}

/* Moves *s over "K", "KiB", ... and tells their factor; 1: none is there. */
static uint64_t
scan_factor(const char **s)
{
	const char	*at = **s != '\0' ? strchr(binary_letter, **s) : NULL;

	if (at == NULL)
		return 1;
	*s += 1;
	if (strncmp(*s, "iB", 2) == 0)
		*s += 2;
	return UINT64_C(1) << BINARY_SHIFT(at - binary_letter);
}

/* Moves *s over "1.5G". */
static int
scan_bytes(const char **s, uint64_t *out)
{
	struct decimal	d;
	uint64_t	factor;

	if (!scan_decimal(s, &d))
		return -EINVAL;
	factor = scan_factor(s);
	/* There is no half of a byte. */
	if (factor == 1 && d.has_fraction)
		return -EINVAL;
	return decimal_scale(&d, factor, 1, out);
}

int
units_parse_bytes(const char *s, uint64_t *out)
{
	uint64_t	sum, more;
	int		rc;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return parse_hex(s + 2, out);
	rc = scan_bytes(&s, &sum);
	while (rc == 0 && *s == '+') {
		s++;
		rc = scan_bytes(&s, &more);
		if (rc == 0 && __builtin_add_overflow(sum, more, &sum))
			rc = -ERANGE;
	}
	if (*s != '\0' && rc == 0)
		rc = -EINVAL;
	if (rc == 0)
		*out = sum;
	return rc;
}

int
units_parse_offset(const char *s, uint64_t whole_bytes, uint64_t *out)
{
	const char	*end = s;
	struct decimal	 d;

	if (!scan_decimal(&end, &d) || strcmp(end, "%") != 0)
		return units_parse_bytes(s, out);
	if (d.too_large || d.whole > 100 ||
	    (d.whole == 100 && d.fraction > 0))
		return -ERANGE;
	return decimal_scale(&d, whole_bytes, 100, out);
}

int
units_parse_percent(const char *s, uint64_t *out)
{
	struct decimal d;

	if (!scan_decimal(&s, &d) || s[*s == '%'] != '\0')
		return -EINVAL;
	return decimal_scale(&d, 100, 1, out);
}

int
units_parse_duration(const char *s, uint64_t *out_ns)
{
	static const struct {
		const char	*suffix;
		uint64_t	 ns;
	} units[] = {
		{ "", NS_PER_S }, { "s", NS_PER_S }, { "ms", NS_PER_MS },
		{ "us", NS_PER_US }, { "ns", 1 }, { "m", 60 * NS_PER_S },
		{ "min", 60 * NS_PER_S }, { "h", 3600 * NS_PER_S },
	};
	struct decimal	d;

	if (!scan_decimal(&s, &d))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(s, units[i].suffix) == 0)
			return decimal_scale(&d, units[i].ns, 1, out_ns);
	}
	return -EINVAL;
}

int
units_parse_wall(const char *text, uint64_t now_ns, uint64_t *wall_ns)
{
	time_t now = (time_t)(now_ns / NS_PER_S), then;
	unsigned hour, minute, at = 0;
	uint64_t ns = 0;
	struct tm tm;

	if (sscanf(text, "%2u:%2u%n", &hour, &minute, &at) != 2 ||
	    hour > 23 || minute > 59 || localtime_r(&now, &tm) == NULL)
		return -EINVAL;
	if (text[at] != '\0' && (text[at] != ':' ||
	    units_parse_duration(text + at + 1, &ns) != 0 ||
	    ns >= 61 * NS_PER_S))
		return -EINVAL;
	tm.tm_hour = (int)hour;
	tm.tm_min = (int)minute;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	then = mktime(&tm);
	if (then + (time_t)(ns / NS_PER_S) > now) {
		tm.tm_mday--;
		tm.tm_isdst = -1;
		then = mktime(&tm);
	}
	*wall_ns = (uint64_t)then * NS_PER_S + ns;
	return then >= 0 ? 0 : -EINVAL;
}

int
units_parse_moment(const char *text, uint64_t now_ns, uint64_t now_wall_ns,
    uint64_t *t_ns)
{
	uint64_t ago_ns, wall_ns;
	int rc;

	if (text[0] == '-') {
		rc = units_parse_duration(text + 1, &ago_ns);
	} else {
		rc = units_parse_wall(text, now_wall_ns, &wall_ns);
		ago_ns = rc == 0 && wall_ns < now_wall_ns ?
		    now_wall_ns - wall_ns : 0;
	}
	if (rc == 0)
		*t_ns = ago_ns < now_ns ? now_ns - ago_ns : 0;
	return rc;
}
