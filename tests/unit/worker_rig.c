#include "config.h"

#include "worker_rig.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/worker.h"

struct rig rig;

static char dir[PATH_MAX];
static const char *unfit;	/* why no test can run on a file here */

void
rig_make_file(uint64_t pages)
{
	char *page;
	uint64_t i;
	int fd;

	rig.page_bytes = sysconf(_SC_PAGESIZE);
	rig.pages = pages;
	snprintf(rig.path, sizeof rig.path, "%.4000s/file", dir);
	fd = open(rig.path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	page = malloc(rig.page_bytes);
	for (i = 0; i < pages; i++) {
		memset(page, 'a' + i % 26, rig.page_bytes);
		assert_int_equal(write(fd, page, rig.page_bytes),
		    rig.page_bytes);
	}
	free(page);
	assert_int_equal(fsync(fd), 0);
	close(fd);
	rig.file = open(rig.path, O_RDONLY | O_CLOEXEC);
	assert_true(rig.file >= 0);
}

int
rig_group_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct statfs st;

	(void)state;
	snprintf(dir, sizeof dir, "%.4000s/pagetide-worker-XXXXXX",
	    tmp != NULL && *tmp != '\0' ? tmp : "/var/tmp");
	if (mkdtemp(dir) == NULL || statfs(dir, &st) != 0)
		return -1;
	if (st.f_type == 0x01021994 || st.f_type == 0x858458f6)
		unfit = "files in memory (tmpfs) cannot be evicted";
	if (st.f_type == 0x794c7630)
		unfit = "overlayfs";
	return 0;
}

int
rig_group_teardown(void **state)
{
	(void)state;
	return rmdir(dir);
}

/* Ends the worker there may be, and lets go of what is shared with it. */
static void
end_worker(void)
{
	if (rig.pid != 0) {
		kill(rig.pid, SIGKILL);
		waitpid(rig.pid, NULL, 0);
		rig.pid = 0;
	}
	if (rig.shared != NULL) {
		munmap(rig.shared, sizeof *rig.shared);
		close(rig.memfd);
		close(rig.sock);
		rig.shared = NULL;
	}
}

int
rig_teardown(void **state)
{
	(void)state;
	end_worker();
	if (rig.path[0] != '\0') {
		close(rig.file);
		unlink(rig.path);
	}
	memset(&rig, 0, sizeof rig);
	return 0;
}

void
rig_no_preparation(void)
{
}

void
rig_start(void (*prepare)(void))
{
	int pair[2], parent = getpid();

	end_worker();
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC,
	    0, pair), 0);
	rig.memfd = memfd_create("test", MFD_CLOEXEC);
	assert_int_equal(ftruncate(rig.memfd, sizeof *rig.shared), 0);
	rig.shared = mmap(NULL, sizeof *rig.shared, PROT_READ, MAP_SHARED,
	    rig.memfd, 0);
	assert_ptr_not_equal(rig.shared, MAP_FAILED);
	rig.pid = fork();
	if (rig.pid == 0) {
		close(pair[0]);
		prepare();
		_exit(worker_main(pair[1], rig.file, rig.memfd, parent));
	}
	assert_true(rig.pid > 0);
	close(pair[1]);
	rig.sock = pair[0];
}

void
rig_send(struct order *o)
{
	o->seq = ++rig.seq;
	assert_int_equal(send(rig.sock, o, sizeof *o, MSG_NOSIGNAL),
	    sizeof *o);
}

struct report
rig_next_report(void)
{
	struct pollfd p = { .fd = rig.sock, .events = POLLIN };
	struct report r;

	assert_int_equal(poll(&p, 1, RIG_WAIT_MS), 1);
	assert_int_equal(recv(rig.sock, &r, sizeof r, 0), sizeof r);
	return r;
}

struct report
rig_order(struct order o)
{
	struct report r;

	rig_send(&o);
	r = rig_next_report();
	assert_int_equal(r.seq, o.seq);
	assert_int_equal(r.op, o.op);
	assert_int_equal(r.done, 0);
	assert_true(r.begin_ns != 0 && r.begin_ns <= r.end_ns);
	return r;
}

void
rig_map(void)
{
	struct report r;

	r = rig_order((struct order){ .op = ORDER_MAP, .n_pages = rig.pages });
	assert_int_equal(r.err[0], 0);
	assert_int_equal(r.err[1], -1);
	assert_true(rig.shared->map_addr != 0);
	assert_int_equal(rig.shared->map_pages, rig.pages);
}

struct report
rig_hint(const char *name, uint64_t first, uint64_t n)
{
	return rig_order((struct order){ .op = ORDER_ADVISE,
	    .advice = advice_find(name), .first_page = first, .n_pages = n });
}

void
rig_hint_ok(const char *name, uint64_t first, uint64_t n)
{
	struct report r = rig_hint(name, first, n);

	assert_int_equal(r.err[0], 0);
	assert_int_equal(r.err[1], strcmp(name, "evict") == 0 ? 0 : -1);
}

