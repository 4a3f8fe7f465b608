#include "config.h"

#include "pagetide/sites.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "siteproc.h"


void
sites_init(struct sites *s)
{
	s->failed = false;
	aside_init(&s->helper);
}

void
sites_done(struct sites *s)
{
	aside_end(&s->helper);
	s->failed = false;
}

static bool
start(struct sites *s, pid_t of)
{
	s->failed = aside_start(&s->helper, &(struct aside_what){
	    .option = SITES_OPTION, .by = ASIDE_TALKS, .n = 2, .number = {
	    (uint64_t)getpid(), (uint64_t)of } }) != 0;
	return !s->failed;
}

bool
sites_ask(struct sites *s, pid_t of, uint64_t ip)
{
	if (s->failed || (s->helper.fd < 0 && !start(s, of)))
		return false;
	return send(s->helper.fd, &ip, sizeof ip, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    sizeof ip;
}

bool
sites_answer(struct sites *s, uint64_t *ip, char place[LANDING_PLACE],
    char symbol[LANDING_PLACE])
{
	struct site_answer a;
	ssize_t n = recv(s->helper.fd, &a, sizeof a, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n != sizeof a) {
		sites_done(s);
		s->failed = true;
		return false;
	}
	*ip = a.ip;
	memcpy(place, a.place, sizeof a.place);
	place[sizeof a.place - 1] = '\0';
	memcpy(symbol, a.symbol, sizeof a.symbol);
	symbol[sizeof a.symbol - 1] = '\0';
	return true;
}
