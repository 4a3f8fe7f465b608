#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TAIL_BYTES = 400 };

/* From the leader: the command's process, and how it is. */
struct report {
	pid_t	pid;
	int	status;		/* of waitpid(), -1: just started */
};

struct pty pty = { .master = -1, .slave = -1, .leader = -1 };

int64_t
pty_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Prints bytes so that a log can show them. */
static void
print_bytes(FILE *f, const char *s, size_t n)
{
	for (; n > 0; s++, n--) {
		if (*s >= 0x20 && *s <= 0x7e)
			putc(*s, f);
		else if (*s == '\033')
			fputs("\\e", f);
		else
			fprintf(f, "\\x%02x", (unsigned char)*s);
	}
}

/* Says what failed, and ends with the command. */
void
pty_die(const char *fmt, ...)
{
	size_t tail = pty.len < TAIL_BYTES ? pty.len : TAIL_BYTES;
	va_list ap;

	fflush(stdout);
	if (pty.text != NULL)
		fprintf(stderr, "ptytool: line %d: %s: ", pty.line, pty.text);
	else
		fprintf(stderr, "ptytool: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nptytool: output ended with: ", stderr);
	if (tail > 0)
		print_bytes(stderr, pty.out + pty.len - tail, tail);
	putc('\n', stderr);
	if (pty.pid > 0 && !pty.ended)
		kill(pty.pid, SIGKILL);
	exit(1);
}

int
pty_signal_number(const char *name)
{
	int sig;

	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (sig = 1; sig < NSIG; sig++) {
		const char *known = sigabbrev_np(sig);

		if (known != NULL && strcmp(known, name) == 0)
			return sig;
	}
	sig = atoi(name);
	if (sig < 1 || sig >= NSIG)
		pty_die("no such signal: %s", name);
	return sig;
}

void
pty_signal_name(char *buf, size_t size, int sig)
{
	const char *name = sigabbrev_np(sig);

	if (name != NULL)
		snprintf(buf, size, "signal %s", name);
	else
		snprintf(buf, size, "signal %d", sig);
}

/* How the command ended, in words. */
const char *
pty_ending(void)
{
	static char buf[64];

	if (WIFSIGNALED(pty.status))
		pty_signal_name(buf, sizeof buf, WTERMSIG(pty.status));
	else
		snprintf(buf, sizeof buf, "exit %d", WEXITSTATUS(pty.status));
	return buf;
}

/* Says what it is each time that is asked in what came last. */
static void
answer(size_t len)
{
	static const char asked[] = "\033[c", is[] = "\033[?62;22c";
	size_t from = pty.len - len;

	/* It may have been cut. */
	from = from > sizeof asked - 2 ? from - (sizeof asked - 2) : 0;
	while (from + sizeof asked - 1 <= pty.len)
		if (memcmp(pty.out + from++, asked, sizeof asked - 1) == 0 &&
		    write(pty.master, is, sizeof is - 1) < 0)
			return;
}

/* Takes what the command wrote; false if nothing waits. */
static bool
read_output(void)
{
	ssize_t n;

	if (pty.cap - pty.len < 65536) {
		pty.cap = pty.cap * 2 + 131072;
		pty.out = realloc(pty.out, pty.cap);
		if (pty.out == NULL)
			abort();
	}
	n = read(pty.master, pty.out + pty.len, pty.cap - pty.len);
	if (n <= 0)
		return false;
	if (pty.raw != NULL)
		fwrite(pty.out + pty.len, 1, (size_t)n, pty.raw);
	pty.len += (size_t)n;
	if (pty.answers)
		answer((size_t)n);
	return true;
}

static void
read_report(void)
{
	struct report r;

	if (read(pty.leader, &r, sizeof r) != sizeof r)
		pty_die("the session leader is gone");
	pty.pid = r.pid;
	if (r.status == -1)
		return;
	pty.stopped = WIFSTOPPED(r.status);
	if (WIFEXITED(r.status) || WIFSIGNALED(r.status)) {
		pty.ended = true;
		pty.status = r.status;
	}
}

/* Waits at most that long for anything; true if bytes came. */
bool
pty_pump(int64_t wait_ms)
{
	int64_t left = pty.deadline_ms - pty_now_ms();
	struct pollfd p[2] = {
		{ .fd = pty.stalled ? -1 : pty.master, .events = POLLIN },
		{ .fd = pty.ended ? -1 : pty.leader, .events = POLLIN },
	};

	if (left <= 0)
		pty_die("took too long");
	if (poll(p, 2, (int)(wait_ms < left ? wait_ms : left)) < 0 &&
	    errno != EINTR)
		pty_die("poll: %s", strerror(errno));
	if (p[1].revents != 0)
		read_report();
	return p[0].revents & POLLIN && read_output();
}

