#include "config.h"

#include "tapeseek.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/strbuf.h"
#include "pagetide/tape.h"

#include "tapeparts.h"
#include "zstd.h"

#define PIECE 65536
/* What comes out of so many bytes of zstd may be much more. */
#define PIECE_ZSTD 512
/* What looked like the beginning of a key sample, and was none: more often no
 * recording is like that by chance. */
#define MISSES_MAX 64
/* Up to the first key sample: lines of events may come before it. */
#define BEGIN_MAX (2 * TAPE_LINE_MAX)

/* Where a key sample may begin: a line, or a frame. */
static const char line_sign[] = "\n" TAPE_KEY;
static const char zstd_sign[] = "\x28\xb5\x2f\xfd";

/* A quote in a text is escaped. */
static const char time_name[] = "\"monotonic_ns\":";

struct seek {
	int		 fd;
	off_t		 size;
	bool		 packed;
	unsigned	 misses;
	struct strbuf	 head;		/* first line */
	struct strbuf	 line;		/* key sample looked at */
};

struct key {
	off_t		 at;
	uint64_t	 t_ns;
};

/* Where the line ends that begins at from; 0: not yet. */
static size_t
line_end(const struct strbuf *s, size_t from)
{
	const char *newline = memchr(s->s + from, '\n', s->len - from);

	return newline != NULL ? (size_t)(newline - s->s) + 1 : 0;
}

/* Appends the next line of what is read from a place on, as it is without zstd.
 * *from is where it begins in out, *at where it is read on. false: there is no
 * whole one, or it is too long. */
static bool
next_line(const struct seek *k, struct zstd *z, off_t *at, struct strbuf *out,
    size_t from, size_t max)
{
	char piece[PIECE];
	ssize_t n;

	while (line_end(out, from) == 0) {
		if (out->len >= max)
			return false;
		n = pread(k->fd, piece, z != NULL ? PIECE_ZSTD : sizeof piece,
		    *at);
		if (n <= 0)
			return false;
		*at += n;
		if (z == NULL)
			strbuf_add(out, piece, (size_t)n);
		else if (zstd_put(z, out, piece, (size_t)n, false) != 0)
			return line_end(out, from) != 0;
	}
	return true;
}

/* The line that begins there, alone, with its newline. */
static bool
line_at(const struct seek *k, off_t at, struct strbuf *line)
{
	struct zstd *z = k->packed ? zstd_open(false) : NULL;
	bool whole = (z != NULL || !k->packed) &&
	    next_line(k, z, &at, line, 0, TAPE_LINE_MAX);

	zstd_close(z);
	if (whole)
		line->s[line->len = line_end(line, 0)] = '\0';
	return whole;
}

static bool
is_key(const char *line)
{
	return strncmp(line, TAPE_KEY, sizeof TAPE_KEY - 1) == 0;
}

/* When the key sample was taken that begins there; false: none does. What else
 * is in it is seen by who reads it: no text in it can look like that. */
static bool
key_at(struct seek *k, off_t at, struct key *key)
{
	const char *time;

	strbuf_reset(&k->line);
	if (!line_at(k, at, &k->line) || !is_key(k->line.s))
		return false;
	time = strstr(k->line.s, time_name);
	if (time == NULL)
		return false;
	*key = (struct key){ at, strtoull(time + strlen(time_name), NULL,
	    10) };
	return true;
}

/* Where a key sample may begin next, in [from, to); -1: nowhere. */
static off_t
next_sign(const struct seek *k, off_t from, off_t to)
{
	const char *sign = k->packed ? zstd_sign : line_sign, *found;
	size_t len = strlen(sign);
	char piece[PIECE];
	ssize_t n;

	/* A line begins behind its sign. */
	from -= !k->packed && from > 0;
	to -= !k->packed;
	for (; from < to; from += (off_t)(sizeof piece - len + 1)) {
		n = pread(k->fd, piece, sizeof piece, from);
		if (n < (ssize_t)len)
			return -1;
		found = memmem(piece, (size_t)n, sign, len);
		if (found != NULL) {
			from += found - piece;
			return from < to ? from + !k->packed : -1;
		}
	}
	return -1;
}

/* The first key sample that begins in [from, to). */
static bool
key_in(struct seek *k, off_t from, off_t to, struct key *key)
{
	off_t at;

	while (k->misses < MISSES_MAX &&
	    (at = next_sign(k, from, to)) >= 0) {
		if (key_at(k, at, key))
			return true;
		k->misses++;
		from = at + 1;
	}
	return false;
}

/* Halves what is between two places until there is no key between them: their
 * times are taken to go up, which who reads on from there sees for himself. */
static off_t
bisect(struct seek *k, uint64_t t_ns)
{
	off_t low = 0, high = k->size, mid;
	struct key key;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (key_in(k, mid, high, &key) && key.t_ns <= t_ns)
			low = key.at;
		else
			high = mid;
	}
	return low;
}

/* The first line and the first key sample. */
static bool
read_begin(struct seek *k, struct strbuf *out)
{
	struct zstd *z = k->packed ? zstd_open(false) : NULL;
	struct strbuf text = STRBUF_INIT;
	bool whole = z != NULL || !k->packed;
	size_t from = 0, end = 0;
	off_t at = 0;

	while (whole && (from == 0 || !is_key(text.s + from))) {
		from = end;
		whole = next_line(k, z, &at, &text, from, BEGIN_MAX);
		end = line_end(&text, from);
		if (from == 0)
			strbuf_add(&k->head, text.s, end);
	}
	if (whole) {
		strbuf_add(out, k->head.s, k->head.len);
		strbuf_add(out, text.s + from, end - from);
	}
	strbuf_done(&text);
	zstd_close(z);
	return whole;
}

int
tapeseek(int fd, uint64_t t_ns, struct strbuf *begin)
{
	struct seek k = { .fd = fd, .head = STRBUF_INIT, .line = STRBUF_INIT };
	struct zstd *kept = NULL;
	char magic[4];
	struct stat st;
	int rc = -EINVAL;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return -ESPIPE;
	k.size = st.st_size;
	k.packed = pread(fd, magic, sizeof magic, 0) == sizeof magic &&
	    zstd_begins(magic, sizeof magic);
	/* Not loaded anew each time. */
	if (k.packed)
		kept = zstd_open(false);
	if (read_begin(&k, begin) &&
	    lseek(fd, bisect(&k, t_ns), SEEK_SET) >= 0)
		rc = 0;
	zstd_close(kept);
	strbuf_done(&k.head);
	strbuf_done(&k.line);
	return rc;
}
