#include "config.h"

#include "errout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagetide/strbuf.h"
#include "pagetide/text.h"

enum { ERROUT_LINE = 1024 };

/* Static, because errout_dump() is called by a signal handler. */
static struct {
	int	memory;		/* memfd that stderr leads to */
	int	before;		/* where stderr led */
	int	keeping;
} kept;

int
errout_keep(void)
{
	int err;

	if (kept.keeping || !isatty(STDERR_FILENO))
		return 0;
	kept.memory = memfd_create("pagetide-stderr", MFD_CLOEXEC);
	if (kept.memory < 0)
		return -errno;
	fflush(stderr);
	kept.before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	if (kept.before >= 0 && dup2(kept.memory, STDERR_FILENO) >= 0) {
		kept.keeping = 1;
		return 0;
	}
	err = errno;
	if (kept.before >= 0)
		close(kept.before);
	close(kept.memory);
	return -err;
}

/* Prints one line with nothing in it that a terminal obeys. */
static void
print_safe(char *line)
{
	struct strbuf safe = STRBUF_INIT;

	line[strcspn(line, "\n")] = '\0';
	text_safe(&safe, line);
	fprintf(stderr, "%s\n", safe.s);
	strbuf_done(&safe);
}

void
errout_release(void)
{
	char line[ERROUT_LINE];
	FILE *f;

	if (!kept.keeping)
		return;
	kept.keeping = 0;
	fflush(stderr);
	dup2(kept.before, STDERR_FILENO);
	close(kept.before);
	lseek(kept.memory, 0, SEEK_SET);
	f = fdopen(kept.memory, "r");
	if (f == NULL) {
		close(kept.memory);
		return;
	}
	while (fgets(line, sizeof line, f) != NULL)
		print_safe(line);
	fclose(f);
}

void
errout_dump(void)
{
	char buf[256];
	ssize_t n, i;

	if (!kept.keeping)
		return;
	kept.keeping = 0;
	dup2(kept.before, STDERR_FILENO);
	lseek(kept.memory, 0, SEEK_SET);
	while ((n = read(kept.memory, buf, sizeof buf)) > 0) {
		for (i = 0; i < n; i++) {
			if (buf[i] != '\n' && (buf[i] < ' ' || buf[i] > '~'))
				buf[i] = '?';
		}
		if (write(STDERR_FILENO, buf, (size_t)n) != n)
			return;
	}
}
