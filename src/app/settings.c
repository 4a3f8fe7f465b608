#include "config.h"

#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/ownfile.h"
#include "pagetide/strbuf.h"
#include "pagetide/textfile.h"
#include "pagetide/xalloc.h"

#include "opts.h"

#define CONFIG_MAX	(64u << 10)
static const char blank[] = " \t\r";

/* Both live as long as the program: options point into them. */
static struct strbuf text = STRBUF_INIT;
static char *path;

/* Cuts the next word out of a line. */
static char *
next_word(char **line)
{
	char *word = *line + strspn(*line, blank), *end;

	end = word + strcspn(word, blank);
	*line = end + (*end != '\0');
	*end = '\0';
	return word;
}

/* "set OPTION VALUE": true if the line is one. */
static bool
take_set(struct opts *o, char *line, unsigned number)
{
	size_t len = strlen("set");
	struct strbuf at = STRBUF_INIT;
	char *name, *value;

	line += strspn(line, blank);
	if (strncmp(line, "set", len) != 0 ||
	    (line[len] != '\0' && strchr(blank, line[len]) == NULL))
		return false;
	line += len;
	name = next_word(&line);
	value = next_word(&line);
	strbuf_addf(&at, "%s:%u", path, number);
	opts_set(o, at.s, name, value);
	strbuf_done(&at);
	return true;
}

/* Its lines are cut in place; those that were options are empty then. */
static void
take_lines(struct opts *o)
{
	char *line = text.s, *end;
	unsigned number = 1;

	for (; *line != '\0'; line = end + 1, number++) {
		bool last;

		end = line + strcspn(line, "\n");
		last = *end == '\0';
		*end = '\0';
		if (take_set(o, line, number))
			memset(line, ' ', (size_t)(end - line));
		if (last)
			return;
		*end = '\n';
	}
}

void
settings_read(struct opts *o)
{
	struct strbuf why = STRBUF_INIT;
	int rc;

	if (o->mode != MODE_LIVE || opts_given(o, "no-config"))
		return;
	path = ownfile_path("XDG_CONFIG_HOME", ".config", "config");
	if (path == NULL)
		return;
	rc = textfile_read(path, CONFIG_MAX, &text, &why);
	if (rc == -ENOENT)
		return;
	if (rc != 0)
		opts_config_wrong(why.s);
	take_lines(o);
	o->ui.config = text.s;
	o->ui.config_name = path;
}
