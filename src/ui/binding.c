#include "config.h"

#include "pagetide/binding.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/scene.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/xalloc.h"


static const char g_look[] = "Look";
static const char g_move[] = "Move and select";
static const char g_walk[] = "Walk: the worker touches pages";
static const char g_limit[] = "Memory";
static const char g_hint[] = "Hint: the worker calls the kernel";
static const char g_general[] = "General";
static const char g_frozen[] = "While the picture is frozen";
static const char g_play[] = "While a recording plays";
static const char g_events[] = "While the events have the room";
static const char g_views[] = "In the list of views";
static const char g_own[] = "Your own";
static const char g_compare[] = "While pictures are compared";
static const char g_lesson[] = "In a lesson";
static const char g_lessons[] = "In the list of lessons";
static const char g_list[] = "In a list of processes or mappings";
static const char g_process[] = "While a process is watched";
static const char g_help[] = "While the help is open";

const struct binding_mode_info binding_mode_table[BIND_MODES] = {
	[BIND_MAIN] = { "main", -1 },
	[BIND_FROZEN] = { "frozen", BIND_MAIN },
	[BIND_PLAY] = { "play", BIND_FROZEN },
	[BIND_EVENTS] = { "events", BIND_FROZEN },
	[BIND_VIEWS] = { "views", -1 },
	[BIND_LESSON] = { "lesson", BIND_MAIN, "lesson" },
	[BIND_LESSONS] = { "lessons", -1, "lesson" },
	[BIND_COMPARE] = { "compare", -1 },
	[BIND_LIST] = { "list", -1 },
	[BIND_PROCESS] = { "process", BIND_MAIN },
	[BIND_HELP] = { "help", -1 },
	[BIND_PROMPT] = { "prompt", -1 },
	[BIND_QUESTION] = { "question", -1 },
};

