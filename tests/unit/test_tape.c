#include "config.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#include <cmocka.h>

#include "pagetide/event.h"
#include "pagetide/field.h"
#include "pagetide/json.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"

#include "pagetide/xalloc.h"

#include "../../src/sink/tapeparts.h"

#include "tamed.h"
#include "zstd.h"

enum { SAMPLES = 250 };

/* A recording, and what was recorded. */
struct made {
	struct strbuf	 text;
	struct snapshot	 was[SAMPLES];
	struct events	*events;
};

static void
floor_stamps(struct cells *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->stamp_ns[i] -= c->stamp_ns[i] % NS_PER_MS;
}

/* What JSON can tell of it; false: it is none. */
static bool
tame(struct madeup *m, struct snapshot *out)
{
	struct target_facts *t = &m->now.sample.target;
	struct strbuf why = STRBUF_INIT;
	struct told told = { .s = &m->now };
	const struct landing *l = m->now.acted.landing;
	struct walk_facts walk;
	char *text;
	int rc;

	told_tame(&told);
	t->page_bytes = 4096;
	t->size_bytes = t->pages * 4096;
	memset(&m->now.findings, 0, sizeof m->now.findings);
	text = json_record(&m->now, NULL);
	rc = json_read(text, out, &walk, &why);
	free(text);
	/* Recordings have it beside that. */
	if (rc == 0 && l != NULL) {
		out->landing = xcalloc(1, sizeof *out->landing);
		landing_copy(out->landing, l);
		out->acted.landing = out->landing;
	}
	strbuf_done(&why);
	return rc == 0;
}

static void
make(struct made *made, unsigned seed)
{
	struct tape_writer *w = tape_writer_new(false);
	struct madeup m;

	memset(made, 0, sizeof *made);
	strbuf_init(&made->text);
	made->events = events_new(50);
	clock_fix(5, 6);
	madeup_init(&m, seed);
	tape_head(w, &made->text, NS_PER_S / 10);
	m.lands = true;
	for (unsigned i = 0; i < SAMPLES; ) {
		madeup_step(&m);
		if (!tame(&m, &made->was[i]))
			continue;
		if (madeup_one_in(5))
			events_add(made->events, EVENT_HINT, 'W', "event %u",
			    i);
		if (i == 77)
			tape_lost(w);
		tape_put(w, &made->text, &made->was[i], NULL, made->events);
		floor_stamps(&made->was[i].overview);
		floor_stamps(&made->was[i].zoom);
		i++;
	}
	madeup_done(&m);
	tape_writer_free(w);
}

static void
made_done(struct made *made)
{
	for (unsigned i = 0; i < SAMPLES; i++)
		snapshot_done(&made->was[i]);
	strbuf_done(&made->text);
	events_free(made->events);
}

static void
is_same_landing(const struct landing *a, const struct landing *b)
{
	json_t *as = tapeland_make(a, true), *bs = tapeland_make(b, true);

	assert_true(json_equal(as, bs));
	json_decref(as);
	json_decref(bs);
}

/* In all that is known. */
static void
is_same(const struct snapshot *a, const struct snapshot *b)
{
	char *as = json_record(a, NULL), *bs = json_record(b, NULL);

	for (size_t i = 0; as[i] != '\0' && bs[i] != '\0'; i++)
		if (as[i] != bs[i])
			fail_msg("%.60s, not %.60s", as + (i > 30 ? i - 30 : i),
			    bs + (i > 30 ? i - 30 : i));
	assert_int_equal(strlen(as), strlen(bs));
	is_same_landing(a->acted.landing, b->acted.landing);
	free(as);
	free(bs);
}

