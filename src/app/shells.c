/* What completes the options in a shell. */
#include "config.h"

#include <string.h>

#include "pagetide/strbuf.h"

#include "optprint.h"
#include "opts.h"

/* "cache mapped both" */
static void
add_words(struct strbuf *out, const struct option_row *r)
{
	const char *name;

	for (unsigned i = 0; (name = r->names(i)) != NULL; i++)
		strbuf_addf(out, "%s%s", i > 0 ? " " : "", name);
}

/* "-v|--view" */
static void
add_spellings(struct strbuf *out, const struct option_row *r,
    const char *between)
{
	if (r->letter != 0)
		strbuf_addf(out, "-%c%s", r->letter, between);
	strbuf_addf(out, "--%s", r->name);
}

static bool
takes_file(const struct option_row *r)
{
	return r->arg != NULL && strcmp(r->arg, "FILE") == 0;
}

/* Options whose argument is something else than a file. */
static void
bash_argument(struct strbuf *out, const struct option_row *r)
{
	if (r->arg == NULL || takes_file(r))
		return;
	strbuf_adds(out, "\t");
	add_spellings(out, r, "|");
	strbuf_adds(out, ")\n");
	if (r->names != NULL) {
		strbuf_adds(out, "\t\twords='");
		add_words(out, r);
		strbuf_adds(out, "' ;;\n");
		return;
	}
	strbuf_adds(out, "\t\treturn ;;\n");
}

static void
bash(struct strbuf *out, const struct option_row *table, size_t n)
{
	size_t i;

	strbuf_adds(out, "# pagetide in bash, by pagetide --completion bash\n"
	    "_pagetide() {\n\tlocal cur=$2 prev=$3 words=\n"
	    "\tCOMPREPLY=()\n\tcase $prev in\n");
	for (i = 0; i < n; i++)
		bash_argument(out, &table[i]);
	strbuf_adds(out, "\t*)\n\t\t[ \"${cur#-}\" = \"$cur\" ] || words='");
	for (i = 0; i < n; i++) {
		strbuf_adds(out, i > 0 ? " " : "");
		add_spellings(out, &table[i], " ");
	}
	strbuf_adds(out, "' ;;\n\tesac\n"
	    "\tif [ -n \"$words\" ]; then\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	    "\t\treturn\n\tfi\n"
	    "\t[ \"$COMP_CWORD\" != 1 ] || words='diff lesson truth'\n"
	    "\tif [ \"${COMP_WORDS[1]}\" = lesson ] &&\n"
	    "\t    { [ \"$COMP_CWORD\" = 2 ] || [ \"$prev\" = --check ]; }; then\n"
	    "\t\twords=$(\"$1\" lesson 2>/dev/null | cut -d ' ' -f 1)\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	    "\t\treturn\n\tfi\n"
	    "\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\"\n"
	    "\t    compgen -W \"$words\" -- \"$cur\")\n}\n"
	    "complete -o filenames -F _pagetide pagetide\n");
}

/* Help as it may stand between '' and brackets: a backslash before those that
 * are escaped, and quote for a '. */
static void
add_help(struct strbuf *out, const struct option_row *r, const char *escaped,
    const char *quote)
{
	for (const char *s = r->help; *s != '\0'; s++) {
		if (*s == ':' && s[1] == '\0')
			break;
		if (strchr(escaped, *s) != NULL)
			strbuf_addc(out, '\\');
		if (*s == '\'')
			strbuf_adds(out, quote);
		else
			strbuf_addc(out, *s);
	}
}

static void
zsh_option(struct strbuf *out, const struct option_row *r)
{
	if (r->letter != 0)
		strbuf_addf(out, "    '(-%c --%s)'{-%c,--%s}'[", r->letter,
		    r->name, r->letter, r->name);
	else
		strbuf_addf(out, "    '--%s[", r->name);
	add_help(out, r, "[]:\\", "'\\''");
	strbuf_adds(out, "]");
	if (r->arg != NULL)
		strbuf_addf(out, ":%s:", r->arg);
	if (takes_file(r)) {
		strbuf_adds(out, "_files");
	} else if (r->names != NULL) {
		strbuf_adds(out, "(");
		add_words(out, r);
		strbuf_adds(out, ")");
	}
	strbuf_adds(out, "' \\\n");
}

static void
zsh(struct strbuf *out, const struct option_row *table, size_t n)
{
	strbuf_adds(out, "#compdef pagetide\n"
	    "# pagetide in zsh, by pagetide --completion zsh\n"
	    "_arguments -s \\\n");
	for (size_t i = 0; i < n; i++)
		zsh_option(out, &table[i]);
	strbuf_adds(out, "    '1:file:{ _files; compadd diff lesson truth }' \\\n"
	    "    '2:lesson:{ [[ $line[1] != lesson ]] || compadd -- "
	    "${(f)\"$($words[1] lesson 2>/dev/null | cut -d \" \" -f 1)\"}; }'"
	    "\n");
}

static void
fish_option(struct strbuf *out, const struct option_row *r)
{
	strbuf_addf(out, "complete -c pagetide -l %s", r->name);
	if (r->letter != 0)
		strbuf_addf(out, " -s %c", r->letter);
	if (r->arg != NULL)
		strbuf_adds(out, takes_file(r) ? " -r" : " -x");
	if (r->names != NULL) {
		strbuf_adds(out, " -a '");
		add_words(out, r);
		strbuf_adds(out, "'");
	}
	strbuf_adds(out, " -d '");
	add_help(out, r, "\\", "\\'");
	strbuf_adds(out, "'\n");
}

static void
fish(struct strbuf *out, const struct option_row *table, size_t n)
{
	strbuf_adds(out, "# pagetide in fish, by pagetide --completion fish\n"
	    "complete -c pagetide -n __fish_is_first_arg -a diff "
	    "-d 'two moments of recordings, compared'\n"
	    "complete -c pagetide -n __fish_is_first_arg -a truth "
	    "-d 'the truth table of hints'\n"
	    "complete -c pagetide -n __fish_is_first_arg -a lesson "
	    "-d 'what the kernel does, in steps'\n"
	    "complete -c pagetide -n '__fish_seen_subcommand_from lesson' "
	    "-a '(pagetide lesson 2>/dev/null | string replace -r \" +\" "
	    "\\t)'\n");
	for (size_t i = 0; i < n; i++)
		fish_option(out, &table[i]);
}

static const struct {
	const char	*name;
	void		(*print)(struct strbuf *, const struct option_row *,
			    size_t n);
} shell_table[] = {
	{ "bash", bash },
	{ "zsh", zsh },
	{ "fish", fish },
};
#define N_SHELLS (sizeof shell_table / sizeof *shell_table)

const char *
optprint_shell(unsigned i)
{
	return i < N_SHELLS ? shell_table[i].name : NULL;
}

void
optprint_completion(const struct option_row *table, size_t n,
    const char *shell)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < N_SHELLS; i++)
		if (strcmp(shell_table[i].name, shell) == 0) {
			shell_table[i].print(&out, table, n);
			optprint_end(&out);
		}
}
