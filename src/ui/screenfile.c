#include "config.h"

#include "screenfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/castfile.h"
#include "pagetide/clock.h"
#include "pagetide/csvfile.h"
#include "pagetide/event.h"
#include "pagetide/history.h"
#include "pagetide/log.h"
#include "pagetide/palette.h"
#include "pagetide/picture.h"
#include "pagetide/recorder.h"
#include "pagetide/replace.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/tracefile.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "command.h"

/* The word of record. */
enum { RECORD_OFF };

/* The scheme that is on the screen, or would be. */
static const struct scheme *
scheme_in_use(const struct ui *ui)
{
	const char *name = ui->opts.scheme;

	if (ui->opts.terminal)
		return tty_scheme();
	if (name == NULL)
		return ui->opts.no_colour ? scheme_for(0) : scheme_for(256);
	return scheme_find(name);
}

/* What a file can be, by how its name ends. */
struct screenfile_format {
	const char	*suffix;
	void		(*render)(struct strbuf *, struct ui *);
	bool		 of_past;	/* it takes samples that are kept */
};

/* NULL: none of these n. */
static const struct screenfile_format *
format_of(const char *path, const struct screenfile_format *table, size_t n)
{
	size_t len = strlen(path), end;

	for (size_t i = 0; i < n; i++) {
		end = strlen(table[i].suffix);
		if (len > end && strcmp(path + len - end,
		    table[i].suffix) == 0)
			return &table[i];
	}
	return NULL;
}

static void
as_text(struct strbuf *out, struct ui *ui)
{
	picture_text(out, &ui->frame, ui->opts.ascii);
}

static void
as_ansi(struct strbuf *out, struct ui *ui)
{
	picture_ansi(out, &ui->frame, scheme_in_use(ui));
}

static void
as_svg(struct strbuf *out, struct ui *ui)
{
	picture_svg(out, &ui->frame, scheme_in_use(ui));
}

static const struct screenfile_format screen_table[] = {
	{ ".txt", as_text, false }, { ".ans", as_ansi, false },
	{ ".svg", as_svg, false },
};
enum { SCREENS = sizeof screen_table / sizeof *screen_table };

/* A recording's device and inode are those of another time, or machine. */
static bool
is_watched(const struct ui *ui, const struct stat *st)
{
	const struct target_facts *t = &ui->watch->live.target;

	return ui->opts.replayed == NULL && st->st_dev == t->dev &&
	    st->st_ino == t->ino;
}

static bool
is_replayed(const struct ui *ui, const struct stat *st)
{
	return ui->opts.replayed != NULL && replace_same_file(st->st_dev,
	    st->st_ino, ui->opts.replayed, STDIN_FILENO);
}

static bool
is_recorded(const struct ui *ui, const struct stat *st)
{
	const struct recorder *r[] = { ui->watch->recorder,
		ui->run.recorded };

	for (size_t i = 0; i < sizeof r / sizeof *r; i++)
		if (r[i] != NULL && recorder_is_file(r[i], st->st_dev,
		    st->st_ino))
			return true;
	return false;
}

static bool
is_log(const struct ui *ui, const struct stat *st)
{
	(void)ui;
	return log_is_file(st->st_dev, st->st_ino);
}

/* Files of the session that it must not write over. */
static const struct {
	bool		(*is)(const struct ui *, const struct stat *);
	const char	*what;
} own_table[] = {
	{ is_watched, "the file that is watched" },
	{ is_replayed, "the recording" },
	{ is_recorded, "being recorded to" },
	{ is_log, "the log" },
};

/* May the file at path be (over)written? */
static int
check_path(const struct ui *ui, const char *path, struct strbuf *why)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return 0;
	if (!S_ISREG(st.st_mode)) {
		strbuf_addf(why, "%s is no regular file", path);
		return -EINVAL;
	}
	for (size_t i = 0; i < sizeof own_table / sizeof *own_table; i++)
		if (own_table[i].is(ui, &st)) {
			strbuf_addf(why, "%s is %s", path, own_table[i].what);
			return -EPERM;
		}
	return 0;
}

/* Writes it beside, in place of what is there. */
static int
write_file(const struct ui *ui, const char *path, const struct strbuf *out,
    struct strbuf *why)
{
	int rc = check_path(ui, path, why);

