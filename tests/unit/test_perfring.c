#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/xalloc.h"

#include "../../src/trace/perfring.h"

#define PAGE 4096
#define DATA 4096

/* A ring as the kernel maps it: its page, then the data. */
static struct perfring ring;
static uint64_t lost;
static struct {
	uint64_t	value[8];
	unsigned	n;
} got;

static int
setup(void **state)
{
	(void)state;
	ring = (struct perfring){ .page = xcalloc(1, PAGE + DATA),
		.page_bytes = PAGE, .data_bytes = DATA };
	lost = 0;
	memset(&got, 0, sizeof got);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(ring.page);
	return 0;
}

/* As the kernel writes it, from where the head is, round the end. */
static void
put_bytes(const void *from, size_t len)
{
	char *data = (char *)ring.page + PAGE;

	for (size_t i = 0; i < len; i++)
		data[(ring.page->data_head + i) % DATA] =
		    ((const char *)from)[i];
	ring.page->data_head += len;
}

static void
put(unsigned type, const uint64_t *values, size_t n)
{
	struct perf_event_header h = { .type = type,
		.size = (uint16_t)(sizeof h + n * sizeof *values) };

	put_bytes(&h, sizeof h);
	put_bytes(values, n * sizeof *values);
}

static void
take(const struct perf_event_header *h, const char *buf, size_t len, void *arg)
{
	assert_ptr_equal(arg, &got);
	assert_true(len >= sizeof *h + sizeof *got.value);
	if (h->type == PERF_RECORD_SAMPLE)
		memcpy(&got.value[got.n++], buf + sizeof *h,
		    sizeof *got.value);
}

static void
read_all(void)
{
	got.n = 0;
	perfring_read(&ring, take, &got, &lost);
	assert_int_equal(ring.page->data_tail, ring.page->data_head);
}

static void
records_come_in_order(void **state)
{
	const uint64_t one[] = { 11 }, two[] = { 22, 0 };

	(void)state;
	put(PERF_RECORD_SAMPLE, one, 1);
	put(PERF_RECORD_SAMPLE, two, 2);
	read_all();
	assert_int_equal(got.n, 2);
	assert_int_equal(got.value[0], 11);
	assert_int_equal(got.value[1], 22);
	read_all();
	assert_int_equal(got.n, 0);
}

/* Wherever the end cuts one. */
static void
a_record_goes_round(void **state)
{
	const uint64_t v[] = { 0x1122334455667788 };

	(void)state;
	for (unsigned cut = 0; cut <= sizeof(struct perf_event_header) +
	    sizeof v; cut++) {
		ring.page->data_head = ring.page->data_tail = 2 * DATA - cut;
		put(PERF_RECORD_SAMPLE, v, 1);
		read_all();
		assert_int_equal(got.n, 1);
		assert_int_equal(got.value[0], v[0]);
	}
}

/* What had no room is counted, and added to what was lost before. */
static void
lost_ones_are_counted(void **state)
{
	const uint64_t id_lost[] = { 5, 300 }, v[] = { 1 };

	(void)state;
	put(PERF_RECORD_LOST, id_lost, 2);
	put(PERF_RECORD_SAMPLE, v, 1);
	put(PERF_RECORD_LOST, id_lost, 2);
	read_all();
	assert_int_equal(lost, 600);
	assert_int_equal(got.n, 1);
	put(PERF_RECORD_LOST, id_lost, 1);
	read_all();
	assert_int_equal(lost, 600);
}

/* No record is as short as that: the rest of the ring is not read. */
static void
nonsense_ends_it(void **state)
{
	const struct perf_event_header h = { .size = 3 };
	const uint64_t v[] = { 1 };

	(void)state;
	put_bytes(&h, sizeof h);
	put(PERF_RECORD_SAMPLE, v, 1);
	read_all();
	assert_int_equal(got.n, 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(records_come_in_order),
		TEST(a_record_goes_round),
		TEST(lost_ones_are_counted),
		TEST(nonsense_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
