#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/field.h"
#include "pagetide/sample.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"

#include "lessonparts.h"

static struct snapshot newest;
static struct field_of of;
static struct lesson_run *run;
static char acts[256];
static int refuse;

static int
setup(void **state)
{
	(void)state;
	snapshot_init(&newest);
	of = (struct field_of){ .sample = &newest.sample };
	newest.sample.seq = 1;
	newest.sample.target.pages = 100;
	newest.sample.target.page_bytes = 4096;
	acts[0] = '\0';
	refuse = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	lesson_end(run);
	run = NULL;
	return 0;
}

/* The lesson of these lines, begun. */
static void
begin(const char *lines)
{
	char path[] = "/tmp/lesson.XXXXXX";
	struct strbuf why = STRBUF_INIT;
	struct lesson *l;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_true(dprintf(fd, "lesson Title\n%s", lines) > 0);
	close(fd);
	l = lesson_read(path, &why);
	unlink(path);
	if (l == NULL)
		fail_msg("%s", why.s);
	run = lesson_begin(l);
	strbuf_done(&why);
}

static int
do_act(void *arg, const char *line, struct strbuf *why)
{
	(void)arg;
	snprintf(acts + strlen(acts), sizeof acts - strlen(acts), "%s;", line);
	if (refuse != 0)
		strbuf_adds(why, "refused");
	return refuse;
}

/* So many samples, each with one page more. */
static enum lesson_state
samples(int n)
{
	struct lesson_moment m = { .of = &of, .newest = &newest,
		.ready = true };

	for (; n > 0; n--) {
		newest.sample.seq++;
		newest.sample.target.pages++;
		lesson_go_on(run, &m, do_act, NULL);
	}
	return lesson_state(run);
}

static const struct lesson_look *
look(void)
{
	static struct lesson_look l;

	lesson_look(run, &l);
	return &l;
}

static void
acts_are_made_one_by_one(void **state)
{
	struct lesson_moment m = { .of = &of, .newest = &newest };

	(void)state;
	begin("step\ndo first\ndo second\nsay here\n");
	assert_int_equal(samples(30), LESSON_DONE);
	assert_non_null(strstr(acts, "advise evict yes;first;second;"));
	assert_string_equal(look()->caption[0], "here");
	assert_int_equal(look()->step, 1);
	lesson_end(run);
	acts[0] = '\0';
	begin("step\ndo first\n");
	/* What is not measured yet is waited for. */
	for (int i = 0; i < 5; i++) {
		newest.sample.seq++;
		lesson_go_on(run, &m, do_act, NULL);
	}
	assert_string_equal(acts, "stop;");
}

static void
a_step_rests(void **state)
{
	(void)state;
	begin("step\nsay one\nstep\nsay two {since(target.pages)}\nrest\n"
	    "say three\n");
	assert_int_equal(samples(30), LESSON_RESTS);
	assert_string_equal(look()->caption[0], "one");
	assert_int_equal(samples(3), LESSON_RESTS);
	assert_true(lesson_next(run));
	assert_false(lesson_next(run));
	assert_int_equal(samples(1), LESSON_RESTS);
	assert_string_equal(look()->caption[0], "two 0");
	assert_true(lesson_next(run));
	assert_int_equal(samples(1), LESSON_DONE);
	assert_string_equal(look()->caption[0], "three");
	assert_int_equal(look()->captions, 1);
}

static const char asks[] = "step\nsay before\npredict How many?\n"
    "choice {target.pages - target.pages}\nchoice 0\nchoice 1\n"
    "choice more if since(target.pages) > 2\nlock\ndo act\n"
    "reveal since(target.pages)\nsay after\n";

