/* That process: goes through all others, round after round; between two rounds
 * through those that it found, for other cells, and for their Pss. */
#include "config.h"

#include "whoproc.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/mapfile.h"
#include "pagetide/mappers.h"
#include "pagetide/sharers.h"
#include "pagetide/units.h"
#include "pagetide/whowatch.h"

#include "whopss.h"

/* A round takes no longer: what was found until then is told. */
#define LOOK_NS		(30 * NS_PER_S)
/* From the end of a round to the next one at least. */
#define REST_NS		(2 * NS_PER_S)
/* Of that so long at least for Pss. */
#define PSS_NS		NS_PER_S
/* So many times what it took of a CPU, or of others' locks, nothing is looked
 * at: a 50th of the time at most it is. */
#define REST_TIMES	49
/* What is read meanwhile is told no more often. */
#define TELL_NS		(NS_PER_S / 2)

struct looker {
	struct mappers_query	query;
	struct sharers_look	asked;	/* the newest; not looked at yet: new */
	bool			new, told;
	struct mappers_found	found;
	struct sharers		now;
	struct mapfile		file;	/* of the query, once it is known */
	struct whopss		pss;
	uint64_t		began_ns;	/* the last round */
	uint64_t		free_ns;	/* until then it rests */
	uint64_t		round_ns;	/* when the next round is due */
	uint64_t		told_ns;
};

/* It took until now, from then on. */
static void
rest_for(struct looker *l, uint64_t took_ns)
{
	l->free_ns = clock_now_ns() + REST_TIMES * took_ns;
}

/* The newest of what was asked for; false: nobody asks any more. */
static bool
listen_to(struct looker *l)
{
	struct sharers_look next;
	ssize_t n;

	while ((n = recv(STDIN_FILENO, &next, sizeof next, MSG_DONTWAIT)) > 0) {
		if (n != sizeof next || next.grid_cells > SHARERS_CELLS)
			continue;
		l->asked = next;
		l->new = true;
	}
	return n != 0;
}

static bool
tell(struct looker *l)
{
	whopss_put(&l->found, &l->now);
	l->told = true;
	l->told_ns = clock_now_ns();
	return send(STDOUT_FILENO, &l->now, sizeof l->now, MSG_NOSIGNAL) ==
	    sizeof l->now;
}

/* Which file it is: what is mapped there later may be another one. */
static void
find_file(struct looker *l)
{
	if (l->query.file == NULL && mapfile_find(&l->file, l->query.worker,
	    l->query.addr) == 0)
		l->query.file = &l->file;
}

/* All processes. */
static bool
look(struct looker *l)
{
	static struct mappers_found before;
	uint64_t began_ns = clock_now_ns(), rounds = l->now.rounds;
	uint64_t cpu_ns = clock_cpu_ns();

	before = l->found;
	find_file(l);
	l->began_ns = began_ns;
	l->now = (struct sharers){ .on = true, .rounds = rounds + 1 };
	l->query.look = l->asked;
	l->new = false;
	l->query.until_ns = began_ns + LOOK_NS;
	l->now.err = -mappers_sharers(&l->query, &l->found, &l->now);
	whopss_keep(&l->found, &before);
	l->now.seen_ns = clock_now_ns();
	l->now.took_ns = l->now.seen_ns - began_ns;
	rest_for(l, clock_cpu_ns() - cpu_ns);
	l->round_ns = l->now.seen_ns + REST_NS;
	if (l->round_ns < l->free_ns + PSS_NS)
		l->round_ns = l->free_ns + PSS_NS;
	l->now.rest_ns = l->round_ns - l->now.seen_ns;
	return tell(l);
}

/* Those that were found, for other cells. */
static bool
look_again(struct looker *l)
{
	static struct sharers next;
	uint64_t cpu_ns = clock_cpu_ns();

	l->query.look = l->asked;
	l->new = false;
	l->query.until_ns = clock_now_ns() + LOOK_NS;
	next = (struct sharers){ .on = true, .rounds = l->now.rounds,
		.seen_ns = l->now.seen_ns, .took_ns = l->now.took_ns,
		.rest_ns = l->now.rest_ns, .looked = l->now.looked,
		.hidden = l->now.hidden };
	next.err = -mappers_again(&l->query, &l->found, &next);
	next.cut = next.cut || l->now.cut;
	l->now = next;
	rest_for(l, clock_cpu_ns() - cpu_ns);
	return tell(l);
}

/* A piece of the smaps of one. */
static void
read_pss(struct looker *l)
{
	uint64_t began_ns = clock_now_ns();

	if (whopss_step(&l->pss, &l->found, l->began_ns, &l->file))
		l->told = false;
	rest_for(l, clock_now_ns() - began_ns);
}

/* What there is to be done now; false: nobody listens any more. */
static bool
act(struct looker *l, uint64_t now)
{
	if (now >= l->round_ns || (l->new && !l->found.all))
		return look(l);
	if (l->new)
		return look_again(l);
	if (whopss_is_due(&l->found, l->began_ns))
		read_pss(l);
	return true;
}

static bool
tell_late(struct looker *l, uint64_t now)
{
	bool due = now >= l->told_ns + TELL_NS ||
	    !whopss_is_due(&l->found, l->began_ns);

	return l->told || !due || tell(l);
}

/* Until when there is nothing to be done but to listen. */
static uint64_t
idle_until(const struct looker *l)
{
	bool busy = l->new || whopss_is_due(&l->found, l->began_ns);

	return busy || l->free_ns > l->round_ns ? l->free_ns : l->round_ns;
}

static void
look_on(struct looker *l)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	bool on = look(l);
	uint64_t now, until;

	while (on) {
		now = clock_now_ns();
		until = idle_until(l);
		if (poll(&in, 1, now < until ?
		    (int)((until - now) / NS_PER_MS) + 1 : 0) > 0)
			on = listen_to(l);
		now = clock_now_ns();
		if (on && now >= l->free_ns)
			on = act(l, now);
		on = on && tell_late(l, now);
	}
}

int
whowatch_main(int argc, char **argv)
{
	static struct looker l;
	uint64_t n[WHO_ARGS] = { 0 };
	int i;

	if (argc != WHO_ARGS)
		return 2;
	for (i = WHO_ASKER; i < WHO_ARGS; i++)
		if (units_parse_u64(argv[i], 0, UINT64_MAX, &n[i]) != 0)
			return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != (pid_t)n[WHO_ASKER])
		return 1;
	setpriority(PRIO_PROCESS, 0, 10);
	whopss_init(&l.pss);
	l.query = (struct mappers_query){ .app = (pid_t)n[WHO_ASKER],
		.worker = (pid_t)n[WHO_PID], .addr = n[WHO_ADDRESS],
		.n_pages = n[WHO_PAGES] };
	look_on(&l);
	return 0;
}
