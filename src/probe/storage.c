#include "config.h"

#include "pagetide/storage.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/xalloc.h"

#include "storageops.h"

/* What has taken longer hangs: nobody waits for it again and again. */
#define MOMENT_NS	(20 * NS_PER_MS)
/* The helper is looked for, where it does not answer, no more often. */
#define LOOK_NS		(100 * NS_PER_MS)

#define SHARED_BYTES	(UINT64_C(16) << 10)
#define STACK_BYTES	(UINT64_C(64) << 10)
/* The sanitizers think of threads, of which there are none. */
#ifdef __SANITIZE_ADDRESS__
#define MAY_SHARE_MEMORY false
#else
#define MAY_SHARE_MEMORY true
#endif

/* What both processes see. One job at a time. */
struct shared {
	pid_t		 parent;
	_Atomic uint32_t asked, answered;	/* counted up, in this order */
	_Atomic uint32_t ends;		/* the last job is asked as that one;
					   0: not known yet */
	struct storage_job job;
	char		 path[PATH_MAX];
	struct storage_answer answer;
};

struct storage {
	struct shared	*shared;
	bool		 patient;
	bool		 ending;	/* what waits last is the last one */
	pid_t		 pid;
	struct storage_job *first;	/* the one under way, and what waits */
	uint64_t	 asked_ns;	/* when that was asked */
	uint64_t	 looked_ns;	/* when the helper was looked for */
};

static void
sleep_on(_Atomic uint32_t *word, uint32_t while_it_is, uint64_t within_ns)
{
	struct timespec ts = { (time_t)(within_ns / NS_PER_S),
		(long)(within_ns % NS_PER_S) };

	syscall(SYS_futex, word, FUTEX_WAIT, while_it_is,
	    within_ns != UINT64_MAX ? &ts : NULL, NULL, 0);
}

static void
wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* ---- the helper ---- */

/* Answers until its parent ends it, or is gone. No keys and signals
 * meant for the program reach it. */
static void
serve(struct shared *s)
{
	uint32_t done = 0;

	prctl(PR_SET_NAME, "pagetide-store");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == s->parent) {
		while (atomic_load(&s->asked) == done)
			sleep_on(&s->asked, done, UINT64_MAX);
		done = atomic_load(&s->asked);
		storageops_do(&s->job, &s->answer);
		atomic_store(&s->answered, done);
		wake(&s->answered);
		if (atomic_load(&s->ends) == done)
			break;
	}
	_exit(0);
}

static int
helper_main(void *shared)
{
	serve(shared);
	return 0;
}

pid_t
storage_fork(void)
{
#ifdef __s390__
	return syscall(SYS_clone, 0UL, CLONE_FILES | SIGCHLD, 0UL, 0UL, 0UL);
#else
	return syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0UL, 0UL, 0UL, 0UL);
#endif
}

/* Sharing memory as well it is there in no time, but then it may only run while
 * we wait: both have one errno. */
static pid_t
make_helper(struct storage *s)
{
	char *stack_end = (char *)s->shared + SHARED_BYTES + STACK_BYTES;
	pid_t pid;

	if (s->patient)
		return clone(helper_main, stack_end, CLONE_FILES | CLONE_VM |
		    SIGCHLD, s->shared);
	pid = storage_fork();
	if (pid == 0)
		serve(s->shared);
	return pid;
}

/* ---- who asks ---- */

_Static_assert(sizeof(struct shared) <= SHARED_BYTES, "too large");

