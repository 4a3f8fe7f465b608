#include "config.h"

#include "answer.h"

#include <string.h>

#include "pagetide/clock.h"

enum { ESC = 0x1b, BEL = 0x07 };

/* So long after the question what may be the start of an answer is held. */
#define SOON_NS		(3 * NS_PER_S)
/* Between two parts of one answer it takes no longer. */
#define PART_NS		NS_PER_S

/* Is the held text an answer, or the start of one? */
enum match { MATCH_NOT, MATCH_PART, MATCH_WHOLE };

static const char colour[] = "\033]11;";
static const char kind[] = "\033[?";
enum { COLOUR_LEN = sizeof colour - 1, KIND_LEN = sizeof kind - 1 };

/* As far as both go, is it the same? */
static bool
begins(const struct answer *a, const char *text)
{
	for (unsigned i = 0; i < a->n && text[i] != '\0'; i++)
		if (a->code[i] != text[i])
			return false;
	return true;
}

/* Ends with BEL, or with ESC and a backslash. */
static enum match
match_colour(const struct answer *a)
{
	int last = a->code[a->n - 1];

	if (!begins(a, colour))
		return MATCH_NOT;
	if (a->n <= COLOUR_LEN)
		return MATCH_PART;
	if (a->code[a->n - 2] == ESC)
		return last == '\\' ? MATCH_WHOLE : MATCH_NOT;
	if (last == BEL)
		return MATCH_WHOLE;
	return last == ESC || (last < 0x7f &&
	    strchr("rgba:/0123456789abcdefABCDEF", last) != NULL) ?
	    MATCH_PART : MATCH_NOT;
}

static enum match
match_kind(const struct answer *a)
{
	int last = a->code[a->n - 1];

	if (!begins(a, kind))
		return MATCH_NOT;
	if (a->n <= KIND_LEN)
		return MATCH_PART;
	if (last == 'c')
		return MATCH_WHOLE;
	return (last >= '0' && last <= '9') || last == ';' ? MATCH_PART :
	    MATCH_NOT;
}

/* One part of "rgb:1c1c/1c/f", 0 to 255, and what follows; -1: none. */
static int
colour_part(const int **at, const int *end)
{
	int v = 0, top = 0, digit;

	for (; *at < end && top < 0xffff; (*at)++) {
		if (**at >= '0' && **at <= '9')
			digit = **at - '0';
		else if ((**at | 0x20) >= 'a' && (**at | 0x20) <= 'f')
			digit = (**at | 0x20) - 'a' + 10;
		else
			break;
		v = v * 16 + digit;
		top = top * 16 + 15;
	}
	if (*at < end)
		(*at)++;
	return top > 0 ? v * 255 / top : -1;
}

/* Takes "rgb:R/G/B" or "rgba:R/G/B/A": is it light, as the eye weighs it? */
static void
read_colour(struct answer *a)
{
	const int *at = a->code + COLOUR_LEN, *end = a->code + a->n;
	int r, g, b;

	while (at < end && *at != ':')
		at++;
	if (at++ >= end)
		return;
	r = colour_part(&at, end);
	g = colour_part(&at, end);
	b = colour_part(&at, end);
	if (r < 0 || g < 0 || b < 0)
		return;
	a->known = true;
	a->light = 2126 * r + 7152 * g + 722 * b >= 5000 * 255;
}

/* Are the first n that are held a part of the colour? Nobody types that. What
 * begins as the kind may be a key that we don't know. */
static bool
is_sure(const struct answer *a, unsigned n)
{
	return n >= COLOUR_LEN && begins(a, colour);
}

/* Of the first n that are held those after from are typed; the others go. */
static void
give(struct answer *a, unsigned from, unsigned n)
{
	for (unsigned i = from; i < n; i++)
		a->given[a->end++] = a->code[i];
	memmove(a->code, a->code + n, (a->n - n) * sizeof *a->code);
	a->n -= n;
	a->let_go = false;
}

/* With the last code it is no answer; that, or an Esc before it, may begin
 * another. What broke off in the midst is dropped. */
static void
no_match(struct answer *a)
{
	unsigned last = a->n - 1, n = a->n, from = a->let_go;

	if (is_sure(a, last))
		from = a->code[last - 1] == ESC ? last - 1 : last;
	if (last > 0 && a->code[last] == ESC)
		n = last;
	else if (from > 0 && from < last)
		n = from;
	give(a, from, n);
}

/* Nothing more waits. An Esc is given at once, and yet remembered. */
static void
lull(struct answer *a, uint64_t now_ns)
{
	bool sure = is_sure(a, a->n);

	a->next = a->end = 0;
	if (a->n == 0)
		return;
	if (now_ns - a->asked_ns >= SOON_NS &&
	    !(sure && now_ns - a->last_ns < PART_NS)) {
		give(a, sure ? a->n : a->let_go, a->n);
	} else if (a->n == 1 && !a->let_go) {
		give(a, 0, 1);
		a->n = 1;
		a->let_go = true;
	}
}

void
answer_expect(struct answer *a, uint64_t now_ns)
{
	*a = (struct answer){ .due = true, .asked_ns = now_ns };
}

/* What the code that was added last makes of what is held. */
static enum match
match(const struct answer *a)
{
	enum match colour_is = match_colour(a), kind_is = match_kind(a);

	if (a->n == ANSWER_MAX)
		return MATCH_NOT;
	return colour_is > kind_is ? colour_is : kind_is;
}

/* The answer is whole. */
static void
take(struct answer *a)
{
	if (begins(a, colour))
		read_colour(a);
	else
		/* Terminals answer in order: it was the last. */
		a->due = false;
	a->n = 0;
	a->let_go = false;
}

void
answer_feed(struct answer *a, int code, uint64_t now_ns)
{
	if (code == ANSWER_NONE) {
		lull(a, now_ns);
		return;
	}
	if (is_sure(a, a->n) && now_ns - a->last_ns >= PART_NS)
		a->n = 0;
	a->last_ns = now_ns;
	a->code[a->n++] = code;
	a->next = a->end = 0;
	while (a->n > 0 && match(a) == MATCH_NOT)
		no_match(a);
	if (a->n > 0 && match(a) == MATCH_WHOLE)
		take(a);
}

int
answer_next(struct answer *a)
{
	return a->next < a->end ? a->given[a->next++] : ANSWER_NONE;
}
