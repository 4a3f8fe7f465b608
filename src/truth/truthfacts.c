#include "config.h"

#include "truthfacts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/linuxver.h"
#include "pagetide/onfault.h"
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

/* Does the kernel make folios of the size of that folder by itself? always:
 * what sizes that inherit it do. */
static bool
size_is_on(const char *folder, bool always)
{
	char path[sizeof THP + NAME_MAX + sizeof "/enabled"];

	snprintf(path, sizeof path, THP "%s/enabled", folder);
	return file_has(path, "[always]") ||
	    (always && file_has(path, "[inherit]"));
}

/* May a fault of anonymous memory map more than a page unasked? */
static bool
has_anon_folios(void)
{
	bool always = file_has(THP "enabled", "[always]"), found = false;
	bool any = false;
	struct dirent *e;
	DIR *dir = opendir(THP);

	while (dir != NULL && !found && (e = readdir(dir)) != NULL) {
		if (strncmp(e->d_name, "hugepages-", 10) != 0)
			continue;
		any = true;
		found = size_is_on(e->d_name, always);
	}
	if (dir != NULL)
		closedir(dir);
	return any ? found : always;
}

static bool
has_swap(void)
{
	return file_has("/proc/swaps", "\n/");
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

	f->linux_version = linuxver();
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
	if (onfault_is_shown())
		f->has |= TRUTH_NEEDS_ONFAULT;
	if (scratch_has_direct(&lab->scratch))
		f->has |= TRUTH_NEEDS_DIRECT;
}

/* One page is read; what that did is in the look. */
static int
read_one(struct truth_run *r)
{
	int rc = truthready_make(r);

	if (rc == 0)
		rc = truthlab_walk(r->lab, LAB_MINE, TOUCH_READ,
		    r->first_page, 1);
	return rc == 0 ? truthready_look(r) : rc;
}

/* Large folios: a touch of one page maps more than what is around it. */
static int
try_folios(struct truth_run *r, bool *works)
{
	int rc = read_one(r);

	*works = r->look.page[TRUTH_COL_MAPPED] > r->facts->around_pages;
	return rc;
}

/* A page that was only read is nobody's own where all share one of zeros. */
static int
see_read_page(struct truth_run *r, bool *is_own)
{
	int rc = read_one(r);

	if (rc == 0 && (r->look.known & TRUTH_BIT(TRUTH_COL_PRIVATE)) == 0)
		rc = -ENODATA;
	*is_own = r->look.page[TRUTH_COL_PRIVATE] > 0;
	return rc;
}

static int
try_zero_page(struct truth_run *r, bool *works)
{
	bool is_own = false;
	int rc = see_read_page(r, &is_own);

	*works = !is_own;
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
	{ TRUTH_NEEDS_ZERO_PAGE, { .name = "zero", .on = TRUTH_ANON,
	    .state = TRUTH_COLD }, try_zero_page },
	{ TRUTH_NEEDS_NO_ZERO_PAGE, { .name = "own", .on = TRUTH_ANON,
	    .state = TRUTH_COLD }, see_read_page },
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
