#include "fuzz.h"

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pagetide/event.h"
#include "pagetide/history.h"
#include "pagetide/json.h"
#include "pagetide/output.h"
#include "pagetide/tape.h"
#include "pagetide/xalloc.h"

#include "tapeseek.h"
#include "zstd.h"

#define COUNT(list) ((unsigned)(sizeof (list) / sizeof *(list)))
/* A recording of somebody takes no more memory than this, beside the past. */
#define MEMORY_MAX ((rlim_t)1 << 30)
#define HISTORY_BYTES ((uint64_t)32 << 20)
/* What comes out of zstd is looked at as far as here. */
#define OUT_MAX ((size_t)64 << 20)

static struct {
	struct strbuf	text;
} seeds[64];
static unsigned n_seeds;

static void
learn_file(const char *folder, const char *name)
{
	char path[4096], piece[65536];
	struct strbuf *text = &seeds[n_seeds].text;
	FILE *fp;
	size_t n;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	fp = fopen(path, "re");
	if (fp == NULL)
		err(1, "%s", path);
	strbuf_init(text);
	while ((n = fread(piece, 1, sizeof piece, fp)) > 0)
		strbuf_add(text, piece, n);
	fclose(fp);
	n_seeds += text->len > 0;
}

static int
is_tape(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return dot != NULL && (strcmp(dot, ".pt") == 0 ||
	    strcmp(dot, ".zst") == 0);
}

void
fuzz_tape_learn(const char *folder)
{
	struct dirent **list;
	int n = scandir(folder, &list, is_tape, alphasort);

	for (int i = 0; i < n; i++) {
		if (n_seeds < COUNT(seeds))
			learn_file(folder, list[i]->d_name);
		free(list[i]);
	}
	if (n <= 0 || n_seeds == 0)
		errx(1, "%s: no recordings", folder);
	free(list);
}

/* In place of [from, to). */
static void
replace(struct strbuf *s, size_t from, size_t to, const void *by, size_t len)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_add(&out, s->s, from);
	strbuf_add(&out, by, len);
	strbuf_add(&out, s->s + to, s->len - to);
	strbuf_done(s);
	*s = out;
}

static void
other_byte(struct rng *r, struct strbuf *s)
{
	s->s[rng_below(r, (unsigned)s->len)] = (char)rng_below(r, 256);
}

/* A number, or a word, is something else. */
static void
other_value(struct rng *r, struct strbuf *s)
{
	static const char *const values[] = { "0", "-1", "1", "2147483648",
		"4294967296", "1048575", "1048576", "9007199254740993",
		"9223372036854775807", "-9223372036854775808",
		"18446744073709551616", "1e308", "1e999", "0.5", "-0.0",
		"null", "true", "\"x\"", "[]", "{}", "[[[[]]]]", "" };
	const char *by = values[rng_below(r, COUNT(values))];
	size_t from = rng_below(r, (unsigned)s->len), to;

	while (from < s->len && strchr(":,[", s->s[from]) == NULL)
		from++;
	if (from == s->len)
		return;
	to = ++from;
	while (to < s->len && strchr(",]}\n", s->s[to]) == NULL)
		to++;
	replace(s, from, to, by, strlen(by));
}

static void
leave_out(struct rng *r, struct strbuf *s)
{
	size_t from = rng_below(r, (unsigned)s->len), to = from +
	    rng_below(r, 200);

	replace(s, from, to < s->len ? to : s->len, "", 0);
}

/* The line at a place, with its newline. */
static void
line_at(const struct strbuf *s, size_t at, size_t *from, size_t *to)
{
	const char *end = memchr(s->s + at, '\n', s->len - at);

	*to = end != NULL ? (size_t)(end - s->s) + 1 : s->len;
	while (at > 0 && s->s[at - 1] != '\n')
		at--;
	*from = at;
}

/* A line comes once more, or goes. */
static void
other_lines(struct rng *r, struct strbuf *s)
{
	struct strbuf line = STRBUF_INIT;
	size_t from, to, at;

	line_at(s, rng_below(r, (unsigned)s->len), &from, &to);
	strbuf_add(&line, s->s + from, to - from);
	if (rng_chance(r, 50))
		replace(s, from, to, "", 0);
	if (s->len > 0 && rng_chance(r, 70)) {
		line_at(s, rng_below(r, (unsigned)s->len), &at, &to);
		replace(s, at, at, line.s, line.len);
	}
	strbuf_done(&line);
}

static void
cut(struct rng *r, struct strbuf *s)
{
	size_t at = rng_below(r, (unsigned)s->len);

	replace(s, at, s->len, "", 0);
}

/* Something that does not belong in there. */
static void
put_in(struct rng *r, struct strbuf *s)
{
	static const char *const odd[] = { "\\u001b[2J", "\\u009b2J", "\\u0000",
		"\xff", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82", "\033", "\n",
		"\\ud800", "\\u202e", "\"", "\\", "{", "}", "[", "]", ",",
		"\"diff\":{},", "\"key\":{},", "\"shift\":0,",
		"\"first_page\":1," };
	const char *by = odd[rng_below(r, COUNT(odd))];
	size_t at = rng_below(r, (unsigned)s->len);

	replace(s, at, at, by, strlen(by));
}

