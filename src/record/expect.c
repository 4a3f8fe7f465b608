#include "config.h"

#include "pagetide/expect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/calc.h"
#include "pagetide/field.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#define DEPTH_MAX	64	/* of brackets and ! */

/* The longer ones first; from OP_LE on they are of order. */
enum op { OP_EQ, OP_NE, OP_LE, OP_GE, OP_LT, OP_GT, OP_NONE };
static const char *const op_text[OP_NONE] = { "==", "!=", "<=", ">=", "<",
	">" };

enum expect_kind { EXPECT_COMPARE, EXPECT_NOT, EXPECT_AND, EXPECT_OR };

struct expect {
	enum expect_kind kind;
	struct expect	*one, *other;	/* of NOT, AND, OR */
	/* Of a comparison: */
	enum op		 op;
	const struct field *field;
	const struct field *right;	/* NULL: value */
	struct field_value value;
	char		*text;		/* value's */
	struct calc	*sum[2];	/* of what is calculated, instead */
};

struct parser {
	const char	*start, *at;
	unsigned	 depth;
	struct strbuf	*why;
};

static struct expect *parse_or(struct parser *);

/* Where to say what is wrong there. */
static struct strbuf *
wrong(struct parser *p, const char *at)
{
	strbuf_addf(p->why, "character %zu: ", (size_t)(at - p->start) + 1);
	return p->why;
}

/* Where the next token begins. */
static const char *
next(struct parser *p)
{
	p->at += strspn(p->at, " \t");
	return p->at;
}

static bool
take(struct parser *p, const char *token)
{
	if (strncmp(next(p), token, strlen(token)) != 0)
		return false;
	p->at += strlen(token);
	return true;
}

/* A field, a number, a word; NULL: none of them is next. */
static char *
take_word(struct parser *p)
{
	const char *from = next(p);

	p->at += strcspn(from, " \t()!=<>&|\"");
	return p->at > from ? xasprintf("%.*s", (int)(p->at - from), from) :
	    NULL;
}

/* A text in ""; NULL, and said: it does not end. */
static char *
take_quoted(struct parser *p)
{
	const char *from = next(p) + 1, *end = strchr(from, '"');

	if (end == NULL) {
		strbuf_adds(wrong(p, p->at), "this \" has no other");
		return NULL;
	}
	p->at = end + 1;
	return xasprintf("%.*s", (int)(end - from), from);
}

/* Seconds, as they are told: "16.04". */
static int
parse_time(const char *word, uint64_t *n)
{
	return word[strspn(word, "0123456789.")] == '\0' ?
	    units_parse_duration(word, n) : -EINVAL;
}

static int
parse_number(const struct field *f, const char *word, uint64_t *n)
{
	const char *measure = calc_measure_of(f);

	if (f->kind == FIELD_TIME)
		return parse_time(word, n);
	if (f->kind == FIELD_PERCENT)
		return units_parse_percent(word, n);
	if (units_parse_u64(word, 0, INT64_MAX, n) == 0)
		return 0;
	if (strcmp(measure, "bytes") == 0)
		return units_parse_bytes(word, n);
	return strcmp(measure, "ns") == 0 ? units_parse_duration(word, n) :
	    -EINVAL;
}

static bool
has_word(const struct field *f, const char *word)
{
	for (unsigned i = 0; i < f->n_words; i++)
		if (f->word(i) != NULL && strcmp(f->word(i), word) == 0)
			return true;
	return f->word == NULL;
}

/* The value that the field is compared with; false if it can't be that. */
static bool
parse_value(const struct field *f, const char *word, struct field_value *v)
{
	bool minus = f->kind == FIELD_CHANGE && word[0] == '-';
	uint64_t n = 0;

	v->known = true;
	if (f->kind == FIELD_TEXT) {
		v->text = word;
		return has_word(f, word);
	}
	if (f->kind == FIELD_STATE) {
		v->n = strcmp(word, "true") == 0;
		return v->n != 0 || strcmp(word, "false") == 0;
	}
	if (parse_number(f, word + minus, &n) != 0 || n > INT64_MAX)
		return false;
	v->n = minus ? -(int64_t)n : (int64_t)n;
	return true;
}

/* A field on the other side; false, and said, if it is of another kind. */
static bool
is_comparable(struct parser *p, const char *at, const struct field *f,
    const struct field *right)
{
	const char *one = calc_measure_of(f), *other = calc_measure_of(right);

	if (other == NULL)
		strbuf_addf(wrong(p, at), "%s is no number, word or state",
		    right->name);
	else if (strcmp(one, other) != 0)
		strbuf_addf(wrong(p, at), "%s is %s, but %s is %s", f->name,
		    one, right->name, other);
	else
		return true;
	return false;
}

