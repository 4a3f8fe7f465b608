#include "config.h"

#include "binding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/scene.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/xalloc.h"

#include "command.h"

static const char g_look[] = "Look";
static const char g_move[] = "Move and select";
static const char g_walk[] = "Walk: the worker touches pages";
static const char g_hint[] = "Hint: the worker calls the kernel";
static const char g_general[] = "General";

/* Footer labels that several keys share. */
static const char f_zoom[] = "Zoom";
static const char f_walk[] = "Walk";
static const char f_pace[] = "Pace";
static const char f_hint[] = "Hint";

const struct binding binding_table[] = {
	{ BIND_MAIN, "? F1", "help", "Help", "all keys", g_general },
	{ BIND_MAIN, "q", "quit", "Quit", "end pagetide (Ctrl-C too)",
	    g_general },
	{ BIND_MAIN, ":", "command", "Cmd", "type a command", g_general },
	{ BIND_MAIN, "M", "mouse", NULL, "mouse on or off", g_general },
	{ BIND_MAIN, "Ctrl-L", "redraw", NULL, "paint the whole screen again",
	    g_general },
	{ BIND_MAIN, "Space", "pause", "Pause",
	    "freeze the picture, or go on", g_look },
	{ BIND_MAIN, ".", "step", NULL, "while paused: the newest sample",
	    g_look },
	{ BIND_MAIN, "v Tab", "view next", "View", "next view", g_look },
	{ BIND_MAIN, "V BackTab", "view prev", NULL, "view before", g_look },
	{ BIND_MAIN, "i", "view inflight", NULL, "pages being read", g_look },
	{ BIND_MAIN, "y", "view dirty", NULL, "pages to be written", g_look },
	{ BIND_MAIN, "w", "view touched", NULL, "pages of the working set",
	    g_look },
	{ BIND_MAIN, "+ =", "zoom in", f_zoom, "half the pages a cell",
	    g_look },
	{ BIND_MAIN, "-", "zoom out", f_zoom, "twice the pages a cell",
	    g_look },
	{ BIND_MAIN, "0", "zoom fit", NULL, "the whole file", g_look },
	{ BIND_MAIN, "1", "zoom pages", NULL, "one page a cell", g_look },
	{ BIND_MAIN, "e", "expand", NULL, "map on the whole screen, or back",
	    g_look },
	{ BIND_MAIN, "a", "expand events", NULL,
	    "events in place of the graphs, or back", g_look },
	{ BIND_MAIN, "{", "span shorter", NULL, "graphs: shorter time",
	    g_look },
	{ BIND_MAIN, "}", "span longer", NULL, "graphs: longer time",
	    g_look },
	{ BIND_MAIN, "o", "graph", NULL,
	    "graphs: faults, or sets on one axis", g_look },
	{ BIND_MAIN, "[", "window shorter", NULL,
	    "working set: shorter window", g_look },
	{ BIND_MAIN, "]", "window longer", NULL,
	    "working set: longer window", g_look },
	{ BIND_MAIN, "T", "panel", NULL, "what touches cost, or the cursor",
	    g_look },
	{ BIND_MAIN, "N", "advise normal", f_hint,
	    "NORMAL: readahead around a miss", g_hint },
	{ BIND_MAIN, "S", "advise sequential", f_hint,
	    "SEQUENTIAL: readahead from the miss on", g_hint },
	{ BIND_MAIN, "R", "advise random", f_hint,
	    "RANDOM: no readahead, one page a miss", g_hint },
	{ BIND_MAIN, "W", "advise willneed", f_hint,
	    "WILLNEED: read into the cache, capped", g_hint },
	{ BIND_MAIN, "D", "advise dontneed", f_hint,
	    "DONTNEED: drop the PTEs, the cache stays", g_hint },
	{ BIND_MAIN, "C", "advise cold", f_hint,
	    "COLD: first to go when memory is short", g_hint },
	{ BIND_MAIN, "O", "advise pageout", f_hint,
	    "PAGEOUT: reclaim what only we map (asks)", g_hint },
	{ BIND_MAIN, "P", "advise populate", f_hint,
	    "POPULATE_READ: read and map, all at once", g_hint },
	{ BIND_MAIN, "L", "advise mlock", f_hint,
	    "mlock: bring in and keep", g_hint },
	{ BIND_MAIN, "U", "advise munlock", f_hint,
	    "munlock: may go again, nothing goes now", g_hint },
	{ BIND_MAIN, "E", "advise evict", f_hint,
	    "evict: DONTNEED, then fadvise (asks)", g_hint },
	{ BIND_MAIN, "f", "work sequential", f_walk, "forward, page by page",
	    g_walk },
	{ BIND_MAIN, "b", "work backward", f_walk, "backward, page by page",
	    g_walk },
	{ BIND_MAIN, "r", "work random", f_walk,
	    "pages at random (seeded)", g_walk },
	{ BIND_MAIN, "d", "work stride stride=64", f_walk,
	    "every 64th page (:work stride stride=N)", g_walk },
	{ BIND_MAIN, "t Enter", "touch", "Touch", "one page, at the cursor",
	    g_walk },
	{ BIND_MAIN, "x", "stop", "Stop", "stop the walk", g_walk },
	{ BIND_MAIN, "<", "pace slower", f_pace, "fewer touches a second",
	    g_walk },
	{ BIND_MAIN, ">", "pace faster", f_pace, "more touches a second",
	    g_walk },
	{ BIND_MAIN, "h Left", "move left", NULL, "cell to the left", g_move },
	{ BIND_MAIN, "l Right", "move right", NULL, "cell to the right",
	    g_move },
	{ BIND_MAIN, "k Up", "move up", NULL, "row up", g_move },
	{ BIND_MAIN, "j Down", "move down", NULL, "row down", g_move },
	{ BIND_MAIN, "K PgUp", "move pageup", NULL, "screen up", g_move },
	{ BIND_MAIN, "J PgDn", "move pagedown", NULL, "screen down", g_move },
	{ BIND_MAIN, "g Home", "move home", NULL, "first page", g_move },
	{ BIND_MAIN, "G End", "move end", NULL, "last page", g_move },
	{ BIND_MAIN, "/", "goto", "Go to", "go to 12M, 50% or 0x1f000",
	    g_move },
	{ BIND_MAIN, "s", "select", "Select",
	    "range from here to the cursor, or drop it", g_move },
	{ BIND_MAIN, "Esc", "escape", NULL, "drop the range", g_move },
	{ BIND_HELP, "? F1 Esc q", "escape", "Close", "close help", g_general },
	{ BIND_HELP, "k Up", "scroll-help up", "Up", "scroll up", g_general },
	{ BIND_HELP, "j Down Space", "scroll-help down", "Down",
	    "scroll down", g_general },
};
const unsigned binding_count = sizeof binding_table / sizeof *binding_table;

