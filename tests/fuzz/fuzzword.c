#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/field.h"
#include "pagetide/pattern.h"
#include "pagetide/scene.h"

#define COUNT(list) ((unsigned)(sizeof (list) / sizeof *(list)))

uint64_t
rng_next(struct rng *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

unsigned
rng_below(struct rng *r, unsigned n)
{
	return (unsigned)(rng_next(r) % n);
}

bool
rng_chance(struct rng *r, unsigned percent)
{
	return rng_below(r, 100) < percent;
}

static const char *const odd[] = { "", "0", "-1", "1", "-0", "+1", "0x", "0x10",
	"18446744073709551615", "18446744073709551616", "9223372036854775807",
	"-9223372036854775808", "4294967296", "1e9", "nan", "inf", "1.5", ".5",
	"1.", "100%", "101%", "0%", "50.5%", "-1%", "%", "1K", "1k", "4M", "1G",
	"1T", "8E", "16E", "999999E", "1M1", "K", "0x1f000", "0xffffffffffffffff",
	"%s%s%n", "%99999999d", "\033[2J", "\xff\xfe", "\xc3", "\xe2\x82\xac", "yes",
	"off", "on", "auto", "none", "=", "a=b", "x", "80x24", "1x1", "0x0",
	"1000x1000", "1001x1", "80x", "x24", "80x24x2", " ", "\t", "~", "*", "\\",
	"'", "\"", "$HOME", "`", ";", "--", "-", "-h" };

static void
add_odd(struct rng *r, struct strbuf *out)
{
	if (rng_chance(r, 5)) {
		unsigned n = rng_below(r, 3000);

		while (n-- > 0)
			strbuf_addc(out, (char)('a' + rng_below(r, 26)));
		return;
	}
	strbuf_adds(out, odd[rng_below(r, COUNT(odd))]);
}

static void
add_number(struct rng *r, struct strbuf *out)
{
	static const unsigned max[] = { 2, 10, 100, 5000, 100000, 2000000000 };

	strbuf_addf(out, "%u", rng_below(r, max[rng_below(r, COUNT(max))]));
}

static void
add_size(struct rng *r, struct strbuf *out)
{
	static const char *const units[] = { "", "K", "M", "%", "k", "G", "" };

	strbuf_addf(out, "%u%s", rng_below(r, 200),
	    units[rng_below(r, COUNT(units))]);
}

static void
add_seconds(struct rng *r, struct strbuf *out)
{
	static const char *const list[] = { "0.01", "0.1", "0.5", "1", "2",
		"10", "60", "600", "1s", "100ms", "1m", "0.05" };

	strbuf_adds(out, list[rng_below(r, COUNT(list))]);
}

static void
add_hint(struct rng *r, struct strbuf *out)
{
	strbuf_adds(out, advice_table[rng_below(r, advice_count)].name);
}

static void
add_pattern(struct rng *r, struct strbuf *out)
{
	strbuf_adds(out, pattern_table[rng_below(r, PATTERN_COUNT)].name);
}

/* Of a walk. */
static void
add_option(struct rng *r, struct strbuf *out)
{
	static const char *const names[] = { "op", "stride", "seed", "passes",
		"touches", "window", "set", "read", "hot", "share", "behind" };
	const char *name = names[rng_below(r, COUNT(names))];

	strbuf_addf(out, "%s=", name);
	if (strcmp(name, "op") == 0)
		strbuf_adds(out, touch_name[rng_below(r, TOUCH_COUNT)]);
	else if (strcmp(name, "behind") == 0)
		strbuf_adds(out, chunk_behind_name[rng_below(r,
		    BEHIND_COUNT)]);
	else if (rng_chance(r, 50))
		add_size(r, out);
	else
		add_number(r, out);
}

static void
add_how(struct rng *r, struct strbuf *out)
{
	static const char *const words[] = { "shared", "private", "write",
		"populate", "locked" };
	unsigned what = rng_below(r, COUNT(words) + 2);

	if (what < COUNT(words))
		strbuf_adds(out, words[what]);
	else {
		strbuf_adds(out, what == COUNT(words) ? "from=" : "length=");
		add_size(r, out);
	}
}

static void
add_view(struct rng *r, struct strbuf *out)
{
	strbuf_adds(out, view_table[rng_below(r, VIEW_COUNT)].name);
}

static void
add_screen_size(struct rng *r, struct strbuf *out)
{
	strbuf_addf(out, "%ux%u", 1 + rng_below(r, rng_chance(r, 80) ? 200 :
	    1000), 1 + rng_below(r, rng_chance(r, 80) ? 60 : 1000));
}

static void
add_file(struct rng *r, struct strbuf *out)
{
	static const char *const list[] = { "./a.txt", "./b.ans", "./c.svg",
		"./d.cast", "./e.csv", "./f.json",
		"./d", "./none/e.txt", "./e.TXT", "./f.txt.txt", ".",
		"./g\033[2J.txt", "./h\xff.txt" };

	strbuf_adds(out, list[rng_below(r, COUNT(list))]);
}

/* Few: they are waited for. */
static void
add_few(struct rng *r, struct strbuf *out)
{
	static const char *const list[] = { "1", "2", "3", "0", "-1", "x", "",
		"1x", "99999999999999999999" };

	strbuf_adds(out, list[rng_below(r, rng_chance(r, 90) ? 3 :
	    COUNT(list))]);
}

static void
add_text(struct rng *r, struct strbuf *out)
{
	strbuf_addf(out, "\"%s %s\"", odd[rng_below(r, COUNT(odd))],
	    odd[rng_below(r, COUNT(odd))]);
}

/* A condition that holds at once, if it is one: it is waited for. */
static void
add_condition(struct rng *r, struct strbuf *out)
{
	static const char *const list[] = { " == ", "!=", " < ", "<=", " > ",
		">=", "", " = ", " && ", "||", "(", ")", " !" };

	for (unsigned n = rng_below(r, 4); n > 0; n--) {
		strbuf_adds(out, rng_chance(r, 20) ? "!" : "");
		strbuf_adds(out, field_table[rng_below(r, field_count)].name);
		strbuf_adds(out, list[rng_below(r, rng_chance(r, 80) ? 6 :
		    COUNT(list))]);
		if (rng_chance(r, 30))
			strbuf_adds(out, field_table[rng_below(r,
			    field_count)].name);
		else
			add_size(r, out);
		strbuf_adds(out, rng_chance(r, 50) ? " && " : " || ");
	}
	strbuf_adds(out, "seq > 0 || seq > 0");
}

static const struct {
	const char	*name;
	void		(*add)(struct rng *, struct strbuf *);
} kinds[] = {
	{ "COLSxROWS", add_screen_size },
	{ "COUNT", add_few },
	{ "EXPR", add_condition },
	{ "FILE", add_file },
	{ "HINT", add_hint },
	{ "HOW", add_how },
	{ "N", add_number },
	{ "OFFSET", add_size },
	{ "OPTION=VALUE", add_option },
	{ "PAGE", add_number },
	{ "PATTERN", add_pattern },
	{ "SAMPLES", add_few },
	{ "SECONDS", add_seconds },
	{ "SEED", add_number },
	{ "SIZE", add_size },
	{ "TEXT", add_text },
	{ "VIEW", add_view },
};

/* One of the words that the help has. */
static void
add_from_help(struct rng *r, const char *help, struct strbuf *out)
{
	static const char between[] = " ,:;()\"";
	unsigned n = 0, which;
	const char *s;

	for (s = help; *(s += strspn(s, between)) != '\0';
	    s += strcspn(s, between))
		n++;
	if (n == 0) {
		add_odd(r, out);
		return;
	}
	which = rng_below(r, n);
	for (s = help; *(s += strspn(s, between)) != '\0';
	    s += strcspn(s, between))
		if (which-- == 0)
			strbuf_add(out, s, strcspn(s, between));
}

void
fuzz_value(struct rng *r, const char *name, const char *help,
    struct strbuf *out)
{
	const char *bar;
	unsigned i;

	if (rng_chance(r, 8) && strcmp(name, "FILE") != 0 &&
	    strcmp(name, "SAMPLES") != 0) {
		add_odd(r, out);
		return;
	}
	while ((bar = strchr(name, '|')) != NULL && rng_chance(r, 50))
		name = bar + 1;
	for (i = 0; i < COUNT(kinds); i++) {
		size_t len = strlen(kinds[i].name);

		if (strncmp(name, kinds[i].name, len) == 0 &&
		    strspn(name + len, "ABCDEFGHIJKLMNOPQRSTUVWXYZ=") == 0) {
			kinds[i].add(r, out);
			return;
		}
	}
	if (*name >= 'A' && *name <= 'Z')
		add_from_help(r, help, out);
	else
		strbuf_add(out, name, strcspn(name, "|"));
}

void
fuzz_spoil(struct rng *r, struct strbuf *b)
{
	unsigned n = 1 + rng_below(r, 4);

	while (n-- > 0 && b->len > 0) {
		size_t at = rng_below(r, (unsigned)b->len);
		char c = (char)rng_below(r, 256);

		if (strchr("\n./", c) == NULL && strchr("./", b->s[at]) == NULL)
			b->s[at] = c;
	}
}