/* Reads so many bytes: how many samples; each is as it was. */
static unsigned
read_back(const struct made *made, size_t len)
{
	struct tape_reader *r = tape_reader_new();
	struct events *events = events_new(50);
	struct strbuf why = STRBUF_INIT;
	const char *at = made->text.s, *end = at + len, *newline;
	unsigned n = 0;
	int rc;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		rc = tape_take(r, at, (size_t)(newline - at), &why);
		if (rc < 0)
			fail_msg("sample %u: %s", n, why.s);
		if (rc == TAPE_EVENT)
			events_put(events, tape_event(r));
		if (rc == TAPE_SAMPLE)
			is_same(tape_snapshot(r), &made->was[n++]);
		at = newline + 1;
	}
	if (len == made->text.len) {
		assert_int_equal(events_last(events),
		    events_last(made->events));
		for (size_t i = 0; i < events_len(made->events); i++)
			assert_string_equal(events_at(events, i)->text,
			    events_at(made->events, i)->text);
		assert_int_equal(tape_interval_ns(r), NS_PER_S / 10);
	}
	events_free(events);
	tape_reader_free(r);
	return n;
}

static void
all_comes_back(void **state)
{
	struct made made;

	(void)state;
	for (unsigned seed = 1; seed <= 3; seed++) {
		make(&made, seed);
		assert_int_equal(read_back(&made, made.text.len), SAMPLES);
		made_done(&made);
	}
}

/* What somebody says of where faults landed; what is wrong changes nothing. */
static void
landings_may_be_wrong(void **state)
{
	static const char *const good[] = {
		"{\"by\":\"faults\",\"pages\":100,\"shift\":1,\"minor\":7,"
		    "\"slots\":[50,1,2,3,4,\"miss-single\",6]}",
		"{\"minor\":8,\"slots\":[0,1,0,9,0,null,-1],\"sites\":"
		    "{\"255\":{\"faults\":3,\"place\":\"x\"}}}",
		"{\"what\":\"is new\"}",
	};
	static const char *const wrong[] = {
		"7", "[]", "{\"minor\":-1}", "{\"slots\":7}",
		"{\"slots\":[51,1,2,3,4,5,6]}",
		"{\"slots\":[18446744073709551615,1,2,3,4,5,6]}",
		"{\"slots\":[50,1,2,3,4,5,6,0,1,2,3,4,5,6]}",
		"{\"slots\":[0,1]}", "{\"slots\":[0,4294967296,2,3,4,5,6]}",
		"{\"slots\":[0,1,2,3,4,5,\"x\"]}",
		"{\"sites\":{\"256\":{}}}", "{\"sites\":[1]}",
		"{\"sites\":{\"1\":{\"place\":7}}}", "{\"why\":7}",
		"{\"minor_ways\":[1,2,3]}", "{\"minor_ways\":{\"x\":[1]}}",
		"{\"by\":\"faults\",\"pages\":100}",
		"{\"by\":\"faults\",\"pages\":100,\"shift\":64}",
		"{\"by\":\"faults\",\"pages\":4096,\"shift\":0}",
		"{\"by\":\"off\",\"slots\":[0,1,2,3,4,5,6]}",
	};
	struct landing *l = NULL;
	json_t *j;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		j = json_loads(good[i], 0, NULL);
		assert_null(tapeland_apply(&l, j));
		json_decref(j);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		j = json_loads(wrong[i], JSON_DECODE_ANY, NULL);
		if (j != NULL && tapeland_apply(&l, j) == NULL)
			fail_msg("%s", wrong[i]);
		json_decref(j);
	}
	assert_int_equal(l->minor, 8);
	assert_int_equal(l->slot[50].max_path, PATH_MISS_SINGLE);
	assert_int_equal(l->slot[0].ip, UINT64_MAX);
	assert_int_equal(l->site[255].faults, 3);
	j = json_null();
	assert_null(tapeland_apply(&l, j));
	assert_null(l);
	/* A difference, and nothing that it differs from. */
	j = json_loads(good[1], 0, NULL);
	assert_non_null(tapeland_apply(&l, j));
	json_decref(j);
}

