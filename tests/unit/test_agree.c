/* Ways of random touches by looks and by tracepoints, as root: under hints and
 * evictions that change all the time they agree. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file_rig.h"

#include "../../src/work/looking.h"
#include "../../src/work/mapping.h"

#include "pagetide/faulttrace.h"
#include "pagetide/trace.h"

/* AddressSanitizer makes looks slow: more reads end between look and touch. */
#ifdef __SANITIZE_ADDRESS__
#define PERMILLE 950
#else
#define PERMILLE 995
#endif

enum { PAGES = 16384, TOUCHES = 5000 };

struct side {
	struct mapping	mapping;
	struct faulttrace faults;
};

static struct {
	struct side	shared, private;
	struct looking	looking;
	struct trace	*trace;
	uint64_t	lost, seed;
	struct traced_fault fault;
	uint64_t	addr;
	struct side	*touched;
	bool		faulted;
} rig;

static uint64_t
below(uint64_t n)
{
	return file_random(&rig.seed) % n;
}

static void
take(const struct trace_record *r, void *arg)
{
	struct traced_fault f;

	(void)arg;
	if (rig.touched == NULL)
		return;
	if (!faulttrace_feed(&rig.touched->faults, r, &f) ||
	    f.address != rig.addr)
		return;
	rig.fault = f;
	rig.faulted = true;
}

static void
open_side(struct side *s, uint32_t flags)
{
	int prot = PROT_READ | PROT_WRITE;

	mapping_init(&s->mapping);
	s->mapping.pages = PAGES;
	s->mapping.flags = flags | MAP_SPEC_WRITE;
	s->mapping.fd = dup(file_rig.fd);
	s->mapping.addr = mmap(NULL, PAGES * file_rig.page_bytes, prot,
	    flags & MAP_SPEC_PRIVATE ? MAP_PRIVATE : MAP_SHARED,
	    file_rig.fd, 0);
	assert_ptr_not_equal(s->mapping.addr, MAP_FAILED);
	faulttrace_init(&s->faults, trace_has(rig.trace), true, (flags & MAP_SPEC_PRIVATE) != 0);
}

static void
read_formats(struct trace_formats *f)
{
	struct pollfd p;

	assert_int_equal(trace_formats_begin(f), 0);
	for (p = (struct pollfd){ f->aside.fd, POLLIN, 0 }; !f->known;) {
		assert_int_equal(poll(&p, 1, 10000), 1);
		trace_formats_ready(f);
	}
	if (f->step == TRACE_OK)
		return;
	print_message("%s\n", trace_why(f->step));
	skip();
}

static void
open_trace(void)
{
	struct trace_formats formats;
	struct trace_what what = { .points = TRACE_FAULTS | TRACE_WINDOWS |
	    TRACE_BIT(TRACE_ADD), .pid = getpid(), .addr_bytes = UINT64_MAX };
	enum trace_step step;
	struct stat st;

	read_formats(&formats);
	assert_int_equal(fstat(file_rig.fd, &st), 0);
	what.ino = st.st_ino;
	what.dev_major = major(st.st_dev);
	what.dev_minor = minor(st.st_dev);
	rig.trace = trace_open(&formats, &what, &step);
	if (rig.trace != NULL && (trace_has(rig.trace) & TRACE_WINDOWS) ==
	    TRACE_WINDOWS)
		return;
	print_message("%s\n", rig.trace == NULL ? trace_why(step) :
	    "this kernel has no tracepoints of readahead");
	trace_close(rig.trace);
	skip();
}

static void
advise_both(uint64_t page, uint64_t n, int advice)
{
	uint64_t bytes = n * file_rig.page_bytes;

	madvise((void *)(rig.shared.mapping.addr + page * file_rig.page_bytes),
	    bytes, advice);
	madvise((void *)(rig.private.mapping.addr +
	    page * file_rig.page_bytes), bytes, advice);
}