/* Reads on until nothing came for that long. */
void
pty_settle(int64_t ms)
{
	int64_t end = pty_now_ms() + ms, now;

	while ((now = pty_now_ms()) < end) {
		if (pty_pump(end - now))
			end = pty_now_ms() + ms;
	}
}

/* Gives the terminal to a process group, as a shell does. */
static void
give_terminal(pid_t pgrp)
{
	tcsetpgrp(STDIN_FILENO, pgrp);
}

static void __attribute__((noreturn))
run_command(char **argv, const sigset_t *mask)
{
	static const int list[] = { SIGTTOU, SIGTTIN, SIGHUP, SIGINT, SIGQUIT,
	    SIGTSTP, SIGPIPE };
	size_t i;

	setpgid(0, 0);
	give_terminal(getpid());
	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		signal(list[i], SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Tells what became of the command; true if it ended. */
static bool
pass_on(int sock, pid_t pid)
{
	struct report r = { .pid = pid };

	while (waitpid(pid, &r.status, WNOHANG | WUNTRACED | WCONTINUED) > 0) {
		if (WIFSTOPPED(r.status))
			give_terminal(getpid());
		if (write(sock, &r, sizeof r) != sizeof r)
			return true;
		if (WIFEXITED(r.status) || WIFSIGNALED(r.status))
			return true;
	}
	return false;
}

/* Makes this process the leader of a session on the terminal. */
static void
take_session(const char *slave)
{
	static const int list[] = { SIGTTOU, SIGTTIN, SIGHUP, SIGINT, SIGQUIT,
	    SIGTSTP };
	size_t i;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Else the terminal would never be hung up. */
	close(pty.master);
	close(pty.slave);
	close(pty.leader);
	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		signal(list[i], SIG_IGN);
	setsid();
	fd = open(slave, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) != 0)
		_exit(126);
	for (i = 0; i < 3; i++)
		dup2(fd, (int)i);
	close(fd);
}

/* What a shell is to its job: leads the session, so that Ctrl-Z works. */
static void __attribute__((noreturn))
lead(int sock, const char *slave, char **argv)
{
	struct report r = { .status = -1 };
	struct signalfd_siginfo info;
	sigset_t chld, mask;
	int sfd;
	char order;

	take_session(slave);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &mask);
	sfd = signalfd(-1, &chld, SFD_CLOEXEC);
	r.pid = fork();
	if (r.pid == 0)
		run_command(argv, &mask);
	setpgid(r.pid, r.pid);
	if (write(sock, &r, sizeof r) != sizeof r)
		_exit(126);
	for (;;) {
		struct pollfd p[2] = { { .fd = sfd, .events = POLLIN },
			{ .fd = sock, .events = POLLIN } };

		poll(p, 2, -1);
		if (p[0].revents != 0 &&
		    read(sfd, &info, sizeof info) == sizeof info &&
		    pass_on(sock, r.pid))
			_exit(0);
		if (p[1].revents == 0)
			continue;
		if (read(sock, &order, 1) != 1)
			_exit(0);
		give_terminal(r.pid);
		kill(-r.pid, SIGCONT);
	}
}

/* Opens the terminal and starts the command on it. */
void
pty_start(const struct winsize *ws, char **argv)
{
	int pair[2];
	const char *name;
	pid_t pid;

	pty.master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (pty.master < 0 || grantpt(pty.master) != 0 ||
	    unlockpt(pty.master) != 0 ||
	    (name = ptsname(pty.master)) == NULL)
		pty_die("no pseudo terminal: %s", strerror(errno));
	/* Kept open: its modes can be read when the command is gone. */
	pty.slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty.slave < 0 || ioctl(pty.slave, TIOCSWINSZ, ws) != 0 ||
	    tcgetattr(pty.slave, &pty.before) != 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		pty_die("%s: %s", name, strerror(errno));
	pty.leader = pair[0];
	pty.start_ms = pty_now_ms();
	pid = fork();
	if (pid < 0)
		pty_die("fork: %s", strerror(errno));
	if (pid == 0)
		lead(pair[1], name, argv);
	close(pair[1]);
	while (pty.pid == 0)
		pty_pump(1000);
}
