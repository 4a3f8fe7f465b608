/* A memory cgroup that we make for the worker, and remove again. */
#ifndef PAGETIDE_CGROUP_H
#define PAGETIDE_CGROUP_H

#include <stdint.h>
#include <sys/types.h>

struct cgroup;
struct memcg;
struct strbuf;

/* No limit, for cgroup_limit(). */
#define CGROUP_NO_LIMIT UINT64_MAX

/*
 * Makes an empty cgroup, named after us, where memcg_find_parent(root) says,
 * and first removes those that dead pagetides of the same user left there,
 * unless somebody is in them. NULL with errno and one line in why.
 */
struct cgroup *cgroup_new(const char *root, struct strbuf *why);
/* Each: 0, or -errno and one line in why. */
int	cgroup_limit(struct cgroup *, uint64_t bytes, struct strbuf *why);
/* Moves a process in; what it has is charged elsewhere, and stays so. If
 * memory gets short anywhere, that process is the first to go. */
int	cgroup_admit(struct cgroup *, pid_t, struct strbuf *why);
/* To read from; the cgroup's. */
const struct memcg *cgroup_memcg(const struct cgroup *);
/* Removes it, once its processes are gone, and with v1 drops the pages that
 * are charged to it; waits up to 500 ms for them. NULL is harmless. */
void	cgroup_free(struct cgroup *);

#endif