static void
a_prediction_is_locked(void **state)
{
	char *json;

	(void)state;
	begin(asks);
	assert_int_equal(samples(30), LESSON_ASKS);
	assert_true(lesson_is_secret(run));
	assert_int_equal(look()->choices, 3);
	assert_string_equal(look()->choice[1], "1");
	assert_null(strstr(acts, ";act;"));
	assert_false(lesson_next(run));
	assert_false(lesson_answer(run, 4));
	assert_true(lesson_answer(run, 2));
	assert_false(lesson_answer(run, 1));
	assert_false(lesson_is_secret(run));
	assert_null(lesson_answer_json(run));
	assert_int_equal(samples(4), LESSON_DONE);
	assert_non_null(strstr(acts, ";act;"));
	assert_int_equal(look()->answered, 2);
	assert_int_equal(look()->right, 2);
	assert_int_equal(look()->right_all, 1);
	assert_string_equal(look()->caption[0], "after");
	assert_int_equal(look()->asked_all, 1);
	json = lesson_answer_json(run);
	assert_non_null(strstr(json, "\"question\":\"How many?\""));
	assert_non_null(strstr(json, "\"answered\":2"));
	free(json);
	assert_null(lesson_answer_json(run));
}

static void
ends_of_lines_are_blank(void **state)
{
	(void)state;
	begin("step\r\npredict Which?\nchoice none of these \t\n"
	    "choice b if target.pages == 0\nlock\nreveal\nsay one \r\n");
	assert_int_equal(samples(30), LESSON_ASKS);
	assert_true(lesson_answer(run, 1));
	assert_int_equal(samples(2), LESSON_DONE);
	assert_int_equal(look()->right, 1);
	assert_string_equal(look()->caption[0], "one");
}

/* What is said once it is answered does not come on top of what was. */
static void
an_answer_begins_a_caption(void **state)
{
	(void)state;
	begin("step\nsay one\nsay two\nsay three\npredict Which?\n"
	    "choice a if target.pages > 0\nchoice b\nlock\nsay four\n"
	    "say five\nreveal\n");
	assert_int_equal(samples(30), LESSON_ASKS);
	assert_int_equal(look()->captions, 3);
	assert_true(lesson_answer(run, 1));
	assert_int_equal(samples(2), LESSON_DONE);
	assert_int_equal(look()->captions, 2);
	assert_string_equal(look()->caption[0], "four");
	assert_string_equal(look()->caption[1], "five");
}

/* Both predictions of a step count, and each once. */
static void
each_answer_counts(void **state)
{
	const char *second;
	char *json;

	(void)state;
	begin("step\npredict One?\nchoice a if target.pages > 0\nchoice b\n"
	    "lock\nreveal\npredict Two \xff?\nchoice \xfe\n"
	    "choice d if target.pages > 0\nlock\nreveal\nstep\n");
	assert_int_equal(samples(30), LESSON_ASKS);
	assert_true(lesson_answer(run, 1));
	assert_int_equal(samples(1), LESSON_ASKS);
	free(lesson_answer_json(run));
	assert_true(lesson_answer(run, 1));
	assert_int_equal(samples(1), LESSON_RESTS);
	assert_int_equal(look()->asked_all, 2);
	assert_int_equal(look()->right_all, 1);
	json = lesson_answer_json(run);
	assert_non_null(json);
	/* What is no character stands there as the one for that. */
	second = "\"question\":\"Two \xef\xbf\xbd?\",\"choices\":"
	    "[\"\xef\xbf\xbd\",\"d\"]";
	assert_non_null(strstr(json, second));
	free(json);
	assert_true(lesson_back(run));
	assert_int_equal(samples(30), LESSON_ASKS);
	assert_true(lesson_answer(run, 1));
	samples(1);
	assert_int_equal(look()->asked_all, 2);
}

/* Before the first step there is nothing to count from. */
static void
since_needs_a_step(void **state)
{
	(void)state;
	newest.sample.worker.alive = true;
	begin("needs target.pages > 0 else one\n"
	    "needs since(worker.pace_per_s) == 0 else two\nstep\n");
	assert_int_equal(samples(30), LESSON_SKIPPED);
	assert_string_equal(lesson_why(run), "two");
	newest.sample.worker.alive = false;
}

