#include "config.h"

#include "pagetide/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/notice.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/xalloc.h"

#include "residency.h"
#include "window.h"

#define BDEVFS_MAGIC	0x62646576
#define TMPFS_MAGIC	0x01021994
#define OVERLAYFS_MAGIC	0x794c7630
/* What was answered so short a time ago need not be asked for again. */
#define YOUNG_NS	(3 * NS_PER_MS)
/* Storage answers a good deal sooner, unless it is in trouble. */
#define WAIT_NS		(4 * NS_PER_MS)

const char target_unknown_help[] =
    "the kernel reports residency only to who owns or may write the file: "
    "own it, get write permission, or be root";

static const struct {
	long		 f_type;
	const char	*name;
} filesystems[] = {
	{ 0xef53, "ext4" },
	{ 0x58465342, "xfs" },
	{ 0x9123683e, "btrfs" },
	{ TMPFS_MAGIC, "tmpfs" },
	{ 0x858458f6, "ramfs" },
	{ OVERLAYFS_MAGIC, "overlayfs" },
	{ HUGETLBFS_MAGIC, "hugetlbfs" },
	{ 0xf2f52010, "f2fs" },
	{ 0x2fc12fc1, "zfs" },
	{ 0xca451a4e, "bcachefs" },
	{ 0x6969, "nfs" },
	{ 0xff534d42, "cifs" },
	{ 0xfe534d42, "smb2" },
	{ 0x01021997, "9p" },
	{ 0x65735546, "fuse" },
	{ 0x73717368, "squashfs" },
	{ 0xe0f5e1e2, "erofs" },
	{ 0x9660, "iso9660" },
	{ 0x4d44, "vfat" },
	{ 0x2011bab0, "exfat" },
	{ 0x7366746e, "ntfs3" },
	{ 0x5346544e, "ntfs" },
	{ 0x00c36400, "ceph" },
	{ 0xf15f, "ecryptfs" },
	{ 0x9fa0, "proc" },
	{ 0x62656572, "sysfs" },
	{ BDEVFS_MAGIC, "block device" },
};

const char *
target_fsname(long f_type)
{
	size_t i;

	/* f_type is signed, and 32 bits on some machines. */
	for (i = 0; i < sizeof filesystems / sizeof filesystems[0]; i++)
		if ((uint32_t)filesystems[i].f_type == (uint32_t)f_type)
			return filesystems[i].name;
	return NULL;
}

const char *
target_remark(const struct target *t)
{
	if (t->facts.anon && t->facts.refused != NULL)
		return t->facts.refused;
	if (t->facts.anon)
		return "anonymous memory is in no page cache: look at "
		    "mapped and private";
	if ((uint32_t)t->fstype == HUGETLBFS_MAGIC)
		return "hugetlbfs: residency can't be known, the kernel "
		    "reports huge pages only where one has mapped them";
	if (!t->residency_known)
		return t->probe_failed[0] != '\0' ? t->probe_failed :
		    target_unknown_help;
	if ((uint32_t)t->fstype == TMPFS_MAGIC)
		return "tmpfs: pages are always in memory until swapped "
		    "out; no hint drops them";
	return NULL;
}

/* Appends "PATH: text" and sets errno. */
static void
refuse(struct strbuf *why, const char *path, int err, const char *text)
{
	text_safe(why, path);
	strbuf_addf(why, ": %s", text);
	errno = err;
}

/* Another size: what is mapped is not all there is, or more. */
static void
set_size(struct target *t, uint64_t size)
{
	uint32_t page_bytes = t->facts.page_bytes;

	window_drop(t);
	t->window.max_pages = 0;
	t->facts.size_bytes = size;
	t->facts.pages = size / page_bytes + (size % page_bytes != 0);
}

/* Why a file with a size could not be mapped. */
static void
refuse_map(struct strbuf *why, const char *path, int err)
{
	if (err == ENODEV || err == EIO)
		refuse(why, path, ENODEV, "can't be mapped: a file of /proc, "
		    "/sys or the like has no pages");
	else
		refuse(why, path, err, strerror(err));
}

/* Why the file could not be opened, or used. */
static void
refuse_answer(struct strbuf *why, const char *path,
    const struct storage_answer *answer)
{
	int err;
	const char *text = target_refused_type(answer->st.st_mode, &err);

	if (answer->step == STORAGE_STEP_TYPE && text != NULL)
		refuse(why, path, err, text);
	else if (answer->step == STORAGE_STEP_MAP)
		refuse_map(why, path, answer->err);
	else
		refuse(why, path, answer->err, strerror(answer->err));
}

static void
set_filesystem(struct target *t, const struct storage_answer *answer)
{
	const char *name;

	t->fstype = S_ISBLK(answer->st.st_mode) ? BDEVFS_MAGIC : answer->fstype;
	t->facts.atime_kept = answer->keeps_atime;
	t->facts.atime_known = answer->fs_known || answer->keeps_atime;
	t->facts.readahead_known = answer->readahead_known;
	t->facts.readahead_bytes = answer->readahead_bytes;
	name = target_fsname(t->fstype);
	if (name != NULL)
		snprintf(t->fsname, sizeof t->fsname, "%s", name);
	else
		snprintf(t->fsname, sizeof t->fsname, "unknown (0x%lx)",
		    (unsigned long)t->fstype);
}

