/* Numbers to text and strictly back. */
#ifndef PAGETIDE_UNITS_H
#define PAGETIDE_UNITS_H

#include <stdint.h>

#define UNITS_MAX 32

/* All writers fill buf and return it. */

/* "0 B", "512 B", "4.0 KiB", "64.0 MiB"; truncated, never rounded up. */
char	*units_bytes(char buf[UNITS_MAX], uint64_t bytes);
/* The same where that is exact ("64.0 MiB"), else whole bytes ("4097 B"): for
 * what stands before "=". */
char	*units_size(char buf[UNITS_MAX], uint64_t bytes);
/* "1 page", "2 pages", "0 touches": one is the English word for one of it. */
char	*units_count(char buf[UNITS_MAX], uint64_t n, const char *one);
/* Exact, in the largest unit in which four decimals tell all: "0", "4K",
 * "12M", "4.125M"; else in two parts: "36M+4K", "5157M+4K", "4K+1". */
char	*units_offset(char buf[UNITS_MAX], uint64_t bytes);
/*
 * "34.3 %". "0 %" and "100 %" are kept for exactly none and exactly all:
 * between them "<0.1 %" and ">99.9 %" stand. whole 0 gives "-", a part
 * above whole ">100 %".
 */
char	*units_percent(char buf[UNITS_MAX], uint64_t part, uint64_t whole);
/*
 * "20 ns", "2.5 us", "250 us", "0.8 ms", "1.2 s"; three digits at most, in
 * the next unit from half of it on; "16.6 min" and further from 1000 s.
 */
char	*units_duration(char buf[UNITS_MAX], uint64_t ns);
/* The same, but seconds without a rest are "10 s", "600 s", "0.1 s". */
char	*units_span(char buf[UNITS_MAX], uint64_t ns);
/*
 * A rate a second without unit: "0", "0.4", "16", "1234", "12.3k", "4.5M".
 * "0" is kept for exactly none; "-" stands for what is no number.
 */
char	*units_rate(char buf[UNITS_MAX], double per_s);
/* A byte rate: "0", "12B/s", "12.3K/s", "409K/s", "2.0M/s"; powers of 1024. */
char	*units_byte_rate(char buf[UNITS_MAX], double bytes_per_s);
/* Local time of day "12:00:31.204" (TZ decides). */
char	*units_wall(char buf[UNITS_MAX], uint64_t wall_ns);

/*
 * Readers: 0, -EINVAL (not of the form, trailing text, empty, a sign) or
 * -ERANGE (too large, or outside min..max). *out is left alone on error.
 */
int	 units_parse_u64(const char *, uint64_t min, uint64_t max,
	    uint64_t *out);
/* "120x40": columns and rows of a screen, 1x1 to 1000x1000. */
int	 units_parse_screen(const char *, int *cols, int *rows);
/* "4096", "0x1f000", "12M", "64MiB", "1.5G", ".5G"; K M G T P E, powers of
 * 1024; and sums of them: "36M+4K". */
int	 units_parse_bytes(const char *, uint64_t *out);
/* As above, and "50%" of whole_bytes (0 to 100, decimals allowed). */
int	 units_parse_offset(const char *, uint64_t whole_bytes, uint64_t *out);
/* "50", "16.04", "50%" to hundredths of a percent. */
int	 units_parse_percent(const char *, uint64_t *out);
/* Seconds with decimals ("0.1", ".5") to nanoseconds; "200ms", "5us", "1.5s",
 * "2m", "2min", "1h" too. */
int	 units_parse_duration(const char *, uint64_t *out_ns);
/* "12:00:31.4", "12:00": the last time before now_ns (of the clock on the wall)
 * that it was then. */
int	units_parse_wall(const char *, uint64_t now_ns, uint64_t *wall_ns);
/* The same, or "-30" for so long ago, on a clock that has now_ns when that on the
 * wall has now_wall_ns. */
int	units_parse_moment(const char *, uint64_t now_ns, uint64_t now_wall_ns,
	    uint64_t *t_ns);

#endif