/* Is key one of the names? */
static bool
names_key(const char *names, uint32_t key)
{
	while (*names != '\0') {
		size_t len = strcspn(names, " ");
		char name[16] = "";

		memcpy(name, names, len < sizeof name ? len : 0);
		if (tty_key_find(name) == key)
			return true;
		names += len + strspn(names + len, " ");
	}
	return false;
}

const char *
binding_line(enum binding_mode mode, uint32_t key)
{
	unsigned i;

	for (i = 0; i < binding_count; i++)
		if (binding_table[i].mode == mode &&
		    names_key(binding_table[i].keys, key))
			return binding_table[i].line;
	return NULL;
}

char *
binding_key(char *buf, size_t size, const char *line)
{
	unsigned i;

	buf[0] = '\0';
	for (i = 0; i < binding_count; i++) {
		const struct binding *b = &binding_table[i];

		if (b->mode == BIND_MAIN && strcmp(b->line, line) == 0) {
			snprintf(buf, size, "%.*s",
			    (int)strcspn(b->keys, " "), b->keys);
			break;
		}
	}
	return buf;
}

bool
binding_acts(const struct binding *b)
{
	char name[32] = "";
	size_t len = strcspn(b->line, " ");
	const struct command *cmd;

	memcpy(name, b->line, len < sizeof name ? len : 0);
	cmd = command_find(name);
	return cmd != NULL && (cmd->flags & CMD_ACTS) != 0;
}

/* Rows with one label are one: "+", then "-", both "Zoom", make "+ -". */
static void
footer_add(struct key_help *rows, size_t *n, const struct binding *b)
{
	int len = (int)strcspn(b->keys, " ");
	const char *before;

	if (*n > 0 && rows[*n - 1].label == b->footer) {
		before = rows[*n - 1].keys;
		rows[*n - 1].keys = xasprintf("%s %.*s", before, len, b->keys);
		free((char *)before);
		return;
	}
	rows[(*n)++] = (struct key_help){
		.keys = xasprintf("%.*s", len, b->keys),
		.label = b->footer, .enabled = true };
}

struct key_help *
binding_footer(enum binding_mode mode, bool read_only, size_t *n)
{
	struct key_help *rows = xcalloc(binding_count, sizeof *rows);
	unsigned i;

	*n = 0;
	for (i = 0; i < binding_count; i++) {
		const struct binding *b = &binding_table[i];

		if (b->mode == mode && b->footer != NULL &&
		    !(read_only && binding_acts(b)))
			footer_add(rows, n, b);
	}
	return rows;
}

struct key_help *
binding_help(bool read_only, size_t *n)
{
	struct key_help *rows = xcalloc(binding_count, sizeof *rows);
	unsigned i;

	*n = 0;
	for (i = 0; i < binding_count; i++) {
		const struct binding *b = &binding_table[i];

		if (b->mode == BIND_MAIN && !(read_only && binding_acts(b)))
			rows[(*n)++] = (struct key_help){
				.keys = xstrdup(b->keys), .label = b->help,
				.group = b->group, .enabled = true };
	}
	return rows;
}

void
binding_free(struct key_help *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free((char *)rows[i].keys);
	free(rows);
}

void
binding_list(struct strbuf *out, bool read_only)
{
	unsigned i;

	for (i = 0; i < binding_count; i++) {
		const struct binding *b = &binding_table[i];

		if (b->mode == BIND_MAIN && !(read_only && binding_acts(b)))
			strbuf_addf(out, "%s\t%s\t%s\n", b->keys, b->line,
			    b->help);
	}
}
