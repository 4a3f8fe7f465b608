#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/units.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)
#define PIB (1024 * TIB)
#define EIB (1024 * PIB)
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct number_text {
	uint64_t	 n;
	const char	*text;
};

/* Runs a writer over a table. */
static void
check_numbers(char *(*writer)(char *, uint64_t),
    const struct number_text *cases, size_t n)
{
	char	buf[UNITS_MAX];

	for (size_t i = 0; i < n; i++) {
		memset(buf, 'x', sizeof(buf));
		assert_ptr_equal(writer(buf, cases[i].n), buf);
		assert_string_equal(buf, cases[i].text);
	}
}

static void
bytes_are_cut_never_rounded(void **state)
{
	static const struct number_text	cases[] = {
		{ 0, "0 B" }, { 1, "1 B" }, { 512, "512 B" },
		{ 1023, "1023 B" }, { 1024, "1.0 KiB" }, { 1025, "1.0 KiB" },
		{ 1126, "1.0 KiB" }, { 1127, "1.1 KiB" }, { 4096, "4.0 KiB" },
		{ MIB - 1, "1023.9 KiB" }, { MIB, "1.0 MiB" },
		{ 64 * MIB, "64.0 MiB" }, { 64 * MIB - 1, "63.9 MiB" },
		{ GIB - 1, "1023.9 MiB" }, { GIB, "1.0 GiB" },
		{ GIB + GIB / 2, "1.5 GiB" }, { TIB - 1, "1023.9 GiB" },
		{ TIB, "1.0 TiB" }, { PIB - 1, "1023.9 TiB" },
		{ PIB, "1.0 PiB" }, { EIB - 1, "1023.9 PiB" },
		{ EIB, "1.0 EiB" }, { UINT64_MAX, "15.9 EiB" },
	};

	(void)state;
	check_numbers(units_bytes, cases, LENGTH(cases));
}

static void
a_size_is_exact(void **state)
{
	static const struct number_text	cases[] = {
		{ 0, "0 B" }, { 1, "1 B" }, { 1000, "1000 B" },
		{ 1024, "1.0 KiB" }, { 1025, "1025 B" }, { 1126, "1126 B" },
		{ 1536, "1.5 KiB" }, { 4096, "4.0 KiB" }, { 4097, "4097 B" },
		{ 4 * KIB + 512, "4.5 KiB" }, { 1048575, "1048575 B" },
		{ 64 * MIB, "64.0 MiB" }, { 64 * MIB - 1, "67108863 B" },
		{ GIB + GIB / 2, "1.5 GiB" }, { EIB, "1.0 EiB" },
		{ UINT64_MAX, "18446744073709551615 B" },
	};

	(void)state;
	check_numbers(units_size, cases, LENGTH(cases));
}

static void
counts_have_their_plural(void **state)
{
	char	buf[UNITS_MAX];

	(void)state;
	assert_string_equal(units_count(buf, 0, "page"), "0 pages");
	assert_string_equal(units_count(buf, 1, "page"), "1 page");
	assert_string_equal(units_count(buf, 2, "private page"),
	    "2 private pages");
	assert_string_equal(units_count(buf, 1, "touch"), "1 touch");
	assert_string_equal(units_count(buf, 2000, "touch"), "2000 touches");
	assert_string_equal(units_count(buf, 1, "process"), "1 process");
	assert_string_equal(units_count(buf, 3, "process"), "3 processes");
	assert_string_equal(units_count(buf, UINT64_MAX, "touch"),
	    "18446744073709551615 touches");
}

