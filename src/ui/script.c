#include "config.h"

#include "pagetide/script.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/act.h"
#include "pagetide/browse.h"
#include "pagetide/expect.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/textfile.h"
#include "pagetide/xalloc.h"

#include "command.h"
#include "lessons.h"
#include "scriptparts.h"

/* More than anybody writes: what never ends must not fill memory. */
#define SCRIPT_MAX	(16u << 20)
#define SCRIPT_LINE_MAX	(64u << 10)

/* Is what was read of it the text of a script? What never ends is not. */
static bool
is_text(const struct script *s, struct strbuf *why)
{
	const char *line, *end = s->text.s + s->text.len, *newline;
	unsigned n = 0;
	size_t len;

	for (line = s->text.s; line < end; line += len + 1) {
		newline = memchr(line, '\n', (size_t)(end - line));
		len = (size_t)((newline != NULL ? newline : end) - line);
		n++;
		if (memchr(line, '\0', len) != NULL) {
			strbuf_addf(why, "%s:%u: is no text: it has a byte 0",
			    s->name, n);
			return false;
		}
		if (len > SCRIPT_LINE_MAX) {
			strbuf_addf(why, "%s:%u: a line of more than %u KiB",
			    s->name, n, SCRIPT_LINE_MAX >> 10);
			return false;
		}
	}
	if (s->text.len <= SCRIPT_MAX)
		return true;
	strbuf_addf(why, "%s is no script: longer than %u MiB", s->name,
	    SCRIPT_MAX >> 20);
	return false;
}

struct script *
script_open(const char *path, struct strbuf *why)
{
	bool on_stdin = strcmp(path, "-") == 0;
	int fd = STDIN_FILENO, err;
	struct script *s;

	if (!on_stdin)
		fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	s = xcalloc(1, sizeof *s);
	s->name = xstrdup(path);
	strbuf_init(&s->text);
	err = fd < 0 ? -errno : textfile_rest(fd, SCRIPT_MAX, &s->text);
	if (fd >= 0 && !on_stdin)
		close(fd);
	if (err != 0)
		strbuf_addf(why, "can't read %s: %s", path, strerror(-err));
	if (err == 0 && is_text(s, why))
		return s;
	script_free(s);
	return NULL;
}

void
script_free(struct script *s)
{
	if (s == NULL)
		return;
	free(s->name);
	expect_free(s->wait);
	strbuf_done(&s->text);
	free(s);
}

/* Cuts the next line out; NULL at the end. */
static char *
next_line(struct script *s)
{
	char *line = s->text.s + s->next;
	size_t len;

	if (s->next >= s->text.len)
		return NULL;
	len = strcspn(line, "\n");
	s->next += len + 1;
	s->line++;
	line[len] = '\0';
	return line;
}

/* True when there is nothing left to run; *failed: since a line failed. */
static bool
run_lines(struct ui *ui, bool *failed, struct strbuf *why)
{
	struct script *s = ui->script;

	*failed = false;
	while (!ui->quit && !script_waits(ui)) {
		struct strbuf reason = STRBUF_INIT;
		char *line = next_line(s);

		if (line == NULL)
			return true;
		*failed = command_run(ui, line, &reason) != 0;
		ui_press(ui);
		if (*failed)
			strbuf_addf(why, "%s:%u: %s", s->name, s->line,
			    reason.s);
		strbuf_done(&reason);
		if (*failed)
			return true;
	}
	if (!ui->quit && script_waits_in_vain(ui)) {
		strbuf_addf(why, "%s:%u: the recording ends before that",
		    s->name, s->line);
		*failed = true;
	}
	return ui->quit || *failed;
}

/* False: it is wrong. */
static bool
config_line(struct ui *ui, const char *line, size_t len, unsigned number)
{
	struct strbuf copy = STRBUF_INIT, why = STRBUF_INIT;
	int rc;

	strbuf_add(&copy, line, len);
	rc = command_start(ui, copy.s, &why);
	if (rc != 0)
		said_error(ui->said, "%s:%u: %s", ui->opts.config_name,
		    number, why.s);
	strbuf_done(&copy);
	strbuf_done(&why);
	return rc == 0;
}

/* The commands of the user's config file, once. The first that is wrong ends
 * that, with a line that says where it stands. */
static void
run_config(struct ui *ui)
{
	const char *line = ui->opts.config;
	struct said before = *ui->said;
	unsigned number = 1;
	size_t len;

	if (line == NULL)
		return;
	ui->opts.config = NULL;
	while (*line != '\0') {
		len = strcspn(line, "\r\n");
		if (!config_line(ui, line, len, number++))
			return;
		line += len;
		line += *line == '\r';
		line += *line == '\n';
	}
	/* What they did is no news to who wrote them. */
	*ui->said = before;
	ui->said->dirty = true;
}

void
script_go_on(struct ui *ui, struct strbuf *why)
{
	struct strbuf reason = STRBUF_INIT;
	bool failed, headless = !ui->opts.terminal;

	run_config(ui);
	lessons_go_on(ui);
	if (ui->script == NULL || !run_lines(ui, &failed, &reason)) {
		strbuf_done(&reason);
		return;
	}
	/* It goes on with what is watched next. */
	if (browse_wants(ui->list.browse)) {
		strbuf_done(&reason);
		return;
	}
	script_free(ui->script);
	ui->script = NULL;
	if (headless)
		ui->quit = true;
	if (headless && failed) {
		ui->run.failed = true;
		strbuf_adds(why, reason.s);
	} else if (failed) {
		said_error(ui->said, "%s", reason.s);
	}
	strbuf_done(&reason);
}
