#include "config.h"

#include "forking.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mapping.h"

#include "pagetide/order.h"

/* More than a worker has of its own. What is larger is the shadow memory of a
 * sanitizer, which has faults of its own anyway. */
#define OWN_BYTES_MAX	(UINT64_C(16) << 20)

/* The descriptors that came with a message. */
static void
take_fds(struct msghdr *msg, struct forking *f)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fds[2];

	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof fds))
		return;
	memcpy(fds, CMSG_DATA(c), sizeof fds);
	f->sock = fds[0];
	f->shared_fd = fds[1];
}

ssize_t
forking_receive(int sock, struct order *o, struct forking *f)
{
	union {
		char	room[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} u;
	struct iovec iov = { o, sizeof *o };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = u.room, .msg_controllen = sizeof u.room };
	ssize_t n;

	*f = (struct forking){ -1, -1 };
	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		take_fds(&msg, f);
	return n;
}

void
forking_close(struct forking *f)
{
	if (f->sock >= 0)
		close(f->sock);
	if (f->shared_fd >= 0)
		close(f->shared_fd);
	*f = (struct forking){ -1, -1 };
}

/* A fork(2) would make it a child of ours, whose end nobody looks at. */
pid_t
forking_make(void)
{
	long pid = syscall(SYS_clone, (long)CLONE_PARENT | SIGCHLD, 0L, 0L, 0L,
	    0L);

	return pid < 0 ? -errno : (pid_t)pid;
}

/* Not instrumented: the shadow memory would be touched as well. */
__attribute__((no_sanitize_address)) static void
write_pages(uintptr_t start, uintptr_t end, size_t page_bytes)
{
	volatile unsigned char *p = (volatile unsigned char *)start;

	if (start >= end || end - start > OWN_BYTES_MAX)
		return;
	for (; p < (volatile unsigned char *)end; p += page_bytes)
		*p = *p;
}

/* The kernel may have merged what is beside the mapping with it. */
static void
write_around(uintptr_t start, uintptr_t end, const struct mapping *m)
{
	uintptr_t target = (uintptr_t)mapping_start(m);
	uintptr_t target_end = target + m->pages * m->page_bytes;

	write_pages(start, end < target ? end : target, m->page_bytes);
	write_pages(start > target_end ? start : target_end, end,
	    m->page_bytes);
}

void
forking_own_pages(const struct mapping *m)
{
	FILE *f = fopen("/proc/self/maps", "re");
	char line[512], rights[5];
	uintptr_t start, end;

	if (f == NULL)
		return;
	while (fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &start, &end,
		    rights) == 3 && strcmp(rights, "rw-p") == 0)
			write_around(start, end, m);
	fclose(f);
}
