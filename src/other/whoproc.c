/* That process: goes through all others, round after round, with a rest after
 * each. */
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
#include "pagetide/mappers.h"
#include "pagetide/sharers.h"
#include "pagetide/units.h"
#include "pagetide/whowatch.h"

/* A round takes no longer: what was found until then is told. */
#define LOOK_NS		(10 * NS_PER_S)
/* From one round to the next, but where another cell is asked for. */
#define REST_NS		(2 * NS_PER_S)
/* Always so many times what a round took of a CPU: a fifth of one at most. */
#define REST_TIMES	4

/* Waits for the next round, or for another cell; false: nobody asks any
 * more. */
static bool
rest(uint64_t until_ns, struct who_cell *cell)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	uint64_t now = clock_now_ns();
	int ms = now < until_ns ? (int)((until_ns - now) / NS_PER_MS) + 1 : 0;
	ssize_t n = 1;

	if (poll(&in, 1, ms) <= 0)
		return true;
	/* The newest of them. */
	while (n > 0) {
		struct who_cell next;

		n = recv(STDIN_FILENO, &next, sizeof next, MSG_DONTWAIT);
		if (n == 0)
			return false;
		if (n == sizeof next)
			*cell = next;
	}
	return true;
}

/* Returns how long it is to rest, whatever is asked for. */
static uint64_t
look(const struct mappers_query *q, const struct who_cell *cell,
    struct sharers *s)
{
	struct mappers_query now = *q;
	uint64_t began_ns = clock_now_ns(), rounds = s->rounds, least_ns;
	uint64_t cpu_ns = clock_cpu_ns();

	*s = (struct sharers){ .on = true, .rounds = rounds + 1,
		.cell_first = cell->first, .cell_n = cell->n };
	now.until_ns = began_ns + LOOK_NS;
	now.cell_first = cell->first;
	now.cell_n = cell->n;
	s->err = -mappers_sharers(&now, s);
	s->seen_ns = clock_now_ns();
	s->took_ns = s->seen_ns - began_ns;
	least_ns = REST_TIMES * (clock_cpu_ns() - cpu_ns);
	s->rest_ns = least_ns > REST_NS ? least_ns : REST_NS;
	return least_ns;
}

int
whowatch_main(int argc, char **argv)
{
	uint64_t n[WHO_ARGS] = { 0 };
	struct who_cell cell = { 0 };
	static struct sharers found;
	struct mappers_query q;
	uint64_t least_ns;
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
	q = (struct mappers_query){ .app = (pid_t)n[WHO_ASKER],
		.worker = (pid_t)n[WHO_PID], .addr = n[WHO_ADDRESS],
		.n_pages = n[WHO_PAGES] };
	do {
		least_ns = look(&q, &cell, &found);
		if (send(STDOUT_FILENO, &found, sizeof found, MSG_NOSIGNAL) !=
		    sizeof found)
			return 0;
		usleep((useconds_t)(least_ns / NS_PER_US));
	} while (rest(found.seen_ns + found.rest_ns, &cell));
	return 0;
}