const struct binding binding_table[] = {
	{ BIND_MAIN, "? F1", "help", "legend, keys, views, commands",
	    g_general },
	{ BIND_MAIN, "q", "quit", "end pagetide (Ctrl-C too)", g_general },
	{ BIND_MAIN, ":", "command", "type a command", g_general },
	{ BIND_MAIN, "A F2", "lesson", "list of lessons", g_general },
	{ BIND_MAIN, "M", "mouse", "mouse on or off", g_general },
	{ BIND_MAIN, "Ctrl-L", "redraw", "paint the whole screen again",
	    g_general },
	{ BIND_MAIN, "Space", "freeze", "freeze the picture, or go on",
	    g_look },
	{ BIND_MAIN, "v", "views", "list of views", g_look },
	{ BIND_MAIN, "Tab", "view next", "next view", g_look },
	{ BIND_MAIN, "V BackTab", "view prev", "view before", g_look },
	{ BIND_MAIN, "i", "view inflight back", "incomplete pages: being read?",
	    g_look },
	{ BIND_MAIN, "y", "view dirty back", "pages to be written", g_look },
	{ BIND_MAIN, "w", "view touched back", "pages of the working set",
	    g_look },
	{ BIND_MAIN, "+ =", "zoom in", "half the pages a cell", g_look },
	{ BIND_MAIN, "-", "zoom out", "twice the pages a cell", g_look },
	{ BIND_MAIN, "0", "zoom fit", "the whole file", g_look },
	{ BIND_MAIN, "1", "zoom pages", "one page a cell", g_look },
	{ BIND_MAIN, "e", "expand", "map on the whole screen, or back",
	    g_look },
	{ BIND_MAIN, "a", "expand events",
	    "events in place of the graphs, or back", g_look },
	{ BIND_MAIN, "z", "expand panel",
	    "side panel on the whole screen, or back", g_look },
	{ BIND_MAIN, "B F11", "present",
	    "big: for the back of a room, or back", g_look },
	{ BIND_MAIN, "{", "span shorter", "graphs, waterfall: shorter time", g_look },
	{ BIND_MAIN, "}", "span longer", "graphs, waterfall: longer time", g_look },
	{ BIND_MAIN, "o", "graph", "graphs: faults, or sets on one axis",
	    g_look },
	{ BIND_MAIN, "[", "window shorter", "working set: shorter window",
	    g_look },
	{ BIND_MAIN, "]", "window longer", "working set: longer window",
	    g_look },
	{ BIND_MAIN, "c", "compare", "what :snap and :race kept, side by side",
	    g_look },
	{ BIND_MAIN, "T", "panel", "what touches cost, or the cursor",
	    g_look },
	{ BIND_MAIN, "#", "panel monitors back",
	    "what pidstat, perf and sar say, or back", g_look },
	{ BIND_MAIN, "Y", "panel why back",
	    "why touches cost it, or the cursor", g_look },
	{ BIND_MAIN, "F", "faults", "where faults land: marks on the map, or no",
	    g_look },
	{ BIND_MAIN, "u", "who", "who maps it, and how much of it, or no more",
	    g_look },
	{ BIND_MAIN, "N", "advise normal", "NORMAL: readahead around a miss",
	    g_hint },
	{ BIND_MAIN, "S", "advise sequential",
	    "SEQUENTIAL: readahead from the miss on", g_hint },
	{ BIND_MAIN, "R", "advise random",
	    "RANDOM: no readahead, one page a miss", g_hint },
	{ BIND_MAIN, "W", "advise willneed",
	    "WILLNEED: read into the cache, capped", g_hint },
	{ BIND_MAIN, "D", "advise dontneed",
	    "DONTNEED: drop the PTEs, the cache stays", g_hint },
	{ BIND_MAIN, "C", "advise cold",
	    "COLD: first to go when memory is short", g_hint },
	{ BIND_MAIN, "O", "advise pageout",
	    "PAGEOUT: reclaim what no other maps (asks)", g_hint },
	{ BIND_MAIN, "P", "advise populate",
	    "POPULATE_READ: read and map, all at once", g_hint },
	{ BIND_MAIN, "L", "advise mlock", "mlock: bring in and keep", g_hint },
	{ BIND_MAIN, "U", "advise munlock",
	    "munlock: may go again, nothing goes now", g_hint },
	{ BIND_MAIN, "E", "advise evict",
	    "evict: DONTNEED, then fadvise (asks)", g_hint },
	{ BIND_MAIN, "f", "work sequential", "forward, page by page", g_walk },
	{ BIND_MAIN, "b", "work backward", "backward, page by page", g_walk },
	{ BIND_MAIN, "r", "work random", "pages at random (seeded)", g_walk },
	{ BIND_MAIN, "d", "work stride stride=64",
	    "every 64th page (:work stride stride=N)", g_walk },
	{ BIND_MAIN, "t Enter", "touch", "one page, at the cursor", g_walk },
	{ BIND_MAIN, "x", "stop", "stop the walk", g_walk },
	{ BIND_MAIN, "p", "pause", "pause the walk, or go on", g_walk },
	{ BIND_MAIN, "n", "step", "touch the next page of the walk", g_walk },
	{ BIND_MAIN, "<", "pace slower", "fewer touches a second", g_walk },
	{ BIND_MAIN, ">", "pace faster", "more touches a second", g_walk },
	{ BIND_MAIN, "&", "worker next", "a second worker, or the other acts",
	    g_walk },
	{ BIND_MAIN, "m", "panel memory back", "memory as a box, or back",
	    g_limit },
	{ BIND_MAIN, "(", "limit less", "squeeze: less memory for the worker",
	    g_limit },
	{ BIND_MAIN, ")", "limit more", "loosen: more memory, or no limit",
	    g_limit },
	{ BIND_MAIN, "h Left", "move left", "cell to the left", g_move },
	{ BIND_MAIN, "l Right", "move right", "cell to the right", g_move },
	{ BIND_MAIN, "k Up", "move up", "row up", g_move },
	{ BIND_MAIN, "j Down", "move down", "row down", g_move },
	{ BIND_MAIN, "K PgUp", "move pageup", "screen up", g_move },
	{ BIND_MAIN, "J PgDn", "move pagedown", "screen down", g_move },
	{ BIND_MAIN, "g Home", "move home", "first page", g_move },
	{ BIND_MAIN, "G End", "move end", "last page", g_move },
	{ BIND_MAIN, "/", "goto", "go to 12M, 50% or 0x1f000", g_move },
	{ BIND_MAIN, "s", "select toggle",
	    "range from here to the cursor, or drop it", g_move },
	{ BIND_MAIN, "Esc", "escape", "drop the range, give back the room",
	    g_move },
	{ BIND_FROZEN, "Space", "freeze", "the live picture again", g_frozen },
	{ BIND_FROZEN, ",", "earlier", "the sample before", g_frozen },
	{ BIND_FROZEN, ".", "later", "the sample after", g_frozen },
	{ BIND_FROZEN, "<", "earlier 10", "ten samples back", g_frozen },
	{ BIND_FROZEN, ">", "later 10", "ten samples on", g_frozen },
	{ BIND_FROZEN, "[", "earlier mark", "the hint, walk or mark before",
	    g_frozen },
	{ BIND_FROZEN, "]", "later mark", "the hint, walk or mark after",
	    g_frozen },
	{ BIND_PLAY, "Space", "freeze", "stop", g_play },
	{ BIND_PLAY, "<", "play slower", "slower", g_play },
	{ BIND_PLAY, ">", "play faster", "faster", g_play },
	{ BIND_EVENTS, "PgUp K", "scroll-events older", "older events",
	    g_events },
	{ BIND_EVENTS, "PgDn J", "scroll-events newer", "newer events",
	    g_events },
	{ BIND_EVENTS, "Home g", "scroll-events oldest", "the oldest events",
	    g_events },
	{ BIND_EVENTS, "End G", "scroll-events newest", "the newest events",
	    g_events },
	{ BIND_VIEWS, "v Tab j Down", "view next", "next view", g_views },
	{ BIND_VIEWS, "V BackTab k Up", "view prev", "view before", g_views },
	{ BIND_VIEWS, "Enter Space", "views", "keep this view", g_views },
	{ BIND_VIEWS, "Esc q", "escape", "back to the view of before",
	    g_views },
	{ BIND_VIEWS, "c", "view cache", "the page cache", g_views },
	{ BIND_VIEWS, "m", "view mapped", "what has a PTE", g_views },
	{ BIND_VIEWS, "b", "view both", "both of them", g_views },
	{ BIND_VIEWS, "o", "view cost", "what the next touch costs", g_views },
	{ BIND_VIEWS, "g", "view changed", "what came and went", g_views },
	{ BIND_VIEWS, "y", "view dirty", "pages to be written", g_views },
	{ BIND_VIEWS, "W", "view writeback", "pages being written", g_views },
	{ BIND_VIEWS, "e", "view evicted", "what reclaim took out", g_views },
	{ BIND_VIEWS, "r", "view recent", "taken, yet in the working set",
	    g_views },
	{ BIND_VIEWS, "i", "view inflight", "not up to date", g_views },
	{ BIND_VIEWS, "h", "view holes", "no data stored", g_views },
	{ BIND_VIEWS, "l", "view locked", "locked in memory", g_views },
	{ BIND_VIEWS, "p", "view private", "pages copied on write", g_views },
	{ BIND_VIEWS, "a", "view readahead", "windows of readahead", g_views },
	{ BIND_VIEWS, "f", "view faults", "where faults land", g_views },
	{ BIND_VIEWS, "K", "view kinds", "kinds of memory: private, zeros, ..",
	    g_views },
	{ BIND_VIEWS, "u", "view who", "how many processes map it", g_views },
	{ BIND_VIEWS, "w", "view touched", "the working set", g_views },
	{ BIND_VIEWS, "t", "view waterfall", "what was cached, over time",
	    g_views },
	{ BIND_VIEWS, "d", "view diff", "what differs between two moments",
	    g_views },
	{ BIND_LESSON, "Space Enter", "next", "go on", g_lesson },
	{ BIND_LESSON, "Backspace", "back", "the step before, made anew",
	    g_lesson },
	{ BIND_LESSON, "1", "predict 1", "predict the first", g_lesson },
	{ BIND_LESSON, "2", "predict 2", "the second", g_lesson },
	{ BIND_LESSON, "3", "predict 3", "the third", g_lesson },
	{ BIND_LESSON, "4", "predict 4", "the fourth", g_lesson },
	{ BIND_LESSON, "Esc", "escape", "leave the lesson", g_lesson },
	{ BIND_LESSONS, "j Down Tab", "lessons down", "next lesson",
	    g_lessons },
	{ BIND_LESSONS, "k Up BackTab", "lessons up", "lesson before",
	    g_lessons },
	{ BIND_LESSONS, "Enter Space", "lessons take", "take this lesson",
	    g_lessons },
	{ BIND_LESSONS, "Esc q", "escape", "close the list", g_lessons },
	{ BIND_COMPARE, "1", "compare A", "A large, or all three", g_compare },
	{ BIND_COMPARE, "2", "compare B", "B large, or all three", g_compare },
	{ BIND_COMPARE, "3", "compare C", "C large, or all three", g_compare },
	{ BIND_COMPARE, "o", "compare order",
	    "order: as kept, by reads, time, faults", g_compare },
	{ BIND_COMPARE, "v", "view next", "the maps in the next view",
	    g_compare },
	{ BIND_COMPARE, "x", "stop", "stop the race", g_compare },
	{ BIND_COMPARE, "c", "compare", "back to the map", g_compare },
	{ BIND_COMPARE, "Esc", "escape", "stop the race, or a step back",
	    g_compare },
	{ BIND_COMPARE, ":", "command", "type a command", g_compare },
	{ BIND_COMPARE, "? F1", "help", "all keys", g_compare },
	{ BIND_COMPARE, "q", "quit", "end pagetide", g_compare },
	{ BIND_LIST, "Enter", "open", "what one has mapped; its pages",
	    g_list },
	{ BIND_LIST, "j Down Tab", "rows down", "next row", g_list },
	{ BIND_LIST, "k Up BackTab", "rows up", "row before", g_list },
	{ BIND_LIST, "PgDn J Space", "rows pagedown", "screen down", g_list },
	{ BIND_LIST, "PgUp K", "rows pageup", "screen up", g_list },
	{ BIND_LIST, "g Home", "rows first", "first row", g_list },
	{ BIND_LIST, "G End", "rows last", "last row", g_list },
	{ BIND_LIST, "s", "sort next", "sort by the next column", g_list },
	{ BIND_LIST, "/", "filter", "only rows with a text, or an address",
	    g_list },
	{ BIND_LIST, "Esc Backspace", "escape",
	    "all rows again; back to the processes", g_list },
	{ BIND_LIST, ":", "command", "type a command", g_list },
	{ BIND_LIST, "? F1", "help", "all keys", g_list },
	{ BIND_LIST, "Ctrl-L", "redraw", "paint the whole screen again",
	    g_list },
	{ BIND_LIST, "q", "quit", "end pagetide", g_list },
	{ BIND_PROCESS, "Tab", "open next", "next mapping of the list",
	    g_process },
	{ BIND_PROCESS, "BackTab", "open prev", "mapping before", g_process },
	{ BIND_PROCESS, "Esc Backspace", "escape",
	    "drop the range; back to the list", g_process },
	{ BIND_HELP, "Esc ? F1 q", "escape", "close help", g_help },
	{ BIND_HELP, "PgDn Space j Down", "scroll-help down", "next page",
	    g_help },
	{ BIND_HELP, "PgUp k Up", "scroll-help up", "page before", g_help },
	{ BIND_HELP, "g Home", "scroll-help first", "first page", g_help },
	{ BIND_HELP, "G End", "scroll-help last", "last page", g_help },
	{ BIND_HELP, "/", "find-help", "look for a word", g_help },
	{ BIND_HELP, "n", "scroll-help match", "next page with it", g_help },
};
const unsigned binding_count = sizeof binding_table / sizeof *binding_table;