uint64_t
rig_walk(struct pattern_spec spec, uint64_t pace_per_s)
{
	struct report r;

	r = rig_order((struct order){ .op = ORDER_WORK, .work = spec,
	    .pace_per_s = pace_per_s });
	assert_int_equal(r.err[0], 0);
	r = rig_next_report();
	assert_int_equal(r.op, ORDER_WORK);
	assert_int_equal(r.seq, rig.seq);
	assert_int_equal(r.done, 1);
	assert_int_equal(rig.shared->running, 0);
	return r.touches;
}

struct pattern_spec
rig_all_pages(uint32_t passes)
{
	return (struct pattern_spec){ .kind = PATTERN_SEQUENTIAL,
	    .passes = passes, .n_pages = rig.pages };
}

static void
look_pte(void)
{
	uint64_t at = rig.shared->map_addr / rig.page_bytes, i, *entry;
	size_t len = rig.pages * sizeof *entry;
	char path[64];
	int fd;

	entry = malloc(len);
	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)rig.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, entry, len, at * sizeof *entry), len);
	close(fd);
	for (i = 0; i < rig.pages; i++)
		rig.pte[i] = entry[i] >> 63;
	free(entry);
}

static void
look_cache(void)
{
	size_t len = rig.pages * rig.page_bytes;
	uint64_t i;
	void *p;

	p = mmap(NULL, len, PROT_NONE, MAP_SHARED, rig.file, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(mincore(p, len, rig.cache), 0);
	munmap(p, len);
	for (i = 0; i < rig.pages; i++)
		rig.cache[i] &= 1;
}

void
rig_look(void)
{
	look_pte();
	look_cache();
}

static uint64_t
sum(const unsigned char *v, uint64_t n)
{
	uint64_t total = 0;

	while (n-- > 0)
		total += *v++;
	return total;
}

uint64_t
rig_mapped(uint64_t first, uint64_t n)
{
	look_pte();
	return sum(rig.pte + first, n);
}

uint64_t
rig_cached(uint64_t first, uint64_t n)
{
	look_cache();
	return sum(rig.cache + first, n);
}

void
rig_evict(void)
{
	int i;

	/* A page that somebody looks at just now stays; soon it can go. */
	for (i = 0; i < 50; i++) {
		assert_int_equal(posix_fadvise(rig.file, 0, 0,
		    POSIX_FADV_DONTNEED), 0);
		if (rig_cached(0, rig.pages) == 0)
			return;
		rig_pause_ms(10);
	}
	fail_msg("the file stays in the cache");
}

static void
read_all(void)
{
	char *page = malloc(rig.page_bytes);
	uint64_t i;

	for (i = 0; i < rig.pages; i++)
		assert_int_equal(pread(rig.file, page, rig.page_bytes,
		    i * rig.page_bytes), rig.page_bytes);
	free(page);
}

void
rig_fill(void)
{
	int i;

	assert_int_equal(posix_fadvise(rig.file, 0, 0, POSIX_FADV_RANDOM), 0);
	for (i = 0; i < RIG_TRIES; i++) {
		read_all();
		if (rig_cached(0, rig.pages) == rig.pages)
			return;
	}
	fail_msg("pages leave the cache as fast as they come");
}

bool
rig_nearly(uint64_t n, uint64_t of)
{
	assert_true(n <= of);
	return n >= of - of / 8;
}

void
rig_undisturbed(bool (*check)(void))
{
	int i;

	for (i = 0; i < RIG_TRIES; i++)
		if (check())
			return;
	fail_msg("pages missing in each of %d tries", RIG_TRIES);
}

void
rig_check(void **state)
{
	const struct rig_check *c = *state;

	rig_undisturbed(c->check);
}

struct faults
rig_faults(void)
{
	struct faults f = { 0, 0 };
	char text[1024], path[64], *p;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)rig.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, text, sizeof text - 1);
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	p = strrchr(text, ')');
	assert_int_equal(sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %" SCNu64
	    " %*u %" SCNu64, &f.minor, &f.major), 2);
	return f;
}

struct faults
rig_faults_since(struct faults before)
{
	struct faults now = rig_faults();

	return (struct faults){ now.minor - before.minor,
	    now.major - before.major };
}

unsigned
rig_vmflags(uint64_t first)
{
	char path[64], line[4096], start_of[32];
	bool inside = false;
	unsigned flags = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/smaps", (int)rig.pid);
	snprintf(start_of, sizeof start_of, "%08lx-",
	    (unsigned long)(rig.shared->map_addr + first * rig.page_bytes));
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		if (strncmp(line, start_of, strlen(start_of)) == 0)
			inside = true;
		if (inside && strncmp(line, "VmFlags:", 8) == 0) {
			flags = advice_vmflags_parse(line + 8);
			break;
		}
	}
	fclose(f);
	assert_true(inside);
	return flags;
}

void
rig_pause_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

int
rig_ended(void)
{
	int i, status = 0;

	for (i = 0; i < RIG_WAIT_MS / 5; i++) {
		if (waitpid(rig.pid, &status, WNOHANG) == rig.pid) {
			rig.pid = 0;
			return status;
		}
		rig_pause_ms(5);
	}
	fail_msg("the worker did not end");
	return -1;
}

void
rig_begin(uint64_t pages)
{
	if (unfit != NULL) {
		print_message("# skipped: %s\n", unfit);
		skip();
	}
	rig_make_file(pages);
	rig_start(rig_no_preparation);
	rig_map();
}

