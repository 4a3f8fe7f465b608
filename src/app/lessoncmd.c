#include "config.h"

#include "lessoncmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/exits.h"
#include "pagetide/lesson.h"
#include "pagetide/output.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "opts.h"
#include "session.h"

/* Samples come so fast that a lesson is done soon. */
#define CHECK_INTERVAL_NS	(20 * NS_PER_MS)

static const char no_lessons[] = "there are none in " LESSON_DIR;

/* How many came to what. */
struct sum {
	unsigned	good, skipped, failed;
};

static int
complain(const char *text)
{
	output_error(" lesson", text, "");
	return EXIT_FAIL;
}

/* Prints it as a line, and empties. A lesson may come from somebody else. */
static int
print(struct strbuf *out)
{
	struct strbuf safe = STRBUF_INIT, why = STRBUF_INIT;
	int status;

	text_safe(&safe, out->s);
	strbuf_addc(&safe, '\n');
	status = output_text(safe.s, &why) == 0 ? EXIT_OK : complain(why.s);
	strbuf_done(&safe);
	strbuf_done(&why);
	strbuf_reset(out);
	return status;
}

/* A line each: its name, its title. */
static int
list(void)
{
	struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;
	size_t n;
	char **names = lesson_names(&n);
	int status = EXIT_OK;

	for (size_t i = 0; i < n; i++) {
		struct lesson *l = lesson_open(names[i], &why);

		if (l == NULL)
			status = complain(why.s);
		else
			strbuf_addf(&out, "%-12s %s", lesson_name(l),
			    lesson_title(l));
		if (l != NULL && print(&out) != EXIT_OK)
			status = EXIT_FAIL;
		strbuf_reset(&why);
		lesson_free(l);
	}
	lesson_names_free(names, n);
	if (n == 0)
		status = complain(no_lessons);
	strbuf_done(&out);
	strbuf_done(&why);
	return status;
}

static void
tell(struct strbuf *out, const char *name, const struct lesson_result *r,
    uint64_t took_ns, struct sum *sum)
{
	char took[UNITS_MAX];

	units_duration(took, took_ns);
	if (r->state == LESSON_DONE) {
		sum->good++;
		strbuf_addf(out, "%-12s ok, %s", name, took);
	} else if (r->state == LESSON_SKIPPED) {
		sum->skipped++;
		strbuf_addf(out, "%-12s skipped: %s", name, r->why);
	} else {
		sum->failed++;
		strbuf_addf(out, "%-12s FAILED: %s", name, r->why);
	}
}

/* Is there one of that name, and is it well written? It has what it is about
 * then. */
static int
look_for(struct opts *o, const char *name)
{
	struct strbuf why = STRBUF_INIT;
	struct lesson *lesson = lesson_open(name, &why);
	int status = lesson != NULL ? EXIT_OK : complain(why.s);

	if (lesson != NULL && lesson_anon_bytes(lesson) != 0 &&
	    !o->watch.fake) {
		o->act.anon_bytes = lesson_anon_bytes(lesson);
		o->path = NULL;
	}
	lesson_free(lesson);
	strbuf_done(&why);
	return status;
}

/* One, in a session of its own. */
static int
check(const struct opts *o, const char *name, struct sum *sum)
{
	struct lesson_result result = { .state = LESSON_RUNS };
	uint64_t begin_ns = clock_now_ns();
	struct strbuf out = STRBUF_INIT;
	struct opts one = *o;
	int status;

	/* One that is no lesson keeps the others from nothing. */
	if (look_for(&one, name) != EXIT_OK) {
		sum->failed++;
		return EXIT_OK;
	}
	one.ui.lesson.name = name;
	one.ui.lesson.check = &result;
	if (!opts_given(o, "interval"))
		one.watch.interval_ns = CHECK_INTERVAL_NS;
	status = session_run(&one);
	if (status == EXIT_OK && result.state == LESSON_RUNS)
		strcpy(result.why, "it ended early");
	if (status == EXIT_OK) {
		tell(&out, name, &result, clock_now_ns() - begin_ns, sum);
		status = print(&out);
	}
	strbuf_done(&out);
	return status;
}

static int
check_all(const struct opts *o, struct sum *sum)
{
	size_t n;
	char **names = lesson_names(&n);
	int status = n > 0 ? EXIT_OK : complain(no_lessons);

	for (size_t i = 0; i < n && status == EXIT_OK; i++)
		status = check(o, names[i], sum);
	lesson_names_free(names, n);
	return status;
}

/* Can answers be written there? Better said before than after. */
static int
look_at_answers(const char *path)
{
	FILE *f = path != NULL ? fopen(path, "ae") : NULL;
	char *text;
	int status;

	if (path == NULL || f != NULL) {
		if (f != NULL)
			fclose(f);
		return EXIT_OK;
	}
	text = xasprintf("can't write %s: %s", path, strerror(errno));
	status = complain(text);
	free(text);
	return status;
}

int
lessoncmd_run(struct opts *o)
{
	struct sum sum = { 0, 0, 0 };
	bool all = o->ui.lesson.name != NULL &&
	    strcmp(o->ui.lesson.name, "all") == 0;
	int status;

	if (o->ui.lesson.name == NULL)
		return list();
	status = all ? EXIT_OK : look_for(o, o->ui.lesson.name);
	if (status == EXIT_OK)
		status = look_at_answers(o->ui.lesson.answers);
	if (status != EXIT_OK)
		return status;
	if (!opts_given(o, "check"))
		return session_run(o);
	status = all ? check_all(o, &sum) :
	    check(o, o->ui.lesson.name, &sum);
	if (status != EXIT_OK)
		return status;
	return sum.failed > 0 ? EXIT_CHECK : EXIT_OK;
}