	if (rc != 0)
		return rc;
	rc = replace_file(path, out->s, out->len);
	if (rc != 0)
		strbuf_addf(why, "can't write %s: %s", path, strerror(-rc));
	return rc;
}

/* Each sample of what is kept. */
static void
use_all(const struct ui *ui, history_use *use, void *arg)
{
	history_each(ui->watch->history, 0, history_len(ui->watch->history),
	    use, arg);
}

static void
put_row(void *arg, const struct snapshot *s)
{
	csvfile_row(arg, s);
}

static void
as_csv(struct strbuf *out, struct ui *ui)
{
	csvfile_head(out);
	use_all(ui, put_row, out);
}

static void
put_trace(void *arg, const struct snapshot *s)
{
	tracefile_sample(arg, s);
}

static void
as_trace(struct strbuf *out, struct ui *ui)
{
	struct tracefile *t = tracefile_begin(out);

	use_all(ui, put_trace, t);
	tracefile_end(t, ui->watch->events);
}

/* A recording of the screen that is made of pictures of the past. */
struct cast {
	struct ui	*ui;
	struct strbuf	*out;
	struct castfile	 file;
	bool		 any;
	uint64_t	 event;		/* the next to be marked */
	uint64_t	 at_ns;		/* of what was put last */
};

/* A time between what was put last and the picture: it does not go back, and
 * what came after the picture was measured, but is on it, is marked there. */
static uint64_t
mark_ns(const struct cast *c, uint64_t t_ns, uint64_t picture_ns)
{
	return t_ns > picture_ns ? picture_ns :
	    t_ns > c->at_ns ? t_ns : c->at_ns;
}

/* Markers of what was done since the sample before. */
static void
put_marks(struct cast *c, const struct snapshot *s)
{
	struct events *events = c->ui->watch->events;
	uint64_t last = events_last_then(events, &s->events);
	const struct event *e;
	char text[sizeof e->text + 4];

	for (; c->event <= last; c->event++) {
		e = events_get(events, c->event);
		if (e == NULL || !event_is_mark(e) ||
		    e->t_ns < c->file.begin_ns)
			continue;
		c->at_ns = mark_ns(c, e->t_ns, s->sample.t_ns);
		snprintf(text, sizeof text, "%c  %s", e->mark, e->text);
		castfile_mark(&c->file, c->at_ns, text);
	}
	c->at_ns = s->sample.t_ns;
}

static void
put_picture(void *arg, const struct snapshot *s)
{
	struct cast *c = arg;
	const struct sample *sample = &s->sample;

	snapshot_copy(&c->ui->past, s);
	ui_show_past(c->ui);
	ui_draw(c->ui);
	if (!c->any)
		castfile_begin(&c->file, c->out, &c->ui->frame,
		    scheme_in_use(c->ui), sample->t_ns, sample->wall_ns);
	c->any = true;
	put_marks(c, s);
	castfile_frame(&c->file, &c->ui->frame, sample->t_ns);
}

/* As if it played; then the screen is what it was. */
static void
as_cast(struct strbuf *out, struct ui *ui)
{
	uint64_t back_ns = ui->then.back_ns;
	struct cast c = { .ui = ui, .out = out,
		.event = events_oldest(ui->watch->events) };
	struct viewport vp = ui->vp;
	struct said said = *ui->said;
	struct snapshot past = { 0 };
	bool frozen = ui->frozen, plays = ui->then.plays;
	unsigned speed_pct = ui->then.speed_pct;

	snapshot_copy(&past, &ui->past);
	ui_freeze(ui, true);
	ui->then.plays = true;
	ui->then.speed_pct = 100;
	ui->said->line[0] = '\0';
	use_all(ui, put_picture, &c);
	castfile_end(&c.file);
	ui->then.plays = plays;
	ui->then.speed_pct = speed_pct;
	ui->then.back_ns = back_ns;
	snapshot_copy(&ui->past, &past);
	snapshot_done(&past);
	ui->vp = vp;
	*ui->said = said;
	if (frozen)
		ui_show_past(ui);
	else
		ui_freeze(ui, false);
}

/* UI_EXPORTS names them. */
static const struct screenfile_format export_table[] = {
	{ ".cast", as_cast, true }, { ".json", as_trace, true },
	{ ".svg", as_svg, false }, { ".csv", as_csv, true },
};
enum { EXPORTS = sizeof export_table / sizeof *export_table };

