#include "config.h"

#include "optfiles.h"

#include <string.h>

#include "opts.h"

bool
optfile_is(const char *arg)
{
	return arg != NULL && (strcmp(arg, "FILE") == 0 ||
	    strcmp(arg, "WHICH") == 0);
}

void
optfile_script(struct opts *o, const char *arg)
{
	o->script = arg;
}

void
optfile_answers(struct opts *o, const char *arg)
{
	o->ui.lesson.answers = arg;
}

void
optfile_output(struct opts *o, const char *arg)
{
	o->output = arg;
}

void
optfile_log(struct opts *o, const char *arg)
{
	o->log = arg;
}

void
optfile_mapping(struct opts *o, const char *arg)
{
	o->mapping = arg;
}
