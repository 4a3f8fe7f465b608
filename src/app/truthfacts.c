#include "config.h"

#include "truthfacts.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "pagetide/truth.h"

#include "truthlab.h"
#include "truthready.h"

#define AROUND_BYTES	(UINT64_C(64) << 10)	/* fault_around_bytes */
#define HUGE_BYTES	(UINT64_C(2) << 20)	/* where it is not known */
#define THP		"/sys/kernel/mm/transparent_hugepage/"

/* The start of a small file, with a NUL; "" if it can't be read. */
static void
read_text(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, buf, size - 1) : -1;

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
}

static bool
file_has(const char *path, const char *word)
{
	char text[512];

	read_text(path, text, sizeof text);
	return strstr(text, word) != NULL;
}

/* May a fault of anonymous memory map more than a page unasked? */
static bool
has_anon_folios(void)
{
	bool always = file_has(THP "enabled", "[always]"), found = always;
	glob_t g;
	size_t i;

	if (glob(THP "hugepages-*/enabled", 0, NULL, &g) != 0)
		return found;
	found = false;
	for (i = 0; i < g.gl_pathc && !found; i++)
		found = file_has(g.gl_pathv[i], "[always]") || (always &&
		    file_has(g.gl_pathv[i], "[inherit]"));
	globfree(&g);
	return found;
}

static bool
has_swap(void)
{
	return file_has("/proc/swaps", "\n/");
}

static unsigned
linux_version(void)
{
	unsigned major = 0, minor = 0;
	struct utsname u;

	if (uname(&u) != 0 ||
	    sscanf(u.release, "%u.%u", &major, &minor) != 2)
		return 0;
	return TRUTH_LINUX(major, minor);
}

static uint64_t
huge_bytes(void)
{
	unsigned long long bytes = 0;
	char text[32];

	read_text(THP "hpage_pmd_size", text, sizeof text);
	if (sscanf(text, "%llu", &bytes) != 1 || bytes == 0)
		return HUGE_BYTES;
	return bytes;
}

/* What needs no trying. */
static void
look_up(const struct truthlab *lab, struct truth_facts *f)
{
	uint64_t page_bytes = lab->scratch.page_bytes;

	f->linux_version = linux_version();
	f->file_pages = SCRATCH_PAGES;
	f->region_pages = SCRATCH_PAGES / 4;
	f->around_pages = AROUND_BYTES > page_bytes ?
	    AROUND_BYTES / page_bytes : 1;
	f->huge_pages = huge_bytes() / page_bytes;
	f->readahead_known = lab->readahead_known;
	f->readahead_pages = lab->readahead_bytes / page_bytes;
	f->anon_folios = has_anon_folios();
	if (lab->scratch.on_storage && lab->unknown == NULL)
		f->has |= TRUTH_NEEDS_STORAGE;
	if (lab->states.ops != NULL)
		f->has |= TRUTH_NEEDS_CACHESTAT;
	f->has |= has_swap() ? TRUTH_NEEDS_SWAP : TRUTH_NEEDS_NO_SWAP;
	if (file_has(THP "enabled", "[madvise]") ||
	    file_has(THP "enabled", "[always]"))
		f->has |= TRUTH_NEEDS_THP;
	if (scratch_has_direct(&lab->scratch))
		f->has |= TRUTH_NEEDS_DIRECT;
}

/* Large folios: a touch of one page maps more than what is around it. */
static int
try_folios(struct truth_run *r, bool *works)
{
	int rc;

	rc = truthready_make(r);
	if (rc == 0)
		rc = truthlab_walk(r->lab, LAB_MINE, TOUCH_READ,
		    r->first_page, 1);
	if (rc == 0)
		rc = truthready_look(r);
	*works = r->look.page[TRUTH_COL_MAPPED] > r->facts->around_pages;
	return rc;
}

/* All that any row locks. */
static int
try_mlock(struct truth_run *r, bool *works)
{
	int rc, err = 0;

	rc = truthready_make(r);
	if (rc == 0)
		rc = truthready_hint(r, "mlock", 0, r->facts->file_pages,
		    &err);
	*works = err == 0;
	return rc;
}

/* A worker that is somebody else, and is still seen. */
static int
try_stranger(struct truth_run *r, bool *works)
{
	int rc = geteuid() == 0 ? truthready_make(r) : 0;

	*works = geteuid() == 0 &&
	    (r->look.known & TRUTH_BIT(TRUTH_COL_MAPPED)) != 0;
	return rc;
}

static const struct {
	unsigned	 needs;
	struct truth_row row;
	int		(*works)(struct truth_run *, bool *);
} tries[] = {
	{ TRUTH_NEEDS_FOLIOS, { .name = "folios", .on = TRUTH_SHARED,
	    .state = TRUTH_FOLIOS }, try_folios },
	{ TRUTH_NEEDS_MEMLOCK, { .name = "mlock", .on = TRUTH_SHARED,
	    .state = TRUTH_COLD }, try_mlock },
	{ TRUTH_NEEDS_STRANGER, { .name = "stranger", .on = TRUTH_PRIVATE,
	    .state = TRUTH_CACHED, .needs = TRUTH_NEEDS_STRANGER },
	    try_stranger },
};
#define N_TRIES (sizeof tries / sizeof tries[0])

int
truthfacts_find(struct truthlab *lab, struct truth_facts *f)
{
	struct truth_result res;
	struct truth_run r;
	int rc = 0;
	bool works;
	size_t i;

	*f = (struct truth_facts){ 0 };
	look_up(lab, f);
	if (!(f->has & TRUTH_NEEDS_STORAGE))
		return 0;
	for (i = 0; rc != -EINTR && i < N_TRIES; i++) {
		res = (struct truth_result){ .row = &tries[i].row };
		truthready_init(&r, lab, f, &res);
		works = false;
		rc = tries[i].works(&r, &works);
		if (rc == 0 && works)
			f->has |= tries[i].needs;
	}
	truthlab_end(lab);
	/* What could not be tried is not to be had. */
	return rc == -EINTR ? rc : 0;
}