static void
nest(struct rng *r, struct strbuf *s)
{
	struct strbuf deep = STRBUF_INIT;
	unsigned n = 1 + rng_below(r, rng_chance(r, 10) ? 100000 : 20), i;
	size_t at = rng_below(r, (unsigned)s->len);

	while (at < s->len && s->s[at] != ':')
		at++;
	at += at < s->len;
	for (i = 0; i < n; i++)
		strbuf_adds(&deep, "{\"a\":");
	strbuf_adds(&deep, "0");
	for (i = 0; i < n; i++)
		strbuf_adds(&deep, "}");
	strbuf_adds(&deep, ",\"b\":");
	replace(s, at, at, deep.s, deep.len);
	strbuf_done(&deep);
}

/* A piece of another one. */
static void
graft(struct rng *r, struct strbuf *s)
{
	const struct strbuf *other = &seeds[rng_below(r, n_seeds)].text;
	size_t from, to, at = rng_below(r, (unsigned)s->len);

	line_at(other, rng_below(r, (unsigned)other->len), &from, &to);
	line_at(s, at, &at, &(size_t){ 0 });
	replace(s, at, at, other->s + from, to - from);
}

typedef void change(struct rng *, struct strbuf *);
static change *const changes[] = { other_byte, other_value, other_value,
	other_value, other_value, leave_out, other_lines, other_lines, cut,
	put_in, put_in, nest, graft };

/* As zstd, where there is a library. */
static void
compress(struct rng *r, struct strbuf *s)
{
	struct zstd *z = zstd_open(true);
	struct strbuf out = STRBUF_INIT;

	if (z == NULL)
		return;
	zstd_put(z, &out, s->s, s->len, true);
	zstd_close(z);
	strbuf_done(s);
	*s = out;
	for (unsigned n = rng_below(r, 3); n > 0; n--)
		other_byte(r, s);
}

void
fuzz_tape(struct rng *r, struct strbuf *out)
{
	const struct strbuf *seed = &seeds[rng_below(r, n_seeds)].text;
	unsigned n = rng_below(r, 6);

	strbuf_reset(out);
	strbuf_add(out, seed->s, seed->len);
	while (n-- > 0 && out->len > 0)
		changes[rng_below(r, COUNT(changes))](r, out);
	if (out->len > 0 && rng_chance(r, 10))
		compress(r, out);
}

/* What is done with all that is read. */
static void
use(const struct tape_reader *t, struct history *h)
{
	const struct snapshot *s = tape_snapshot(t);
	char *text = json_record(s, tape_walk(t));

	free(text);
	history_keep(h, s);
}

/* A line more; false: it is refused. */
static bool
take(struct tape_reader *t, const char *line, size_t len, struct history *h,
    struct events *e, struct strbuf *why)
{
	int rc = tape_take(t, line, len, why);

	if (rc == TAPE_EVENT)
		events_put(e, tape_event(t));
	if (rc == TAPE_SAMPLE)
		use(t, h);
	if (rc < 0 && (why->len == 0 || strchr(why->s, '\n') != NULL))
		errx(1, "refused, and no line says why");
	return rc >= 0;
}

static void
read_lines(const struct strbuf *in)
{
	struct tape_reader *t = tape_reader_new();
	struct history *h = history_new(HISTORY_BYTES);
	struct events *e = events_new(100);
	struct strbuf why = STRBUF_INIT;
	const char *at = in->s, *end = at + in->len, *newline;
	struct snapshot back = { 0 };

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL &&
	    take(t, at, (size_t)(newline - at), h, e, &why))
		at = newline + 1;
	for (size_t i = 0; history_at(h, i, &back); i += 1 + i / 2)
		;
	snapshot_done(&back);
	tape_reader_free(t);
	history_free(h);
	events_free(e);
	strbuf_done(&why);
}

/* A place in it is found, or none: it ends, and is inside the file. */
static void
seek_in(const struct strbuf *in)
{
	static const uint64_t times[] = { 0, UINT64_MAX,
		UINT64_C(1000000000000), UINT64_C(1767268801000000000) };
	struct strbuf begin = STRBUF_INIT;
	int fd = memfd_create("tape", MFD_CLOEXEC);
	off_t at;

	if (fd < 0 || output_all(fd, in->s, in->len) != 0)
		err(1, "memfd");
	for (size_t i = 0; i < COUNT(times); i++) {
		strbuf_reset(&begin);
		if (tapeseek(fd, times[i], &begin) != 0)
			continue;
		at = lseek(fd, 0, SEEK_CUR);
		if (at < 0 || (at > 0 && (size_t)at >= in->len))
			errx(1, "a place that is not inside the file");
	}
	strbuf_done(&begin);
	close(fd);
}

void
fuzz_tape_read(const struct strbuf *in)
{
	struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };
	struct zstd *z = zstd_begins(in->s, in->len) ? zstd_open(false) : NULL;
	struct strbuf out = STRBUF_INIT;

#ifndef __SANITIZE_ADDRESS__
	setrlimit(RLIMIT_AS, &memory);
#endif
	(void)memory;
	seek_in(in);
	for (size_t at = 0, n; z != NULL && at < in->len &&
	    out.len < OUT_MAX; at += n) {
		n = in->len - at < 512 ? in->len - at : 512;
		if (zstd_put(z, &out, in->s + at, n, false) != 0)
			break;
	}
	zstd_close(z);
	read_lines(z != NULL ? &out : in);
	strbuf_done(&out);
}