static void
offsets_are_exact(void **state)
{
	static const struct number_text	cases[] = {
		{ 0, "0" }, { 1, "1" }, { 1023, "1023" }, { 1024, "1K" },
		{ 4096, "4K" }, { 4097, "4K+1" }, { 1536 * KIB, "1.5M" },
		{ MIB - 1, "1023K+1023" }, { MIB, "1M" }, { 12 * MIB, "12M" },
		{ 3 * GIB, "3G" }, { 2047 * MIB, "1G+1023M" }, { TIB, "1T" },
		{ 4224 * KIB, "4.125M" }, { 36928 * KIB, "36.0625M" },
		{ 1048320 * KIB, "1023.75M" }, { 37124 * KIB, "36M+260K" },
		{ 10 * GIB + 4 * KIB, "10G+4K" }, { 1152, "1.125K" },
		{ 5 * GIB + 37 * MIB + 4 * KIB, "5157M+4K" },
		{ 5 * TIB + 512 * GIB + KIB, "5.5T+1K" },
		{ PIB, "1P" }, { EIB, "1E" }, { 15 * EIB, "15E" },
		{ UINT64_MAX - 1023, "17592186044415M+1023K" },
		{ UINT64_MAX, "18014398509481983K+1023" },
	};

	(void)state;
	check_numbers(units_offset, cases, LENGTH(cases));
}

static void
offsets_read_back(void **state)
{
	char		buf[UNITS_MAX];
	uint64_t	back, n;

	(void)state;
	for (unsigned shift = 0; shift < 64; shift++) {
		for (int delta = -2; delta <= 2; delta++) {
			n = (UINT64_C(1) << shift) + (uint64_t)(int64_t)delta;
			back = n + 1;
			units_offset(buf, n);
			assert_int_equal(units_parse_bytes(buf, &back), 0);
			assert_int_equal(back, n);
		}
	}
}

static void
percent_keeps_0_and_100_for_none_and_all(void **state)
{
	static const struct {
		uint64_t	 part, whole;
		const char	*text;
	} cases[] = {
		{ 0, 0, "-" }, { 5, 0, "-" },
		{ 0, 1, "0 %" }, { 1, 1, "100 %" },
		{ 0, UINT64_MAX, "0 %" }, { 16384, 16384, "100 %" },
		{ UINT64_MAX, UINT64_MAX, "100 %" },
		{ 1, 16384, "<0.1 %" }, { 16383, 16384, ">99.9 %" },
		{ 1, UINT64_MAX, "<0.1 %" },
		{ UINT64_MAX - 1, UINT64_MAX, ">99.9 %" },
		{ 1, 1000, "0.1 %" }, { 1, 1001, "<0.1 %" },
		{ 999, 1000, "99.9 %" }, { 9990, 10000, "99.9 %" },
		{ 9991, 10000, ">99.9 %" }, { 9989, 10000, "99.8 %" },
		{ 5622, 16384, "34.3 %" }, { 1, 2, "50.0 %" },
		{ 1, 3, "33.3 %" }, { 2, 3, "66.6 %" },
		{ UINT64_MAX / 2, UINT64_MAX, "49.9 %" },
		{ 2, 1, ">100 %" }, { UINT64_MAX, 1, ">100 %" },
	};
	char	buf[UNITS_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_ptr_equal(units_percent(buf, cases[i].part,
		    cases[i].whole), buf);
		assert_string_equal(buf, cases[i].text);
	}
}

/* The text never claims more than there is, for every part of a whole. */
static void
percent_is_a_lower_bound(void **state)
{
	const uint64_t	whole = 4099;
	char		buf[UNITS_MAX];

	(void)state;
	for (uint64_t part = 1; part < whole; part++) {
		double	exact = 100.0 * (double)part / (double)whole, shown;

		units_percent(buf, part, whole);
		if (buf[0] == '<') {
			assert_true(exact < 0.1);
		} else if (buf[0] == '>') {
			assert_true(exact > 99.9);
		} else {
			shown = strtod(buf, NULL);
			assert_true(shown <= exact + 1e-9);
			assert_true(shown > exact - 0.1 - 1e-9);
		}
	}
}

