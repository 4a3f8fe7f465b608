#include "config.h"

#include "screenfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/palette.h"
#include "pagetide/picture.h"
#include "pagetide/tty.h"
#include "pagetide/xalloc.h"

#include "app.h"

/* The scheme that is on the screen, or would be. */
static const struct scheme *
scheme_in_use(const struct app *app)
{
	const char *name = app->opts->scheme;

	if (app->opts->mode == MODE_LIVE)
		return tty_scheme();
	if (name == NULL)
		return app->opts->no_colour ? scheme_for(0) : scheme_for(256);
	return scheme_find(name);
}

static void
as_text(struct strbuf *out, const struct app *app)
{
	picture_text(out, &app->frame, app->opts->ascii);
}

static void
as_ansi(struct strbuf *out, const struct app *app)
{
	picture_ansi(out, &app->frame, scheme_in_use(app));
}

static void
as_svg(struct strbuf *out, const struct app *app)
{
	picture_svg(out, &app->frame, scheme_in_use(app));
}

static const struct {
	const char	*suffix;
	void		(*render)(struct strbuf *, const struct app *);
} format_table[] = {
	{ ".txt", as_text }, { ".ans", as_ansi }, { ".svg", as_svg },
};

static int
format_of(const char *path)
{
	size_t len = strlen(path);
	unsigned i;

	for (i = 0; i < sizeof format_table / sizeof *format_table; i++)
		if (len > 4 && strcmp(path + len - 4,
		    format_table[i].suffix) == 0)
			return (int)i;
	return -1;
}

/* May the file at path be (over)written? */
static int
check_path(const struct app *app, const char *path, struct strbuf *why)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return 0;
	if (!S_ISREG(st.st_mode)) {
		strbuf_addf(why, "%s is no regular file", path);
		return -EINVAL;
	}
	if (st.st_dev == app->live.target.dev &&
	    st.st_ino == app->live.target.ino) {
		strbuf_addf(why, "%s is the file that is watched", path);
		return -EPERM;
	}
	return 0;
}

/* Into a new file. 0 or -errno. */
static int
write_new(int fd, const struct strbuf *data)
{
	mode_t mask = umask(0);
	FILE *fp = fdopen(fd, "w");
	int err = 0;

	umask(mask);
	if (fp == NULL) {
		err = errno;
		close(fd);
		return -err;
	}
	if (fchmod(fd, 0666 & ~mask) != 0 ||
	    fwrite(data->s, 1, data->len, fp) != data->len)
		err = errno;
	if (fclose(fp) != 0 && err == 0)
		err = errno;
	return -err;
}

/* Under another name first: what was there stays if this fails. */
static int
write_file(const char *path, const struct strbuf *data)
{
	char *tmp = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(tmp, O_CLOEXEC), rc;

	if (fd < 0) {
		rc = -errno;
		free(tmp);
		return rc;
	}
	rc = write_new(fd, data);
	if (rc == 0 && rename(tmp, path) != 0)
		rc = -errno;
	if (rc != 0)
		unlink(tmp);
	free(tmp);
	return rc;
}

int
screenfile_save(struct app *app, const char *path, struct strbuf *why)
{
	int format = format_of(path), rc;
	struct strbuf out = STRBUF_INIT;

	if (format < 0) {
		strbuf_adds(why, "save-screen: FILE ends in .txt, .ans or "
		    ".svg");
		return -EINVAL;
	}
	rc = check_path(app, path, why);
	if (rc != 0)
		return rc;
	format_table[format].render(&out, app);
	rc = write_file(path, &out);
	if (rc != 0)
		strbuf_addf(why, "can't write %s: %s", path, strerror(-rc));
	strbuf_done(&out);
	return rc;
}