static void
back_makes_it_anew(void **state)
{
	(void)state;
	begin("step\ndo one\nsay first\nstep\ndo two\nsay second\nstep\n"
	    "do three\nsay third\n");
	samples(30);
	assert_true(lesson_next(run));
	assert_int_equal(samples(10), LESSON_RESTS);
	assert_true(lesson_next(run));
	assert_int_equal(samples(10), LESSON_DONE);
	acts[0] = '\0';
	assert_true(lesson_back(run));
	assert_int_equal(samples(30), LESSON_RESTS);
	assert_int_equal(look()->step, 2);
	assert_string_equal(look()->caption[0], "second");
	assert_string_equal(strstr(acts, ";one;"), ";one;two;");
	assert_true(lesson_back(run));
	assert_false(lesson_back(run) && lesson_back(run));
	samples(30);
	assert_int_equal(look()->step, 1);
	assert_true(lesson_back(run));
	assert_int_equal(samples(30), LESSON_RESTS);
	assert_int_equal(look()->step, 1);
}

/* There is no way back from before the first step, nor while it is gone. */
static void
back_needs_a_step(void **state)
{
	(void)state;
	begin("step\ndo one\nsay first\nstep\ndo two\nsay second\nstep\n"
	    "say third\n");
	assert_false(lesson_back(run));
	samples(30);
	assert_true(lesson_next(run));
	samples(30);
	assert_true(lesson_next(run));
	assert_int_equal(samples(30), LESSON_DONE);
	assert_true(lesson_back(run));
	for (int i = 0; i < 30 && look()->step == 0; i++)
		samples(1);
	assert_true(lesson_hurries(run));
	assert_int_equal(look()->step, 1);
	assert_false(lesson_back(run));
	assert_int_equal(samples(30), LESSON_RESTS);
	assert_int_equal(look()->step, 2);
}

/* Before the first step nothing is made that others could undo. */
static void
acts_before_it_disturb_nothing(void **state)
{
	(void)state;
	begin("step\ndo one\nsay first\nstep\ndo two\nsay second\n");
	lesson_disturb(run);
	assert_int_equal(samples(30), LESSON_RESTS);
	assert_false(look()->disturbed);
	assert_true(lesson_next(run));
	assert_int_equal(samples(30), LESSON_DONE);
	assert_string_equal(strstr(acts, ";one;"), ";one;two;");
}

/* What somebody else did is undone before it goes on. */
static void
other_acts_are_undone(void **state)
{
	(void)state;
	begin("step\ndo one\nsay first\nstep\ndo two\nsay second\nrest\n"
	    "do three\nsay third\n");
	samples(30);
	lesson_disturb(run);
	assert_true(look()->disturbed);
	acts[0] = '\0';
	assert_true(lesson_next(run));
	assert_false(look()->disturbed);
	samples(1);
	assert_non_null(strstr(look()->waits, "you acted meanwhile"));
	assert_string_equal(look()->caption[0], "first");
	assert_int_equal(samples(30), LESSON_RESTS);
	assert_string_equal(strstr(acts, ";one;"), ";one;two;");
	assert_string_equal(look()->caption[0], "second");
	assert_int_equal(look()->step, 2);
	lesson_disturb(run);
	acts[0] = '\0';
	assert_true(lesson_next(run));
	assert_int_equal(samples(30), LESSON_DONE);
	assert_string_equal(strstr(acts, ";one;"), ";one;two;three;");
	assert_string_equal(look()->caption[0], "third");
	assert_int_equal(look()->captions, 1);
}

static void
an_answer_outlives_that(void **state)
{
	(void)state;
	begin(asks);
	samples(30);
	lesson_disturb(run);
	acts[0] = '\0';
	assert_true(lesson_answer(run, 2));
	samples(1);
	assert_string_equal(look()->question, "How many?");
	assert_int_equal(samples(30), LESSON_DONE);
	assert_int_equal(look()->answered, 2);
	assert_int_equal(look()->right, 2);
	assert_int_equal(look()->asked_all, 1);
	assert_non_null(strstr(acts, "stop;"));
	assert_non_null(strstr(acts, ";act;"));
}

static void
a_step_rests_after_a_rest(void **state)
{
	(void)state;
	begin("step\nsay one\nrest\nsay two\nstep\nsay three\n");
	samples(30);
	assert_true(lesson_next(run));
	assert_int_equal(samples(3), LESSON_RESTS);
	assert_string_equal(look()->caption[0], "two");
}

