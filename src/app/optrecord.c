/* The options of recordings. */
#include "config.h"

#include "optrecord.h"

#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/history.h"
#include "pagetide/units.h"

#include "opts.h"

#define REPLAY_HISTORY_BYTES (UINT64_C(256) << 20)
#define RECORD_BYTES_MIN (64 << 10)

void
rec_file(struct opts *o, const char *arg)
{
	o->record.file.path = arg;
	if (arg[0] == '\0')
		o->wrong = "--record is empty: a variable that is not set?";
}

void
rec_anonymous(struct opts *o, const char *arg)
{
	(void)arg;
	o->record.anonymous = true;
}

void
rec_size(struct opts *o, const char *arg)
{
	if (units_parse_bytes(arg, &o->record.file.max_bytes) != 0 ||
	    o->record.file.max_bytes < RECORD_BYTES_MIN)
		o->wrong = "--max-size is not a size from 64K on";
}

void
rec_time(struct opts *o, const char *arg)
{
	if (units_parse_duration(arg, &o->record.file.max_ns) != 0 ||
	    o->record.file.max_ns < NS_PER_S)
		o->wrong = "--max-time is not a time from 1 second on";
}

void
rec_replay(struct opts *o, const char *arg)
{
	o->path = arg;
	if (arg[0] == '\0')
		o->wrong = "--replay is empty: a variable that is not set?";
	o->watch.replayed = true;
	if (o->watch.history_bytes == HISTORY_BYTES_DEFAULT)
		o->watch.history_bytes = REPLAY_HISTORY_BYTES;
	o->ui.replayed = arg;
	o->ui.replay = strcmp(arg, "-") == 0 ? UI_REPLAY_PIPE :
	    UI_REPLAY_FILE;
}

bool
opts_only_records(const struct opts *o)
{
	return o->mode == MODE_HEADLESS && o->print == PRINT_NONE &&
	    o->script == NULL && !o->lessons && o->record.file.path != NULL;
}

void
rec_export(struct opts *o, const char *arg)
{
	o->export = arg;
	if (!ui_exports(arg))
		o->wrong = "--export: " UI_EXPORTS;
}
