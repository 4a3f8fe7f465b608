#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"

static int
use_utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

static void
an_event_holds_what_was_said(void **state)
{
	struct events	*e = events_new(4);
	struct event	*ev;

	(void)state;
	clock_fix(1234, 5678);
	ev = events_add(e, EVENT_HINT, 'D', "%s = %d", "page", 7);
	assert_int_equal(ev->seq, 1);
	assert_int_equal(ev->t_ns, 1234);
	assert_int_equal(ev->wall_ns, 5678);
	assert_int_equal(ev->kind, EVENT_HINT);
	assert_int_equal(ev->mark, 'D');
	assert_string_equal(ev->text, "page = 7");
	assert_string_equal(ev->result, "");
	assert_string_equal(ev->effect, "");
	clock_advance(10);
	ev = events_add(e, EVENT_NOTE, 0, "%s", "");
	assert_int_equal(ev->seq, 2);
	assert_int_equal(ev->t_ns, 1244);
	assert_int_equal(ev->wall_ns, 5688);
	assert_string_equal(ev->text, "");
	clock_release();
	events_free(e);
	events_free(NULL);
}

static void
what_failed_is_told_apart(void **state)
{
	struct event	ev = { 0 };

	(void)state;
	assert_false(event_failed(&ev));
	strcpy(ev.result, "= 0");
	assert_false(event_failed(&ev));
	strcpy(ev.result, "done, 7 touched");
	assert_false(event_failed(&ev));
	strcpy(ev.result, "= -1 EINVAL");
	assert_true(event_failed(&ev));
	strcpy(ev.result, "refused: EACCES");
	assert_true(event_failed(&ev));
	strcpy(ev.result, "failed: EIO, 3 touched");
	assert_true(event_failed(&ev));
	strcpy(ev.result, "not made");
	assert_true(event_failed(&ev));
}

/* A copy stays as it was when events come, and when old ones change. */
static void
a_copy_is_of_its_moment(void **state)
{
	struct events	*e = events_new(3), *copy = events_new(3);
	int		 i;

	(void)state;
	assert_int_equal(events_last(e), 0);
	events_copy(copy, e);
	assert_int_equal(events_len(copy), 0);
	events_add(e, EVENT_HINT, 'D', "%s", "first");
	events_copy(copy, e);
	strcpy(events_get(e, 1)->result, "= 0");
	events_add(e, EVENT_NOTE, 0, "%s", "second");
	assert_int_equal(events_last(e), 2);
	assert_int_equal(events_last(copy), 1);
	assert_int_equal(events_len(copy), 1);
	assert_string_equal(events_at(copy, 0)->text, "first");
	assert_string_equal(events_at(copy, 0)->result, "");
	for (i = 3; i <= 8; i++)
		events_add(e, EVENT_NOTE, 0, "event %d", i);
	events_copy(copy, e);
	for (i = 0; i < 3; i++)
		assert_int_equal(events_at(copy, (size_t)i)->seq, 8 - i);
	assert_null(events_at(copy, 3));
	assert_string_equal(events_get(copy, 6)->text, "event 6");
	events_free(copy);
	events_free(e);
}

static void
the_oldest_goes(void **state)
{
	struct events	*e = events_new(3);
	struct event	*kept;
	uint64_t	 seq, i, len;

	(void)state;
	assert_int_equal(events_len(e), 0);
	assert_null(events_at(e, 0));
	assert_null(events_get(e, 0));
	assert_null(events_get(e, 1));
	for (seq = 1; seq <= 20; seq++) {
		events_add(e, EVENT_WORK, 0, "event %d", (int)seq);
		len = seq < 3 ? seq : 3;
		assert_int_equal(events_len(e), len);
		for (i = 0; i < len; i++) {
			assert_int_equal(events_at(e, i)->seq, seq - i);
			assert_ptr_equal(events_get(e, seq - i),
			    events_at(e, i));
		}
		assert_null(events_at(e, len));
		assert_null(events_get(e, seq - len));
		assert_null(events_get(e, seq + 1));
	}
	assert_string_equal(events_get(e, 18)->text, "event 18");
	assert_string_equal(events_at(e, 0)->text, "event 20");
	kept = events_add(e, EVENT_HINT, 'W', "kept");
	events_add(e, EVENT_NOTE, 0, "a");
	events_add(e, EVENT_NOTE, 0, "b");
	strcpy(kept->effect, "cached +1");
	assert_string_equal(events_get(e, 21)->effect, "cached +1");
	assert_string_equal(events_at(e, 2)->text, "kept");
	events_add(e, EVENT_NOTE, 0, "c");
	assert_null(events_get(e, 21));
	assert_string_equal(events_at(e, 0)->effect, "");
	events_free(e);
}

