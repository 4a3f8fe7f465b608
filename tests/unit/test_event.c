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

/* The newest event of a moment, or "". */
static const char *
newest_then(struct events *e, const struct events_moment *m,
    const char **effect)
{
	static struct event	ev;

	if (!events_then(e, m, 0, &ev))
		return "";
	*effect = ev.effect;
	return ev.text;
}

/* What came later is not of a moment, nor is what was measured later. */
static void
a_moment_stays_as_it_was(void **state)
{
	struct events		*e = events_new(3);
	struct events_moment	 none = events_now(e), m, answered;
	struct event		*ev, out;
	const char		*effect;

	(void)state;
	assert_int_equal(none.last, 0);
	assert_false(events_then(e, &none, 0, &out));
	events_add(e, EVENT_HINT, 'D', "%s", "first");
	m = events_now(e);
	assert_string_equal(newest_then(e, &m, &effect), "first");
	assert_string_equal(effect, "");

	ev = events_get(e, 1);
	strcpy(ev->result, "= 0");
	strcpy(ev->own, "mapped 5 -> 0");
	events_answer(e, ev);
	assert_true(events_then(e, &m, 0, &out));
	assert_string_equal(out.result, "");
	assert_string_equal(out.own, "");
	answered = events_now(e);
	strcpy(ev->effect, "cached +1");
	events_finish(e, ev);
	assert_true(events_then(e, &answered, 0, &out));
	assert_string_equal(out.result, "= 0");
	assert_string_equal(out.own, "mapped 5 -> 0");
	assert_string_equal(out.effect, "");
	assert_int_equal(out.finish, 0);
	events_add(e, EVENT_NOTE, 0, "%s", "second");
	assert_false(events_then(e, &none, 0, &out));
	assert_string_equal(newest_then(e, &m, &effect), "first");
	assert_string_equal(effect, "");
	assert_false(events_then(e, &m, 1, &out));

	m = events_now(e);
	assert_string_equal(newest_then(e, &m, &effect), "second");
	assert_true(events_then(e, &m, 1, &out));
	assert_string_equal(out.effect, "cached +1");
	events_free(e);
}

/* What others did is counted as it goes on: the event of then has it. */
static void
what_is_collected_is_in_a_moment(void **state)
{
	struct events		*e = events_new(3);
	struct event		*ev = events_add(e, EVENT_OUTSIDE, 'o', "others");
	struct events_moment	 m = events_now(e);
	const char		*effect;

	(void)state;
	strcpy(ev->effect, "cached +5");
	newest_then(e, &m, &effect);
	assert_string_equal(effect, "cached +5");
	events_finish(e, ev);
	newest_then(e, &m, &effect);
	assert_string_equal(effect, "cached +5");
	events_free(e);
}

/* Those of a moment that have made room since are gone from it. */
static void
a_moment_loses_what_made_room(void **state)
{
	struct events		*e = events_new(3);
	struct events_moment	 m;
	struct event		 out;
	int			 i;

	(void)state;
	for (i = 1; i <= 3; i++)
		events_add(e, EVENT_NOTE, 0, "event %d", i);
	m = events_now(e);
	assert_true(events_then(e, &m, 2, &out));
	assert_string_equal(out.text, "event 1");
	events_add(e, EVENT_NOTE, 0, "event %d", 4);
	assert_true(events_then(e, &m, 1, &out));
	assert_string_equal(out.text, "event 2");
	assert_false(events_then(e, &m, 2, &out));
	for (i = 5; i <= 6; i++)
		events_add(e, EVENT_NOTE, 0, "event %d", i);
	assert_false(events_then(e, &m, 0, &out));
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

/* pad times 'a', then a character of up to four bytes, then "z": whole, or with
 * two dots after what still fits. */
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
	if (strlen(raw) >= ROOM)
		strcpy(want + (pad < ROOM - 3 ? pad : ROOM - 3), "..");
	ev = events_add(e, EVENT_NOTE, 0, "%s", raw);
	assert_string_equal(ev->text, want);
	assert_true(strlen(ev->text) < ROOM);
	events_free(e);
}

static void
what_is_cut_says_so(void **state)
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
	assert_memory_equal(ev->text, path, ROOM - 4);
	assert_string_equal(ev->text + ROOM - 4, "..");
	events_free(e);
}

static void
what_is_finished_is_taken_once_in_order(void **state)
{
	struct events	*e = events_new(3);
	struct event	*ev;
	int		 i;

	(void)state;
	assert_null(events_finished(e));
	for (i = 1; i <= 3; i++)
		events_add(e, EVENT_NOTE, 0, "%d", i);
	assert_null(events_finished(e));
	events_finish(e, events_get(e, 3));
	events_finish(e, events_get(e, 1));
	events_finish(e, events_get(e, 1));
	assert_string_equal(events_finished(e)->text, "1");
	assert_string_equal(events_finished(e)->text, "3");
	assert_null(events_finished(e));
	/* One that goes before it is taken is no more. */
	events_finish(e, events_get(e, 1));
	ev = events_add(e, EVENT_NOTE, 0, "4");
	assert_null(events_finished(e));
	events_finish(e, ev);
	assert_ptr_equal(events_finished(e), ev);
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
		cmocka_unit_test(a_moment_stays_as_it_was),
		cmocka_unit_test(what_is_collected_is_in_a_moment),
		cmocka_unit_test(a_moment_loses_what_made_room),
		cmocka_unit_test(the_oldest_goes),
		cmocka_unit_test(text_is_made_safe),
		cmocka_unit_test(what_is_cut_says_so),
		cmocka_unit_test(a_long_path_fits_somehow),
		cmocka_unit_test(what_is_finished_is_taken_once_in_order),
		cmocka_unit_test(kinds_have_names),
	};

	return cmocka_run_group_tests(tests, use_utf8, NULL);
}
