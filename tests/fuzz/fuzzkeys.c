#include "fuzz.h"

#include <string.h>

#include "pagetide/binding.h"

#define COUNT(list) ((unsigned)(sizeof (list) / sizeof *(list)))

/* Ctrl-C, Ctrl-\ and Ctrl-Z. */
static bool
is_signal(char c)
{
	return c == 3 || c == 0x1c || c == 0x1a;
}

/* q ends it. */
static bool
is_left_out(char c)
{
	return is_signal(c) || c == 'q' || c == '\0';
}

static void
add_byte(struct rng *r, struct strbuf *out)
{
	char c = (char)rng_below(r, 256);

	if (!is_left_out(c))
		strbuf_addc(out, c);
}

/* A key of the table that is one character. */
static void
add_bound(struct rng *r, struct strbuf *out)
{
	const struct binding *b = &binding_table[rng_below(r, binding_count)];
	size_t len = strcspn(b->keys, " ");

	if (len == 1 && !is_left_out(b->keys[0]))
		strbuf_addc(out, b->keys[0]);
}

/* What terminals send, whole and cut. */
static void
add_sequence(struct rng *r, struct strbuf *out)
{
	static const char *const list[] = { "\033[A", "\033[B", "\033[C",
		"\033[D", "\033OA", "\033OP", "\033[H", "\033[F", "\033[5~",
		"\033[6~", "\033[1;5C", "\033[Z", "\033[200~text\033[201~",
		"\033[<0;10;10M", "\033[<0;10;10m", "\033[<64;5;5M",
		"\033[<35;999;999M", "\033[M !!", "\033[?1;2c", "\033]11;x\007",
		"\033[I", "\033[O", "\033\033", "\033P+r\033\\", "\033[99;99R",
		"\033[3~", "\033[15~", "\xe2\x82\xac", "\xc3\xa4", "\xf0\x9f\x98\x80",
		"\xff", "\xe2\x82", "\033[999999999999999999A" };
	const char *s = list[rng_below(r, COUNT(list))];
	size_t len = strlen(s);

	strbuf_add(out, s, rng_chance(r, 80) ? len :
	    rng_below(r, (unsigned)len + 1));
}

/* Typed at the prompt, edited a little, and run or dropped. */
static void
add_typed(struct rng *r, struct strbuf *out)
{
	static const char *const edits[] = { "\177", "\010", "\025", "\027",
		"\001", "\005", "\033[D", "\033[A", "\033[B", "\t", "\013" };
	struct strbuf line = STRBUF_INIT;
	const char *s;

	fuzz_line(r, &line);
	if (strncmp(line.s, "quit", 4) != 0) {
		strbuf_addc(out, ':');
		for (s = line.s; *s != '\0'; s++)
			if (!is_signal(*s))
				strbuf_addc(out, *s);
		while (rng_chance(r, 30))
			strbuf_adds(out, edits[rng_below(r, COUNT(edits))]);
		strbuf_adds(out, rng_chance(r, 80) ? "\r" : "\033");
	}
	strbuf_done(&line);
}

void
fuzz_keys(struct rng *r, struct strbuf *out)
{
	unsigned what = rng_below(r, 100);

	if (what < 55)
		add_bound(r, out);
	else if (what < 75)
		add_sequence(r, out);
	else if (what < 88)
		add_typed(r, out);
	else
		add_byte(r, out);
}
