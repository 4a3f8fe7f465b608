#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/diagnosis.h"
#include "pagetide/frame.h"
#include "pagetide/picture.h"
#include "pagetide/scene.h"
#include "pagetide/strbuf.h"

#include "../../src/view/diagpanel.h"

#include "synth.h"

static const struct diagnosis none = { .known = true };
static const struct diagnosis two = { .known = true, .n = 2, .item = {
	{ "unused", "16384 pages read for 64 touches in 2.0 s",
	    "readahead loads pages that no touch asked for", "advise random" },
	{ "short", "willneed: 320 of 16384 pages came",
	    "one call reads no more", "advise willneed-all" },
} };
static const struct diagnosis wide = { .known = true, .n = 2, .item = {
	{ "set", "950 of 1000 touches major in 2.0 s, 16384 pages in use, "
	    "limit 4096",
	    "the working set is over memory and this is a long cause", NULL },
	{ "waits", "8 of 9 minor faults over 200 us in 2.0 s",
	    "in the cache, but still being read", "advise willneed-all" },
} };

static void
shows(struct synth *y, int cols, int rows, const char *text)
{
	struct strbuf out = STRBUF_INIT;
	struct frame f;

	synth_size(y, cols, rows);
	frame_init(&f, cols, rows);
	screen_draw(&f, &y->scene);
	picture_text(&out, &f, 1);
	frame_done(&f);
	if (strstr(out.s, text) == NULL)
		fail_msg("no \"%s\" in:\n%s", text, out.s);
	strbuf_done(&out);
}

static void
hides(struct synth *y, int cols, int rows, const char *text)
{
	struct strbuf out = STRBUF_INIT;
	struct frame f;

	synth_size(y, cols, rows);
	frame_init(&f, cols, rows);
	screen_draw(&f, &y->scene);
	picture_text(&out, &f, 1);
	frame_done(&f);
	if (strstr(out.s, text) != NULL)
		fail_msg("\"%s\" in:\n%s", text, out.s);
	strbuf_done(&out);
}

static void
what_is_told_now(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	events_free(y.events);
	y.scene.events = y.events = events_new(1);
	y.scene.rules.now = &two;
	strcpy(y.scene.rules.key[0], "R");
	shows(&y, 120, 40, "\nDIAGNOSIS  16384 pages read for 64 touches in "
	    "2.0 s: readahead loads pages that no touch asked for  "
	    "R advise random\n"
	    "           willneed: 320 of 16384 pages came: one call reads no "
	    "more  :advise willneed-all\nminor");
	/* No room for the panel: the gravest, in the message line. */
	shows(&y, 80, 24, "\n16384 pages read for 64 touches in 2.0 s  "
	    "R advise random\n f r");
	shows(&y, 120, 33, "\n16384 pages read for 64 touches in 2.0 s: "
	    "readahead loads pages that no touch asked for  "
	    "R advise random\n f r");
	shows(&y, 50, 24, "\n16384 pages read for 64 touches in 2.0 s\n f r");
	y.scene.expand = EXPAND_MAP;
	shows(&y, 80, 40, "\n16384 pages read for 64 touches in 2.0 s  "
	    "R advise random\n f r");
	/* What it suggests is no key of a list that lies above. */
	y.scene.list.views = true;
	shows(&y, 80, 24, "\n\n f r");
	y.scene.message = "saved";
	shows(&y, 80, 24, "\nsaved\n f r");
	synth_done(&y);
}

/* The line of an item in w columns: all of it, without the cause, or the text
 * alone, whatever is the most that there is room for. */
static void
fits(const struct diagnosis *d, const char *key, int w)
{
	const struct diagnosis_item *it = &d->item[0];
	char all[256], text[256], help[64] = "";
	struct synth y;
	struct frame f;
	int x;

	synth_init(&y);
	y.scene.rules.now = d;
	strcpy(y.scene.rules.key[0], key);
	if (it->command != NULL)
		snprintf(help, sizeof help, "  %s%s%s", key[0] ? key : ":",
		    key[0] ? " " : "", it->command);
	snprintf(all, sizeof all, "%s: %s%s", it->text, it->cause, help);
	if ((int)strlen(all) > w)
		snprintf(all, sizeof all, "%s%s", it->text, help);
	if ((int)strlen(all) > w)
		snprintf(all, sizeof all, "%s", it->text);
	frame_init(&f, 200, 1);
	assert_true(diagpanel_line(&f, (struct rect){ 0, 0, w, 1 },
	    &y.scene));
	for (x = 0; x < 200; x++)
		text[x] = f.cell[x].ch == 0 ? ' ' : (char)f.cell[x].ch;
	while (x > 0 && text[x - 1] == ' ')
		x--;
	text[x] = '\0';
	assert_string_equal(text, all);
	frame_done(&f);
	synth_done(&y);
}

