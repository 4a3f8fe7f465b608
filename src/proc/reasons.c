#include "config.h"

#include "pagetide/reasons.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "pagetide/refusal.h"

#include "proctext.h"

#define HUGE_SIZE "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"
#define HUGE_DIR "/sys/kernel/mm/transparent_hugepage"

/* A number of bytes, or "unlimited". */
static bool
parse_limit(const char *word, uint64_t *bytes)
{
	*bytes = UINT64_MAX;
	return strcmp(word, "unlimited") == 0 || proctext_number(word, bytes);
}

void
reasons_parse_limits(const char *text, struct refusal_facts *f)
{
	static const char key[] = "\nMax locked memory ";
	const char *line = strstr(text, key);
	char soft[24], hard[24];

	if (line == NULL || sscanf(line + sizeof key - 1, "%23s %23s", soft,
	    hard) != 2 || !parse_limit(soft, &f->memlock_bytes) ||
	    !parse_limit(hard, &f->memlock_hard_bytes))
		return;
	f->known |= REFUSAL_MEMLOCK;
}

void
reasons_parse_status(const char *text, struct refusal_facts *f)
{
	const char *caps = strstr(text, "\nCapEff:\t");
	uint64_t kib, mode, set;
	const char *lock = strstr(text, "\nVmLck:\t");

	if (lock != NULL && sscanf(lock, " VmLck: %" SCNu64 " kB", &kib) == 1) {
		f->locked_bytes = kib << 10;
		f->known |= REFUSAL_LOCKED;
	}
	if (caps != NULL && sscanf(caps, " CapEff: %" SCNx64, &set) == 1) {
		f->ipc_lock = (set >> CAP_IPC_LOCK & 1) != 0;
		f->known |= REFUSAL_CAPS;
	}
	if (proctext_keyed(text, "Seccomp:\t", &mode)) {
		f->filter = mode == 2;
		f->known |= REFUSAL_FILTER;
	}
}

void
reasons_parse_release(const char *text, struct refusal_facts *f)
{
	unsigned major, minor;

	if (sscanf(text, "%u.%u", &major, &minor) != 2)
		return;
	f->kernel = REFUSAL_VERSION(major, minor);
	f->known |= REFUSAL_KERNEL;
}

/* A file of /proc/PID, or with a pid of 0 one by its path, as text; "" if it
 * can't be read. */
static void
slurp(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	int fd;

	if (pid == 0)
		snprintf(path, sizeof path, "%s", name);
	else
		snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	proctext_read(fd, text, size);
	if (fd >= 0)
		close(fd);
}

/* A line each. */
static void
count_maps(pid_t pid, char *text, size_t size, struct refusal_facts *f)
{
	char path[64];
	ssize_t n, i;
	int fd;

	slurp(0, "/proc/sys/vm/max_map_count", text, size);
	if (!proctext_number(text, &f->maps_max))
		return;
	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	f->maps = 0;
	while ((n = read(fd, text, size)) > 0)
		for (i = 0; i < n; i++)
			f->maps += text[i] == '\n';
	close(fd);
	if (n == 0)
		f->known |= REFUSAL_MAPS;
}

static void
ask_huge(char *text, size_t size, struct refusal_facts *f)
{
	slurp(0, HUGE_SIZE, text, size);
	f->huge_bytes = 0;
	if (proctext_number(text, &f->huge_bytes) ||
	    (access(HUGE_DIR, F_OK) != 0 && errno == ENOENT &&
	    access("/sys/kernel/mm", F_OK) == 0))
		f->known |= REFUSAL_HUGE;
}

void
reasons_read(pid_t pid, bool maps, struct refusal_facts *f)
{
	char text[PROCTEXT_MAX_BYTES];
	struct utsname u;

	slurp(pid, "limits", text, sizeof text);
	reasons_parse_limits(text, f);
	slurp(pid, "status", text, sizeof text);
	reasons_parse_status(text, f);
	if (maps)
		count_maps(pid, text, sizeof text, f);
	ask_huge(text, sizeof text, f);
	if (uname(&u) == 0)
		reasons_parse_release(u.release, f);
}
