/* Numbers of a lesson: kept ones, calculated ones, and both in a text. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/calc.h"
#include "pagetide/expect.h"
#include "pagetide/field.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "lessonparts.h"

static const struct lesson_kept *
find_kept(const struct lesson_kept *kept, const char *name, size_t len)
{
	for (int i = 0; i < LESSON_KEPT; i++)
		if (strlen(kept[i].name) == len &&
		    memcmp(kept[i].name, name, len) == 0)
			return &kept[i];
	return NULL;
}

/* As a number of anything, but for shares. One that is not known makes all of
 * it unknown: nothing can be divided by 0. */
static void
put_kept(struct strbuf *out, const struct lesson_kept *k)
{
	if (!k->known || k->n < 0)
		strbuf_adds(out, "1 / 0");
	else if (k->measure != NULL && strcmp(k->measure, "percent") == 0)
		strbuf_addf(out, "%" PRId64 ".%02d%%", k->n / 100,
		    (int)(k->n % 100));
	else
		strbuf_addf(out, "%" PRId64, k->n);
}

char *
lesson_expand(const char *text, const struct lesson_kept *kept,
    struct strbuf *why)
{
	struct strbuf out = STRBUF_INIT;
	const struct lesson_kept *k;
	size_t len;

	for (; *text != '\0'; text += len) {
		len = strcspn(text, "$");
		strbuf_add(&out, text, len);
		if (text[len] == '\0')
			break;
		text += len + 1;
		len = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
		k = len > 0 ? find_kept(kept, text, len) : NULL;
		if (k == NULL) {
			strbuf_addf(why, "nothing is kept as $%.*s", (int)len,
			    text);
			strbuf_done(&out);
			return NULL;
		}
		put_kept(&out, k);
	}
	return strbuf_detach(&out);
}

/* What is a word, or true or false, stands for itself. */
static bool
put_word(struct strbuf *out, const struct calc *c, const struct field_of *of)
{
	const struct field *f = calc_field(c);
	struct field_value v;

	if (f == NULL || (f->kind != FIELD_TEXT && f->kind != FIELD_STATE))
		return false;
	v = of != NULL ? field_get(f, of) : (struct field_value){ 0 };
	strbuf_adds(out, !v.known ? "?" : f->kind == FIELD_TEXT ? v.text :
	    v.n != 0 ? "yes" : "no");
	return true;
}

void
lesson_format(struct strbuf *out, const struct lesson_kept *k,
    const char *noun)
{
	uint64_t n = k->n < 0 ? -(uint64_t)k->n : (uint64_t)k->n;
	const char *measure = k->measure != NULL ? k->measure : "";
	char buf[UNITS_MAX];

	if (!k->known) {
		strbuf_adds(out, "?");
		return;
	}
	if (k->n < 0)
		strbuf_addc(out, '-');
	if (noun != NULL)
		strbuf_adds(out, units_count(buf, n, noun));
	else if (strcmp(measure, "ns") == 0)
		strbuf_adds(out, units_duration(buf, n));
	else if (strcmp(measure, "bytes") == 0)
		strbuf_adds(out, units_bytes(buf, n));
	else if (strcmp(measure, "percent") == 0)
		strbuf_addf(out, "%.1f %%", (double)n / 100);
	else
		strbuf_addf(out, "%" PRIu64, n);
}

int
lesson_number(const char *expr, const struct lesson_kept *kept,
    const struct field_of *of, struct lesson_kept *out, struct strbuf *why)
{
	char *text = lesson_expand(expr, kept, why);
	struct calc *c = text != NULL ? calc_parse(text, why) : NULL;

	free(text);
	if (c == NULL)
		return -EINVAL;
	out->measure = calc_measure(c);
	out->n = 0;
	out->known = of != NULL && calc_value(c, of, &out->n, NULL);
	calc_free(c);
	return 0;
}

/* For what a number that stands in a text is: as people read it, or, for
 * commands, by its digits alone. */
static const char digits_alone[] = "";

static int
put_expr(struct strbuf *out, const char *alone, const char *noun,
    const struct lesson_kept *kept, const struct field_of *of,
    struct strbuf *why)
{
	char *expr = lesson_expand(alone, kept, why);
	struct calc *c = expr != NULL ? calc_parse(expr, why) : NULL;
	struct lesson_kept k = { .known = false };
	bool good = c != NULL;

	free(expr);
	if (good && !put_word(out, c, of)) {
		k.measure = calc_measure(c);
		k.known = of != NULL && calc_value(c, of, &k.n, NULL);
		if (noun == digits_alone)
			k.measure = noun = NULL;
		lesson_format(out, &k, noun);
	}
	calc_free(c);
	return good ? 0 : -EINVAL;
}

/* EXPR or EXPR|noun. What is kept has its unit where it stands alone. */
static int
put_number(struct strbuf *out, const char *inside, const char *noun,
    const struct lesson_kept *kept, const struct field_of *of,
    struct strbuf *why)
{
	const char *bar = strchr(inside, '|');
	size_t len = bar != NULL ? (size_t)(bar - inside) : strlen(inside);
	const struct lesson_kept *k = inside[0] == '$' ?
	    find_kept(kept, inside + 1, len - 1) : NULL;
	char *alone;
	int rc = 0;

	if (bar != NULL)
		noun = bar + 1;
	if (k != NULL && noun != digits_alone) {
		lesson_format(out, k, noun);
		return 0;
	}
	alone = xasprintf("%.*s", (int)len, inside);
	rc = put_expr(out, alone, noun, kept, of, why);
	free(alone);
	return rc;
}

static int
put_all(struct strbuf *out, const char *text, const char *noun,
    const struct lesson_kept *kept, const struct field_of *of,
    struct strbuf *why)
{
	char *inside;
	size_t len;
	int rc = 0;

	while (rc == 0 && *text != '\0') {
		len = strcspn(text, "{");
		strbuf_add(out, text, len);
		text += len;
		if (*text == '\0')
			break;
		len = strcspn(++text, "}");
		if (text[len] == '\0') {
			strbuf_adds(why, "a { without a }");
			return -EINVAL;
		}
		inside = xasprintf("%.*s", (int)len, text);
		rc = put_number(out, inside, noun, kept, of, why);
		free(inside);
		text += len + 1;
	}
	return rc;
}

int
lesson_text(struct strbuf *out, const char *text,
    const struct lesson_kept *kept, const struct field_of *of,
    struct strbuf *why)
{
	return put_all(out, text, NULL, kept, of, why);
}

int
lesson_command(struct strbuf *out, const char *text,
    const struct lesson_kept *kept, const struct field_of *of,
    struct strbuf *why)
{
	return put_all(out, text, digits_alone, kept, of, why);
}

int
lesson_test(const char *expr, const struct lesson_kept *kept,
    const struct field_of *of, struct strbuf *why)
{
	char *text = lesson_expand(expr, kept, why);
	struct expect *e = text != NULL ? expect_parse(text, why) : NULL;
	enum expect_is is = EXPECT_UNKNOWN;
	const struct field *unknown = NULL;

	free(text);
	if (e == NULL)
		return -EINVAL;
	if (of != NULL)
		is = expect_test(e, of, &unknown);
	expect_free(e);
	return is == EXPECT_UNKNOWN ? -1 : is == EXPECT_TRUE;
}