static void
text_is_made_safe(void **state)
{
	struct events	*e = events_new(1);

	(void)state;
	assert_string_equal(events_add(e, EVENT_NOTE, 0, "%s",
	    "a\nb\033[31mc\tz\x7f")->text, "a?b?[31mc?z?");
	assert_string_equal(events_add(e, EVENT_NOTE, 0, "%s",
	    "x\xff\xc3y")->text, "x??y");
	/* U+009B is a CSI for some terminals. */
	assert_null(strstr(events_add(e, EVENT_NOTE, 0, "%s",
	    "p\xc2\x9b" "31m")->text, "\xc2\x9b"));
	assert_string_equal(events_add(e, EVENT_NOTE, 0, "%s",
	    "\xc3\xa9t\xc3\xa9")->text, "\xc3\xa9t\xc3\xa9");
	events_free(e);
}

#define ROOM (sizeof ((struct event *)0)->text)

/* pad times 'a', then a character of two, three or four bytes, then "z". */
static void
cut_at(size_t pad, const char *ch)
{
	struct events	*e = events_new(1);
	struct event	*ev;
	char		 raw[2 * ROOM], want[2 * ROOM];

	memset(raw, 'a', pad);
	strcpy(raw + pad, ch);
	strcat(raw, "z");
	strcpy(want, raw);
	if (pad + strlen(ch) >= ROOM)
		want[pad < ROOM ? pad : ROOM - 1] = '\0';
	want[ROOM - 1] = '\0';
	ev = events_add(e, EVENT_NOTE, 0, "%s", raw);
	assert_string_equal(ev->text, want);
	assert_true(strlen(ev->text) < ROOM);
	events_free(e);
}

static void
text_is_cut_between_characters(void **state)
{
	static const char *const chars[] = { "b", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x8c\x8a" };
	size_t	pad, i;

	(void)state;
	for (i = 0; i < sizeof chars / sizeof chars[0]; i++)
		for (pad = ROOM - 8; pad < ROOM + 8; pad++)
			cut_at(pad, chars[i]);
}

static void
a_long_path_fits_somehow(void **state)
{
	struct events	*e = events_new(1);
	struct event	*ev;
	char		 path[4096];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof path - 1; i++)
		path[i] = i % 2 ? '\xa9' : '\xc3';
	path[i] = '\0';
	ev = events_add(e, EVENT_TARGET, 0, "%s vanished", path);
	assert_int_equal(strlen(ev->text), ROOM - 2);
	assert_memory_equal(ev->text, path, ROOM - 2);
	events_free(e);
}

static void
kinds_have_names(void **state)
{
	static const char *const names[] = { "hint", "work", "outside",
		"target", "worker", "note", "error" };
	int	k;

	(void)state;
	assert_int_equal(EVENT_KIND_COUNT, sizeof names / sizeof names[0]);
	for (k = 0; k < EVENT_KIND_COUNT; k++)
		assert_string_equal(event_kind_name[k], names[k]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_holds_what_was_said),
		cmocka_unit_test(what_failed_is_told_apart),
		cmocka_unit_test(a_copy_is_of_its_moment),
		cmocka_unit_test(the_oldest_goes),
		cmocka_unit_test(text_is_made_safe),
		cmocka_unit_test(text_is_cut_between_characters),
		cmocka_unit_test(a_long_path_fits_somehow),
		cmocka_unit_test(kinds_have_names),
	};

	return cmocka_run_group_tests(tests, use_utf8, NULL);
}
