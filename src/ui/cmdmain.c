/* Commands about the program and its screen. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/aside.h"
#include "pagetide/browse.h"
#include "pagetide/event.h"
#include "pagetide/log.h"
#include "pagetide/output.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "command.h"
#include "lessons.h"
#include "screenfile.h"

/* A process that writes: what it says begins with a byte, DONE or not. */
struct writing {
	struct aside	 aside;
	char		*path;
	struct strbuf	 heard;
};
#define DONE	'+'
#define FAILED	'-'
/* What is nearly done may take so many ms until the session ends. */
#define END_MS	300
/* The same until another one is begun. */
#define MOMENT_MS 50

static void
write_aside(void *arg, int says, int fd)
{
	struct strbuf said = STRBUF_INIT;
	char how = screenfile_write(arg, &said) == 0 ? DONE : FAILED;

	(void)fd;
	if (output_all(says, &how, 1) == 0)
		output_all(says, said.s, said.len);
}

static int
writing_fd(const struct ui *ui)
{
	return ui->run.writing != NULL ? ui->run.writing->aside.fd : -1;
}

/* All that has come; true: that was the end. */
static bool
hear(struct writing *w)
{
	char piece[512];
	ssize_t n;

	while ((n = read(w->aside.fd, piece, sizeof piece)) > 0)
		strbuf_add(&w->heard, piece, (size_t)n);
	return n == 0 || errno != EAGAIN;
}

static void
end_writing(struct ui *ui)
{
	struct writing *w = ui->run.writing;

	ui->run.writing = NULL;
	aside_end(&w->aside);
	strbuf_done(&w->heard);
	free(w->path);
	free(w);
}

static void
hear_of_file(struct ui *ui)
{
	struct writing *w = ui->run.writing;

	if (!hear(w))
		return;
	if (w->heard.len == 0)
		said_error(ui->said, "can't write %s: its process died",
		    w->path);
	else if (w->heard.s[0] == DONE)
		said_line(ui->said, "%s", w->heard.s + 1);
	else
		said_error(ui->said, "%s", w->heard.s + 1);
	end_writing(ui);
}

/* A file before, whose process has only to end, is waited for: a moment. */
static bool
still_writes(struct ui *ui)
{
	struct pollfd p = { .events = POLLIN };
	int i;

	for (i = 0; i < 3 && ui->run.writing != NULL; i++) {
		p.fd = writing_fd(ui);
		if (poll(&p, 1, MOMENT_MS) <= 0)
			break;
		hear_of_file(ui);
	}
	return ui->run.writing != NULL;
}

static int
begin_aside(const struct screenfile *f, struct strbuf *why)
{
	const struct aside_copy copy = { ASIDE_ANSWERS, -1, write_aside,
		(void *)f };
	struct writing *w;
	int rc;

	if (still_writes(f->ui)) {
		strbuf_addf(why, "%s is still being written",
		    f->ui->run.writing->path);
		return -EBUSY;
	}
	w = xcalloc(1, sizeof *w);
	aside_init(&w->aside);
	rc = aside_fork(&w->aside, &copy);
	if (rc != 0) {
		strbuf_addf(why, "no process can be started to write: %s",
		    strerror(-rc));
		free(w);
		return rc;
	}
	w->path = xstrdup(f->path);
	strbuf_init(&w->heard);
	f->ui->run.writing = w;
	said_line(f->ui->said, "%s %s...", f->kind->begins, f->path);
	return 0;
}

static void
end_file(struct ui *ui, struct strbuf *why)
{
	struct pollfd p = { .fd = writing_fd(ui), .events = POLLIN };
	struct writing *w = ui->run.writing;

	poll(&p, 1, END_MS);
	hear(w);
	if (why->len == 0 && w->heard.len == 0)
		strbuf_addf(why, "%s was not written: the session ended "
		    "before", w->path);
	else if (why->len == 0 && w->heard.s[0] == FAILED)
		strbuf_adds(why, w->heard.s + 1);
	end_writing(ui);
}

