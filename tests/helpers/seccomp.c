/*
 * seccomp [-e ERROR] [-s CALL]... -- COMMAND [ARGUMENT]...
 *
 * Runs the command with system calls that fail: each CALL with the ERROR
 * before it (ENOSYS unless said). pagemap_scan is the ioctl of that name
 * alone; other ioctls work. What the command starts inherits it.
 *
 * For the tests: a kernel, or a container, without what we have here.
 */
#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif
/* PAGEMAP_SCAN and PROCMAP_QUERY by the sizes of their arguments. */
struct scan_arg { uint64_t field[12]; };
struct query_arg { uint64_t field[13]; };

#define MAX_RULES	16
#define RULE_LEN	5

/* request 0: the call, whatever its arguments. */
static const struct call {
	const char	*name;
	uint32_t	 nr, request;
} calls[] = {
	{ "cachestat", SYS_cachestat, 0 },
	{ "fadvise64", SYS_fadvise64, 0 },
	{ "madvise", SYS_madvise, 0 },
	{ "mincore", SYS_mincore, 0 },
	{ "fsync", SYS_fsync, 0 },
	{ "mlock", SYS_mlock, 0 },
	{ "mlock2", SYS_mlock2, 0 },
	{ "munlock", SYS_munlock, 0 },
	{ "munlockall", SYS_munlockall, 0 },
	{ "readahead", SYS_readahead, 0 },
	{ "sync_file_range", SYS_sync_file_range, 0 },
	{ "perf_event_open", SYS_perf_event_open, 0 },
	{ "memfd_create", SYS_memfd_create, 0 },
	{ "pagemap_scan", SYS_ioctl, _IOWR('f', 16, struct scan_arg) },
	{ "procmap_query", SYS_ioctl, _IOWR('f', 17, struct query_arg) },
};

static const struct {
	const char	*name;
	int		 number;
} errors[] = {
	{ "ENOSYS", ENOSYS },
	{ "EPERM", EPERM },
	{ "EACCES", EACCES },
	{ "ENOTTY", ENOTTY },
	{ "EAGAIN", EAGAIN },
	{ "EBUSY", EBUSY },
	{ "EFAULT", EFAULT },
	{ "EINVAL", EINVAL },
	{ "EIO", EIO },
	{ "ENOMEM", ENOMEM },
	{ "ENOSPC", ENOSPC },
	{ "EOPNOTSUPP", EOPNOTSUPP },
};

static struct sock_filter filter[MAX_RULES * RULE_LEN + 1];
static unsigned short filter_len;

static void
add(struct sock_filter insn)
{
	filter[filter_len++] = insn;
}

static void
add_load(size_t offset)
{
	add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

/* Goes on when what was loaded is value, else skips so many. */
static void
add_match(uint32_t value, unsigned char skip)
{
	add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value,
	    0, skip));
}

static void
add_return(uint32_t action)
{
	add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Loads the number of the call itself: the rule before may have loaded the
 * request. */
static void
add_rule(const struct call *c, int error)
{
	/* The low half of the second argument. */
	size_t request = offsetof(struct seccomp_data, args[1]);

	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		request += 4;
	add_load(offsetof(struct seccomp_data, nr));
	add_match(c->nr, c->request != 0 ? 3 : 1);
	if (c->request != 0) {
		add_load(request);
		add_match(c->request, 1);
	}
	add_return(SECCOMP_RET_ERRNO | (uint32_t)error);
}

static const struct call *
find_call(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof calls / sizeof *calls; i++)
		if (strcmp(calls[i].name, name) == 0)
			return &calls[i];
	errx(2, "no such call: %s", name);
}

static int
find_error(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strcmp(errors[i].name, name) == 0)
			return errors[i].number;
	errx(2, "no such error: %s", name);
}

static void
install(void)
{
	struct sock_fprog program = { filter_len, filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
		err(77, "no filter can be installed");
}

int
main(int argc, char **argv)
{
	int opt, error = ENOSYS, rules = 0;

	while ((opt = getopt(argc, argv, "+e:s:")) != -1) {
		if (opt == 'e')
			error = find_error(optarg);
		else if (opt == 's' && ++rules <= MAX_RULES)
			add_rule(find_call(optarg), error);
		else
			errx(2, "usage: seccomp [-e ERROR] [-s CALL]... "
			    "-- COMMAND [ARGUMENT]...");
	}
	if (optind == argc || rules == 0)
		errx(2, "a call and a command");
	add_return(SECCOMP_RET_ALLOW);
	install();
	execvp(argv[optind], argv + optind);
	err(127, "%s", argv[optind]);
}