/* Is it one of the names? */
static bool
has_name(const char *names, const char *name)
{
	size_t len, want = strlen(name);

	for (; *names != '\0'; names += len + strspn(names + len, " ")) {
		len = strcspn(names, " ");
		if (len == want && memcmp(names, name, len) == 0)
			return true;
	}
	return false;
}

/* The user's own, which come before those of the table. */
static struct own_keys {
	enum binding_mode mode;
	uint32_t	 key;
	char		 name[TTY_KEY_NAME_MAX];
	char		*line;
	char		*help;		/* that, and in which mode */
} own[64];
static unsigned own_count;
#define OWN_MAX (sizeof own / sizeof *own)

static struct own_keys *
find_own(int mode, uint32_t key)
{
	for (struct own_keys *o = own; o < own + own_count; o++)
		if ((int)o->mode == mode && o->key == key)
			return o;
	return NULL;
}

int
binding_add(enum binding_mode mode, uint32_t key, const char *line)
{
	struct own_keys *o = find_own((int)mode, key);

	if (o == NULL && own_count == OWN_MAX)
		return -ENOSPC;
	if (o == NULL)
		o = &own[own_count++];
	free(o->line);
	free(o->help);
	*o = (struct own_keys){ .mode = mode, .key = key, .line = xstrdup(line),
		.help = xasprintf("%s%s%s", mode != BIND_MAIN ?
		    binding_mode_table[mode].name : "", mode != BIND_MAIN ?
		    ": " : "", line) };
	tty_key_name(o->name, key);
	return 0;
}

