/* The command work: walks and their options. */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/limit.h"
#include "pagetide/pattern.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"

#include "command.h"

/*
 * What a random walk without an end touches if nothing else is said: under
 * memory pressure, with a large readahead, each touch may read 8 MiB.
 */
#define CHANCE_TOUCHES_MAX	10000
/* And what a walk has read at most that readahead may multiply, where the
 * worker's memory is limited. */
#define LIMITED_READ_BYTES	(UINT64_C(4) << 30)

/* What the options are read into. */
struct work_args {
	uint32_t	page_bytes;
	uint64_t	stride, seed, passes, touches;
	uint64_t	window, set;		/* pages */
	uint64_t	read;			/* bytes */
	uint64_t	hot, share;		/* permille */
	uint64_t	op, behind, pause;	/* which word */
	bool		passes_given, touches_given, read_given;
};

typedef int parse_value(const char *, uint64_t max,
    const struct work_args *, uint64_t *out);

static int
parse_number(const char *text, uint64_t max, const struct work_args *a,
    uint64_t *out)
{
	(void)a;
	return units_parse_u64(text, 0, max, out);
}

/* A stride of none would stand still. */
static int
parse_stride(const char *text, uint64_t max, const struct work_args *a,
    uint64_t *out)
{
	(void)a;
	return units_parse_u64(text, 1, max, out);
}

/* Bytes to pages, rounded up. */
static int
parse_size(const char *text, uint64_t max, const struct work_args *a,
    uint64_t *out)
{
	uint64_t bytes;

	if (units_parse_bytes(text, &bytes) != 0 || bytes == 0 || bytes > max)
		return -EINVAL;
	*out = (bytes - 1) / a->page_bytes + 1;
	return 0;
}

/* Bytes, or none. */
static int
parse_bytes(const char *text, uint64_t max, const struct work_args *a,
    uint64_t *out)
{
	(void)max;
	(void)a;
	return units_parse_bytes(text, out);
}

/* "10%" or "0.5%" as permille, and nothing finer. */
static int
parse_share(const char *text, uint64_t max, const struct work_args *a,
    uint64_t *out)
{
	uint64_t fine;

	(void)a;
	if (*text == '\0' || text[strlen(text) - 1] != '%' ||
	    units_parse_offset(text, max * 1000, &fine) != 0 ||
	    fine % 1000 != 0)
		return -EINVAL;
	*out = fine / 1000;
	return 0;
}

static int
parse_word(const char *text, const char *const *words, uint64_t n,
    uint64_t *out)
{
	uint64_t i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i], text) == 0) {
			*out = i;
			return 0;
		}
	return -ENOENT;
}

static const char *const pause_name[] = { "off", "on" };

#define KIND(k) (1u << (k))
#define ALL_KINDS (KIND(PATTERN_COUNT) - 1)
#define MANY (ALL_KINDS & ~KIND(PATTERN_SINGLE))
#define BY_CHANCE (KIND(PATTERN_RANDOM) | KIND(PATTERN_HOTSPOT) | \
	KIND(PATTERN_PERMUTATION))

static const struct work_option {
	const char	*name;
	parse_value	*parse;	/* of a number */
	uint64_t	 max;
	size_t		 at;	/* the field of struct work_args */
	unsigned	 kinds;	/* of walks that it means something to */
	const char	*help;	/* one line */
	const char	*const *words;	/* max of them; NULL: a number */
} option_table[] = {
	{ "op=", NULL, TOUCH_COUNT, offsetof(struct work_args, op),
	    ALL_KINDS, "how a page is touched", touch_name },
	{ "stride=", parse_stride, UINT64_MAX,
	    offsetof(struct work_args, stride), KIND(PATTERN_STRIDE),
	    "each so many pages one", NULL },
	{ "seed=", parse_number, UINT64_MAX,
	    offsetof(struct work_args, seed), BY_CHANCE,
	    "the same number, the same walk", NULL },
	{ "passes=", parse_number, UINT32_MAX,
	    offsetof(struct work_args, passes), MANY,
	    "how often over the range; 0: without an end", NULL },
	{ "touches=", parse_number, UINT64_MAX,
	    offsetof(struct work_args, touches), MANY,
	    "ends after so many touches", NULL },
	{ "read=", parse_bytes, 0, offsetof(struct work_args, read), MANY,
	    "ends when so much was read from storage", NULL },
	{ "pause=", NULL, 2, offsetof(struct work_args, pause), MANY,
	    "whether it begins paused: p goes on", pause_name },
	{ "window=", parse_size, INT64_MAX,
	    offsetof(struct work_args, window), KIND(PATTERN_CHUNKED),
	    "size of what is asked for ahead", NULL },
	{ "set=", parse_size, INT64_MAX, offsetof(struct work_args, set),
	    KIND(PATTERN_LOOP), "size of what is walked over and over", NULL },
	{ "hot=", parse_share, 1000, offsetof(struct work_args, hot),
	    KIND(PATTERN_HOTSPOT), "share of the pages that are hot: 10%",
	    NULL },
	{ "share=", parse_share, 1000, offsetof(struct work_args, share),
	    KIND(PATTERN_HOTSPOT), "share of the touches on them: 90%", NULL },
	{ "behind=", NULL, BEHIND_COUNT,
	    offsetof(struct work_args, behind), KIND(PATTERN_CHUNKED),
	    "what is done with the window that was left", chunk_behind_name },
};
#define N_OPTIONS (sizeof option_table / sizeof *option_table)

