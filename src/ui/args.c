/* The arguments of a command, held against its row. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "pagetide/strbuf.h"
#include "pagetide/words.h"

#include "command.h"

/* Where a usage line has its i-th argument, or the last if that may come
 * again; NULL: there are no more. */
static const char *
usage_at(const char *usage, unsigned i)
{
	size_t len;

	for (;; i--) {
		usage += strspn(usage, " ");
		len = strcspn(usage, " ");
		if (len == 0)
			return NULL;
		if (i == 0 || memmem(usage, len, "...", 3) != NULL)
			return usage;
		usage += len;
	}
}

const char *
args_words(const struct command *cmd, unsigned i)
{
	const char *at = usage_at(cmd->usage, i);

	return at != NULL && *at == '[' ? at + 1 : at;
}

bool
args_optional(const struct command *cmd, unsigned i)
{
	const char *at = usage_at(cmd->usage, i);

	return at != NULL && *at == '[';
}

int
args_refuse(const struct args *a, unsigned i, const char *value,
    struct strbuf *why)
{
	strbuf_addf(why, "%s: ", a->command->name);
	words_list(why, args_words(a->command, i), value);
	strbuf_addf(why, ", not %s", a->v[i]);
	return -EINVAL;
}

/* Are there as many as the usage line has? */
static bool
is_complete(const struct args *a)
{
	const char *usage = a->command->usage;
	const char *next = usage_at(usage, a->n);

	/* All behind the name is one. */
	if ((a->command->flags & CMD_REST) != 0)
		return a->n == 1;
	if (a->n > 0 && usage_at(usage, a->n - 1) == NULL)
		return false;
	return next == NULL || *next == '[' ||
	    (a->n > 0 && usage_at(usage, a->n - 1) == next);
}

int
args_count(const struct args *a, struct strbuf *why)
{
	const struct command *cmd = a->command;

	if (is_complete(a))
		return 0;
	strbuf_addf(why, "usage: %s%s%s", cmd->name,
	    cmd->usage[0] != '\0' ? " " : "", cmd->usage);
	return -EINVAL;
}

int
args_check(struct args *a, struct strbuf *why)
{
	const char *words;
	unsigned i;

	for (i = 0; i < a->n; i++) {
		words = args_words(a->command, i);
		a->word[i] = words_find(words, a->v[i]);
		if (a->word[i] < 0 && !words_have_value(words))
			return args_refuse(a, i, NULL, why);
	}
	return 0;
}
