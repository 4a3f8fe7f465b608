#include "config.h"

#include "pagetide/target.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "pagetide/source.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/xalloc.h"

#include "residency.h"

#define BDEVFS_MAGIC	0x62646576
#define TMPFS_MAGIC	0x01021994

const char target_unknown_help[] =
    "the kernel tells residency only to who owns or may write the file: "
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
	{ 0x794c7630, "overlayfs" },
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

/* What can't be watched, before it is opened: opening may block or act. */
static const struct refusal {
	mode_t		 type;
	int		 err;
	const char	*text;
} refusals[] = {
	{ S_IFDIR, EISDIR, "is a directory" },
	{ S_IFIFO, ESPIPE, "is a FIFO: it has no pages" },
	{ S_IFSOCK, ENXIO, "is a socket: it has no pages" },
	{ S_IFCHR, ENODEV, "is a character device: it has no pages" },
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
	if (t->facts.anon)
		return "anonymous memory is in no page cache: look at "
		    "mapped and private";
	if ((uint32_t)t->fstype == HUGETLBFS_MAGIC)
		return "hugetlbfs: residency can't be known, the kernel "
		    "tells of huge pages only where one has mapped them";
	if (!t->residency_known)
		return t->probe_failed[0] != '\0' ? t->probe_failed :
		    target_unknown_help;
	if ((uint32_t)t->fstype == TMPFS_MAGIC)
		return "tmpfs: pages are always in memory until swapped "
		    "out; no hint drops them";
	return NULL;
}

/* The number at the start of a small file. */
static bool
read_number(const char *path, unsigned long long *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32], *end;
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	*out = strtoull(text, &end, 10);
	return end > text;
}

bool
target_readahead(dev_t dev, uint64_t *bytes)
{
	/* A disk, a partition of one, and what has no queue (NFS). */
	static const struct {
		const char *before, *after;
	} places[] = {
		{ "/sys/dev/block/", "/queue" },
		{ "/sys/dev/block/", "/../queue" },
		{ "/sys/class/bdi/", "" },
	};
	unsigned long long kib;
	char path[128];
	size_t i;

	for (i = 0; i < sizeof places / sizeof places[0]; i++) {
		snprintf(path, sizeof path, "%s%u:%u%s/read_ahead_kb",
		    places[i].before, major(dev), minor(dev),
		    places[i].after);
		if (read_number(path, &kib)) {
			*bytes = kib * 1024;
			return true;
		}
	}
	return false;
}

/* Appends "PATH: text" and sets errno. */
static void
refuse(struct strbuf *why, const char *path, int err, const char *text)
{
	text_safe(why, path);
	strbuf_addf(why, ": %s", text);
	errno = err;
}

/* Is a file of this type refused? */
static bool
refuse_type(struct strbuf *why, const char *path, mode_t mode)
{
	size_t i;

	for (i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		if ((mode & S_IFMT) == refusals[i].type) {
			refuse(why, path, refusals[i].err, refusals[i].text);
			return true;
		}
	}
	return false;
}

