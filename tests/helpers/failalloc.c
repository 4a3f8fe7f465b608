/*
 * A library for LD_PRELOAD: the Nth allocation of a process tree fails, or all
 * from it on.
 *
 * FAILALLOC=FILE names a file that holds one struct failalloc. malloc,
 * calloc, realloc, reallocarray and the aligned ones count; what ld.so
 * allocates before main() does not.
 */
#include "failalloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct failalloc *shared;

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static int (*next_memalign)(void **, size_t, size_t);
static void (*next_free)(void *);

/* For dlsym(), which may allocate before the next functions are known; never
 * given back. */
static _Alignas(16) char early[16384];
static size_t early_used;

static void *
early_alloc(size_t size)
{
	void *p = early + early_used;

	size = (size + 15) & ~(size_t)15;
	if (size > sizeof early - early_used)
		return NULL;
	early_used += size;
	return p;
}

static bool
is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early +
	    sizeof early;
}

static void __attribute__((constructor))
start(void)
{
	const char *name = getenv("FAILALLOC");
	long fd, p;

	next_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
	next_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
	next_memalign = (int (*)(void **, size_t, size_t))dlsym(RTLD_NEXT,
	    "posix_memalign");
	next_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
	next_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	/* Without the functions that a sanitizer, which may begin later, has
	 * instead of libc's. */
	if (name == NULL ||
	    (fd = syscall(SYS_openat, AT_FDCWD, name, O_RDWR)) < 0)
		return;
	p = syscall(SYS_mmap, NULL, sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	syscall(SYS_close, fd);
	if (p != -1)
		shared = (struct failalloc *)p;
}

/* Is this the one? */
static bool
fails(void)
{
	uint64_t n;

	if (shared == NULL)
		return false;
	n = __atomic_add_fetch(&shared->count, 1, __ATOMIC_RELAXED);
	if (shared->fail_at == 0 || n < shared->fail_at ||
	    (n > shared->fail_at && shared->fail_on == 0))
		return false;
	shared->hit = 1;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	if (next_malloc == NULL)
		return early_alloc(size);
	return fails() ? NULL : next_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	if (next_malloc == NULL)
		return early_alloc(n * size);
	return fails() ? NULL : next_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	void *p;

	if (next_malloc == NULL || is_early(old)) {
		p = next_malloc == NULL ? early_alloc(size) :
		    next_malloc(size);
		if (p != NULL && old != NULL)
			memcpy(p, old, size < 1024 ? size : 1024);
		return p;
	}
	return fails() ? NULL : next_realloc(old, size);
}

void
free(void *p)
{
	if (next_free != NULL && !is_early(p))
		next_free(p);
}

void *
reallocarray(void *old, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, total);
}

int
posix_memalign(void **p, size_t align, size_t size)
{
	return fails() ? ENOMEM : next_memalign(p, align, size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	void *p;

	return posix_memalign(&p, align, size) == 0 ? p : NULL;
}
