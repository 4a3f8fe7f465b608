#include "config.h"

#include "demo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/ownfile.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "demofile.h"

/* What is at path is to be the demo file. 0, or -errno with why. */
static int
make_ready(const char *path, const char *dir, const struct strbuf *passed,
    struct demofile_id *id, struct strbuf *why)
{
	enum demofile found = demofile_look(path, id);
	int rc;

	if (found == DEMOFILE_READY)
		return 0;
	if (passed->len > 0)
		fprintf(stderr, "pagetide: %susing %s\n", passed->s, dir);
	if (found == DEMOFILE_SPOILT)
		unlink(path);
	rc = found == DEMOFILE_FOREIGN ? -EEXIST : demofile_make(path);
	if (rc == 0 || rc == -EEXIST)
		found = demofile_look(path, id);
	id->made = rc == 0;
	if (found == DEMOFILE_READY)
		return 0;
	if (rc == 0 || rc == -EEXIST)
		strbuf_addf(why, "%s is no file that pagetide made: move it "
		    "away, or name a FILE", path);
	else
		strbuf_addf(why, "can't make the demo file %s: %s", path,
		    strerror(-rc));
	return rc != 0 ? rc : -EEXIST;
}

char *
demo_file(struct demofile_id *id, struct strbuf *why)
{
	struct strbuf passed = STRBUF_INIT;
	char *dir = ownfile_dir(&passed), *path = NULL;

	if (dir == NULL) {
		strbuf_addf(why, "no place for the demo file: %sname a FILE",
		    passed.s);
		strbuf_done(&passed);
		return NULL;
	}
	path = xasprintf("%s/demo", dir);
	demofile_sweep(path);
	if (make_ready(path, dir, &passed, id, why) != 0) {
		free(path);
		path = NULL;
	}
	strbuf_done(&passed);
	free(dir);
	return path;
}