/* All that can be another than it was: nothing is kept that was so once. */
static void
set_facts(struct target *t, const struct storage_answer *answer)
{
	if (answer->size_bytes != t->facts.size_bytes)
		set_size(t, answer->size_bytes);
	set_filesystem(t, answer);
	/* It may be another file now, see storageops.c. */
	if ((uint32_t)answer->fstype == OVERLAYFS_MAGIC &&
	    (answer->st.st_ctim.tv_sec != t->st.st_ctim.tv_sec ||
	    answer->st.st_ctim.tv_nsec != t->st.st_ctim.tv_nsec))
		window_drop(t);
	t->st = answer->st;
	t->facts.names = answer->st.st_nlink;
	t->residency_known = answer->residency_known;
	memcpy(t->probe_failed, answer->probe_failed, sizeof t->probe_failed);
	t->answered_ns = clock_now_ns();
}

void
target_ask(struct storage *storage, struct storage_job *job, const char *path)
{
	*job = (struct storage_job){ .op = STORAGE_OPEN, .path = path,
		.page_bytes = sysconf(_SC_PAGESIZE) };
	storage_ask(storage, job);
}

struct target *
target_take(struct storage *storage, struct storage_job *job,
    struct strbuf *why)
{
	const struct storage_answer *answer = &job->answer;
	struct target *t;

	job->done = false;
	if (answer->err != 0 || answer->size_bytes == 0) {
		if (answer->err != 0)
			refuse_answer(why, job->path, answer);
		else
			refuse(why, job->path, ENODATA,
			    "is empty: it has no pages");
		if (answer->fd >= 0)
			storage_close(storage, answer->fd);
		return NULL;
	}
	t = xcalloc(1, sizeof *t);
	t->storage = storage;
	t->fd = answer->fd;
	t->path = xstrdup(job->path);
	t->facts = (struct target_facts){ .path = t->path,
		.filesystem = t->fsname, .page_bytes = job->page_bytes,
		.dev = answer->st.st_dev, .ino = answer->st.st_ino };
	set_facts(t, answer);
	return t;
}

struct target *
target_open(const char *path, struct strbuf *why)
{
	struct storage_job job;

	target_ask(NULL, &job, path);
	return target_take(NULL, &job, why);
}

struct target *
target_anon(uint64_t size_bytes, struct strbuf *why)
{
	uint32_t page_bytes = sysconf(_SC_PAGESIZE);
	uint64_t pages = size_bytes / page_bytes +
	    (size_bytes % page_bytes != 0);
	struct target *t;
	int fd;

	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		refuse(why, "/dev/null", errno, strerror(errno));
		return NULL;
	}
	t = xcalloc(1, sizeof *t);
	t->fd = fd;
	t->path = xstrdup("anonymous");
	t->facts = (struct target_facts){ .path = t->path,
		.filesystem = "anonymous memory", .pages = pages,
		.size_bytes = pages * page_bytes, .page_bytes = page_bytes,
		.anon = true };
	return t;
}

void
target_call(struct target *t, const char *name, bool by_fd)
{
	t->facts.path = t->shown = xstrdup(name);
	if (!by_fd)
		return;
	free(t->path);
	t->path = xasprintf("/proc/self/fd/%d", t->fd);
}

void
target_close(struct target *t)
{
	if (t == NULL)
		return;
	window_drop(t);
	storage_forget(t->storage, &t->refresh);
	storage_close(t->storage, t->fd);
	free(t->path);
	free(t->shown);
	free(t);
}

/* Where the path leads now; as before if that can't be known. */
static enum target_name
leads_to(const struct target *t, const struct storage_answer *answer)
{
	const struct stat *st = &answer->name_st;

	if (answer->name_err == 0)
		return st->st_dev == t->facts.dev && st->st_ino == t->facts.ino
		    ? TARGET_HERE : TARGET_ELSEWHERE;
	return answer->name_err == ENOENT || answer->name_err == ENOTDIR ?
	    TARGET_NOWHERE : t->name;
}

/* The notice of a name that has come to lead elsewhere, 0 if it has not. */
static unsigned
refresh_name(struct target *t, const struct storage_answer *answer)
{
	static const unsigned notice[] = {
		[TARGET_HERE] = SOURCE_BACK,
		[TARGET_ELSEWHERE] = SOURCE_REPLACED,
		[TARGET_NOWHERE] = SOURCE_DELETED,
	};
	enum target_name now = leads_to(t, answer);

	t->name_err = answer->name_err;
	t->name_st = answer->name_st;
	if (now == t->name)
		return 0;
	t->name = now;
	return notice[now];
}

/* Takes over the answer. */
static void
refresh(struct target *t, const struct storage_answer *answer)
{
	uint64_t old = t->facts.size_bytes;

	t->err = -answer->err;
	if (answer->err == 0)
		set_facts(t, answer);
	if (t->facts.size_bytes != old)
		t->noticed |= t->facts.size_bytes > old ? SOURCE_GREW :
		    SOURCE_SHRANK;
	t->noticed |= refresh_name(t, answer);
}

void
target_update(struct target *t)
{
	struct storage_job *job = &t->refresh;

	if (t->facts.anon || (t->storage != NULL && !job->busy &&
	    clock_now_ns() < t->answered_ns + YOUNG_NS))
		return;
	if (!job->busy) {
		*job = (struct storage_job){ .op = STORAGE_REFRESH,
			.fd = t->fd, .path = t->path,
			.page_bytes = t->facts.page_bytes,
			.ctime = t->st.st_ctim };
		storage_ask(t->storage, job);
	}
	if (storage_try(t->storage, job, clock_now_ns() + WAIT_NS)) {
		job->done = false;
		refresh(t, &job->answer);
	}
}

int
target_refresh(struct target *t, unsigned *notices)
{
	target_update(t);
	*notices = t->noticed;
	t->noticed = 0;
	return t->err;
}
