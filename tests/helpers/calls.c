#include "calls.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

/* Errors that a call can give by itself: of lack, of rights, of a device,
 * interrupted only where a handler can interrupt. What cannot fail where it
 * is used rightly (close, dup2, sigaction, exit) is left out; so is brk, which tells
 * its failure otherwise. */
const struct call call_table[] = {
#ifdef SYS_access
	{ "access", SYS_access, { EACCES } },
#endif
	{ "cachestat", SYS_cachestat, { ENOSYS, EPERM, EOPNOTSUPP } },
	{ "clock_nanosleep", SYS_clock_nanosleep, { EINTR } },
	{ "clone", SYS_clone, { EAGAIN, ENOMEM } },
	{ "clone3", SYS_clone3, { EAGAIN, ENOMEM } },
	{ "dup", SYS_dup, { EMFILE } },
	{ "epoll_create1", SYS_epoll_create1, { EMFILE } },
	{ "epoll_ctl", SYS_epoll_ctl, { ENOMEM, ENOSPC } },
#ifdef SYS_epoll_wait
	{ "epoll_wait", SYS_epoll_wait, { EINTR } },
#endif
	{ "epoll_pwait", SYS_epoll_pwait, { EINTR } },
	{ "epoll_pwait2", SYS_epoll_pwait2, { EINTR } },
	{ "eventfd2", SYS_eventfd2, { EMFILE, ENFILE } },
	{ "execve", SYS_execve, { ENOENT, ENOMEM } },
	{ "faccessat2", SYS_faccessat2, { EACCES } },
	{ "fadvise64", SYS_fadvise64, { EINVAL } },
	{ "fallocate", SYS_fallocate, { ENOSPC, EOPNOTSUPP } },
	{ "fcntl", SYS_fcntl, { EMFILE, EINVAL } },
	{ "fdatasync", SYS_fdatasync, { EIO } },
	{ "flock", SYS_flock, { ENOLCK } },
	{ "fstat", SYS_fstat, { EIO, ENOMEM } },
	{ "fstatfs", SYS_fstatfs, { EIO } },
	{ "fsync", SYS_fsync, { EIO, ENOSPC } },
	{ "ftruncate", SYS_ftruncate, { EFBIG, EIO } },
	{ "getcwd", SYS_getcwd, { ENOENT } },
	{ "getdents64", SYS_getdents64, { EIO } },
	{ "getrandom", SYS_getrandom, { ENOSYS } },
	{ "ioctl", SYS_ioctl, { ENOTTY, EIO } },
#ifdef SYS_link
	{ "link", SYS_link, { EEXIST, EMLINK } },
#endif
	{ "linkat", SYS_linkat, { EXDEV, EACCES } },
	{ "lseek", SYS_lseek, { EINVAL, EIO } },
	{ "madvise", SYS_madvise, { EINVAL, ENOMEM } },
	{ "memfd_create", SYS_memfd_create, { EMFILE, ENOSYS } },
	{ "mincore", SYS_mincore, { EAGAIN, ENOMEM } },
#ifdef SYS_mkdir
	{ "mkdir", SYS_mkdir, { EACCES, ENOSPC } },
#endif
	{ "mkdirat", SYS_mkdirat, { EACCES, ENOSPC } },
	{ "mlock", SYS_mlock, { ENOMEM, EPERM } },
	{ "mlock2", SYS_mlock2, { ENOMEM, EINVAL } },
	{ "mmap", SYS_mmap, { ENOMEM, EACCES } },
	{ "mprotect", SYS_mprotect, { ENOMEM } },
	{ "mremap", SYS_mremap, { ENOMEM } },
	{ "msync", SYS_msync, { EIO } },
	{ "munlock", SYS_munlock, { ENOMEM } },
	{ "munmap", SYS_munmap, { ENOMEM } },
	{ "newfstatat", SYS_newfstatat, { EIO, EACCES } },
	{ "openat", SYS_openat, { EMFILE, EACCES, ENOMEM } },
	{ "pipe2", SYS_pipe2, { EMFILE } },
#ifdef SYS_poll
	{ "poll", SYS_poll, { EINTR, ENOMEM } },
#endif
	{ "ppoll", SYS_ppoll, { EINTR, ENOMEM } },
	{ "prctl", SYS_prctl, { EINVAL } },
	{ "pread64", SYS_pread64, { EIO, EINTR } },
	{ "prlimit64", SYS_prlimit64, { EPERM } },
	{ "process_vm_readv", SYS_process_vm_readv, { EPERM } },
	{ "pselect6", SYS_pselect6, { EINTR } },
	{ "pwrite64", SYS_pwrite64, { ENOSPC, EIO } },
	{ "read", SYS_read, { EIO, EINTR } },
	{ "readahead", SYS_readahead, { EINVAL } },
#ifdef SYS_readlink
	{ "readlink", SYS_readlink, { EACCES } },
#endif
	{ "readlinkat", SYS_readlinkat, { EACCES } },
	{ "recvfrom", SYS_recvfrom, { EINTR, ENOMEM } },
	{ "recvmsg", SYS_recvmsg, { EINTR, ENOMEM } },
#ifdef SYS_rename
	{ "rename", SYS_rename, { EACCES, ENOSPC } },
#endif
	{ "renameat", SYS_renameat, { EACCES } },
	{ "renameat2", SYS_renameat2, { EINVAL } },
#ifdef SYS_rmdir
	{ "rmdir", SYS_rmdir, { EBUSY } },
#endif
	{ "sendmsg", SYS_sendmsg, { EINTR, ENOBUFS } },
	{ "sendto", SYS_sendto, { EINTR, ENOBUFS } },
	{ "setpgid", SYS_setpgid, { EPERM } },
	{ "setrlimit", SYS_setrlimit, { EPERM } },
	{ "signalfd4", SYS_signalfd4, { EMFILE } },
	{ "sigaltstack", SYS_sigaltstack, { ENOMEM } },
	{ "socketpair", SYS_socketpair, { EMFILE, ENFILE } },
	{ "statfs", SYS_statfs, { EIO, EACCES } },
	{ "statx", SYS_statx, { EIO, ENOSYS } },
	{ "timerfd_create", SYS_timerfd_create, { EMFILE } },
	{ "timerfd_settime", SYS_timerfd_settime, { EINVAL } },
#ifdef SYS_unlink
	{ "unlink", SYS_unlink, { EACCES } },
#endif
	{ "unlinkat", SYS_unlinkat, { EACCES } },
	{ "utimensat", SYS_utimensat, { EPERM } },
#ifdef SYS_vfork
	{ "vfork", SYS_vfork, { EAGAIN } },
#endif
	{ "wait4", SYS_wait4, { EINTR } },
	{ "waitid", SYS_waitid, { EINTR } },
	{ "write", SYS_write, { EIO, ENOSPC, EINTR } },
	{ "writev", SYS_writev, { EIO, ENOSPC } },
	{ NULL, 0, { 0 } },
};

const struct call *
call_find(const char *name)
{
	const struct call *c;

	for (c = call_table; c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

const struct call *
call_of(uint32_t nr)
{
	const struct call *c;

	for (c = call_table; c->name != NULL; c++)
		if (c->nr == nr)
			return c;
	return NULL;
}

int
error_find(const char *name)
{
	int error;

	for (error = 1; error < 200; error++) {
		const char *known = strerrorname_np(error);

		if (known != NULL && strcmp(known, name) == 0)
			return error;
	}
	return 0;
}