bool
ui_end_writing(struct ui *ui, struct strbuf *why)
{
	int rc;

	if (ui->run.writing != NULL)
		end_file(ui, why);
	rc = append_done(&ui->lessons->answers);
	if (rc != 0 && why->len == 0)
		strbuf_addf(why, "can't write %s: %s",
		    ui->opts.lesson.answers, log_strerror(-rc));
	return rc == 0;
}

/* They could not be written. */
static void
say_answers(struct ui *ui, int rc)
{
	if (rc != 0)
		said_error(ui->said, "can't write %s: %s",
		    ui->opts.lesson.answers, strerror(-rc));
}

int
ui_fds(const struct ui *ui, struct pollfd *fds)
{
	const struct browse *browse = ui->list.browse;
	const struct pollfd all[] = {
		{ browse != NULL ? browse_fd(browse) : -1, POLLIN, 0 },
		{ writing_fd(ui), POLLIN, 0 },
		{ append_fd(&ui->lessons->answers), POLLIN, 0 },
		screenfile_recorded_fd(ui),
	};
	int n = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].fd >= 0)
			fds[n++] = all[i];
	return n;
}

bool
ui_ready(struct ui *ui, int fd)
{
	if (ui->list.browse != NULL && fd == browse_fd(ui->list.browse))
		ui_listed(ui);
	else if (fd == writing_fd(ui))
		hear_of_file(ui);
	else if (fd == append_fd(&ui->lessons->answers))
		say_answers(ui, append_ready(&ui->lessons->answers));
	else if (fd == screenfile_recorded_fd(ui).fd)
		screenfile_recorded(ui);
	else
		return false;
	return true;
}

int
cmd_quit(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)a;
	(void)why;
	ui->quit = true;
	return 0;
}

int
cmd_freeze(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)a;
	(void)why;
	if (ui->opts.replay == UI_REPLAY_FILE)
		ui_set_play(ui, !ui->then.plays);
	else
		ui_freeze(ui, !ui->frozen);
	return 0;
}

int
cmd_newest(struct ui *ui, const struct args *a, struct strbuf *why)
{
	char wall[UNITS_MAX], key[UI_KEY_MAX];

	(void)a;
	if (!ui->frozen) {
		strbuf_addf(why, "newest: freeze the picture first (%s)",
		    ui_key_for(ui, key, "freeze"));
		return -EINVAL;
	}
	ui_give_up_at(ui);
	ui_show_newest(ui);
	ui->then.play_ns = ui->past.sample.t_ns;
	said_line(ui->said, "the newest sample, of %s", units_wall(wall,
	    ui_sample(ui)->wall_ns));
	return 0;
}

int
cmd_prompt(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)a;
	(void)why;
	ui_prompt_open(ui, ":", "%s");
	return 0;
}

int
cmd_redraw(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)a;
	(void)why;
	tty_invalidate();
	said_line(ui->said, "painted anew");
	return 0;
}

int
cmd_mouse(struct ui *ui, const struct args *a, struct strbuf *why)
{
	bool on = !ui->mouse.on;

	(void)a;
	(void)why;
	ui_set_mouse(ui, on);
	said_line(ui->said, on ? "mouse on: a press moves, a drag selects, "
	    "the wheel zooms; Shift: text" : "mouse off");
	return 0;
}

int
cmd_note(struct ui *ui, const struct args *a, struct strbuf *why)
{
	struct strbuf text = STRBUF_INIT;
	unsigned i;

	(void)why;
	for (i = 0; i < a->n; i++)
		strbuf_addf(&text, "%s%s", i > 0 ? " " : "", a->v[i]);
	events_add(ui->watch->events, EVENT_NOTE, EVENT_MARK_COMMAND,
	    "%s", text.s);
	strbuf_done(&text);
	return 0;
}