const struct screenfile_kind screenfile_saved = { screen_table, SCREENS,
	"saving", "saved", "save-screen: FILE ends in .txt, .ans or .svg" };
const struct screenfile_kind screenfile_exported = { export_table, EXPORTS,
	"exporting to", "exported", "export: " UI_EXPORTS };

bool
ui_exports(const char *path)
{
	return format_of(path, export_table, EXPORTS) != NULL;
}

bool
ui_export_is_of_past(const char *path)
{
	const struct screenfile_format *format = format_of(path, export_table,
	    EXPORTS);

	return format != NULL && format->of_past;
}

int
screenfile_prepare(struct screenfile *f, struct strbuf *why)
{
	f->format = format_of(f->path, f->kind->table, f->kind->n);
	if (f->format == NULL) {
		strbuf_adds(why, f->kind->names);
		return -EINVAL;
	}
	if (f->format->of_past)
		return ui_past_kept(f->ui, why);
	ui_draw(f->ui);
	return 0;
}

int
screenfile_write(const struct screenfile *f, struct strbuf *said)
{
	struct strbuf out = STRBUF_INIT;
	char size[UNITS_MAX];
	int rc;

	f->format->render(&out, f->ui);
	rc = write_file(f->ui, f->path, &out, said);
	if (rc == 0)
		strbuf_addf(said, "%s %s, %s", f->kind->done, f->path,
		    units_bytes(size, out.len));
	strbuf_done(&out);
	return rc;
}

int
ui_export(struct ui *ui, const char *path, struct strbuf *why)
{
	struct screenfile f = { ui, &screenfile_exported, path, NULL };
	int rc = screenfile_prepare(&f, why);

	if (rc == 0)
		rc = screenfile_write(&f, why);
	if (rc == 0)
		strbuf_reset(why);
	return rc;
}

struct pollfd
screenfile_recorded_fd(const struct ui *ui)
{
	return ui->run.recorded != NULL ? recorder_fd(ui->run.recorded) :
	    (struct pollfd){ .fd = -1 };
}

static int
end_recording(struct ui *ui, struct recorder *r, struct strbuf *why)
{
	char *path = xstrdup(recorder_path(r));
	int rc = recorder_end(r, why);

	if (rc == 0)
		said_line(ui->said, "nothing is recorded; %s is written", path);
	free(path);
	return rc;
}

void
screenfile_recorded(struct ui *ui)
{
	struct recorder *r = ui->run.recorded;
	struct strbuf why = STRBUF_INIT;

	if (!recorder_go_on(r))
		return;
	ui->run.recorded = NULL;
	if (end_recording(ui, r, &why) != 0) {
		events_add(ui->watch->events, EVENT_ERROR, 0, "%s", why.s);
		said_error(ui->said, "%s", why.s);
	}
	strbuf_done(&why);
}

/* Without anybody who waits for keys all of it is in the file now. */
static int
stop_recording(struct ui *ui, struct strbuf *why)
{
	struct recorder *r = ui->watch->recorder;

	if (r == NULL) {
		said_line(ui->said, "nothing is recorded");
		return 0;
	}
	if (ui->run.recorded != NULL) {
		strbuf_addf(why, "record: %s is still being written",
		    recorder_path(ui->run.recorded));
		return -EBUSY;
	}
	ui->watch->recorder = NULL;
	if (!ui->opts.terminal || ui->script != NULL)
		return end_recording(ui, r, why) == 0 ? 0 : -EIO;
	recorder_stop(r);
	ui->run.recorded = r;
	said_line(ui->said, "nothing is recorded; %s is being written",
	    recorder_path(r));
	return 0;
}

int
cmd_record(struct ui *ui, const struct args *a, struct strbuf *why)
{
	struct recorder_opts opts = *ui->opts.record;
	struct watch *w = ui->watch;

	if (w->recorder != NULL && a->word[0] != RECORD_OFF) {
		strbuf_addf(why, "record: %s is being recorded (:record off "
		    "ends it)", recorder_path(w->recorder));
		return -EBUSY;
	}
	if (a->word[0] == RECORD_OFF)
		return stop_recording(ui, why);
	opts.file.path = a->v[0];
	w->recorder = recorder_start(&opts, w->opts.interval_ns, why);
	if (w->recorder == NULL)
		return -EIO;
	events_add(w->events, EVENT_NOTE, EVENT_MARK_COMMAND,
	    "recording to %s", a->v[0]);
	return 0;
}
