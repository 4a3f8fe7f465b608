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
	{ "waits", "8 of 9 minor faults over 131 us in 2.0 s",
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
what_is_told_now(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.diagnosis = &two;
	strcpy(y.scene.diagnosis_key[0], "R");
	shows(&y, 120, 40, "\nDIAGNOSIS  16384 pages read for 64 touches in "
	    "2.0 s: readahead loads pages that no touch asked for  "
	    "R advise random\n"
	    "           willneed: 320 of 16384 pages came: one call reads no "
	    "more  :advise willneed-all\nminor");
	/* No room for the panel: the gravest, in the message line. */
	shows(&y, 80, 24, "\n16384 pages read for 64 touches in 2.0 s  "
	    "R advise random\n?");
	shows(&y, 120, 33, "\n16384 pages read for 64 touches in 2.0 s: "
	    "readahead loads pages that no touch asked for  "
	    "R advise random\n?");
	shows(&y, 50, 24, "\n16384 pages read for 64 touches in 2.0 s\n?");
	y.scene.expand = EXPAND_MAP;
	shows(&y, 80, 40, "\n16384 pages read for 64 touches in 2.0 s  "
	    "R advise random\n?");
	y.scene.message = "saved";
	shows(&y, 80, 24, "\nsaved\n?");
	synth_done(&y);
}

static void
what_takes_two_lines(void **state)
{
	struct synth y;

	(void)state;
	synth_init(&y);
	y.scene.diagnosis = &wide;
	shows(&y, 120, 40, "\nDIAGNOSIS  950 of 1000 touches major in 2.0 s, "
	    "16384 pages in use, limit 4096:\n"
	    "+1 more    the working set is over memory and this is a long "
	    "cause\nminor");
	shows(&y, 120, 60, "limit 4096:\n"
	    "           the working set is over memory and this is a long "
	    "cause\n"
	    "           8 of 9 minor faults over 131 us in 2.0 s: in the "
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
	y.scene.diagnosis = &unknown;
	shows(&y, 120, 40, "\nDIAGNOSIS  ?\n\n");
	y.scene.diagnosis = &none;
	shows(&y, 120, 40, "\nDIAGNOSIS  nothing stands out\n\n");
	y.scene.before = &two;
	y.scene.before_wall_ns = SYNTH_WALL_NS;
	strcpy(y.scene.diagnosis_key[0], "R");
	shows(&y, 120, 40, "\nDIAGNOSIS  nothing stands out\n"
	    "           22:13:20  16384 pages read for 64 touches in 2.0 s  R");
	synth_done(&y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_told_now),
		cmocka_unit_test(what_takes_two_lines),
		cmocka_unit_test(what_is_quiet),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
