/*
 * onfault: does this kernel show in the VmFlags of smaps that a page is locked
 * as it is touched ("lf")? Status 0: yes, 1: no, 2: it can't be tried.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int
main(void)
{
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);
	unsigned long start, end;
	char line[512];
	int here = 0;
	FILE *f;

	if (page == MAP_FAILED || mlock2(page, bytes, MLOCK_ONFAULT) != 0)
		return 2;
	f = fopen("/proc/self/smaps", "r");
	if (f == NULL)
		return 2;
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = start == (uintptr_t)page;
		else if (here && strncmp(line, "VmFlags:", 8) == 0)
			return strstr(line, " lf") != NULL ? 0 : 1;
	}
	return 2;
}