static void
a_failure_can_be_taken_back(void **state)
{
	(void)state;
	begin("step\nsay one\nstep\nsay two\ncheck target.pages == 1\n");
	samples(30);
	assert_true(lesson_next(run));
	assert_int_equal(samples(30), LESSON_FAILED);
	assert_string_equal(look()->why,
	    "step 2, line 6: not so: target.pages == 1");
	assert_int_equal(look()->captions, 0);
	assert_false(lesson_next(run));
	assert_true(lesson_back(run));
	assert_null(look()->why);
	assert_int_equal(samples(30), LESSON_RESTS);
	assert_string_equal(look()->caption[0], "one");
}

static void
what_does_not_hold_is_said(void **state)
{
	(void)state;
	begin("step\ncheck target.pages == 1\n");
	assert_int_equal(samples(30), LESSON_FAILED);
	assert_string_equal(lesson_why(run),
	    "step 1, line 3: not so: target.pages == 1");
	lesson_end(run);
	begin("step\ncheck target.readahead_bytes == 1\n");
	assert_int_equal(samples(30), LESSON_FAILED);
	assert_non_null(strstr(lesson_why(run), "not known"));
	lesson_end(run);
	begin("needs target.readahead_bytes > 0 else why not\nstep\n");
	assert_int_equal(samples(30), LESSON_SKIPPED);
	assert_string_equal(lesson_why(run), "why not");
	lesson_end(run);
	begin("step\n");
	refuse = -1;
	assert_int_equal(samples(1), LESSON_FAILED);
	assert_non_null(strstr(lesson_why(run), "refused"));
}

/* One that is bound: an act, or a wait, that does not end. */
static void
a_line_ends_in_time(void **state)
{
	struct lesson_moment m = { .of = &of, .newest = &newest,
		.ready = true };

	(void)state;
	begin("step\nsay one\nstep\ndo walk on\nsay two\n");
	lesson_bound(run, 1000);
	newest.sample.t_ns = 100000;
	assert_int_equal(samples(30), LESSON_RESTS);
	newest.sample.t_ns = 200000;
	assert_int_equal(samples(3), LESSON_RESTS);
	assert_true(lesson_next(run));
	newest.sample.seq++;
	lesson_go_on(run, &m, do_act, NULL);
	assert_non_null(strstr(acts, "walk on;"));
	m.ready = false;
	for (int i = 0; i < 3; i++) {
		newest.sample.seq++;
		newest.sample.t_ns += i < 2 ? 499 : 2;
		assert_int_equal(lesson_state(run), LESSON_RUNS);
		lesson_go_on(run, &m, do_act, NULL);
	}
	newest.sample.t_ns += 1000;
	lesson_go_on(run, &m, do_act, NULL);
	assert_int_equal(lesson_state(run), LESSON_FAILED);
	assert_string_equal(lesson_why(run),
	    "step 2, line 5: not done after 1.0 us: walk on");
}

/* Nobody acts while there is no worker; the next one begins the step anew. */
static void
a_lost_worker_is_waited_for(void **state)
{
	struct lesson_moment m = { .of = &of, .newest = &newest,
		.ready = true };

	(void)state;
	begin("step\nsay one\ndo first\nstep\ndo walk\ndo more\nsay two\n");
	samples(30);
	assert_true(lesson_next(run));
	samples(1);
	assert_non_null(strstr(acts, "walk;"));
	lesson_lost(run, true);
	acts[0] = '\0';
	for (int i = 0; i < 3; i++) {
		newest.sample.seq++;
		lesson_go_on(run, &m, do_act, NULL);
	}
	assert_string_equal(acts, "");
	assert_true(look()->lost);
	assert_null(look()->waits);
	lesson_lost(run, false);
	assert_int_equal(samples(30), LESSON_DONE);
	assert_false(look()->lost);
	assert_non_null(strstr(acts, "stop;"));
	assert_string_equal(strstr(acts, "first;"), "first;walk;more;");
	assert_string_equal(look()->caption[0], "two");
	assert_int_equal(look()->step, 2);
	/* Where it rests that is done before it goes on. */
	lesson_end(run);
	begin("step\nsay one\ndo first\nstep\ndo walk\n");
	samples(30);
	lesson_lost(run, true);
	lesson_lost(run, false);
	acts[0] = '\0';
	assert_int_equal(samples(3), LESSON_RESTS);
	assert_true(look()->disturbed);
	assert_true(lesson_next(run));
	assert_int_equal(samples(30), LESSON_DONE);
	assert_string_equal(strstr(acts, "first;"), "first;walk;");
}