bool
binding_mode_covers(enum binding_mode mode)
{
	return mode != BIND_MAIN && binding_mode_table[mode].base < 0;
}

bool
binding_mode_is_open(enum binding_mode mode)
{
	return mode != BIND_PROMPT && mode != BIND_QUESTION;
}

int
binding_mode_find(const char *name)
{
	for (int m = 0; m < BIND_MODES; m++)
		if (strcmp(binding_mode_table[m].name, name) == 0)
			return m;
	return -1;
}

const char *
binding_line(enum binding_mode mode, uint32_t key)
{
	char name[TTY_KEY_NAME_MAX];
	const struct own_keys *o;
	unsigned i;
	int m;

	tty_key_name(name, key);
	for (m = (int)mode; m >= 0; m = binding_mode_table[m].base) {
		o = find_own(m, key);
		if (o != NULL)
			return o->line;
		for (i = 0; i < binding_count; i++)
			if ((int)binding_table[i].mode == m &&
			    has_name(binding_table[i].keys, name))
				return binding_table[i].line;
	}
	return NULL;
}

const char *
binding_elsewhere(uint32_t key)
{
	char name[TTY_KEY_NAME_MAX];
	unsigned i;

	tty_key_name(name, key);
	for (i = 0; i < binding_count; i++)
		if (binding_table[i].mode != BIND_MAIN &&
		    has_name(binding_table[i].keys, name))
			return binding_table[i].group;
	return NULL;
}