static void
durations(void **state)
{
	static const struct number_text	cases[] = {
		{ 0, "0 ns" }, { 1, "1 ns" }, { 20, "20 ns" },
		{ 499, "499 ns" }, { 500, "0.5 us" }, { 999, "0.9 us" },
		{ 1000, "1.0 us" }, { 2500, "2.5 us" }, { 99999, "99.9 us" },
		{ 100000, "100 us" }, { 250000, "250 us" },
		{ 499999, "499 us" }, { 500000, "0.5 ms" },
		{ 800000, "0.8 ms" }, { 999999, "0.9 ms" },
		{ NS_PER_MS, "1.0 ms" }, { 499 * NS_PER_MS, "499 ms" },
		{ 500 * NS_PER_MS, "0.5 s" }, { 1200 * NS_PER_MS, "1.2 s" },
		{ 100 * NS_PER_S - 1, "99.9 s" }, { 100 * NS_PER_S, "100 s" },
		{ 1000 * NS_PER_S - 1, "999 s" },
		{ 1000 * NS_PER_S, "16.6 min" },
		{ 60000 * NS_PER_S - 1, "999 min" },
		{ 60000 * NS_PER_S, "16.6 h" },
		{ 61200 * NS_PER_S - 1, "16.9 h" },
		{ 61200 * NS_PER_S, "17.0 h" },
		{ 1020 * NS_PER_S - 1, "16.9 min" },
		{ 1020 * NS_PER_S, "17.0 min" },
		{ 3600000 * NS_PER_S, "41.6 d" },
		{ 86400000 * NS_PER_S, "2.7 y" },
		{ UINT64_MAX, "584 y" },
	};

	(void)state;
	check_numbers(units_duration, cases, LENGTH(cases));
}

/* Three digits at most, whatever the size. */
static void
spans(void **state)
{
	static const struct number_text	cases[] = {
		{ 0, "0 s" }, { NS_PER_S, "1 s" }, { 600 * NS_PER_S, "600 s" },
		{ 4000 * NS_PER_S, "4000 s" }, { 100 * NS_PER_MS, "0.1 s" },
		{ 500 * NS_PER_MS, "0.5 s" }, { 1500 * NS_PER_MS, "1.5 s" },
		{ 50 * NS_PER_MS, "50.0 ms" }, { 1250 * NS_PER_MS, "1.2 s" },
	};

	(void)state;
	check_numbers(units_span, cases, LENGTH(cases));
}

static void
durations_are_short(void **state)
{
	char	buf[UNITS_MAX];

	(void)state;
	for (uint64_t ns = 1; ns < UINT64_MAX / 3; ns += ns / 7 + 1) {
		units_duration(buf, ns);
		assert_true(strcspn(buf, " ") <= 4);
		assert_true(strcspn(buf, " ") <= 3 || strchr(buf, '.'));
		assert_int_not_equal(strtod(buf, NULL) * 10, 0);
	}
}

static void
rates(void **state)
{
	static const struct {
		double		 rate;
		const char	*text;
	} cases[] = {
		{ 0, "0" }, { -0.0, "0" }, { 1e-9, "<0.1" }, { 0.09, "<0.1" },
		{ -0.05, ">-0.1" }, { 0.1, "0.1" }, { 0.4, "0.4" },
		{ 0.49, "0.4" }, { 1, "1.0" }, { 9.99, "9.9" }, { 10, "10" },
		{ 16, "16" }, { 16.9, "16" }, { -16.9, "-16" },
		{ 1234, "1234" }, { 9999.9, "9999" }, { 10000, "10.0k" },
		{ 12345, "12.3k" }, { 99999, "99.9k" }, { 123456, "123k" },
		{ 999999, "999k" }, { 1e6, "1.0M" }, { 4.56e6, "4.5M" },
		{ -4.56e6, "-4.5M" }, { 1e9, "1.0G" }, { 1e12, "1.0T" },
		{ 1e15, "1.0P" }, { 9.99e17, "999P" }, { 1e18, "-" },
		{ NAN, "-" }, { INFINITY, "-" }, { -INFINITY, "-" },
	};
	char	buf[UNITS_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_ptr_equal(units_rate(buf, cases[i].rate), buf);
		assert_string_equal(buf, cases[i].text);
	}
}

/* A tenth typed as a tenth is shown as that tenth. */
static void
tenths_are_not_lost(void **state)
{
	char	buf[UNITS_MAX], want[UNITS_MAX];

	(void)state;
	for (unsigned tenths = 1; tenths < 100; tenths++) {
		snprintf(want, sizeof(want), "%u.%u", tenths / 10,
		    tenths % 10);
		assert_string_equal(units_rate(buf, tenths / 10.0), want);
	}
}