static int
start_helper(struct storage *s)
{
	sigset_t all, before;

	s->shared->parent = getpid();
	atomic_store(&s->shared->asked, 0);
	atomic_store(&s->shared->answered, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	s->pid = make_helper(s);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return s->pid < 0 ? -errno : 0;
}

struct storage *
storage_start(bool patient)
{
	struct storage *s = xcalloc(1, sizeof *s);
	int err;

	s->patient = patient && MAY_SHARE_MEMORY;
	s->shared = mmap(NULL, SHARED_BYTES + STACK_BYTES,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	err = s->shared == MAP_FAILED ? -errno : start_helper(s);
	if (err == 0)
		return s;
	if (s->shared != MAP_FAILED)
		munmap(s->shared, SHARED_BYTES + STACK_BYTES);
	free(s);
	errno = -err;
	return NULL;
}

/* Has the helper begun with the first job, and is not done with it? */
static bool
is_under_way(const struct storage *s)
{
	return s->asked_ns != 0;
}

/* Hands the first job over. */
static void
hand_over(struct storage *s)
{
	struct shared *sh = s->shared;
	struct storage_job *j = s->first;

	sh->job = (struct storage_job){ .op = j->op, .fd = j->fd,
		.path = sh->path, .page_bytes = j->page_bytes,
		.page = j->page, .max_runs = j->max_runs,
		.ctime = j->ctime };
	if (j->path != NULL)
		memcpy(sh->path, j->path, strlen(j->path) + 1);
	if (s->ending && j->next == NULL)
		atomic_store(&sh->ends, atomic_load(&sh->asked) + 1);
	s->asked_ns = s->looked_ns = clock_now_ns();
	atomic_fetch_add(&sh->asked, 1);
	wake(&sh->asked);
}

/* At the end of those that wait. */
static void
append(struct storage *s, struct storage_job *job)
{
	struct storage_job **at = &s->first;

	while (*at != NULL)
		at = &(*at)->next;
	job->next = NULL;
	*at = job;
}

/* A job of its own, which nobody waits for. */
static void
append_ours(struct storage *s, enum storage_op op, int fd)
{
	struct storage_job *j = xcalloc(1, sizeof *j);

	*j = (struct storage_job){ .op = op, .fd = fd, .busy = true,
		.ours = true };
	append(s, j);
}

/* A job that is answered: who asked sees it, or it is freed. */
static void
finish(struct storage *s, struct storage_job *j)
{
	j->busy = false;
	j->done = true;
	if (!j->ours)
		return;
	if (j->answer.fd >= 0)
		append_ours(s, STORAGE_CLOSE, j->answer.fd);
	free(j);
}

/* Nobody may end the helper but us; if somebody did, another one makes the
 * same call again. */
static void
look_for_helper(struct storage *s)
{
	uint64_t now_ns = clock_now_ns();

	if (now_ns - s->looked_ns < LOOK_NS)
		return;
	s->looked_ns = now_ns;
	if (waitpid(s->pid, NULL, WNOHANG) == s->pid && start_helper(s) == 0)
		hand_over(s);
}

/* Takes the answer if there is one, and hands the next job over. */
static void
poll_helper(struct storage *s)
{
	struct shared *sh = s->shared;
	struct storage_job *j = s->first;

	if (is_under_way(s) && atomic_load(&sh->answered) ==
	    atomic_load(&sh->asked)) {
		j->answer = sh->answer;
		s->first = j->next;
		s->asked_ns = 0;
		finish(s, j);
	} else if (is_under_way(s)) {
		look_for_helper(s);
	}
	if (!is_under_way(s) && s->first != NULL)
		hand_over(s);
}

void
storage_ask(struct storage *s, struct storage_job *job)
{
	job->busy = true;
	job->done = false;
	if (job->path != NULL && strlen(job->path) >= PATH_MAX) {
		job->answer = (struct storage_answer){ .err = ENAMETOOLONG,
			.name_err = ENAMETOOLONG, .fd = -1,
			.step = STORAGE_STEP_OPEN };
		finish(s, job);
	} else if (s == NULL) {
		storageops_do(job, &job->answer);
		finish(s, job);
	} else {
		append(s, job);
		poll_helper(s);
		/* Opening is waited for by who can say that it takes long. */
		if (s->patient && job->op != STORAGE_OPEN)
			storage_wait(s, job, UINT64_MAX);
	}
}

/* Sleeps until there is an answer, or it is time to look again. */
static void
await(struct storage *s, uint64_t until_ns)
{
	struct shared *sh = s->shared;
	uint32_t answered = atomic_load(&sh->answered);
	uint64_t now_ns = clock_now_ns();

	if (answered != atomic_load(&sh->asked) && now_ns < until_ns)
		sleep_on(&sh->answered, answered, until_ns - now_ns < LOOK_NS
		    ? until_ns - now_ns : LOOK_NS);
}

bool
storage_wait(struct storage *s, struct storage_job *job, uint64_t until_ns)
{
	while (job->busy) {
		poll_helper(s);
		if (!job->busy || clock_now_ns() >= until_ns)
			break;
		await(s, until_ns);
	}
	return job->done;
}

bool
storage_try(struct storage *s, struct storage_job *job, uint64_t until_ns)
{
	uint64_t patient_ns = s != NULL ? s->asked_ns + MOMENT_NS : 0;

	return storage_wait(s, job, patient_ns < until_ns ? patient_ns :
	    until_ns);
}

/* Somebody has to be there to take the answer of a job under way. */
static struct storage_job *
heir_of(const struct storage *s, const struct storage_job *job)
{
	struct storage_job *j;

	if (job != s->first || !is_under_way(s))
		return job->next;
	j = xcalloc(1, sizeof *j);
	*j = *job;
	j->ours = true;
	return j;
}

void
storage_forget(struct storage *s, struct storage_job *job)
{
	struct storage_job **at;

	if (job->busy) {
		for (at = &s->first; *at != job; at = &(*at)->next)
			;
		*at = heir_of(s, job);
	} else if (job->done && job->op == STORAGE_OPEN &&
	    job->answer.fd >= 0) {
		storage_close(s, job->answer.fd);
	}
	job->busy = job->done = false;
}

void
storage_close(struct storage *s, int fd)
{
	if (s == NULL)
		close(fd);
	else
		append_ours(s, STORAGE_CLOSE, fd);
}

uint64_t
storage_waits_ns(struct storage *s)
{
	if (s == NULL)
		return 0;
	poll_helper(s);
	return is_under_way(s) ? clock_now_ns() - s->asked_ns : 0;
}

static struct storage_job *
last_job(struct storage *s)
{
	struct storage_job *j = s->first;

	while (j->next != NULL)
		j = j->next;
	return j;
}

/* Waits until all is answered; the helper ends after the last answer. */
static bool
drain(struct storage *s, uint64_t until_ns)
{
	/* The helper learns that it is the last one with a job, not in it. */
	s->ending = true;
	if (s->first == NULL ||
	    (s->first == last_job(s) && is_under_way(s)))
		append_ours(s, STORAGE_CLOSE, -1);
	while (s->first != NULL && clock_now_ns() < until_ns) {
		poll_helper(s);
		await(s, until_ns);
		poll_helper(s);
	}
	return s->first == NULL;
}

/* The helper stays behind, with the memory that it shares. */
static void
abandon(struct storage *s)
{
	struct storage_job *j;

	while ((j = s->first) != NULL) {
		s->first = j->next;
		if (j->ours)
			free(j);
	}
	free(s);
}

bool
storage_end(struct storage *s, uint64_t within_ns)
{
	if (s == NULL)
		return true;
	if (!drain(s, clock_now_ns() + within_ns)) {
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		abandon(s);
		return false;
	}
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	munmap(s->shared, SHARED_BYTES + STACK_BYTES);
	free(s);
	return true;
}
