/* Finds a process's memory cgroup and where its files are mounted. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/memcg.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "proctext.h"

/* Mounts of containers are many. */
#define MOUNTS_MAX_BYTES (256 * 1024)

/* Is word among those that sep separates in the len bytes at s? */
static bool
has_word(const char *s, size_t len, char sep, const char *word)
{
	const char *end = s + len, *stop;
	size_t n = strlen(word);

	while (s < end) {
		stop = memchr(s, sep, (size_t)(end - s));
		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - s) == n && memcmp(s, word, n) == 0)
			return true;
		s = stop + 1;
	}
	return false;
}

bool
memcg_parse_word(const char *text, const char *word)
{
	return has_word(text, strcspn(text, "\n"), ' ', word);
}

/* Is this line of /proc/self/cgroup, from its second field, of the hierarchy
 * that has the memory controller? */
static bool
is_ours(const char *controllers, size_t len, enum memcg_version version)
{
	return version == MEMCG_V2 ? len == 0 :
	    has_word(controllers, len, ',', "memory");
}

bool
memcg_parse_self(const char *text, enum memcg_version version,
    struct strbuf *path)
{
	const char *line, *second, *third;
	size_t len;

	for (line = text; *line != '\0'; line += len + (line[len] != '\0')) {
		len = strcspn(line, "\n");
		second = memchr(line, ':', len);
		if (second == NULL)
			continue;
		second++;
		third = memchr(second, ':', (size_t)(line + len - second));
		if (third == NULL ||
		    !is_ours(second, (size_t)(third - second), version))
			continue;
		third++;
		strbuf_add(path, third, (size_t)(line + len - third));
		return true;
	}
	return false;
}

/* Field number n, from 0, of a line; its length, 0 if there are fewer. */
static size_t
field(const char *line, size_t len, unsigned n, const char **at)
{
	const char *end = line + len, *stop;

	*at = end;
	for (;; line = stop + 1) {
		stop = memchr(line, ' ', (size_t)(end - line));
		if (n-- == 0)
			break;
		if (stop == NULL)
			return 0;
	}
	*at = line;
	return (size_t)((stop != NULL ? stop : end) - line);
}

/* Adds a path in which "\040" stands for a space. */
static void
add_path(struct strbuf *sb, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '\\' && len - i > 3) {
			strbuf_addc(sb, (char)((s[i + 1] - '0') * 64 +
			    (s[i + 2] - '0') * 8 + (s[i + 3] - '0')));
			i += 3;
		} else {
			strbuf_addc(sb, s[i]);
		}
	}
}

/* Is this mount one of the hierarchy? Behind " - " stand type, source and
 * options. */
static bool
is_mount(const char *line, size_t len, enum memcg_version version)
{
	const char *rest = memmem(line, len, " - ", 3), *type, *options;
	size_t left, n_type, n_options;

	if (rest == NULL)
		return false;
	rest += 3;
	left = (size_t)(line + len - rest);
	n_type = field(rest, left, 0, &type);
	n_options = field(rest, left, 2, &options);
	if (version == MEMCG_V2)
		return n_type == 7 && memcmp(type, "cgroup2", 7) == 0;
	return n_type == 6 && memcmp(type, "cgroup", 6) == 0 &&
	    n_options > 0 && has_word(options, n_options, ',', "memory");
}

bool
memcg_parse_mount(const char *text, enum memcg_version version,
    struct strbuf *at, struct strbuf *top)
{
	const char *line, *s;
	size_t len, n;

	for (line = text; *line != '\0'; line += len + (line[len] != '\0')) {
		len = strcspn(line, "\n");
		if (!is_mount(line, len, version))
			continue;
		n = field(line, len, 3, &s);
		add_path(top, s, n);
		n = field(line, len, 4, &s);
		add_path(at, s, n);
		return true;
	}
	return false;
}

/* A file under root, whole; "" if it can't be read. */
static char *
read_file(const char *root, const char *path, size_t max)
{
	char *name = xasprintf("%s%s", root, path), *text = xmalloc(max);
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	proctext_read(fd, text, max);
	if (fd >= 0)
		close(fd);
	free(name);
	return text;
}

/* The path of a cgroup below the one that is mounted; NULL: it is not. */
static const char *
below(const char *path, const char *top)
{
	size_t n = strcmp(top, "/") == 0 ? 0 : strlen(top);

	if (strncmp(path, top, n) != 0 || strstr(path, "/..") != NULL ||
	    (path[n] != '/' && path[n] != '\0'))
		return NULL;
	return strcmp(path + n, "/") == 0 ? "" : path + n;
}