/* Where the line of the so manieth sample ends. */
static size_t
end_of_sample(const struct strbuf *text, unsigned nth)
{
	const char *at = text->s, *newline;

	for (; (newline = strchr(at, '\n')) != NULL; at = newline + 1)
		if (strncmp(at, "{\"event\"", 8) != 0 && nth-- == 0)
			return (size_t)(newline - text->s) + 1;
	return text->len;
}

/* How many whole samples are in so many bytes. */
static unsigned
whole_samples(const struct strbuf *text, size_t len)
{
	const char *at = text->s, *end = at + len, *newline;
	unsigned n = 0;

	for (; (newline = memchr(at, '\n', (size_t)(end - at))) != NULL;
	    at = newline + 1)
		n += strncmp(at, "{\"key\"", 6) == 0 ||
		    strncmp(at, "{\"diff\"", 7) == 0;
	return n;
}

/* Wherever it is cut, all that was whole is there. */
static void
a_cut_one_is_whole_to_there(void **state)
{
	struct made made;
	size_t len, most;

	(void)state;
	make(&made, 4);
	most = end_of_sample(&made.text, 8);
	for (unsigned i = 0; i < 1000; i++) {
		len = i * most / 1000;
		assert_int_equal(read_back(&made, len),
		    whole_samples(&made.text, len));
	}
	for (unsigned i = 0; i < 20; i++) {
		len = madeup_below(made.text.len);
		assert_int_equal(read_back(&made, len),
		    whole_samples(&made.text, len));
	}
	assert_int_equal(read_back(&made, made.text.len - 1), SAMPLES - 1);
	made_done(&made);
}

/* As the process that writes does: flushed with each line, a frame for each
 * key sample. Where each line ended is in at. */
static unsigned
compress(struct strbuf *out, const struct strbuf *text, size_t at[])
{
	struct zstd *z = zstd_open(true);
	const char *line = text->s, *newline;
	unsigned n = 0;

	if (z == NULL)
		skip();
	for (; (newline = strchr(line, '\n')) != NULL; line = newline + 1) {
		if (strncmp(line, "{\"key\"", 6) == 0)
			assert_int_equal(zstd_put(z, out, "", 0, true), 0);
		assert_int_equal(zstd_put(z, out, line,
		    (size_t)(newline - line) + 1, false), 0);
		at[n++] = out->len;
	}
	assert_int_equal(zstd_put(z, out, "", 0, true), 0);
	zstd_close(z);
	return n;
}

/* How many lines come out of so many bytes; all is as it was. */
static unsigned
lines_of(const struct strbuf *packed, size_t len, const struct strbuf *text)
{
	struct zstd *z = zstd_open(false);
	struct strbuf out = STRBUF_INIT;
	unsigned n = 0;

	assert_int_equal(zstd_put(z, &out, packed->s, len, false), 0);
	zstd_close(z);
	assert_in_range(out.len, 0, text->len);
	assert_memory_equal(out.s, text->s, out.len);
	for (size_t i = 0; i < out.len; i++)
		n += out.s[i] == '\n';
	strbuf_done(&out);
	return n;
}

/* What was flushed before the cut comes out of it. */
static void
a_cut_zstd_is_whole_to_there(void **state)
{
	static size_t at[4 * SAMPLES];
	struct strbuf packed = STRBUF_INIT;
	struct made made;
	unsigned n, whole;
	size_t len;

	(void)state;
	make(&made, 6);
	made.text.len = end_of_sample(&made.text, 140);
	made.text.s[made.text.len] = '\0';
	n = compress(&packed, &made.text, at);
	for (unsigned i = 0; i < 1000; i++) {
		len = madeup_below(packed.len + 1);
		for (whole = 0; whole < n && at[whole] <= len; whole++)
			;
		assert_in_range(lines_of(&packed, len, &made.text), whole, n);
	}
	assert_int_equal(lines_of(&packed, packed.len, &made.text), n);
	strbuf_done(&packed);
	made_done(&made);
}