void
work_options(int kind, work_option_fn *add, void *arg)
{
	const struct work_option *o;
	char whole[32];

	for (o = option_table; o < option_table + N_OPTIONS; o++) {
		if (kind >= 0 && (o->kinds & KIND(kind)) == 0)
			continue;
		if (o->words == NULL)
			add(arg, o->name, o->help);
		for (uint64_t i = 0; o->words != NULL && i < o->max; i++) {
			snprintf(whole, sizeof whole, "%s%s", o->name,
			    o->words[i]);
			add(arg, whole, o->help);
		}
	}
}

static const struct work_option *
find_option(const char *word)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (strncmp(word, option_table[i].name,
		    strlen(option_table[i].name)) == 0)
			return &option_table[i];
	return NULL;
}

static void
say_option(void *why, const char *name, const char *help)
{
	(void)help;
	strbuf_addf(why, " %s", name);
}

/* What the option is not, and what it may be. */
static void
say_values(const struct work_option *o, const char *word, struct strbuf *why)
{
	strbuf_addf(why, "work: can't use %s", word);
	for (uint64_t i = 0; o->words != NULL && i < o->max; i++)
		strbuf_addf(why, "%s%s", i == 0 ? ": " : " ", o->words[i]);
}

static int
parse_option(struct work_args *a, const struct work_option *o,
    const char *text)
{
	uint64_t *out = (uint64_t *)(void *)((char *)a + o->at);

	if (o->words != NULL)
		return parse_word(text, o->words, o->max, out);
	return o->parse(text, o->max, a, out);
}

/* "stride=64" into the arguments, if it means something to that kind. */
static int
take_option(struct work_args *a, int kind, const char *word,
    struct strbuf *why)
{
	const struct work_option *o = find_option(word);

	if (o == NULL) {
		strbuf_addf(why, "work: no option %s:", word);
		work_options(kind, say_option, why);
		return -EINVAL;
	}
	if (parse_option(a, o, word + strlen(o->name)) != 0) {
		say_values(o, word, why);
		return -EINVAL;
	}
	if ((o->kinds & KIND(kind)) == 0) {
		strbuf_addf(why, "work: %s means nothing to %s", word,
		    pattern_table[kind].name);
		return -EINVAL;
	}
	a->passes_given |= o->at == offsetof(struct work_args, passes);
	a->touches_given |= o->at == offsetof(struct work_args, touches);
	a->read_given |= o->at == offsetof(struct work_args, read);
	return 0;
}

/* So many touches are more passes than one, if need be. */
static uint32_t
passes_of(const struct work_args *a)
{
	bool by_touches = !a->passes_given && a->touches != 0;

	return by_touches ? 0 : (uint32_t)a->passes;
}

/* Would it go on by chance without an end? */
static bool
is_endless(const struct pattern_spec *spec, const struct work_args *a)
{
	return (BY_CHANCE & KIND(spec->kind)) != 0 && a->passes == 0 &&
	    !a->touches_given;
}

static void
fill_spec(struct pattern_spec *spec, const struct work_args *a, bool limited)
{
	bool by_chance = (BY_CHANCE & KIND(spec->kind)) != 0;

	spec->op = (uint32_t)a->op;
	spec->passes = passes_of(a);
	spec->stride_pages = a->stride;
	spec->seed = a->seed;
	spec->max_touches = a->touches;
	if (is_endless(spec, a))
		spec->max_touches = CHANCE_TOUCHES_MAX;
	spec->max_read_bytes = a->read;
	if ((by_chance || spec->kind == PATTERN_STRIDE) && limited &&
	    !a->read_given)
		spec->max_read_bytes = LIMITED_READ_BYTES;
	spec->set_pages = a->set;
	spec->window_pages = a->window;
	spec->behind = (uint32_t)a->behind;
	spec->paused = (uint32_t)a->pause;
	spec->hot_pages_permille = (uint32_t)a->hot;
	spec->hot_touches_permille = (uint32_t)a->share;
}

/* The walk of PATTERN [OPTION=VALUE...], and what that was read into. */
static int
parse_walk(const struct ui *ui, const char *const *v, unsigned n,
    struct pattern_spec *spec, struct work_args *args, struct strbuf *why)
{
	const struct target_facts *t = &ui->watch->live.target;
	int kind = pattern_find(v[0]), rc;
	unsigned i;

	*args = (struct work_args){ .page_bytes = t->page_bytes, .stride = 1,
		.seed = 1, .passes = 1, .hot = 100, .share = 900 };
	if (kind < 0) {
		strbuf_addf(why, "no such pattern: %s", v[0]);
		return -ENOENT;
	}
	*spec = (struct pattern_spec){ .kind = (uint32_t)kind };
	if (kind == PATTERN_LOOP)
		args->passes = 10;
	args->window = (UINT64_C(8) << 20) / args->page_bytes;
	for (i = 1; i < n; i++) {
		rc = take_option(args, kind, v[i], why);
		if (rc != 0)
			return rc;
	}
	if (args->hot == 0) {
		strbuf_adds(why, "work: hot=0% leaves no page");
		return -EINVAL;
	}
	fill_spec(spec, args, limit_is_on(ui->act));
	return 0;
}

int
work_spec(const struct ui *ui, const char *const *v, unsigned n,
    struct pattern_spec *spec, struct strbuf *why)
{
	struct work_args args;

	return parse_walk(ui, v, n, spec, &args, why);
}

int
cmd_work(struct ui *ui, const struct args *a, struct strbuf *why)
{
	struct pattern_spec spec;
	struct work_args args;
	int rc = parse_walk(ui, a->v, a->n, &spec, &args, why);

	if (rc == 0)
		rc = act_work(ui->act, &ui->vp, spec, why);
	if (rc == 0 && is_endless(&spec, &args))
		said_line(ui->said, "by chance it ends after %u touches: "
		    "touches=N for another end, touches=0 for none",
		    CHANCE_TOUCHES_MAX);
	return rc;
}
