/* Parts of recordings, found by their time. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/cells.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/output.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/tapefile.h"
#include "pagetide/tapeproc.h"

#include "file_rig.h"
#include "zstd.h"

enum { SAMPLES = 1000, CELLS = 64, SEEKS = 40 };
#define TICK_NS (NS_PER_S / 10)

static uint64_t seed = 7;
/* How much is cached in sample i. */
static uint32_t cached[SAMPLES];

static uint64_t
below(uint64_t n)
{
	return file_random(&seed) % n;
}

static uint64_t
time_of(unsigned i)
{
	return 5 * NS_PER_S + i * TICK_NS;
}

/* A recording of SAMPLES, an event in front of each hundredth. */
static void
make(struct strbuf *text)
{
	struct tape_writer *w = tape_writer_new(false);
	struct events *events = events_new(30);
	struct snapshot s = { .sample = { .target = { .path = "f",
		.page_bytes = 4096, .size_bytes = 4096 * CELLS,
		.pages = CELLS } } };
	struct cells cells;

	cells_init(&cells);
	cells_reshape(&cells, 0, CELLS, 0);
	for (unsigned c = 0; c < CELLS; c++)
		cells_set(&cells, c, LAYER_CACHED, 0, 0);
	s.sample.overview = &cells;
	tape_head(w, text, TICK_NS);
	for (unsigned i = 0; i < SAMPLES; i++) {
		clock_fix(time_of(i), time_of(i));
		if (i % 100 == 40)
			events_add(events, EVENT_NOTE, 'n', "event %u", i);
		s.sample.seq = i + 1;
		s.sample.t_ns = s.sample.wall_ns = time_of(i);
		cells_set(&cells, below(CELLS), LAYER_CACHED,
		    (uint32_t)below(2), time_of(i));
		cached[i] = 0;
		for (unsigned c = 0; c < CELLS; c++)
			cached[i] += cells.count[LAYER_CACHED][c];
		s.events = events_now(events);
		tape_put(w, text, &s, NULL, events);
	}
	cells_done(&cells);
	events_free(events);
	tape_writer_free(w);
}