int
cmd_mark(struct ui *ui, const struct args *a, struct strbuf *why)
{
	const struct args mark = { .command = a->command, .n = 1,
		.v = { "mark" } };

	return cmd_note(ui, a->n > 0 ? a : &mark, why);
}

/* A script finds the file there when it goes on. */
static int
write_kind(struct ui *ui, const struct screenfile_kind *kind,
    const char *path, struct strbuf *why)
{
	struct screenfile f = { ui, kind, path, NULL };
	int rc = screenfile_prepare(&f, why);

	if (rc == 0 && ui->opts.terminal && ui->script == NULL)
		return begin_aside(&f, why);
	if (rc == 0)
		rc = screenfile_write(&f, why);
	if (rc != 0)
		return rc;
	if (ui->opts.terminal || kind != &screenfile_saved)
		said_line(ui->said, "%s", why->s);
	strbuf_reset(why);
	return 0;
}

int
cmd_save_screen(struct ui *ui, const struct args *a, struct strbuf *why)
{
	return write_kind(ui, &screenfile_saved, a->v[0], why);
}

int
cmd_export(struct ui *ui, const struct args *a, struct strbuf *why)
{
	return write_kind(ui, &screenfile_exported, a->v[0], why);
}

int
cmd_size(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int cols, rows;

	if (ui->opts.terminal) {
		strbuf_adds(why, "size: the terminal decides");
		return -EINVAL;
	}
	if (units_parse_screen(a->v[0], &cols, &rows) != 0) {
		strbuf_addf(why, "size: not COLSxROWS: %s", a->v[0]);
		return -EINVAL;
	}
	ui_resized(ui, cols, rows);
	return 0;
}

/* They are pressed when this line is done. */
int
cmd_key(struct ui *ui, const struct args *a, struct strbuf *why)
{
	unsigned i;

	for (i = 0; i < a->n; i++) {
		ui->pressed.key[i] = tty_key_find(a->v[i]);
		if (ui->pressed.key[i] == TKEY_NONE) {
			strbuf_addf(why, "no such key: %s", a->v[i]);
			return -ENOENT;
		}
	}
	/* Else a line that is recalled could press itself without an end. */
	if (ui->pressed.on) {
		strbuf_adds(why, "key: a key that was pressed by one presses "
		    "none");
		return -EBUSY;
	}
	ui->pressed.n = a->n;
	return 0;
}

int
cmd_outside(struct ui *ui, const struct args *a, struct strbuf *why)
{
	uint64_t page, n;

	if (units_parse_u64(a->v[0], 0, ui->watch->live.target.pages - 1,
	    &page) != 0 || units_parse_u64(a->v[1], 1,
	    ui->watch->live.target.pages - page, &n) != 0) {
		strbuf_adds(why, "outside: PAGE and N inside the file");
		return -ERANGE;
	}
	if (watch_act_outside(ui->watch, page, n, a->n > 2) != 0) {
		strbuf_adds(why, "outside: only with --fake");
		return -EINVAL;
	}
	return 0;
}

/* Times as fast, in hundredths. */
static const unsigned play_speed[] = { 25, 50, 100, 200, 400, 1000, 3000,
	10000 };
enum { SPEEDS = sizeof play_speed / sizeof *play_speed };

/* The words of play. */
enum { PLAY_SLOWER, PLAY_FASTER };

int
cmd_play(struct ui *ui, const struct args *a, struct strbuf *why)
{
	unsigned i = 0;

	if (!ui->then.plays) {
		strbuf_adds(why, "play: nothing plays");
		return -EINVAL;
	}
	while (play_speed[i] != ui->then.speed_pct)
		i++;
	if (a->word[0] == PLAY_FASTER)
		i += i + 1 < SPEEDS;
	else
		i -= i > 0;
	ui->then.speed_pct = play_speed[i];
	said_line(ui->said, "plays %g times as fast", play_speed[i] / 100.0);
	return 0;
}