/* Opens what may be opened; -1 with errno and why. */
static int
open_file(const char *path, struct stat *st, struct strbuf *why)
{
	int fd;

	if (stat(path, st) != 0) {
		refuse(why, path, errno, strerror(errno));
		return -1;
	}
	if (refuse_type(why, path, st->st_mode))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, st) != 0) {
		refuse(why, path, errno, strerror(errno));
	} else if (!refuse_type(why, path, st->st_mode)) {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Bytes of a file or a block device. 0 or -errno. */
static int
size_of(int fd, const struct stat *st, uint64_t *size)
{
	*size = st->st_size;
	if (S_ISBLK(st->st_mode) && ioctl(fd, BLKGETSIZE64, size) != 0)
		return -errno;
	return 0;
}

/* Maps size bytes and one page more. NULL with errno. */
static void *
map_file(int fd, uint64_t size, uint32_t page_bytes, uint64_t *map_pages)
{
	uint64_t pages = size / page_bytes + (size % page_bytes != 0) + 1;
	void *map;

	if (pages > PTRDIFF_MAX / page_bytes) {
		errno = EOVERFLOW;
		return NULL;
	}
	map = mmap(NULL, pages * page_bytes, PROT_NONE,
	    MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (map == MAP_FAILED)
		return NULL;
	*map_pages = pages;
	return map;
}

/*
 * Fewer blocks than bytes hint at a hole (or at compression), which the
 * filesystem must confirm.
 */
static void
find_holes(struct target *t, const struct stat *st)
{
	uint64_t stored = (uint64_t)st->st_blocks * 512;
	bool short_of = S_ISREG(st->st_mode) && stored < t->facts.size_bytes;
	off_t hole = short_of ? lseek(t->fd, 0, SEEK_HOLE) : -1;

	t->facts.has_holes = hole >= 0 &&
	    (uint64_t)hole < t->facts.size_bytes;
	t->facts.has_holes_known = !short_of || t->facts.has_holes;
}

/* The facts that depend on the size. */
static void
set_size(struct target *t, const struct stat *st, uint64_t size)
{
	t->facts.size_bytes = size;
	t->facts.pages = t->map_pages - 1;
	find_holes(t, st);
}

/* The facts that never change. */
static void
set_identity(struct target *t, const struct stat *st)
{
	bool block = S_ISBLK(st->st_mode);
	struct statfs fs;
	const char *name;

	t->fstype = 0;
	if (block)
		t->fstype = BDEVFS_MAGIC;
	else if (fstatfs(t->fd, &fs) == 0)
		t->fstype = fs.f_type;
	name = target_fsname(t->fstype);
	if (name != NULL)
		snprintf(t->fsname, sizeof t->fsname, "%s", name);
	else
		snprintf(t->fsname, sizeof t->fsname, "unknown (0x%lx)",
		    (unsigned long)t->fstype);
	t->facts.path = t->path;
	t->facts.filesystem = t->fsname;
	t->facts.dev = st->st_dev;
	t->facts.ino = st->st_ino;
	t->facts.readahead_known = target_readahead(
	    block ? st->st_rdev : st->st_dev, &t->facts.readahead_bytes);
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

/* Maps an open file and fills in the rest; false with errno and why. */
static bool
open_pages(struct target *t, const struct stat *st, struct strbuf *why)
{
	uint64_t size;
	int err;

	err = size_of(t->fd, st, &size);
	if (err != 0) {
		refuse(why, t->path, -err, strerror(-err));
		return false;
	}
	t->map = map_file(t->fd, size, t->facts.page_bytes, &t->map_pages);
	if (t->map == NULL) {
		refuse_map(why, t->path, errno);
		return false;
	}
	if (size == 0) {
		refuse(why, t->path, ENODATA, "is empty: it has no pages");
		return false;
	}
	set_identity(t, st);
	set_size(t, st, size);
	t->residency_known = residency_probe(t, t->probe_failed,
	    sizeof t->probe_failed);
	return true;
}

struct target *
target_open(const char *path, struct strbuf *why)
{
	struct target *t;
	struct stat st;
	int fd, err;

	fd = open_file(path, &st, why);
	if (fd < 0)
		return NULL;
	t = xcalloc(1, sizeof *t);
	t->fd = fd;
	t->path = xstrdup(path);
	t->facts.page_bytes = sysconf(_SC_PAGESIZE);
	if (!open_pages(t, &st, why)) {
		err = errno;
		target_close(t);
		errno = err;
		return NULL;
	}
	return t;
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
target_close(struct target *t)
{
	if (t == NULL)
		return;
	if (t->map != NULL)
		munmap(t->map, t->map_pages * t->facts.page_bytes);
	close(t->fd);
	free(t->path);
	free(t);
}

/* Takes another size over. 0 or -errno. */
static int
resize(struct target *t, const struct stat *st, uint64_t size)
{
	uint64_t map_pages;
	void *map;

	map = map_file(t->fd, size, t->facts.page_bytes, &map_pages);
	if (map == NULL)
		return -errno;
	munmap(t->map, t->map_pages * t->facts.page_bytes);
	t->map = map;
	t->map_pages = map_pages;
	set_size(t, st, size);
	return 0;
}

/* Where the path leads now; as before if that can't be told. */
static enum target_name
look_up(const struct target *t)
{
	struct stat st;

	if (stat(t->path, &st) == 0)
		return st.st_dev == t->facts.dev && st.st_ino == t->facts.ino
		    ? TARGET_HERE : TARGET_ELSEWHERE;
	return errno == ENOENT || errno == ENOTDIR ? TARGET_NOWHERE : t->name;
}

/* The notice of a name that has come to lead elsewhere, 0 if it has not. */
static unsigned
refresh_name(struct target *t)
{
	static const unsigned notice[] = {
		[TARGET_HERE] = SOURCE_BACK,
		[TARGET_ELSEWHERE] = SOURCE_REPLACED,
		[TARGET_NOWHERE] = SOURCE_DELETED,
	};
	enum target_name now = look_up(t);

	if (now == t->name)
		return 0;
	t->name = now;
	return notice[now];
}

int
target_refresh(struct target *t, unsigned *notices)
{
	uint64_t size, old = t->facts.size_bytes;
	struct stat st;
	int err;

	*notices = 0;
	if (t->facts.anon)
		return 0;
	if (fstat(t->fd, &st) != 0)
		return -errno;
	err = size_of(t->fd, &st, &size);
	if (err == 0 && size != old)
		err = resize(t, &st, size);
	if (err == 0 && size != old)
		*notices |= size > old ? SOURCE_GREW : SOURCE_SHRANK;
	t->residency_known = residency_probe(t, t->probe_failed,
	    sizeof t->probe_failed);
	*notices |= refresh_name(t);
	return err;
}
