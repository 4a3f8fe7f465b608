#include "config.h"

#include "pagetide/units.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pagetide/clock.h"

#include "binary.h"

/* Decimals of an offset: each multiple of 64K has them in M. */
#define OFFSET_DIGITS	4
#define OFFSET_SCALE	10000

/* Rates from here on are no measurement; they would also overflow. */
#define RATE_MAX 1e18

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

/* The largest unit that is not above, -1: a byte. */
static int
step_of(uint64_t bytes)
{
	int	step = BINARY_STEPS - 1;

	while (step >= 0 && bytes >> BINARY_SHIFT(step) == 0)
		step--;
	return step;
}

char *
units_bytes(char buf[UNITS_MAX], uint64_t bytes)
{
	int		step = step_of(bytes);
	uint64_t	whole, rest;

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
	int		step = step_of(bytes);
	uint64_t	one;

	if (step < 0)
		return units_bytes(buf, bytes);
	one = UINT64_C(1) << BINARY_SHIFT(step);
	if ((u128)(bytes % one) * 10 % one == 0)
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
	else if (len >= 2 && (strcmp(one + len - 2, "ch") == 0 ||
	    strcmp(one + len - 2, "ss") == 0))
		end = "es";
	snprintf(buf, UNITS_MAX, "%llu %s%s", (unsigned long long)n, one, end);
	return buf;
}

/* Writes "12M", "4.125M". false if that many decimals do not tell all. */
static bool
put_in_unit(char *buf, size_t size, uint64_t bytes, int step)
{
	const uint64_t	one = step < 0 ? 1 : UINT64_C(1) << BINARY_SHIFT(step);
	const u128	part = (u128)(bytes % one) * OFFSET_SCALE;
	int		len;

	if (part % one != 0)
		return false;
	len = snprintf(buf, size, "%llu.%0*u",
	    (unsigned long long)(bytes / one), OFFSET_DIGITS,
	    (unsigned)(part / one));
	while (buf[len - 1] == '0')
		len--;
	if (buf[len - 1] == '.')
		len--;
	if (step >= 0)
		buf[len++] = binary_letter[step];
	buf[len] = '\0';
	return true;
}

/* The same in the largest unit that will do. */
static void
put_exact(char *buf, size_t size, uint64_t bytes)
{
	int	step = step_of(bytes);

	while (!put_in_unit(buf, size, bytes, step))
		step--;
}

char *
units_offset(char buf[UNITS_MAX], uint64_t bytes)
{
	char		rest[UNITS_MAX];
	uint64_t	below, low;
	int		step = step_of(bytes);

	if (put_in_unit(buf, UNITS_MAX, bytes, step))
		return buf;
	/* Whole units, as large as the rest allows. */
	do {
		below = (UINT64_C(1) << BINARY_SHIFT(step--)) - 1;
		low = bytes & below;
	} while (!put_in_unit(rest, sizeof(rest), low, step_of(low)));
	put_exact(buf, UNITS_MAX, bytes - low);
	snprintf(buf + strlen(buf), UNITS_MAX - strlen(buf), "+%s", rest);
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
