#include "config.h"

#include "storageops.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "pagetide/devahead.h"
#include "pagetide/target.h"

#include "residency.h"

#define OVERLAYFS_MAGIC 0x794c7630

/* Opens for reading. Mapping a file moves its access time unless it was opened
 * with O_NOATIME, which only its owner and root may. */
static int
open_quietly(const char *path)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(path, flags | O_NOATIME);

	return fd < 0 && errno == EPERM ? open(path, flags) : fd;
}

/* Bytes of a file or a block device. 0 or errno. */
static int
ask_size(int fd, struct storage_answer *out)
{
	if (fstat(fd, &out->st) != 0)
		return errno;
	out->size_bytes = out->st.st_size;
	if (S_ISBLK(out->st.st_mode) &&
	    ioctl(fd, BLKGETSIZE64, &out->size_bytes) != 0)
		return errno;
	return 0;
}

/* Can the file be mapped at all? Where mapping asks storage (NFS) the answer
 * is in the kernel's cache then, for who maps it next. 0 or errno. */
static int
try_map(int fd, uint32_t page_bytes)
{
	void *page = mmap(NULL, page_bytes, PROT_NONE,
	    MAP_SHARED | MAP_NORESERVE, fd, 0);

	if (page == MAP_FAILED)
		return errno;
	munmap(page, page_bytes);
	return 0;
}

static void
ask_filesystem(int fd, struct storage_answer *out)
{
	struct statfs fs = { 0 };

	out->fs_known = fstatfs(fd, &fs) == 0;
	out->fstype = fs.f_type;
	out->keeps_atime = (fcntl(fd, F_GETFL) & O_NOATIME) != 0 ||
	    (fs.f_flags & (ST_RDONLY | ST_NOATIME)) != 0;
	out->readahead_known = devahead_bytes(S_ISBLK(out->st.st_mode) ?
	    out->st.st_rdev : out->st.st_dev, &out->readahead_bytes);
}

/* What can change of an open file while it is open. 0 or errno. */
static int
ask_facts(const struct storage_job *job, int fd, struct storage_answer *out)
{
	int err = ask_size(fd, out);
	uint64_t pages = out->size_bytes / job->page_bytes +
	    (out->size_bytes % job->page_bytes != 0);

	if (err != 0)
		return err;
	ask_filesystem(fd, out);
	out->residency_known = residency_probe(fd, out->fstype,
	    pages * job->page_bytes, job->page_bytes, out->probe_failed,
	    sizeof out->probe_failed);
	return 0;
}

static bool
is_refused(const struct stat *st)
{
	int err;

	return target_refused_type(st->st_mode, &err) != NULL;
}

/* Opening a FIFO or a device may block or act: what it is comes first. */
static int
open_path(const struct storage_job *job, struct storage_answer *out)
{
	out->step = STORAGE_STEP_OPEN;
	if (stat(job->path, &out->st) != 0)
		return errno;
	out->step = STORAGE_STEP_TYPE;
	if (is_refused(&out->st))
		return EINVAL;
	out->step = STORAGE_STEP_OPEN;
	out->fd = open_quietly(job->path);
	if (out->fd < 0 || fstat(out->fd, &out->st) != 0)
		return errno;
	out->step = STORAGE_STEP_TYPE;
	if (is_refused(&out->st))
		return EINVAL;
	out->step = STORAGE_STEP_MAP;
	return try_map(out->fd, job->page_bytes);
}

static void
do_open(const struct storage_job *job, struct storage_answer *out)
{
	out->err = open_path(job, out);
	if (out->err == 0) {
		out->step = STORAGE_STEP_OPEN;
		out->err = ask_facts(job, out->fd, out);
	}
	if (out->err == 0) {
		out->step = STORAGE_STEP_DONE;
		out->name_st = out->st;
	} else if (out->fd >= 0) {
		close(out->fd);
		out->fd = -1;
	}
}

/*
 * overlayfs makes a copy of a file at the first write to it. Who has it open
 * reads the copy from then on, but would map the old one: the descriptor comes
 * to lead to the file as it is now.
 */
static void
open_again(int fd)
{
	char path[sizeof "/proc/self/fd/" + 3 * sizeof fd];
	int now;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	now = open_quietly(path);
	if (now < 0)
		return;
	dup3(now, fd, O_CLOEXEC);
	close(now);
}

static void
do_refresh(const struct storage_job *job, struct storage_answer *out)
{
	const struct timespec *now = &out->st.st_ctim;

	if (stat(job->path, &out->name_st) != 0)
		out->name_err = errno;
	out->err = ask_facts(job, job->fd, out);
	if (out->err == 0 && (uint32_t)out->fstype == OVERLAYFS_MAGIC &&
	    (now->tv_sec != job->ctime.tv_sec ||
	    now->tv_nsec != job->ctime.tv_nsec))
		open_again(job->fd);
}

int
holes_next(int fd, uint64_t page_bytes, uint64_t page, struct hole_run *run)
{
	off_t data, hole;

	data = lseek(fd, page * page_bytes, SEEK_DATA);
	if (data < 0) {
		run->hole_end = run->data_end = UINT64_MAX;
		return errno == ENXIO ? 0 : -errno;
	}
	hole = lseek(fd, data, SEEK_HOLE);
	if (hole <= data)
		return hole < 0 ? -errno : -EINVAL;
	run->hole_end = data / page_bytes;
	run->data_end = (hole - 1) / page_bytes + 1;
	return 0;
}

static void
do_holes(const struct storage_job *job, struct storage_answer *out)
{
	uint64_t page = job->page;
	off_t hole;

	if (fstat(job->fd, &out->st) != 0)
		out->err = errno;
	hole = lseek(job->fd, 0, SEEK_HOLE);
	out->hole_err = hole < 0 ? errno : 0;
	out->first_hole_bytes = hole < 0 ? 0 : (uint64_t)hole;
	while (out->n_runs < job->max_runs && out->runs_err == 0 &&
	    page != UINT64_MAX) {
		out->runs_err = -holes_next(job->fd, job->page_bytes, page,
		    &out->run[out->n_runs]);
		if (out->runs_err == 0)
			page = out->run[out->n_runs++].data_end;
	}
}

static void
do_close(const struct storage_job *job, struct storage_answer *out)
{
	out->err = close(job->fd) != 0 ? errno : 0;
}

void
storageops_do(const struct storage_job *job, struct storage_answer *out)
{
	static void (*const ops[STORAGE_OPS])(const struct storage_job *,
	    struct storage_answer *) = {
		[STORAGE_OPEN] = do_open,
		[STORAGE_REFRESH] = do_refresh,
		[STORAGE_HOLES] = do_holes,
		[STORAGE_CLOSE] = do_close,
	};

	memset(out, 0, sizeof *out);
	out->fd = -1;
	ops[job->op](job, out);
}
