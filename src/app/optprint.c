#include "config.h"

#include "optprint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/exits.h"
#include "pagetide/output.h"
#include "pagetide/palette.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"

#include "libs.h"

#define HELP_COLS	80	/* of a line of --help */
#define HELP_INDENT	29	/* of the text in it */

void
optprint_end(const struct strbuf *out)
{
	struct strbuf why = STRBUF_INIT;

	if (output_text(out->s, &why) == 0)
		exit(EXIT_OK);
	fprintf(stderr, "pagetide: %s\n", why.s);
	exit(EXIT_FAIL);
}

/* All names, from column col on. */
static void
add_names(struct strbuf *out, option_name *name_at, size_t col)
{
	const char *name, *next;
	unsigned i = 0;
	size_t len;

	for (name = name_at(i); name != NULL; name = next) {
		next = name_at(++i);
		len = strlen(name) + (next != NULL);
		if (col + 1 + len < HELP_COLS) {
			strbuf_addc(out, ' ');
			col++;
		} else {
			strbuf_addf(out, "\n%*s", HELP_INDENT, "");
			col = HELP_INDENT;
		}
		strbuf_addf(out, "%s%s", name, next != NULL ? "," : "");
		col += len;
	}
}

static void
add_row(struct strbuf *out, const struct option_row *r)
{
	size_t len = strlen(r->help);
	char left[64];

	snprintf(left, sizeof left, "%c%c%c --%s%s%s", r->letter ? '-' : ' ',
	    r->letter ? r->letter : ' ', r->letter ? ',' : ' ', r->name,
	    r->arg ? " " : "", r->arg ? r->arg : "");
	strbuf_addf(out, "  %-*s%s", HELP_INDENT - 2, left, r->help);
	if (r->names != NULL && r->help[len - 1] == ':')
		add_names(out, r->names, HELP_INDENT + len);
	strbuf_addc(out, '\n');
}

void
optprint_help(const struct option_row *table, size_t n, const char *arg)
{
	struct strbuf out = STRBUF_INIT;
	size_t i;

	(void)arg;
	strbuf_adds(&out, "Usage: pagetide [OPTION]... [FILE]\n"
	    "       pagetide lesson [OPTION]... [LESSON [FILE]]\n"
	    "       pagetide -p [-m WHICH] [PID|NAME]\n"
	    "       pagetide run [OPTION]... COMMAND [ARGUMENT]...\n"
	    "       pagetide truth [OPTION]... [HINT]\n"
	    "       pagetide diff [OPTION]... RECORDING[@TIME] "
	    "RECORDING[@TIME]\n"
	    "Shows live which pages of FILE are in memory, what each next "
	    "touch would cost,\nand what a hint to the kernel really does. "
	    "Without FILE: a demo file of 64 MiB.\n\n");
	for (i = 0; i < n; i++)
		add_row(&out, &table[i]);
	strbuf_adds(&out, "\nExit status: 0 ok, 1 failure, 2 usage, "
	    "3 target gone or changed,\n"
	    "4 residency not knowable, 5 a check failed. "
	    "Keys: press ? or see --list-keys.\n");
	optprint_end(&out);
}

#ifdef NO_NEW_SYSCALLS
#define NEW_CALLS	"not built in"
#else
#define NEW_CALLS	"built in"
#endif

void
optprint_version(const struct option_row *table, size_t n, const char *arg)
{
	struct strbuf out = STRBUF_INIT;

	(void)table;
	(void)n;
	(void)arg;
	strbuf_addf(&out, "pagetide %s\n%s, ", PACKAGE_VERSION, tty_curses());
	libs_versions(&out);
	strbuf_adds(&out, "\ncachestat (Linux 6.5) and PAGEMAP_SCAN (Linux "
	    "6.7): " NEW_CALLS "\ncolours: 16 million, 256, 16, 8 or none, as "
	    "the terminal has them; schemes:");
	for (unsigned i = 0; i < scheme_count; i++)
		strbuf_addf(&out, "%s %s", i > 0 ? "," : "",
		    scheme_table[i].name);
	strbuf_addc(&out, '\n');
	optprint_end(&out);
}