/* Those of its keys that the user has not bound to something else, at most so
 * many, a blank between; NULL: none. */
static char *
keys_left(const struct binding *b, unsigned most)
{
	char *left = NULL, name[TTY_KEY_NAME_MAX];
	const char *keys = b->keys;
	struct strbuf out = STRBUF_INIT;
	size_t len;

	for (; *keys != '\0' && most > 0;
	    keys += len + strspn(keys + len, " ")) {
		len = strcspn(keys, " ");
		snprintf(name, sizeof name, "%.*s", (int)len, keys);
		if (find_own((int)b->mode, tty_key_find(name)) != NULL)
			continue;
		strbuf_addf(&out, "%s%s", out.len > 0 ? " " : "", name);
		most--;
	}
	if (out.len > 0)
		left = xstrdup(out.s);
	strbuf_done(&out);
	return left;
}

/* The first key of a row for that line in that very mode; false: none. */
static bool
key_in_mode(char *buf, size_t size, int mode, const char *line)
{
	char *keys = NULL;
	unsigned i;

	for (i = 0; i < own_count; i++)
		if ((int)own[i].mode == mode &&
		    strcmp(own[i].line, line) == 0) {
			snprintf(buf, size, "%s", own[i].name);
			return true;
		}
	for (i = 0; i < binding_count && keys == NULL; i++)
		if ((int)binding_table[i].mode == mode &&
		    strcmp(binding_table[i].line, line) == 0)
			keys = keys_left(&binding_table[i], 1);
	if (keys == NULL)
		return false;
	snprintf(buf, size, "%s", keys);
	free(keys);
	return true;
}

char *
binding_key(char *buf, size_t size, enum binding_mode mode, const char *line)
{
	int m;

	buf[0] = '\0';
	for (m = (int)mode; m >= 0; m = binding_mode_table[m].base)
		if (key_in_mode(buf, size, m, line))
			break;
	return buf;
}

/* So is what holds only where a hidden line leads. */
static bool
is_hidden(enum binding_mode mode, const char *line, binding_acts *hidden)
{
	const char *by = binding_mode_table[mode].by;

	return hidden != NULL && (hidden(line) || (by != NULL && hidden(by)));
}

struct key_help *
binding_help(binding_acts *hidden, size_t *n)
{
	struct key_help *rows = xcalloc(binding_count + OWN_MAX, sizeof *rows);
	char *keys;
	unsigned i;

	*n = 0;
	for (i = 0; i < binding_count; i++) {
		const struct binding *b = &binding_table[i];

		keys = is_hidden(b->mode, b->line, hidden) ? NULL :
		    keys_left(b, UINT_MAX);
		if (keys != NULL)
			rows[(*n)++] = (struct key_help){ .keys = keys,
				.label = b->help, .group = b->group,
				.line = b->line };
	}
	for (i = 0; i < own_count; i++)
		if (!is_hidden(own[i].mode, own[i].line, hidden))
			rows[(*n)++] = (struct key_help){
				.keys = xstrdup(own[i].name),
				.label = own[i].help, .group = g_own,
				.line = own[i].line };
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
binding_list(struct strbuf *out, binding_acts *hidden)
{
	unsigned i;

	for (i = 0; i < binding_count; i++) {
		const struct binding *b = &binding_table[i];

		if (!is_hidden(b->mode, b->line, hidden))
			strbuf_addf(out, "%s\t%s\t%s\t%s\n",
			    binding_mode_table[b->mode].name, b->keys, b->line,
			    b->help);
	}
}