/* A cell that is another one within the millisecond keeps its time. */
static void
times_of_cells_stay(void **state)
{
	struct tape_writer *w = tape_writer_new(false);
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	struct tape_reader *r = tape_reader_new();
	struct events *events = events_new(3);
	struct cells cells;
	struct snapshot s = { .sample = { .target = { .path = "f",
		.page_bytes = 4096, .size_bytes = 4096, .pages = 1 } } };
	char *at;

	(void)state;
	cells_init(&cells);
	cells_reshape(&cells, 0, 1, 0);
	s.sample.overview = &cells;
	tape_head(w, &text, NS_PER_S);
	for (uint32_t i = 0; i < 2; i++) {
		cells_set(&cells, 0, LAYER_CACHED, i, 7 * NS_PER_MS);
		s.sample.t_ns = ++s.sample.seq;
		tape_put(w, &text, &s, NULL, events);
	}
	for (char *line = text.s; (at = strchr(line, '\n')) != NULL;
	    line = at + 1)
		assert_true(tape_take(r, line, (size_t)(at - line), &why) >= 0);
	assert_int_equal(tape_snapshot(r)->sample.overview->count[LAYER_CACHED][0], 1);
	assert_int_equal(tape_snapshot(r)->sample.overview->stamp_ns[0],
	    7 * NS_PER_MS);
	cells_done(&cells);
	strbuf_done(&text);
	events_free(events);
	tape_writer_free(w);
	tape_reader_free(r);
}

static int
take(struct tape_reader *r, const char *line, struct strbuf *why)
{
	strbuf_reset(why);
	return tape_take(r, line, strlen(line), why);
}

static void
what_is_none_is_refused(void **state)
{
	static const char *const no_heads[] = { "", "{", "[]", "3", "{}",
		"{\"pagetide\":\"recording\"}", "ELF", "{\"schema\":\""
		TAPE_SCHEMA "\"}" };
	static const char *const wrong[] = { "{", "[]", "{\"diff\":{}}",
		"{\"key\":{}}", "{\"event\":{}}", "{\"event\":{\"seq\":-1}}",
		"{\"event\":{\"seq\":1,\"ns\":1,\"wall_ns\":1,"
		"\"text\":\"a\\u001bb\"}}",
		"{\"event\":{\"seq\":1,\"ns\":1,\"wall_ns\":1,"
		"\"text\":\"a\\u009bb\"}}",
		"{\"x\":\"\xff\"}", "{\"x\":\"\\ud800\"}",
		"{\"x\":\"\\u0000\"}",
		"{\"x\":[[[[[[[[[[[[[[1]]]]]]]]]]]]]]}" };
	static const char head[] = "{\"pagetide\":\"recording\","
	    "\"schema\":\"" TAPE_SCHEMA "\",\"more\":1}";
	struct strbuf why = STRBUF_INIT;
	struct tape_reader *r;

	(void)state;
	for (size_t i = 0; i < sizeof no_heads / sizeof *no_heads; i++) {
		r = tape_reader_new();
		assert_int_equal(take(r, no_heads[i], &why), -EINVAL);
		assert_non_null(strstr(why.s, "no recording of pagetide"));
		tape_reader_free(r);
	}
	r = tape_reader_new();
	assert_int_equal(take(r, "{\"pagetide\":\"recording\",\"schema\":"
	    "\"pagetide-recording/2\"}", &why), -EINVAL);
	assert_string_equal(why.s, "this is a recording of schema 2, and "
	    TAPE_SCHEMA " is all that this pagetide reads");
	assert_int_equal(take(r, head, &why), TAPE_NOTHING);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(take(r, wrong[i], &why), -EINVAL);
		assert_true(why.len > 0);
	}
	assert_int_equal(take(r, "{\"later\":{\"a\":1}}", &why), TAPE_NOTHING);
	tape_reader_free(r);
	strbuf_done(&why);
}

