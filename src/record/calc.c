#include "config.h"

#include "pagetide/calc.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/field.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

/* More operators than that are no number that anybody means. */
#define TERMS_MAX	64

static const char measure_count[] = "a count";

struct reader;
static struct calc *sum(struct reader *);

enum calc_kind { CALC_NUMBER, CALC_FIELD, CALC_SINCE, CALC_JOIN };

struct calc {
	enum calc_kind	 kind;
	const char	*measure;	/* NULL: any */
	int64_t		 n;		/* CALC_NUMBER */
	const struct field *field;	/* CALC_FIELD, CALC_SINCE */
	char		 op;		/* CALC_JOIN: + - * / */
	struct calc	*one, *other;
};

struct reader {
	const char	*at;
	unsigned	 terms;
	struct strbuf	*why;
};

const char *
calc_measure_of(const struct field *f)
{
	static const char *const units[] = { "bytes", "ns", "percent", "s" };

	switch (f->kind) {
	case FIELD_NUMBER:
	case FIELD_CHANGE:
	case FIELD_PERCENT:
	case FIELD_TIME:
		for (size_t i = 0; f->unit != NULL && i < 4; i++)
			if (strcmp(f->unit, units[i]) == 0)
				return units[i];
		return measure_count;
	case FIELD_STATE:
		return "true or false";
	case FIELD_TEXT:
		return "a word";
	default:
		return NULL;
	}
}

static bool
is_number(const struct field *f)
{
	return f->kind == FIELD_NUMBER || f->kind == FIELD_CHANGE ||
	    f->kind == FIELD_PERCENT || f->kind == FIELD_TIME;
}

static void
skip_spaces(struct reader *r)
{
	r->at += strspn(r->at, " \t");
}

static char *
take_word(struct reader *r)
{
	size_t len = strcspn(r->at, " \t()!=<>&|\"*/");
	char *word;

	word = len > 0 ? xasprintf("%.*s", (int)len, r->at) : NULL;
	r->at += len;
	return word;
}

static struct calc *
leaf(enum calc_kind kind, const char *measure, const struct field *f,
    int64_t n)
{
	struct calc *c = xcalloc(1, sizeof *c);

	c->kind = kind;
	c->measure = measure;
	c->field = f;
	c->n = n;
	return c;
}

/* A number, a size, a time or a share; NULL: none of them. */
static struct calc *
number(const char *word)
{
	const char *measure = NULL;
	uint64_t n;

	if (!isdigit((unsigned char)word[0]))
		return NULL;
	if (units_parse_u64(word, 0, INT64_MAX, &n) == 0)
		measure = NULL;
	else if (units_parse_bytes(word, &n) == 0)
		measure = "bytes";
	else if (units_parse_duration(word, &n) == 0)
		measure = "ns";
	else if (units_parse_percent(word, &n) == 0)
		measure = "percent";
	else
		return NULL;
	return n > INT64_MAX ? NULL : leaf(CALC_NUMBER, measure, NULL,
	    (int64_t)n);
}

static struct calc *
of_field(struct reader *r, const char *at, const char *name,
    enum calc_kind kind)
{
	const struct field *f = field_find(name);

	if (f != NULL && f->whom != FIELD_FOR_RECORD &&
	    (kind == CALC_FIELD ? calc_measure_of(f) != NULL : is_number(f)))
		return leaf(kind, calc_measure_of(f), f, 0);
	r->at = at;
	if (f == NULL || f->whom == FIELD_FOR_RECORD)
		strbuf_addf(r->why, "there is no field %s", name);
	else
		strbuf_addf(r->why, kind == CALC_SINCE ? "%s is no number" :
		    "%s is no number, word or state", name);
	return NULL;
}

/* since(FIELD), of which "since" is read. */
static struct calc *
since(struct reader *r)
{
	const char *at = ++r->at;
	struct calc *c = NULL;
	char *name = take_word(r);

	if (name == NULL)
		strbuf_adds(r->why, "a field should stand here");
	else
		c = of_field(r, at, name, CALC_SINCE);
	free(name);
	if (c == NULL || *r->at == ')') {
		r->at += c != NULL;
		return c;
	}
	strbuf_adds(r->why, "a ) should stand here");
	calc_free(c);
	return NULL;
}

/* The operator of these that is next, or 0. */
static char
take_op(struct reader *r, const char *ops)
{
	skip_spaces(r);
	if (*r->at == '\0' || strchr(ops, *r->at) == NULL)
		return 0;
	return *r->at++;
}

/* What is in ( ), of which the first is read. */
static struct calc *
in_brackets(struct reader *r)
{
	struct calc *c;

	r->at++;
	if (++r->terms > TERMS_MAX) {
		strbuf_adds(r->why, "too many of ( + - * /");
		return NULL;
	}
	c = sum(r);
	if (c == NULL || take_op(r, ")") != 0)
		return c;
	strbuf_adds(r->why, "a ) should stand here");
	calc_free(c);
	return NULL;
}

static struct calc *
factor(struct reader *r)
{
	const char *at;
	struct calc *c;
	char *word;

	skip_spaces(r);
	at = r->at;
	if (*at == '(')
		return in_brackets(r);
	word = take_word(r);
	if (word == NULL) {
		strbuf_adds(r->why, "a field should stand here");
		return NULL;
	}
	if (strcmp(word, "since") == 0 && *r->at == '(')
		c = since(r);
	else if ((c = number(word)) == NULL)
		c = of_field(r, at, word, CALC_FIELD);
	free(word);
	return c;
}

/* Is a number without a unit one of those? Shares are told with decimals, a
 * time of day in seconds. */
