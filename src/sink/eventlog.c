#include "config.h"

#include "pagetide/eventlog.h"

#include "pagetide/event.h"
#include "pagetide/log.h"
#include "pagetide/plain.h"
#include "pagetide/strbuf.h"

void
eventlog_write(struct events *events)
{
	const struct event *ev;

	while ((ev = events_finished(events)) != NULL) {
		struct strbuf line = STRBUF_INIT;

		plain_event(&line, ev);
		log_msg("%s", line.s);
		strbuf_done(&line);
	}
}

void
eventlog_check(struct events *events)
{
	int err = log_new_error();

	if (err != 0)
		events_add(events, EVENT_ERROR, 0, "can't write %s: %s",
		    log_path(), log_strerror(-err));
}