/* Is what follows a part of a sum? */
static bool
goes_on(struct parser *p)
{
	const char *at = next(p);

	return *at != '\0' && strchr("+-*/(", *at) != NULL;
}

/* What is calculated; false, and said, if it is not that. */
static bool
parse_sum(struct parser *p, struct calc **sum)
{
	struct strbuf wrong_there = STRBUF_INIT;

	next(p);
	*sum = calc_read(&p->at, &wrong_there);
	if (*sum == NULL)
		strbuf_adds(wrong(p, p->at), wrong_there.s);
	strbuf_done(&wrong_there);
	return *sum != NULL;
}

/* The other side of what is calculated, too. */
static bool
parse_other_sum(struct parser *p, struct expect *e)
{
	const char *at = next(p), *one, *other;

	if (!parse_sum(p, &e->sum[1]))
		return false;
	one = calc_measure(e->sum[0]);
	other = calc_measure(e->sum[1]);
	if (calc_agree(one, other))
		return true;
	strbuf_addf(wrong(p, at), "one side is %s, the other %s",
	    one != NULL ? one : "a number", other != NULL ? other :
	    "a number");
	return false;
}

/* What stands behind the comparison; false, and said, if it is none. */
static bool
parse_side(struct parser *p, struct expect *e)
{
	const char *at = next(p);
	const bool quoted = *at == '"';

	if (*at == '(')
		return parse_other_sum(p, e);
	e->text = quoted ? take_quoted(p) : take_word(p);
	if (e->text != NULL && !quoted && goes_on(p)) {
		p->at = at;
		return parse_other_sum(p, e);
	}
	if (e->text == NULL && !quoted)
		strbuf_adds(wrong(p, at), "a value should stand here");
	if (e->text == NULL)
		return false;
	if ((!quoted || e->field->kind == FIELD_TEXT) &&
	    parse_value(e->field, e->text, &e->value))
		return true;
	e->right = quoted ? NULL : field_find(e->text);
	if (e->right != NULL)
		return is_comparable(p, at, e->field, e->right);
	strbuf_addf(wrong(p, at), "%s can't be \"%s\"", e->field->name,
	    e->text);
	return false;
}

static void
parse_op(struct parser *p, struct expect *e)
{
	for (e->op = 0; e->op < OP_NONE && !take(p, op_text[e->op]); e->op++)
		;
}

/* What stands behind a sum: OP SUM. */
static bool
parse_sum_comparison(struct parser *p, struct expect *e)
{
	const char *at = next(p);

	parse_op(p, e);
	if (e->op < OP_NONE)
		return parse_other_sum(p, e);
	strbuf_adds(wrong(p, at), "one of == != < <= > >= should stand here");
	return false;
}

/* What stands behind the field: OP VALUE, or nothing. */
static bool
parse_comparison(struct parser *p, struct expect *e)
{
	const char *at = next(p);

	parse_op(p, e);
	if (e->op >= OP_LE && e->op < OP_NONE &&
	    (e->field->kind == FIELD_STATE || e->field->kind == FIELD_TEXT))
		strbuf_addf(wrong(p, at), "%s has no order: == or !=",
		    e->field->name);
	else if (e->op < OP_NONE)
		return parse_side(p, e);
	else if (e->field->kind != FIELD_STATE || *at == '=')
		strbuf_adds(wrong(p, at), "one of == != < <= > >= should stand "
		    "here");
	else
		e->op = OP_EQ, e->value.known = true, e->value.n = 1;
	return e->op == OP_EQ && e->value.known;
}

static struct expect *
parse_field(struct parser *p)
{
	struct expect *e = xcalloc(1, sizeof *e);
	bool good = parse_sum(p, &e->sum[0]);

	if (good) {
		e->field = calc_field(e->sum[0]);
		good = e->field != NULL ? parse_comparison(p, e) :
		    parse_sum_comparison(p, e);
	}
	if (good)
		return e;
	expect_free(e);
	return NULL;
}

static struct expect *
make(enum expect_kind kind, struct expect *one, struct expect *other)
{
	struct expect *e;

	if (one == NULL || (other == NULL && kind != EXPECT_NOT)) {
		expect_free(one);
		expect_free(other);
		return NULL;
	}
	e = xcalloc(1, sizeof *e);
	e->kind = kind;
	e->one = one;
	e->other = other;
	return e;
}

/* Behind the ) that goes with the ( there; the end, where there is none. */
static const char *
past_bracket(const char *at)
{
	unsigned depth = 0;
	bool quoted = false;

	for (; *at != '\0'; at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (!quoted && *at == '(')
			depth++;
		else if (!quoted && *at == ')' && --depth == 0)
			return at + 1;
	}
	return at;
}

