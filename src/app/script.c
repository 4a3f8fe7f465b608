#include "config.h"

#include "script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "act.h"
#include "command.h"

struct script {
	char		*name;
	struct strbuf	 text;
	size_t		 next;		/* bytes into text */
	unsigned	 line;
	uint64_t	 wait_seq;	/* go on at this sample; 0: no wait */
	bool		 wait_idle;
};

struct script *
script_open(const char *path, struct strbuf *why)
{
	FILE *fp = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	struct script *s;
	char buf[4096];
	size_t n;

	if (fp == NULL) {
		strbuf_addf(why, "can't read %s: %s", path, strerror(errno));
		return NULL;
	}
	s = xcalloc(1, sizeof *s);
	s->name = xstrdup(path);
	strbuf_init(&s->text);
	while ((n = fread(buf, 1, sizeof buf, fp)) > 0)
		strbuf_add(&s->text, buf, n);
	if (ferror(fp)) {
		strbuf_addf(why, "can't read %s: %s", path, strerror(errno));
		script_free(s);
		s = NULL;
	}
	if (fp != stdin)
		fclose(fp);
	return s;
}

void
script_free(struct script *s)
{
	if (s == NULL)
		return;
	free(s->name);
	strbuf_done(&s->text);
	free(s);
}

int
cmd_wait_samples(struct app *app, int argc, char **argv, struct strbuf *why)
{
	uint64_t n;

	(void)argc;
	if (app->script == NULL) {
		strbuf_adds(why, "wait-samples: only in a script");
		return -EINVAL;
	}
	if (units_parse_u64(argv[1], 1, 1000000000, &n) != 0) {
		strbuf_addf(why, "wait-samples: not a number: %s", argv[1]);
		return -EINVAL;
	}
	app->script->wait_seq = app->live.seq + n;
	return 0;
}

int
cmd_wait_idle(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	if (app->script == NULL) {
		strbuf_adds(why, "wait-idle: only in a script");
		return -EINVAL;
	}
	/* An order just given shows in the next sample at the earliest. */
	app->script->wait_idle = true;
	app->script->wait_seq = app->live.seq + 1;
	return 0;
}

static bool
must_wait(struct app *app, struct script *s)
{
	if (app->live.seq < s->wait_seq)
		return true;
	if (s->wait_idle && act_busy(app))
		return true;
	s->wait_seq = 0;
	s->wait_idle = false;
	return false;
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

bool
script_run(struct app *app, bool *failed, struct strbuf *why)
{
	struct script *s = app->script;

	*failed = false;
	while (!app->quit && !must_wait(app, s)) {
		struct strbuf reason = STRBUF_INIT;
		char *line = next_line(s);

		if (line == NULL)
			return true;
		*failed = command_run(app, line, &reason) != 0;
		if (*failed)
			strbuf_addf(why, "%s:%u: %s", s->name, s->line,
			    reason.s);
		strbuf_done(&reason);
		if (*failed)
			return true;
	}
	return app->quit;
}