/* Something else than a touch. */
static void
disturb(void)
{
	static const int advice[] = { MADV_NORMAL, MADV_RANDOM,
		MADV_SEQUENTIAL };
	uint64_t page = below(PAGES - 256), n = UINT64_C(32) << below(4);
	struct side *s = below(4) ? &rig.shared : &rig.private;
	void *at = (void *)(s->mapping.addr + page * file_rig.page_bytes);

	switch (below(6)) {
	case 0:
		madvise(at, n * file_rig.page_bytes, MADV_DONTNEED);
		break;
	case 1:
	case 2:
		advise_both(page, n, MADV_DONTNEED);
		posix_fadvise(file_rig.fd, (off_t)(page * file_rig.page_bytes),
		    (off_t)(n * file_rig.page_bytes), POSIX_FADV_DONTNEED);
		break;
	case 3:
		madvise(at, n * file_rig.page_bytes, advice[below(3)]);
		break;
	case 4:
		madvise(at, n * file_rig.page_bytes, MADV_WILLNEED);
		break;
	default:
		fsync(file_rig.fd);
	}
}

/* Do looks and tracepoints agree on that touch? */
static bool
touch(struct side *s, uint64_t page, bool write)
{
	volatile unsigned char *at = s->mapping.addr +
	    page * file_rig.page_bytes;
	enum fault_path traced;

	rig.touched = NULL;
	trace_read(rig.trace, take, NULL, &rig.lost);
	rig.touched = s;
	rig.faulted = false;
	rig.addr = (uintptr_t)at;
	looking_before(&rig.looking, &s->mapping, page, write);
	if (write)
		*at = 1;
	else
		(void)*at;
	looking_after(&rig.looking, 0, 0);
	trace_read(rig.trace, take, NULL, &rig.lost);
	traced = rig.faulted ? rig.fault.path : PATH_MAPPED;
	if (traced != PATH_UNKNOWN &&
	    traced_agrees(traced, rig.looking.why.path))
		return true;
	print_message("page %ju %s %s: looks %s, tracepoints %s\n",
	    (uintmax_t)page, write ? "write" : "read",
	    s == &rig.private ? "private" : "shared",
	    path_table[rig.looking.why.path].word, path_table[traced].word);
	return false;
}

static void
looks_and_tracepoints_agree(void **state)
{
	struct order o = { .count = ORDER_COUNT | ORDER_COUNT_CACHESTAT,
		.readahead_pages = 2048 };
	static struct work_shared shared;
	uint64_t page = 0, agreed = 0, made = 0;

	(void)state;
	file_need_storage();
	file_make(PAGES);
	file_evict();
	rig.seed = 7;
	open_trace();
	open_side(&rig.shared, 0);
	open_side(&rig.private, MAP_SPEC_PRIVATE);
	looking_init(&rig.looking, file_rig.fd,
	    rangecount_new((uint32_t)file_rig.page_bytes));
	looking_start(&rig.looking, &o, &shared);
	while (made < TOUCHES) {
		if (below(4) == 0) {
			disturb();
			continue;
		}
		if (below(100) == 0) {
			advise_both(0, PAGES, MADV_DONTNEED);
			fsync(file_rig.fd);
			file_evict();
		}
		page = below(3) ? (page + 1) % PAGES : below(PAGES);
		agreed += touch(below(4) ? &rig.shared : &rig.private,
		    below(3) ? page : below(PAGES), below(4) == 0);
		made++;
	}
	print_message("%ju of %ju touches: the same name\n",
	    (uintmax_t)agreed, (uintmax_t)made);
	assert_int_equal(rig.lost, 0);
	assert_true(agreed * 1000 >= made * PERMILLE);
	trace_close(rig.trace);
	rangecount_free(rig.looking.rangecount);
	mapping_drop(&rig.shared.mapping);
	mapping_drop(&rig.private.mapping);
	file_drop();
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_and_tracepoints_agree),
	};

	if (argc > 1 && strcmp(argv[1], TRACE_FORMATS_OPTION) == 0)
		return trace_formats_main();
	return cmocka_run_group_tests(tests, file_group_setup,
	    file_group_teardown);
}