/* Is what is in these brackets a part of a sum, or one side of a comparison?
 * What follows tells. */
static bool
begins_sum(const char *at)
{
	at = past_bracket(at);
	at += strspn(at, " \t");
	return *at != '\0' && strchr("+-*/=!<>", *at) != NULL;
}

static struct expect *
parse_one(struct parser *p)
{
	const char *at = next(p);
	struct expect *e = NULL;

	if ((*at != '!' && *at != '(') || (*at == '(' && begins_sum(at)))
		return parse_field(p);
	p->at++;
	if (++p->depth > DEPTH_MAX)
		strbuf_adds(wrong(p, at), "too many ! and ( in each other");
	else if (*at == '!')
		e = make(EXPECT_NOT, parse_one(p), NULL);
	else
		e = parse_or(p);
	p->depth--;
	if (e == NULL || *at == '!' || take(p, ")"))
		return e;
	strbuf_adds(wrong(p, p->at), "a ) should stand here");
	expect_free(e);
	return NULL;
}

static struct expect *
parse_and(struct parser *p)
{
	struct expect *e = parse_one(p);

	while (e != NULL && take(p, "&&"))
		e = make(EXPECT_AND, e, parse_one(p));
	return e;
}

static struct expect *
parse_or(struct parser *p)
{
	struct expect *e = parse_and(p);

	while (e != NULL && take(p, "||"))
		e = make(EXPECT_OR, e, parse_and(p));
	return e;
}

struct expect *
expect_parse(const char *text, struct strbuf *why)
{
	struct parser p = { .start = text, .at = text, .why = why };
	struct expect *e = parse_or(&p);

	if (e == NULL || *next(&p) == '\0')
		return e;
	strbuf_adds(wrong(&p, p.at), "&& or || should stand here");
	expect_free(e);
	return NULL;
}

void
expect_free(struct expect *e)
{
	if (e == NULL)
		return;
	expect_free(e->one);
	expect_free(e->other);
	calc_free(e->sum[0]);
	calc_free(e->sum[1]);
	free(e->text);
	free(e);
}

/* Less than 0, 0 or more: how a stands to b. */
static int
compare(const struct field_value *a, const struct field_value *b)
{
	if (a->text != NULL)
		return strcmp(a->text, b->text);
	return a->n < b->n ? -1 : a->n > b->n;
}

static bool
holds(enum op op, int order)
{
	const bool is[OP_NONE] = {
		[OP_EQ] = order == 0, [OP_NE] = order != 0,
		[OP_LE] = order <= 0, [OP_LT] = order < 0,
		[OP_GE] = order >= 0, [OP_GT] = order > 0,
	};

	return is[op];
}

/* Of two sums; what is unknown without being a field is so for good. */
static enum expect_is
test_sums(const struct expect *e, const struct field_of *of,
    const struct field **unknown)
{
	struct field_value a = { .text = NULL }, b = { .text = NULL };

	if (!calc_value(e->sum[0], of, &a.n, unknown) ||
	    !calc_value(e->sum[1], of, &b.n, unknown))
		return EXPECT_UNKNOWN;
	return holds(e->op, compare(&a, &b)) ? EXPECT_TRUE : EXPECT_FALSE;
}

static enum expect_is
test_field(const struct expect *e, const struct field_of *of,
    const struct field **unknown)
{
	struct field_value a = field_real(e->field, of), b = e->value;

	if (e->right != NULL)
		b = field_real(e->right, of);
	if (a.known && b.known)
		return holds(e->op, compare(&a, &b)) ? EXPECT_TRUE :
		    EXPECT_FALSE;
	*unknown = a.known ? e->right : e->field;
	return EXPECT_UNKNOWN;
}

enum expect_is
expect_test(const struct expect *e, const struct field_of *of,
    const struct field **unknown)
{
	const struct field *unused;
	enum expect_is is, decides;

	if (e->kind == EXPECT_COMPARE)
		return e->sum[1] != NULL ? test_sums(e, of, unknown) :
		    test_field(e, of, unknown);
	is = expect_test(e->one, of, unknown);
	if (e->kind == EXPECT_NOT)
		return is == EXPECT_UNKNOWN ? is : is == EXPECT_FALSE ?
		    EXPECT_TRUE : EXPECT_FALSE;
	decides = e->kind == EXPECT_AND ? EXPECT_FALSE : EXPECT_TRUE;
	if (is == decides)
		return is;
	if (is != EXPECT_UNKNOWN)
		return expect_test(e->other, of, unknown);
	is = expect_test(e->other, of, &unused);
	return is == decides ? is : EXPECT_UNKNOWN;
}
