#include "config.h"

#include "pagetide/typed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/replace.h"
#include "pagetide/strbuf.h"
#include "pagetide/textfile.h"
#include "pagetide/xalloc.h"

#define LINES_MAX	500
#define LINE_MAX_BYTES	512	/* as the prompt has it */
#define FILE_MAX	(LINES_MAX * LINE_MAX_BYTES)

struct typed {
	char		*line[LINES_MAX];	/* the oldest first */
	unsigned	 n;
	unsigned	 added;		/* in this session, the last of them */
};

struct typed *
typed_new(void)
{
	return xcalloc(1, sizeof(struct typed));
}

void
typed_free(struct typed *t)
{
	if (t == NULL)
		return;
	for (unsigned i = 0; i < t->n; i++)
		free(t->line[i]);
	free(t);
}

/* False: it is not worth it. */
static bool
append(struct typed *t, const char *line, size_t len)
{
	char *copy;

	if (len == 0 || len >= LINE_MAX_BYTES || strspn(line, " \t") >= len)
		return false;
	if (t->n > 0 && strlen(t->line[t->n - 1]) == len &&
	    memcmp(t->line[t->n - 1], line, len) == 0)
		return false;
	if (t->n == LINES_MAX) {
		free(t->line[0]);
		memmove(t->line, t->line + 1, --t->n * sizeof *t->line);
	}
	copy = xcalloc(len + 1, 1);
	memcpy(copy, line, len);
	t->line[t->n++] = copy;
	return true;
}

void
typed_add(struct typed *t, const char *line)
{
	if (append(t, line, strlen(line)) && t->added < LINES_MAX)
		t->added++;
}

bool
typed_any(const struct typed *t)
{
	return t->added > 0;
}

const char *
typed_at(const struct typed *t, unsigned back)
{
	return t->line[t->n - back];
}

unsigned
typed_find(const struct typed *t, unsigned at, int by, const char *text,
    bool anywhere)
{
	const char *line;

	for (at += (unsigned)by; at > 0 && at <= t->n; at += (unsigned)by) {
		line = typed_at(t, at);
		if (anywhere ? strstr(line, text) != NULL :
		    strncmp(line, text, strlen(text)) == 0)
			return at;
	}
	return 0;
}

int
typed_load(struct typed *t, const char *path, struct strbuf *why)
{
	struct strbuf text = STRBUF_INIT;
	const char *line, *end;
	int rc = textfile_read(path, FILE_MAX, &text, why);

	for (line = text.s; rc == 0 && *line != '\0'; line = end) {
		end = line + strcspn(line, "\r\n");
		append(t, line, (size_t)(end - line));
		end += strspn(end, "\r\n");
	}
	strbuf_done(&text);
	return rc == -ENOENT ? 0 : rc;
}

int
typed_save(const struct typed *t, const char *path, struct strbuf *why)
{
	struct typed *all = typed_new();
	struct strbuf text = STRBUF_INIT;
	unsigned i;
	int rc;

	/* Another session may have added some meanwhile. */
	rc = typed_load(all, path, why);
	for (i = t->added; rc == 0 && i > 0; i--)
		typed_add(all, typed_at(t, i));
	for (i = 0; i < all->n; i++)
		strbuf_addf(&text, "%s\n", all->line[i]);
	if (rc == 0) {
		rc = replace_private(path, text.s, text.len);
		if (rc != 0)
			strbuf_addf(why, "can't write %s: %s", path,
			    strerror(-rc));
	}
	strbuf_done(&text);
	typed_free(all);
	return rc;
}