static void
what_others_keep_is_said(void **state)
{
	(void)state;
	newest.sample.total[LAYER_CACHED] = 3;
	begin("step\ncheck target.pages == 1\n");
	newest.sample.total_known = LAYER_BIT(LAYER_CACHED);
	assert_int_equal(samples(30), LESSON_FAILED);
	assert_int_equal(look()->warm_pages, 3);
	assert_string_equal(lesson_why(run), "step 1, line 3: not so: "
	    "target.pages == 1 (others kept 3 pages in memory)");
	lesson_end(run);
	begin("step\ncheck target.pages == 1\n");
	newest.sample.total[LAYER_CACHED] = 0;
	assert_int_equal(samples(30), LESSON_FAILED);
	assert_int_equal(look()->warm_pages, 0);
	assert_null(strstr(lesson_why(run), "others"));
}

static void
numbers_are_kept(void **state)
{
	const struct lesson_kept kept[LESSON_KEPT] = {
		{ "took", true, 2500, "ns" }, { "none", false, 0, NULL },
		{ "share", true, 5020, "percent" } };
	static const struct { const char *text, *out; } rows[] = {
		{ "{$took}", "2.5 us" },
		{ "{$took * 2}", "5000" },
		{ "{$share} {$share + 1%}", "50.2 % 51.2 %" },
		{ "{$none}", "?" },
		{ "{$none + 1}", "?" },
		{ "{target.pages|page}", "100 pages" },
		{ "{target.pages - 99|page}", "1 page" },
		{ "{target.pages - 101}", "-1" },
		{ "{0 - 9223372036854775807 - 1}", "-9223372036854775808" },
		{ "{target.page_size_bytes}", "4.0 KiB" },
		{ "{target.path}", "?" },
		{ "{target.readahead_bytes} {worker.running}", "? ?" },
		{ "{(target.pages + 1) * 2} of", "202 of" },
	};
	struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		strbuf_reset(&out);
		assert_int_equal(lesson_text(&out, rows[i].text, kept, &of,
		    &why), 0);
		assert_string_equal(out.s, rows[i].out);
	}
	assert_int_equal(lesson_test("$took > 2us", kept, &of, &why), 1);
	newest.sample.memory.pressure_known = true;
	newest.sample.memory.some_avg10_bp = 5030;
	assert_int_equal(lesson_test("memory.some_avg10_percent > $share",
	    kept, &of, &why), 1);
	assert_int_equal(lesson_test("$none > 2", kept, &of, &why), -1);
	assert_int_equal(lesson_text(&out, "{$nothing + 1}", kept, &of, &why),
	    -22);
	assert_string_equal(why.s, "nothing is kept as $nothing");
	strbuf_done(&out);
	strbuf_done(&why);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(acts_are_made_one_by_one),
		TEST(a_step_rests),
		TEST(a_prediction_is_locked),
		TEST(ends_of_lines_are_blank),
		TEST(an_answer_begins_a_caption),
		TEST(each_answer_counts),
		TEST(since_needs_a_step),
		TEST(back_makes_it_anew),
		TEST(back_needs_a_step),
		TEST(acts_before_it_disturb_nothing),
		TEST(other_acts_are_undone),
		TEST(an_answer_outlives_that),
		TEST(a_step_rests_after_a_rest),
		TEST(a_failure_can_be_taken_back),
		TEST(what_does_not_hold_is_said),
		TEST(a_line_ends_in_time),
		TEST(a_lost_worker_is_waited_for),
		TEST(what_others_keep_is_said),
		TEST(numbers_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