/* Bytes that are others: it is read, or refused. */
static void
anything_is_read_or_refused(void **state)
{
	struct made made;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	make(&made, 5);
	for (unsigned i = 0; i < 150; i++) {
		struct tape_reader *r = tape_reader_new();
		char *at = made.text.s, *newline;
		int rc = 0;

		for (unsigned n = madeup_below(4) + 1; n > 0; n--) {
			size_t where = madeup_below(made.text.len);

			if (made.text.s[where] != '\n')
				made.text.s[where] = "0123456789,:{}[]\"-nx"
				    [madeup_below(20)];
		}
		for (unsigned n = 0; n < 40 && rc >= 0 &&
		    (newline = strchr(at, '\n')) != NULL; n++) {
			rc = tape_take(r, at, (size_t)(newline - at), &why);
			at = newline + 1;
		}
		tape_reader_free(r);
	}
	strbuf_done(&why);
	made_done(&made);
}

/* What each difference adds is not kept without an end. */
static void
a_sample_does_not_grow_forever(void **state)
{
	struct tape_reader *r = tape_reader_new();
	struct strbuf why = STRBUF_INIT, line = STRBUF_INIT;
	struct made made;
	const char *at, *newline;
	int rc = 0;

	(void)state;
	make(&made, 7);
	at = made.text.s;
	for (unsigned n = 0; rc != TAPE_SAMPLE; n++, at = newline + 1) {
		newline = strchr(at, '\n');
		rc = tape_take(r, at, (size_t)(newline - at), &why);
	}
	for (unsigned n = 0; rc == TAPE_SAMPLE && n < 2000; n++) {
		strbuf_reset(&line);
		strbuf_addf(&line, "{\"diff\":{\"n%u\":\"%05000u\"}}", n, n);
		rc = tape_take(r, line.s, line.len, &why);
	}
	assert_int_equal(rc, -EINVAL);
	assert_string_equal(why.s, "a sample that is none: more than a sample "
	    "has");
	tape_reader_free(r);
	strbuf_done(&line);
	strbuf_done(&why);
	made_done(&made);
}

static void
no_names_where_none_are_wanted(void **state)
{
	static const char *const said[] = {
		"can't read /home/somebody/se cret: no",
		"mmap(se cret+4K, 8K)", "se cret", "see /tmp/somebody.log, too",
		"in /somebody.slice", "long: /home/somebody/se cr..",
	};
	struct tape_writer *w = tape_writer_new(true);
	struct strbuf out = STRBUF_INIT;
	struct events *events = events_new(9);
	struct snapshot s = { 0 };

	(void)state;
	s.sample.target.path = "/home/somebody/se cret";
	s.sample.target.refused = "somebody may not: /home/somebody/se cret";
	s.sample.memory.limit_cgroup = "/somebody.slice";
	s.sample.scan.why = "mincore: se cret, 3 1/s";
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		events_add(events, EVENT_NOTE, 0, "%s", said[i]);
	s.findings.now.n = 1;
	snprintf(s.findings.now.item[0].text,
	    sizeof s.findings.now.item[0].text, "%s", said[0]);
	tape_head(w, &out, 1);
	tape_put(w, &out, &s, NULL, events);
	assert_null(strstr(out.s, "se cr"));
	assert_null(strstr(out.s, "/home"));
	assert_null(strstr(out.s, "somebody."));
	assert_non_null(strstr(out.s, "\"host\":null"));
	assert_non_null(strstr(out.s, "\"can't read file: no\""));
	assert_non_null(strstr(out.s, "\"mmap(file+4K, 8K)\""));
	assert_non_null(strstr(out.s, "\"see path, too\""));
	assert_non_null(strstr(out.s, "\"mincore: file, 3 1/s\""));
	strbuf_done(&out);
	events_free(events);
	tape_writer_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_comes_back),
		cmocka_unit_test(landings_may_be_wrong),
		cmocka_unit_test(a_cut_one_is_whole_to_there),
		cmocka_unit_test(a_cut_zstd_is_whole_to_there),
		cmocka_unit_test(times_of_cells_stay),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(anything_is_read_or_refused),
		cmocka_unit_test(a_sample_does_not_grow_forever),
		cmocka_unit_test(no_names_where_none_are_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
