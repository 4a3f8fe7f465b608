#include "config.h"

#include "pagetide/linuxver.h"

#include <stdio.h>
#include <sys/utsname.h>

unsigned
linuxver_parse(const char *release)
{
	unsigned major, minor;

	if (sscanf(release, "%3u.%3u", &major, &minor) != 2)
		return 0;
	return LINUXVER(major, minor);
}

unsigned
linuxver(void)
{
	struct utsname u;

	return uname(&u) == 0 ? linuxver_parse(u.release) : 0;
}
