#include "config.h"

#include <locale.h>
#include <stdbool.h>
#include <string.h>

#include "app/child.h"
#include "app/opts.h"
#include "app/session.h"
#include "app/truthcmd.h"

static bool
is_ascii(char **argv)
{
	const char *s;

	for (; *argv != NULL; argv++)
		for (s = *argv; *s != '\0'; s++)
			if ((unsigned char)*s > 0x7e)
				return false;
	return true;
}

/*
 * Characters of the user's locale; numbers and messages are ours. It takes
 * as long as the scan of a gigabyte, and batch mode prints nothing but ASCII
 * unless that is on the command line.
 */
static void
use_locale(void)
{
	setlocale(LC_CTYPE, "");
}

int
main(int argc, char **argv)
{
	struct opts opts;

	if (argc > 1 && strcmp(argv[1], CHILD_WORKER_OPTION) == 0)
		return child_worker_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], TRUTH_COMMAND) == 0)
		return truthcmd_main(argc - 1, argv + 1);
	if (!is_ascii(argv))
		use_locale();
	opts_parse(&opts, argc, argv);
	if (opts.mode == MODE_LIVE || opts.mode == MODE_HEADLESS)
		use_locale();
	return session_run(&opts);
}