static bool
is_plain(const char *measure)
{
	return measure == NULL || measure == measure_count ||
	    strcmp(measure, "bytes") == 0 || strcmp(measure, "ns") == 0;
}

bool
calc_agree(const char *one, const char *other)
{
	if (one == NULL || other == NULL)
		return is_plain(one) && is_plain(other);
	return strcmp(one, other) == 0;
}

/* What a op b is measured in; false: they do not go together. */
static bool
join_measure(char op, const struct calc *a, const struct calc *b,
    const char **measure)
{
	bool same = calc_agree(a->measure, b->measure);
	const char *either = a->measure != NULL ? a->measure : b->measure;
	bool a_counts = a->measure == NULL || a->measure == measure_count;
	bool b_counts = b->measure == NULL || b->measure == measure_count;

	if (op == '+' || op == '-') {
		*measure = either;
		return same;
	}
	if (b_counts) {
		*measure = either;
		return true;
	}
	*measure = op == '*' ? b->measure : measure_count;
	return op == '*' ? a_counts : same;
}

static bool
has_order(const struct calc *c)
{
	return c->field == NULL || is_number(c->field);
}

/* Takes both. */
static struct calc *
join(struct reader *r, const char *at, char op, struct calc *a,
    struct calc *b)
{
	struct calc *c;
	const char *measure;

	if (b != NULL && has_order(a) && has_order(b) &&
	    join_measure(op, a, b, &measure)) {
		c = leaf(CALC_JOIN, measure, NULL, 0);
		c->op = op;
		c->one = a;
		c->other = b;
		return c;
	}
	if (b != NULL) {
		r->at = at;
		strbuf_addf(r->why, "%s %c %s: these do not go together",
		    a->measure != NULL ? a->measure : "a number", op,
		    b->measure != NULL ? b->measure : "a number");
	}
	calc_free(a);
	calc_free(b);
	return NULL;
}

/* What is joined by ops; each part comes from read. */
static struct calc *
joined(struct reader *r, const char *ops, struct calc *(*part)(struct reader *))
{
	struct calc *c = part(r);
	const char *at;
	char op;

	while (c != NULL && (op = take_op(r, ops)) != 0) {
		at = r->at - 1;
		if (++r->terms > TERMS_MAX) {
			strbuf_adds(r->why, "too many of + - * /");
			calc_free(c);
			return NULL;
		}
		c = join(r, at, op, c, part(r));
	}
	return c;
}

static struct calc *
product(struct reader *r)
{
	return joined(r, "*/", factor);
}

static struct calc *
sum(struct reader *r)
{
	return joined(r, "+-", product);
}

struct calc *
calc_read(const char **text, struct strbuf *why)
{
	struct reader r = { .at = *text, .why = why };
	struct calc *c = sum(&r);

	*text = r.at;
	return c;
}

struct calc *
calc_parse(const char *text, struct strbuf *why)
{
	const char *at = text;
	struct strbuf wrong = STRBUF_INIT;
	struct calc *c = calc_read(&at, &wrong);

	if (c != NULL && *at != '\0') {
		strbuf_adds(&wrong, "one of + - * / should stand here");
		calc_free(c);
		c = NULL;
	}
	if (c == NULL)
		strbuf_addf(why, "character %zu: %s", (size_t)(at - text) + 1,
		    wrong.s);
	strbuf_done(&wrong);
	return c;
}

void
calc_free(struct calc *c)
{
	if (c == NULL)
		return;
	calc_free(c->one);
	calc_free(c->other);
	free(c);
}

const char *
calc_measure(const struct calc *c)
{
	return c->measure;
}

const struct field *
calc_field(const struct calc *c)
{
	return c->kind == CALC_FIELD ? c->field : NULL;
}

static bool
field_number(const struct field *f, const struct field_of *of, int64_t *out)
{
	struct field_value v;

	if (of == NULL)
		return false;
	v = field_real(f, of);
	*out = v.n;
	return v.known;
}

/* What one worker had counted then is no beginning for what another has. */
static bool
is_comparable(const struct field *f, const struct field_of *of)
{
	return (f->needs != FIELD_NEEDS_WORKER &&
	    f->needs != FIELD_NEEDS_SUBJECT) || of->since == NULL ||
	    of->since->sample->worker.pid == of->sample->worker.pid;
}

static bool
of_leaf(const struct calc *c, const struct field_of *of, int64_t *out,
    const struct field **unknown)
{
	int64_t then = 0;

	*out = c->n;
	if (c->kind == CALC_NUMBER)
		return true;
	*unknown = c->field;
	return field_number(c->field, of, out) && (c->kind != CALC_SINCE ||
	    (is_comparable(c->field, of) &&
	    field_number(c->field, of->since, &then) &&
	    !__builtin_sub_overflow(*out, then, out)));
}

static bool
operate(char op, int64_t a, int64_t b, int64_t *out)
{
	switch (op) {
	case '+':
		return !__builtin_add_overflow(a, b, out);
	case '-':
		return !__builtin_sub_overflow(a, b, out);
	case '*':
		return !__builtin_mul_overflow(a, b, out);
	default:
		if (b == 0 || (a == INT64_MIN && b == -1))
			return false;
		*out = a / b;
		return true;
	}
}

bool
calc_value(const struct calc *c, const struct field_of *of, int64_t *out,
    const struct field **unknown)
{
	const struct field *unused;
	int64_t a, b;

	if (unknown == NULL)
		unknown = &unused;
	*unknown = NULL;
	if (c->kind != CALC_JOIN)
		return of_leaf(c, of, out, unknown);
	if (!calc_value(c->one, of, &a, unknown) ||
	    !calc_value(c->other, of, &b, unknown))
		return false;
	*unknown = NULL;
	return operate(c->op, a, b, out);
}
