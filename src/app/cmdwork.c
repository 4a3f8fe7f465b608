#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "pagetide/pattern.h"
#include "pagetide/units.h"

#include "act.h"
#include "command.h"
#include "limit.h"

/*
 * What a walk by chance without an end touches if nothing else is said: under
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
	uint64_t	op, behind;		/* which word */
	bool		touches_given, read_given;
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

/* "10%" or "0.5%" as permille. */
static int
parse_share(const char *text, uint64_t max, const struct work_args *a,
    uint64_t *out)
{
	(void)a;
	if (*text == '\0' || text[strlen(text) - 1] != '%')
		return -EINVAL;
	return units_parse_offset(text, max, out);
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

static int
parse_op(const char *text, uint64_t max, const struct work_args *a,
    uint64_t *out)
{
	(void)a;
	return parse_word(text, touch_name, max, out);
}

static int
parse_behind(const char *text, uint64_t max, const struct work_args *a,
    uint64_t *out)
{
	(void)a;
	return parse_word(text, chunk_behind_name, max, out);
}

static const struct work_option {
	const char	*name;
	parse_value	*parse;
	uint64_t	 max;
	size_t		 at;	/* the field of struct work_args */
} option_table[] = {
	{ "op=", parse_op, TOUCH_COUNT, offsetof(struct work_args, op) },
	{ "stride=", parse_stride, UINT64_MAX,
	    offsetof(struct work_args, stride) },
	{ "seed=", parse_number, UINT64_MAX,
	    offsetof(struct work_args, seed) },
	{ "passes=", parse_number, UINT32_MAX,
	    offsetof(struct work_args, passes) },
	{ "touches=", parse_number, UINT64_MAX,
	    offsetof(struct work_args, touches) },
	{ "read=", parse_bytes, 0, offsetof(struct work_args, read) },
	{ "window=", parse_size, INT64_MAX,
	    offsetof(struct work_args, window) },
	{ "set=", parse_size, INT64_MAX, offsetof(struct work_args, set) },
	{ "hot=", parse_share, 1000, offsetof(struct work_args, hot) },
	{ "share=", parse_share, 1000, offsetof(struct work_args, share) },
	{ "behind=", parse_behind, BEHIND_COUNT,
	    offsetof(struct work_args, behind) },
};
#define N_OPTIONS (sizeof option_table / sizeof *option_table)

/* "stride=64" into the arguments. */
static int
take_option(struct work_args *a, const char *word, struct strbuf *why)
{
	size_t i, len;

	for (i = 0; i < N_OPTIONS; i++) {
		const struct work_option *o = &option_table[i];

		len = strlen(o->name);
		if (strncmp(word, o->name, len) != 0)
			continue;
		if (o->parse(word + len, o->max, a,
		    (uint64_t *)(void *)((char *)a + o->at)) != 0)
			break;
		a->touches_given |= o->at == offsetof(struct work_args,
		    touches);
		a->read_given |= o->at == offsetof(struct work_args, read);
		return 0;
	}
	strbuf_addf(why, "work: can't use %s", word);
	return -EINVAL;
}

static void
fill_spec(struct pattern_spec *spec, const struct work_args *a, bool limited)
{
	bool by_chance = spec->kind == PATTERN_RANDOM ||
	    spec->kind == PATTERN_HOTSPOT || spec->kind == PATTERN_PERMUTATION;

	spec->op = (uint32_t)a->op;
	spec->passes = (uint32_t)a->passes;
	spec->stride_pages = a->stride;
	spec->seed = a->seed;
	spec->max_touches = a->touches;
	if (by_chance && a->passes == 0 && !a->touches_given)
		spec->max_touches = CHANCE_TOUCHES_MAX;
	spec->max_read_bytes = a->read;
	if ((by_chance || spec->kind == PATTERN_STRIDE) && limited &&
	    !a->read_given)
		spec->max_read_bytes = LIMITED_READ_BYTES;
	spec->set_pages = a->set;
	spec->window_pages = a->window;
	spec->behind = (uint32_t)a->behind;
	spec->hot_pages_permille = (uint32_t)a->hot;
	spec->hot_touches_permille = (uint32_t)a->share;
}

int
cmd_work(struct app *app, int argc, char **argv, struct strbuf *why)
{
	struct work_args args = { .page_bytes = app->live.target.page_bytes,
		.stride = 1, .seed = 1, .passes = 1, .hot = 100,
		.share = 900 };
	struct pattern_spec spec = { 0 };
	int kind = pattern_find(argv[1]), i, rc;

	if (kind < 0) {
		strbuf_addf(why, "no such pattern: %s", argv[1]);
		return -ENOENT;
	}
	spec.kind = (uint32_t)kind;
	if (kind == PATTERN_LOOP)
		args.passes = 10;
	args.window = (UINT64_C(8) << 20) / args.page_bytes;
	for (i = 2; i < argc; i++) {
		rc = take_option(&args, argv[i], why);
		if (rc != 0)
			return rc;
	}
	if (args.hot == 0) {
		strbuf_adds(why, "work: hot=0% leaves no page");
		return -EINVAL;
	}
	fill_spec(&spec, &args, limit_is_on(app));
	return act_work(app, spec, why);
}
