/* The way of a touch, told stage by stage. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagetide/order.h"
#include "pagetide/strbuf.h"
#include "pagetide/touchwhy.h"

#define KNOWN .known = LOOK_PTE | LOOK_CACHE, \
    .map_addr = 0x7f0000000000, .map_bytes = 0x4000000
#define NO_MARKER .marker_page = UINT64_MAX
#define LOOKED .by = WHY_BY_LOOKS, KNOWN, NO_MARKER, .first_page = UINT64_MAX

static const struct { struct touch_why why; const char *text; } rows[] = {
	{ { .by = WHY_BY_NOBODY }, "" },
	{ { LOOKED, .path = PATH_MAPPED, .present = true },
	    "PTE? yes  VMA? r-- shared ok  no fault: already mapped" },
	{ { LOOKED, .path = PATH_MARKER, .cached = true, .asked_known = true,
	    .asked_pages = 32 },
	    "PTE? no  VMA? r-- shared ok  page cache? yes, the readahead "
	    "marker  async readahead of 32 pages begun" },
	{ { .by = WHY_BY_LOOKS, KNOWN, NO_MARKER,
	    .path = PATH_MISS_READAHEAD, .asked_known = true,
	    .asked_pages = 32, .first_page = 83, .mapped_known = true,
	    .mapped_more = 16 },
	    "PTE? no  VMA? r-- shared ok  page cache? no  synchronous "
	    "readahead 83+32, waited, 16 PTEs" },
	{ { KNOWN, .by = WHY_BY_TRACE, .path = PATH_MISS_READAHEAD,
	    .asked_known = true, .asked_pages = 32, .first_page = 83,
	    .marker_page = 107 },
	    "PTE? no  VMA? r-- shared ok  page cache? no  synchronous "
	    "readahead 83+32 marker 107, waited  (by tracepoints)" },
	{ { LOOKED, .path = PATH_WAITED, .cached = true },
	    "PTE? no  VMA? r-- shared ok  page cache? yes, still being read  "
	    "waited for its read" },
	{ { LOOKED, .path = PATH_PMD, .cached = true, .mapped_known = true,
	    .mapped_more = 512 },
	    "PTE? no  VMA? r-- shared ok  page cache? yes  PMD of 2 MiB, "
	    "512 PTEs" },
	{ { LOOKED, .path = PATH_COPY_READ, .map_flags = MAP_SPEC_PRIVATE |
	    MAP_SPEC_WRITE, .mapped_known = true, .mapped_more = 1 },
	    "PTE? no  VMA? rw- private ok  page cache? no  copy after reading "
	    "it" },
	{ { LOOKED, .path = PATH_SWAP_IN, .swapped = true, .map_flags =
	    MAP_SPEC_PRIVATE | MAP_SPEC_WRITE },
	    "PTE? swapped out  VMA? rw- private ok  swap-in" },
	{ { LOOKED, .path = PATH_NOT_PERMITTED, .present = true },
	    "PTE? yes  VMA? r-- shared no  not permitted" },
	{ { .by = WHY_BY_LOOKS, .path = PATH_NOT_MAPPED, .first_page =
	    UINT64_MAX, .marker_page = UINT64_MAX },
	    "VMA? none  not mapped" },
};

static void
each_stage_is_told(void **state)
{
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		strbuf_reset(&text);
		touchwhy_text(&rows[i].why, &text);
		assert_string_equal(text.s, rows[i].text);
	}
	strbuf_done(&text);
}

static void
addresses_are_told_where_there_is_room(void **state)
{
	struct touch_why why = { LOOKED, .path = PATH_MAPPED };
	struct why_stage stage[WHY_STAGES];

	(void)state;
	assert_int_equal(touchwhy_stages(&why, true, stage), 3);
	assert_string_equal(stage[1].question, "VMA?");
	assert_string_equal(stage[1].answer,
	    "7f0000000000-7f0004000000 r-- shared ok");
}

static void
the_most_frequent_names_come_first(void **state)
{
	struct path_counts c = { .touches = { [PATH_MAPPED] = 7,
		[PATH_MARKER] = 1, [PATH_AROUND] = 40 } };
	enum fault_path order[PATH_COUNT];

	(void)state;
	assert_int_equal(path_counts_order(&c, order), 3);
	assert_int_equal(order[0], PATH_AROUND);
	assert_int_equal(order[1], PATH_MAPPED);
	assert_int_equal(order[2], PATH_MARKER);
	assert_int_equal(path_counts_order(&(struct path_counts){ 0 }, order),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stage_is_told),
		cmocka_unit_test(addresses_are_told_where_there_is_room),
		cmocka_unit_test(the_most_frequent_names_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
