#include "config.h"

#include "pagetide/units.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pagetide/clock.h"

/* Powers of 1024, one letter each. */
static const char binary_letter[] = "KMGTPE";
#define BINARY_STEPS ((int)sizeof(binary_letter) - 1)
#define BINARY_SHIFT(step) (10 * ((step) + 1))

/* Decimals read after the point; more are checked but add nothing. */
#define FRACTION_DIGITS 15

/* Rates from here on are no measurement; they would also overflow. */
#define RATE_MAX 1e18

__extension__ typedef unsigned __int128 u128;

struct duration_unit {
	const char	*name;
	uint64_t	 ns;
	uint64_t	 from_ns;	/* shown in it from here on */
};

static const struct duration_unit duration_units[] = {
	{ "y",   365 * 86400 * NS_PER_S, 1000 * 86400 * NS_PER_S },
	{ "d",   86400 * NS_PER_S,       1000 * 3600 * NS_PER_S },
	{ "h",   3600 * NS_PER_S,        1000 * 60 * NS_PER_S },
	{ "min", 60 * NS_PER_S,          1000 * NS_PER_S },
	{ "s",   NS_PER_S,               500 * NS_PER_MS },
	{ "ms",  NS_PER_MS,              500 * NS_PER_US },
	{ "us",  NS_PER_US,              500 },
	{ "ns",  1,                      0 },
};

/* A number as it was typed: whole + fraction / scale. */
struct decimal {
	uint64_t	whole;
	uint64_t	fraction, scale;
	bool		has_fraction;
	bool		too_large;
};

char *
units_bytes(char buf[UNITS_MAX], uint64_t bytes)
{
	int		step = BINARY_STEPS - 1;
	uint64_t	whole, rest;

	while (step >= 0 && bytes >> BINARY_SHIFT(step) == 0)
		step--;
	if (step < 0) {
		snprintf(buf, UNITS_MAX, "%u B", (unsigned)bytes);
		return buf;
	}
	whole = bytes >> BINARY_SHIFT(step);
	rest = bytes - (whole << BINARY_SHIFT(step));
	snprintf(buf, UNITS_MAX, "%u.%u %ciB", (unsigned)whole,
	    (unsigned)(rest * 10 >> BINARY_SHIFT(step)), binary_letter[step]);
	return buf;
}

char *
units_size(char buf[UNITS_MAX], uint64_t bytes)
{
	int		step = BINARY_STEPS - 1;
	uint64_t	part;

	while (step > 0 && bytes >> BINARY_SHIFT(step) == 0)
		step--;
	part = bytes & ((UINT64_C(1) << BINARY_SHIFT(step)) - 1);
	if ((u128)part * 10 % (UINT64_C(1) << BINARY_SHIFT(step)) == 0)
		return units_bytes(buf, bytes);
	snprintf(buf, UNITS_MAX, "%llu B", (unsigned long long)bytes);
	return buf;
}

char *
units_count(char buf[UNITS_MAX], uint64_t n, const char *one)
{
	const size_t	 len = strlen(one);
	const char	*end = "s";

	if (n == 1)
		end = "";
	else if (len >= 2 && strcmp(one + len - 2, "ch") == 0)
		end = "es";
	snprintf(buf, UNITS_MAX, "%llu %s%s", (unsigned long long)n, one, end);
	return buf;
}

char *
units_offset(char buf[UNITS_MAX], uint64_t bytes)
{
	int		step = BINARY_STEPS - 1;
	uint64_t	whole;

	while (step >= 0 &&
	    (bytes & ((UINT64_C(1) << BINARY_SHIFT(step)) - 1)) != 0)
		step--;
	if (bytes == 0 || step < 0) {
		snprintf(buf, UNITS_MAX, "%llu", (unsigned long long)bytes);
		return buf;
	}
	whole = bytes >> BINARY_SHIFT(step);
	snprintf(buf, UNITS_MAX, "%llu%c", (unsigned long long)whole,
	    binary_letter[step]);
	return buf;
}

char *
units_percent(char buf[UNITS_MAX], uint64_t part, uint64_t whole)
{
	const u128	thousand = (u128)part * 1000;
	unsigned	tenths;

	if (whole == 0 || part == 0 || part >= whole) {
		snprintf(buf, UNITS_MAX, "%s", whole == 0 ? "-" :
		    part == 0 ? "0 %" : part == whole ? "100 %" : ">100 %");
	} else if (thousand < whole) {
		snprintf(buf, UNITS_MAX, "<0.1 %%");
	} else if (thousand > (u128)whole * 999) {
		snprintf(buf, UNITS_MAX, ">99.9 %%");
	} else {
		tenths = (unsigned)(thousand / whole);
		snprintf(buf, UNITS_MAX, "%u.%u %%", tenths / 10, tenths % 10);
	}
	return buf;
}

char *
units_duration(char buf[UNITS_MAX], uint64_t ns)
{
	const struct duration_unit	*u = duration_units;
	uint64_t			 whole;

	while (ns < u->from_ns)
		u++;
	whole = ns / u->ns;
	if (whole >= 100 || u->ns == 1)
		snprintf(buf, UNITS_MAX, "%u %s", (unsigned)whole, u->name);
	else
		snprintf(buf, UNITS_MAX, "%u.%u %s", (unsigned)whole,
		    (unsigned)((u128)(ns % u->ns) * 10 / u->ns), u->name);
	return buf;
}