static void
byte_rates(void **state)
{
	static const struct {
		double		 rate;
		const char	*text;
	} cases[] = {
		{ 0, "0" }, { 0.5, "<1B/s" }, { -0.5, ">-1B/s" },
		{ 1, "1B/s" }, { 1023.9, "1023B/s" }, { 1024, "1.0K/s" },
		{ 12600, "12.3K/s" }, { 102399, "99.9K/s" },
		{ 102400, "100K/s" }, { 409600, "400K/s" },
		{ 1048575, "1023K/s" }, { 1048576, "1.0M/s" },
		{ 2.0 * 1048576, "2.0M/s" }, { -2.5 * 1048576, "-2.5M/s" },
		{ 1073741823, "1023M/s" }, { 1073741824, "1.0G/s" },
		{ 1099511627776, "1.0T/s" }, { 9.9e17, "879P/s" },
		{ 1e18, "-" }, { NAN, "-" }, { INFINITY, "-" },
	};
	char	buf[UNITS_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_ptr_equal(units_byte_rate(buf, cases[i].rate), buf);
		assert_string_equal(buf, cases[i].text);
	}
}

static void
wall_time_is_local(void **state)
{
	const uint64_t	noon = UINT64_C(1700049631) * NS_PER_S;
	char		buf[UNITS_MAX];

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	assert_ptr_equal(units_wall(buf, noon), buf);
	assert_string_equal(buf, "12:00:31.000");
	units_wall(buf, noon + 204999999);
	assert_string_equal(buf, "12:00:31.204");
	units_wall(buf, noon + 999999999);
	assert_string_equal(buf, "12:00:31.999");
	units_wall(buf, 0);
	assert_string_equal(buf, "00:00:00.000");
	units_wall(buf, UINT64_MAX);
	assert_string_equal(buf, "23:34:33.709");
	setenv("TZ", "XXX-02:30", 1);
	tzset();
	units_wall(buf, noon);
	assert_string_equal(buf, "14:30:31.000");
}

/* What a reader must answer; out stands at 77 where it is an error. */
struct text_number {
	const char	*text;
	int		 rc;
	uint64_t	 n;
};

static void
check_texts(int (*reader)(const char *, uint64_t *),
    const struct text_number *cases, size_t n)
{
	uint64_t	out;

	for (size_t i = 0; i < n; i++) {
		out = 77;
		if (reader(cases[i].text, &out) != cases[i].rc ||
		    out != (cases[i].rc == 0 ? cases[i].n : 77))
			fail_msg("\"%s\" was read as %llu", cases[i].text,
			    (unsigned long long)out);
	}
}

static int
parse_any_u64(const char *s, uint64_t *out)
{
	return units_parse_u64(s, 0, UINT64_MAX, out);
}

static int
parse_3_to_5(const char *s, uint64_t *out)
{
	return units_parse_u64(s, 3, 5, out);
}

