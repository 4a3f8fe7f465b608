/* Starts the program, or one of its helper processes. */
#include "config.h"

#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/browse.h"
#include "pagetide/child.h"
#include "pagetide/diffcmd.h"
#include "pagetide/exits.h"
#include "pagetide/holders.h"
#include "pagetide/otherhint.h"
#include "pagetide/output.h"
#include "pagetide/sites.h"
#include "pagetide/trace.h"
#include "pagetide/whowatch.h"

#include "app/lessoncmd.h"
#include "app/libs.h"
#include "app/optcheck.h"
#include "app/opts.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/signals.h"
#include "truth/truthcmd.h"

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
	struct difference *diff;
	struct opts opts;
	int status;

	if (output_secure() != 0)
		return EXIT_FAIL;
	signals_early();
	if (argc > 1 && strcmp(argv[1], CHILD_WORKER_OPTION) == 0)
		return child_worker_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], HOLDERS_OPTION) == 0)
		return holders_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], BROWSE_OPTION) == 0)
		return browse_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], TRACE_FORMATS_OPTION) == 0)
		return trace_formats_main();
	if (argc > 1 && strcmp(argv[1], SITES_OPTION) == 0)
		return sites_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], OTHERHINT_OPTION) == 0)
		return otherhint_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], WHO_OPTION) == 0)
		return whowatch_main(argc, argv);
	libs_use();
	if (argc > 1 && strcmp(argv[1], TRUTH_COMMAND) == 0)
		return truthcmd_main(argc - 1, argv + 1);
	if (!is_ascii(argv))
		use_locale();
	if (argc > 1 && strcmp(argv[1], DIFF_COMMAND) == 0) {
		status = diffcmd_main(argc - 1, argv + 1, &diff);
		if (status != DIFFCMD_VIEW)
			return status;
		session_of_diff(&opts, diff);
	} else {
		opts_parse(&opts, argc, argv);
	}
	optcheck(&opts, isatty(STDOUT_FILENO));
	settings_read(&opts);
	if (opts_has_screen(&opts))
		use_locale();
	return opts.lessons ? lessoncmd_run(&opts) : session_run(&opts);
}