/* Where a hierarchy is mounted, without root, and where our own cgroup is in
 * it. */
struct place {
	struct strbuf	dir;
	size_t		keep;	/* the part of it that is the mount */
	bool		whole;	/* the mount begins with its first cgroup */
};

/* 0, the caller frees p->dir; or -errno. */
static int
find_place(const char *root, enum memcg_version version, struct place *p)
{
	struct strbuf path = STRBUF_INIT, top = STRBUF_INIT;
	char *self = read_file(root, "/proc/self/cgroup", PROCTEXT_MAX_BYTES);
	char *mounts = read_file(root, "/proc/self/mountinfo",
	    MOUNTS_MAX_BYTES);
	const char *rest = NULL;

	strbuf_init(&p->dir);
	if (memcg_parse_self(self, version, &path) &&
	    memcg_parse_mount(mounts, version, &p->dir, &top))
		rest = below(path.s, top.s);
	p->keep = p->dir.len;
	p->whole = rest != NULL && strcmp(top.s, "/") == 0;
	if (rest != NULL)
		strbuf_adds(&p->dir, rest);
	else
		strbuf_done(&p->dir);
	free(self);
	free(mounts);
	strbuf_done(&path);
	strbuf_done(&top);
	return rest != NULL ? 0 : -ENOENT;
}

/* With the older hierarchy, if it has the memory controller. */
static int
find_any(const char *root, enum memcg_version *version, struct place *p)
{
	*version = MEMCG_V1;
	if (find_place(root, MEMCG_V1, p) == 0)
		return 0;
	*version = MEMCG_V2;
	return find_place(root, MEMCG_V2, p);
}

/* Is there a file of that name in the folder? */
static bool
has_file(const char *root, const char *dir, size_t len, const char *name)
{
	char *path = xasprintf("%s%.*s/%s", root, (int)len, dir, name);
	bool has = access(path, F_OK) == 0;

	free(path);
	return has;
}

/* A namespace shows its first cgroup as if it were the first of all, which
 * alone has the one file, and not the other. */
static bool
is_first(const char *root, const struct memcg *cg, const struct place *p)
{
	if (!p->whole)
		return false;
	return cg->version == MEMCG_V1 ?
	    has_file(root, p->dir.s, p->keep, "release_agent") :
	    !has_file(root, p->dir.s, p->keep, "cgroup.type");
}

int
memcg_find_own(const char *root, struct memcg *out, size_t *keep,
    bool *hidden)
{
	struct strbuf full = STRBUF_INIT;
	struct place p;
	int rc = find_any(root, &out->version, &p);

	if (rc != 0)
		return rc;
	*hidden = !is_first(root, out, &p);
	*keep = strlen(root) + p.keep;
	strbuf_addf(&full, "%s%s", root, p.dir.s);
	out->dir = strbuf_detach(&full);
	strbuf_done(&p.dir);
	return 0;
}

/* Do the children of that cgroup have the memory controller? */
static bool
hands_memory_down(const char *root, const char *dir)
{
	struct strbuf path = STRBUF_INIT;
	bool has;
	char *text;

	strbuf_addf(&path, "%s/cgroup.subtree_control", dir);
	text = read_file(root, path.s, PROCTEXT_MAX_BYTES);
	has = memcg_parse_word(text, "memory");
	free(text);
	strbuf_done(&path);
	return has;
}

/* Goes up from dir to the nearest cgroup that hands memory down. */
static int
go_up(const char *root, struct strbuf *dir, size_t keep, struct strbuf *why)
{
	char *slash;

	while (!hands_memory_down(root, dir->s)) {
		slash = strrchr(dir->s, '/');
		if (slash == NULL || dir->len <= keep) {
			strbuf_addf(why, "no cgroup from ours up to %s hands "
			    "the memory controller down", dir->s);
			return -EOPNOTSUPP;
		}
		dir->len = (size_t)(slash - dir->s);
		*slash = '\0';
	}
	return 0;
}

int
memcg_find_parent(const char *root, struct memcg *out, struct strbuf *why)
{
	struct strbuf full = STRBUF_INIT;
	struct place p;
	int rc = find_any(root, &out->version, &p);

	if (rc != 0) {
		strbuf_adds(why, "our own cgroup is not to be seen: none with "
		    "a memory controller is mounted");
		return rc;
	}
	if (out->version == MEMCG_V2)
		rc = go_up(root, &p.dir, p.keep, why);
	if (rc == 0) {
		strbuf_addf(&full, "%s%s", root, p.dir.s);
		out->dir = strbuf_detach(&full);
	}
	strbuf_done(&p.dir);
	strbuf_done(&full);
	return rc;
}