static void
whole_numbers_are_read_strictly(void **state)
{
	static const struct text_number	any[] = {
		{ "0", 0, 0 }, { "007", 0, 7 }, { "1234", 0, 1234 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999", -ERANGE, 0 },
		{ "99999999999999999999999x", -EINVAL, 0 },
		{ "", -EINVAL, 0 }, { " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 }, { "+1", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 }, { "0x10", -EINVAL, 0 },
		{ "1.0", -EINVAL, 0 }, { "1K", -EINVAL, 0 },
		{ "a", -EINVAL, 0 },
	};
	static const struct text_number	ranged[] = {
		{ "2", -ERANGE, 0 }, { "3", 0, 3 }, { "5", 0, 5 },
		{ "6", -ERANGE, 0 },
	};

	(void)state;
	check_texts(parse_any_u64, any, LENGTH(any));
	check_texts(parse_3_to_5, ranged, LENGTH(ranged));
}

static void
byte_counts_are_read_strictly(void **state)
{
	static const struct text_number	cases[] = {
		{ "0", 0, 0 }, { "4096", 0, 4096 }, { "0x1f000", 0, 0x1f000 },
		{ "0X1F", 0, 31 }, { "0xffffffffffffffff", 0, UINT64_MAX },
		{ "0x10000000000000000", -ERANGE, 0 }, { "0x", -EINVAL, 0 },
		{ "0x1g", -EINVAL, 0 }, { "0x1K", -EINVAL, 0 },
		{ "x1", -EINVAL, 0 },
		{ "1K", 0, KIB }, { "12M", 0, 12 * MIB }, { "3G", 0, 3 * GIB },
		{ "1T", 0, TIB }, { "1P", 0, PIB }, { "15E", 0, 15 * EIB },
		{ "16E", -ERANGE, 0 }, { "15.9E", 0, 18331451923248866918u },
		{ "64MiB", 0, 64 * MIB }, { "1KiB", 0, KIB },
		{ "1.5G", 0, 1536 * MIB }, { "0.5K", 0, 512 },
		{ "0.1K", 0, 102 }, { "0.0009765625K", 0, 1 },
		{ "0.99999999999999999999K", 0, 1023 },
		{ "1.00000000000000000000000000001K", 0, 1024 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "18446744073709551616K", -ERANGE, 0 },
		{ "18014398509481984K", -ERANGE, 0 },
		{ "1.5", -EINVAL, 0 }, { "1.", -EINVAL, 0 },
		{ "1.K", -EINVAL, 0 }, { ".5K", 0, 512 }, { ".5", -EINVAL, 0 },
		{ "1.5.5K", -EINVAL, 0 }, { "K", -EINVAL, 0 },
		{ "1KB", -EINVAL, 0 }, { "1Ki", -EINVAL, 0 },
		{ "1KiBs", -EINVAL, 0 }, { "1 K", -EINVAL, 0 },
		{ "1Z", -EINVAL, 0 }, { "1iB", -EINVAL, 0 },
		{ "-1K", -EINVAL, 0 }, { "+1K", -EINVAL, 0 },
		{ "", -EINVAL, 0 }, { "50%", -EINVAL, 0 },
	};

	(void)state;
	check_texts(units_parse_bytes, cases, LENGTH(cases));
}

static int
parse_in_64_mib(const char *s, uint64_t *out)
{
	return units_parse_offset(s, 64 * MIB, out);
}

static int
parse_in_all(const char *s, uint64_t *out)
{
	return units_parse_offset(s, UINT64_MAX, out);
}

static void
offsets_know_percent(void **state)
{
	static const struct text_number	in_64_mib[] = {
		{ "50%", 0, 32 * MIB }, { "0%", 0, 0 },
		{ "100%", 0, 64 * MIB }, { "100.0%", 0, 64 * MIB },
		{ "12.5%", 0, 8 * MIB }, { "0.1%", 0, 67108 },
		{ "33.3%", 0, 22347251 }, { "100.1%", -ERANGE, 0 },
		{ "101%", -ERANGE, 0 }, { "18446744073709551616%", -ERANGE, 0 },
		{ "-1%", -EINVAL, 0 }, { "%", -EINVAL, 0 },
		{ ".%", -EINVAL, 0 }, { "5.%", -EINVAL, 0 },
		{ "50%%", -EINVAL, 0 }, { "50 %", -EINVAL, 0 },
		{ "0x10%", -EINVAL, 0 }, { "12M", 0, 12 * MIB },
		{ "0x1f000", 0, 0x1f000 }, { "1.5G", 0, 1536 * MIB },
		{ "", -EINVAL, 0 },
	};
	static const struct text_number	in_all[] = {
		{ "100%", 0, UINT64_MAX }, { "50%", 0, UINT64_MAX / 2 },
		{ "99.999999999999999%", 0, 18446744073709551430u },
	};

	(void)state;
	check_texts(parse_in_64_mib, in_64_mib, LENGTH(in_64_mib));
	check_texts(parse_in_all, in_all, LENGTH(in_all));
}

static void
durations_are_read_strictly(void **state)
{
	static const struct text_number	cases[] = {
		{ "0", 0, 0 }, { "1", 0, NS_PER_S }, { "2s", 0, 2 * NS_PER_S },
		{ "0.1", 0, 100 * NS_PER_MS }, { "0.25s", 0, 250 * NS_PER_MS },
		{ "200ms", 0, 200 * NS_PER_MS }, { "5us", 0, 5000 },
		{ "2.5us", 0, 2500 }, { "20ns", 0, 20 },
		{ "0.000000001", 0, 1 }, { "0.0000000019", 0, 1 },
		{ "18446744073", 0, UINT64_C(18446744073000000000) },
		{ "18446744073.709551615", 0, UINT64_MAX },
		{ "18446744073.709551616", -ERANGE, 0 },
		{ "18446744074", -ERANGE, 0 },
		{ "18446744073709551616ns", -ERANGE, 0 },
		{ "", -EINVAL, 0 }, { "-1", -EINVAL, 0 }, { "+1", -EINVAL, 0 },
		{ ".5", 0, 500 * NS_PER_MS }, { ".25s", 0, 250 * NS_PER_MS },
		{ "1m", 0, 60 * NS_PER_S }, { "1.5min", 0, 90 * NS_PER_S },
		{ "1h", 0, 3600 * NS_PER_S },
		{ "1.", -EINVAL, 0 }, { ".", -EINVAL, 0 },
		{ ".s", -EINVAL, 0 }, { "s", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 }, { "0,1", -EINVAL, 0 },
		{ "1 s", -EINVAL, 0 }, { "1mi", -EINVAL, 0 },
		{ "1S", -EINVAL, 0 }, { "1mss", -EINVAL, 0 },
		{ "inf", -EINVAL, 0 }, { "0x1", -EINVAL, 0 },
	};

	(void)state;
	check_texts(units_parse_duration, cases, LENGTH(cases));
}

static void
screens_are_read_strictly(void **state)
{
	static const struct {
		const char	*text;
		int		 rc, cols, rows;
	} cases[] = {
		{ "1x1", 0, 1, 1 }, { "1000x1000", 0, 1000, 1000 },
		{ "0080x024", 0, 80, 24 }, { "80x24 ", -EINVAL, 0, 0 },
		{ " 9x7", -EINVAL, 0, 0 }, { "9x 7", -EINVAL, 0, 0 },
		{ "+9x7", -EINVAL, 0, 0 }, { "9x-7", -EINVAL, 0, 0 },
		{ "80X24", -EINVAL, 0, 0 }, { "80", -EINVAL, 0, 0 },
		{ "80x", -EINVAL, 0, 0 }, { "x24", -EINVAL, 0, 0 },
		{ "", -EINVAL, 0, 0 }, { "80x24x", -EINVAL, 0, 0 },
		{ "0x24", -ERANGE, 0, 0 }, { "80x0", -ERANGE, 0, 0 },
		{ "1001x24", -ERANGE, 0, 0 }, { "80x1001", -ERANGE, 0, 0 },
		{ "80x18446744073709551617", -ERANGE, 0, 0 },
	};
	int	cols, rows;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		cols = rows = 0;
		assert_int_equal(units_parse_screen(cases[i].text, &cols,
		    &rows), cases[i].rc);
		assert_int_equal(cols, cases[i].cols);
		assert_int_equal(rows, cases[i].rows);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_cut_never_rounded),
		cmocka_unit_test(a_size_is_exact),
		cmocka_unit_test(counts_have_their_plural),
		cmocka_unit_test(offsets_are_exact),
		cmocka_unit_test(offsets_read_back),
		cmocka_unit_test(percent_keeps_0_and_100_for_none_and_all),
		cmocka_unit_test(percent_is_a_lower_bound),
		cmocka_unit_test(durations),
		cmocka_unit_test(durations_are_short),
		cmocka_unit_test(spans),
		cmocka_unit_test(rates),
		cmocka_unit_test(tenths_are_not_lost),
		cmocka_unit_test(byte_rates),
		cmocka_unit_test(wall_time_is_local),
		cmocka_unit_test(whole_numbers_are_read_strictly),
		cmocka_unit_test(byte_counts_are_read_strictly),
		cmocka_unit_test(offsets_know_percent),
		cmocka_unit_test(durations_are_read_strictly),
		cmocka_unit_test(screens_are_read_strictly),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
