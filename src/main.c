#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/child.h"
#include "app/opts.h"
#include "app/session.h"

int
main(int argc, char **argv)
{
	struct opts opts;

	if (argc > 1 && strcmp(argv[1], CHILD_WORKER_OPTION) == 0)
		return child_worker_main(argc, argv);
	/* Characters; numbers and messages are ours. */
	setlocale(LC_CTYPE, "");
	opts_parse(&opts, argc, argv);
	return session_run(&opts);
}
