#include "config.h"

#include "background.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"

#include "device.h"
#include "keys.h"
#include "out.h"

enum { BACKGROUND_ASK_MS = 100 };

#define ASK_COLOUR	"\033]11;?"
#define ASK_KIND	"\033[c"

/* Set, and not empty? */
static bool
in_environment(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0';
}

/*
 * All terminals answer what kind they are: where that is all, they don't know
 * the other. tmux and screen answer that themselves; the question they hand on
 * to the terminal behind them, which has its 100 ms, if they don't know.
 */
static const char *
question(void)
{
	if (in_environment("TMUX"))
		return ASK_COLOUR "\033\\"
		    "\033Ptmux;\033" ASK_COLOUR "\a\033\\";
	if (in_environment("STY"))
		return "\033P" ASK_COLOUR "\a\033\\";
	return ASK_COLOUR "\033\\" ASK_KIND;
}

/* Waits for input; false at the end of it, or of the time. */
static bool
wait_input(const struct device *d, uint64_t end_ns)
{
	uint64_t now_ns = clock_now_ns();

	return now_ns < end_ns &&
	    device_wait(d, (int)((end_ns - now_ns) / NS_PER_MS));
}

static bool
ask(struct key_reader *r, struct out *out)
{
	const char *text = question();
	uint64_t now_ns = clock_now_ns();
	uint64_t end_ns = now_ns + BACKGROUND_ASK_MS * NS_PER_MS;

	answer_expect(&r->answer, now_ns);
	out_add(out, text, strlen(text));
	/* A terminal that does not read does not answer either. */
	if (out_flush(out) != 0)
		return false;
	while (r->answer.due && !r->answer.known &&
	    wait_input(r->device, end_ns))
		if (!keys_read_early(r))
			break;
	return r->answer.known && r->answer.light;
}

bool
background_is_light(struct key_reader *r, struct out *out)
{
	const char *s = getenv("COLORFGBG");

	if (s == NULL)
		return ask(r, out);
	s = strrchr(s, ';');
	return s != NULL && (strcmp(s, ";15") == 0 || strcmp(s, ";7") == 0);
}