char *
units_span(char buf[UNITS_MAX], uint64_t ns)
{
	const unsigned long long tenths = ns / (NS_PER_S / 10);

	if (ns % NS_PER_S == 0)
		snprintf(buf, UNITS_MAX, "%llu s", tenths / 10);
	else if (ns % (NS_PER_S / 10) == 0)
		snprintf(buf, UNITS_MAX, "%llu.%llu s", tenths / 10,
		    tenths % 10);
	else
		units_duration(buf, ns);
	return buf;
}

/* Writes tenths / unit / 10 with a decimal below limit, and the suffix. */
static void
put_tenths(char *buf, uint64_t tenths, uint64_t unit, unsigned limit,
    const char *sign, const char *suffix)
{
	const uint64_t	t = tenths / unit;

	if (t < (uint64_t)limit * 10)
		snprintf(buf, UNITS_MAX, "%s%u.%u%s", sign, (unsigned)(t / 10),
		    (unsigned)(t % 10), suffix);
	else
		snprintf(buf, UNITS_MAX, "%s%u%s", sign, (unsigned)(t / 10),
		    suffix);
}

char *
units_rate(char buf[UNITS_MAX], double per_s)
{
	static const char *const	 suffix[] = { "k", "M", "G", "T", "P" };
	const char			*sign = per_s < 0 ? "-" : "";
	const double			 size = fabs(per_s);
	uint64_t			 tenths, unit = 1000;
	int				 i = 0;

	if (!isfinite(per_s) || size >= RATE_MAX) {
		snprintf(buf, UNITS_MAX, "-");
		return buf;
	}
	tenths = (uint64_t)(size * 10);
	if (size > 0 && tenths == 0) {
		snprintf(buf, UNITS_MAX, per_s < 0 ? ">-0.1" : "<0.1");
	} else if (tenths == 0) {
		snprintf(buf, UNITS_MAX, "0");
	} else if (tenths < 100000) {
		put_tenths(buf, tenths, 1, 10, sign, "");
	} else {
		for (; tenths / unit >= 10000; unit *= 1000)
			i++;
		put_tenths(buf, tenths, unit, 100, sign, suffix[i]);
	}
	return buf;
}

char *
units_byte_rate(char buf[UNITS_MAX], double bytes_per_s)
{
	const char	*sign = bytes_per_s < 0 ? "-" : "";
	const double	 size = fabs(bytes_per_s);
	char		 suffix[] = "K/s";
	uint64_t	 tenths;
	int		 step = 0;

	if (!isfinite(bytes_per_s) || size >= RATE_MAX) {
		snprintf(buf, UNITS_MAX, "-");
	} else if (size < 1) {
		snprintf(buf, UNITS_MAX, "%s", size == 0 ? "0" :
		    bytes_per_s < 0 ? ">-1B/s" : "<1B/s");
	} else if (size < 1024) {
		snprintf(buf, UNITS_MAX, "%s%uB/s", sign, (unsigned)size);
	} else {
		tenths = (uint64_t)(size * 10);
		while (tenths >> BINARY_SHIFT(step) >= 10240)
			step++;
		suffix[0] = binary_letter[step];
		put_tenths(buf, tenths, UINT64_C(1) << BINARY_SHIFT(step),
		    100, sign, suffix);
	}
	return buf;
}

char *
units_wall(char buf[UNITS_MAX], uint64_t wall_ns)
{
	const time_t	secs = (time_t)(wall_ns / NS_PER_S);
	struct tm	tm;
	size_t		len = 0;

	if (localtime_r(&secs, &tm) != NULL)
		len = strftime(buf, UNITS_MAX, "%H:%M:%S", &tm);
	snprintf(buf + len, UNITS_MAX - len, ".%03u",
	    (unsigned)(wall_ns % NS_PER_S / NS_PER_MS));
	return buf;
}

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

/* Moves *s over "12" or "1.5". false if that is not what stands there. */
static bool
scan_decimal(const char **s, struct decimal *d)
{
	const char	*start;
	int		 digit;

	*d = (struct decimal){ .scale = 1 };
	if (!scan_digits(s, 10, &d->whole, &d->too_large))
		return false;
	if (**s != '.')
		return true;
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

/* The factor of "", "K", "KiB", ...; 0 if it is none. */
static uint64_t
binary_factor(const char *suffix)
{
	const char	*at;

	if (suffix[0] == '\0')
		return 1;
	at = strchr(binary_letter, suffix[0]);
	if (at == NULL || (suffix[1] != '\0' && strcmp(suffix + 1, "iB") != 0))
		return 0;
	return UINT64_C(1) << BINARY_SHIFT(at - binary_letter);
}

int
units_parse_bytes(const char *s, uint64_t *out)
{
	struct decimal	d;
	uint64_t	factor;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return parse_hex(s + 2, out);
	if (!scan_decimal(&s, &d))
		return -EINVAL;
	factor = binary_factor(s);
	/* There is no half of a byte. */
	if (factor == 0 || (factor == 1 && d.has_fraction))
		return -EINVAL;
	return decimal_scale(&d, factor, 1, out);
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
units_parse_duration(const char *s, uint64_t *out_ns)
{
	static const struct {
		const char	*suffix;
		uint64_t	 ns;
	} units[] = {
		{ "", NS_PER_S }, { "s", NS_PER_S }, { "ms", NS_PER_MS },
		{ "us", NS_PER_US }, { "ns", 1 },
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
