#include "fuzz.h"

#include <string.h>

#include "pagetide/binding.h"
#include "command.h"

/* Words of a usage line: "[NAME...]" is up to three of them, or none. */
static void
add_words(struct rng *r, const struct command *c, struct strbuf *out)
{
	const char *s = c->usage;
	char name[64];

	while (*(s += strspn(s, " ")) != '\0') {
		size_t len = strcspn(s, " "), from = s[0] == '[';
		bool many = memmem(s, len, "...", 3) != NULL;
		unsigned n = many ? rng_below(r, 4) : 1;

		if (from == 1 && rng_chance(r, 30))
			n = 0;
		if (from == 0 && n == 0)
			n = 1;
		memcpy(name, s + from, len - from);
		name[len - from] = '\0';
		name[strcspn(name, "].")] = '\0';
		if (strcmp(c->name, "wait-samples") == 0)
			strcpy(name, "SAMPLES");
		for (; n > 0; n--) {
			strbuf_addc(out, ' ');
			fuzz_value(r, name, c->help, out);
		}
		s += len;
	}
}

/* A key of the table, by its name. */
static void
add_key(struct rng *r, struct strbuf *out)
{
	const struct binding *b = &binding_table[rng_below(r, binding_count)];

	if (strcmp(b->line, "quit") == 0)
		return;
	strbuf_addf(out, " %.*s", (int)strcspn(b->keys, " "), b->keys);
}

static void
add_command(struct rng *r, struct strbuf *out)
{
	const struct command *c = &command_table[rng_below(r, command_count)];

	if (strcmp(c->name, "quit") == 0 && rng_chance(r, 95))
		c = &command_table[rng_below(r, command_count)];
	strbuf_adds(out, c->name);
	if (strcmp(c->name, "key") == 0 && rng_chance(r, 90))
		add_key(r, out);
	else
		add_words(r, c, out);
	if (strncmp(c->name, "wait", 4) == 0 ||
	    strcmp(c->name, "save-screen") == 0 ||
	    strcmp(c->name, "export") == 0)
		return;
	if (rng_chance(r, 5))
		fuzz_spoil(r, out);
	if (rng_chance(r, 3))
		strbuf_adds(out, " more");
}

void
fuzz_line(struct rng *r, struct strbuf *out)
{
	if (rng_chance(r, 15)) {
		strbuf_adds(out, binding_table[rng_below(r,
		    binding_count)].line);
		if (strcmp(out->s, "quit") == 0)
			strbuf_reset(out);
	} else {
		add_command(r, out);
	}
}