/* As it is, or as the process that writes makes it; NULL: no zstd here. */
static const char *
file_of(const char *name, const struct strbuf *text, bool packed)
{
	struct zstd *z = packed ? zstd_open(true) : NULL;
	const char *line = text->s, *newline;
	static char path[PATH_MAX];
	struct strbuf out = STRBUF_INIT;
	int fd;

	if (packed && z == NULL)
		return NULL;
	for (; (newline = strchr(line, '\n')) != NULL; line = newline + 1) {
		if (z != NULL && strncmp(line, "{\"key\"", 6) == 0)
			zstd_put(z, &out, "", 0, true);
		if (z != NULL)
			zstd_put(z, &out, line, (size_t)(newline - line) + 1,
			    false);
		else
			strbuf_add(&out, line, (size_t)(newline - line) + 1);
	}
	if (z != NULL)
		zstd_put(z, &out, "", 0, true);
	zstd_close(z);
	snprintf(path, sizeof path, "%s/%s", file_rig.dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(output_all(fd, out.s, out.len), 0);
	close(fd);
	strbuf_done(&out);
	return path;
}

static struct tapefile *
open_part(const char *path, enum tapeproc_lines lines, uint64_t from_ns)
{
	const struct tapeproc_what what = { path, lines, from_ns };
	struct strbuf why = STRBUF_INIT;
	struct tapefile *f = tapefile_open_part(&what, &why);

	assert_non_null(f);
	return f;
}

static const struct sample *
next_sample(struct tapefile *f)
{
	int line;

	do
		line = tapefile_next(f);
	while (line != TAPE_SAMPLE && line != TAPEFILE_END);
	return line == TAPEFILE_END ? NULL :
	    &tape_snapshot(tapefile_reader(f))->sample;
}

static void
is_sample(const struct sample *s, unsigned i)
{
	uint32_t sum = 0;

	assert_int_equal(s->t_ns, time_of(i));
	for (size_t c = 0; c < s->overview->n; c++)
		sum += s->overview->count[LAYER_CACHED][c];
	assert_int_equal(sum, cached[i]);
}

/* From there on all is as it is in all of it; what comes first is within the 10
 * seconds between keys. */
static void
seek_to(const char *path, uint64_t t_ns)
{
	struct tapefile *f = open_part(path, TAPEPROC_FROM, t_ns);
	const struct sample *s = next_sample(f);
	unsigned i, n;

	assert_non_null(s);
	is_sample(s, 0);
	s = next_sample(f);
	assert_non_null(s);
	i = (unsigned)(s->seq - 1);
	assert_true(i == 0 || s->t_ns <= t_ns);
	assert_true(t_ns < time_of(i) + TAPE_KEY_NS ||
	    i + 100 >= SAMPLES);
	for (n = 0; s != NULL && n < 150; n++) {
		is_sample(s, i++);
		s = next_sample(f);
	}
	assert_int_equal(s == NULL, i == SAMPLES);
	assert_null(tapefile_wrong(f));
	tapefile_close(f);
}

static void
a_time_is_found(void **state)
{
	struct strbuf text = STRBUF_INIT;
	const char *path;

	(void)state;
	make(&text);
	for (int packed = 0; packed <= 1; packed++) {
		path = file_of("whole", &text, packed);
		if (path == NULL)
			continue;
		seek_to(path, 0);
		seek_to(path, UINT64_MAX);
		seek_to(path, time_of(0));
		seek_to(path, time_of(100));
		seek_to(path, time_of(100) - 1);
		for (unsigned i = 0; i < SEEKS; i++)
			seek_to(path, below(time_of(SAMPLES)));
	}
	strbuf_done(&text);
}

/* One that was cut, in a line or a frame: what comes last is the last whole
 * sample, however one came there. */
static void
a_cut_one_has_an_end(void **state)
{
	struct strbuf text = STRBUF_INIT;
	const struct sample *s;
	struct tapefile *f;
	const char *path;
	uint64_t last[2];
	off_t size;

	(void)state;
	make(&text);
	for (int i = 0; i < SEEKS; i++) {
		path = file_of("cut", &text, i % 2);
		if (path == NULL)
			continue;
		size = (off_t)strlen(text.s);
		if (i % 2 != 0)
			size /= 10;
		assert_int_equal(truncate(path, size / 2 +
		    (off_t)below((uint64_t)size / 2)), 0);
		for (int part = 0; part < 2; part++) {
			f = open_part(path, part ? TAPEPROC_FROM :
			    TAPEPROC_ALL, UINT64_MAX);
			last[part] = 0;
			while ((s = next_sample(f)) != NULL)
				last[part] = s->seq;
			tapefile_close(f);
		}
		assert_true(last[0] > 0);
		assert_int_equal(last[0], last[1]);
	}
	strbuf_done(&text);
}

static void
events_come_alone(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct tapefile *f;
	const char *path;
	unsigned events, samples;
	int line;

	(void)state;
	make(&text);
	for (int packed = 0; packed <= 1; packed++) {
		path = file_of("events", &text, packed);
		if (path == NULL)
			continue;
		f = open_part(path, TAPEPROC_EVENTS, 0);
		events = samples = 0;
		while ((line = tapefile_next(f)) != TAPEFILE_END) {
			events += line == TAPE_EVENT;
			samples += line == TAPE_SAMPLE;
		}
		assert_int_equal(events, SAMPLES / 100);
		assert_int_equal(samples, 1);
		assert_null(tapefile_wrong(f));
		tapefile_close(f);
	}
	strbuf_done(&text);
}

/* Bytes that are others, and beginnings that are none: it ends. */
static void
anything_has_an_end(void **state)
{
	static const char *const signs[] = { "\n{\"key\":", "{\"key\":{}}\n",
		"\x28\xb5\x2f\xfd", "\x28\xb5\x2f\xfd\x24\x01", "\n", "{" };
	struct strbuf text = STRBUF_INIT;
	struct tapefile *f;
	const char *path, *sign;
	int fd;

	(void)state;
	make(&text);
	for (int i = 0; i < SEEKS; i++) {
		path = file_of("odd", &text, i % 2);
		if (path == NULL)
			continue;
		fd = open(path, O_WRONLY);
		for (unsigned n = (unsigned)below(i % 4 == 3 ? 10000 : 10);
		    n > 0; n--) {
			sign = signs[below(sizeof signs / sizeof *signs)];
			assert_true(pwrite(fd, sign, strlen(sign), (off_t)
			    below(text.len / (i % 2 ? 10 : 1))) > 0);
		}
		close(fd);
		f = open_part(path, TAPEPROC_FROM, below(time_of(SAMPLES)));
		while (next_sample(f) != NULL)
			;
		assert_true(tapefile_wrong(f) == NULL || strstr(
		    tapefile_wrong(f), "process died") == NULL);
		tapefile_close(f);
	}
	strbuf_done(&text);
}

/* Nothing is taken from a pipe. */
static void
a_pipe_is_no_file(void **state)
{
	char path[PATH_MAX];
	struct tapefile *f;

	(void)state;
	snprintf(path, sizeof path, "%s/pipe", file_rig.dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	f = open_part(path, TAPEPROC_FROM, 1);
	assert_int_equal(tapefile_next(f), TAPEFILE_END);
	assert_non_null(strstr(tapefile_wrong(f), "not a file of a "
	    "recording"));
	tapefile_close(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_is_found),
		cmocka_unit_test(a_cut_one_has_an_end),
		cmocka_unit_test(events_come_alone),
		cmocka_unit_test(anything_has_an_end),
		cmocka_unit_test(a_pipe_is_no_file),
	};

	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