static void
what_there_is_room_for(void **state)
{
	int w;

	(void)state;
	for (w = 60; w < 200; w++) {
		fits(&two, "R", w);
		fits(&two, "", w);
		fits(&two, "F10", w);
	}
	/* No command: no room is kept for one. */
	for (w = 80; w < 200; w++)
		fits(&wide, "", w);
}

static void
what_takes_two_lines(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.rules.now = &wide;
	shows(&y, 120, 40, "\nDIAGNOSIS  950 of 1000 touches major in 2.0 s, "
	    "16384 pages in use, limit 4096:\n"
	    "+1 more    the working set is over memory and this is a long "
	    "cause\nminor");
	shows(&y, 120, 60, "limit 4096:\n"
	    "           the working set is over memory and this is a long "
	    "cause\n"
	    "           8 of 9 minor faults over 200 us in 2.0 s: in the "
	    "cache, but still being read  :advise willneed-all\n\nminor");
	synth_done(&y);
}

static void
what_is_quiet(void **state)
{
	static const struct diagnosis unknown = { .known = false };
	struct synth y;

	(void)state;
	synth_init(&y);
	shows(&y, 120, 40, "\nDIAGNOSIS  none without a worker\n\n");
	y.scene.rules.now = &unknown;
	shows(&y, 120, 40, "\nDIAGNOSIS  not known yet\n\n");
	y.scene.rules.now = &none;
	shows(&y, 120, 40, "\nDIAGNOSIS  nothing stands out\n\n");
	y.scene.rules.before = &two;
	y.scene.rules.before_wall_ns = SYNTH_WALL_NS;
	strcpy(y.scene.rules.key[0], "R");
	shows(&y, 120, 40, "\nDIAGNOSIS  nothing stands out\n"
	    "           22:13:20  16384 pages read for 64 touches in 2.0 s  R");
	synth_done(&y);
}

/* What to press, by the state at hand, until something was touched. */
static void
who_has_done_nothing_is_invited(void **state)
{
	struct synth y;
	uint64_t *cached;

	(void)state;
	synth_init(&y);
	y.scene.rules.now = &none;
	strcpy(y.scene.rules.invite[INVITE_WALK], "f");
	strcpy(y.scene.rules.invite[INVITE_TOUCH], "t");
	strcpy(y.scene.rules.invite[INVITE_EVICT], "E");
	hides(&y, 120, 40, "walks through");
	events_free(y.events);
	y.scene.events = y.events = events_new(9);
	hides(&y, 120, 40, "walks through");
	y.sample.worker.running = false;
	synth_no_ticks(&y);
	cached = &y.sample.counters.v[COUNTER_CACHED];
	*cached = 0;
	shows(&y, 120, 40, "\nDIAGNOSIS  f walks through the file  t touches "
	    "one page\n");
	shows(&y, 80, 24, "\nf walks through the file  t touches one page\n");
	/* In a line of its own lessons are offered with it. */
	strcpy(y.scene.rules.invite[INVITE_LESSON], "A");
	shows(&y, 80, 24, "  t touches one page  A has lessons\n");
	shows(&y, 120, 40, "  t touches one page\n");
	y.scene.rules.invite[INVITE_LESSON][0] = '\0';
	*cached = 5617;
	shows(&y, 120, 40, "  part of it is cached  f walks through the file  "
	    "t touches one page  E empties it first\n");
	*cached = 16000;
	shows(&y, 120, 40, "  nearly all of it is cached  E empties it, then  "
	    "f walks through the file");
	*cached = 16384;
	shows(&y, 120, 40, "  all of it is cached  E empties it, then  f ");
	/* A key that is bound to nothing is not named. */
	y.scene.rules.invite[INVITE_EVICT][0] = '\0';
	shows(&y, 120, 40, "  all of it is cached  f walks");
	y.scene.read_only = true;
	y.scene.rules.now = NULL;
	shows(&y, 120, 40, "\nDIAGNOSIS  watching: what other programs read "
	    "shows here\n");
	synth_done(&y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_told_now),
		cmocka_unit_test(what_takes_two_lines),
		cmocka_unit_test(what_there_is_room_for),
		cmocka_unit_test(what_is_quiet),
		cmocka_unit_test(who_has_done_nothing_is_invited),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
