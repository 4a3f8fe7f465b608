#include "config.h"

#include "optnames.h"

#include <stddef.h>

#include "pagetide/palette.h"
#include "pagetide/scene.h"

const char *
optname_view(unsigned i)
{
	return i < VIEW_COUNT ? view_table[i].name : NULL;
}

const char *
optname_scheme(unsigned i)
{
	return i < scheme_count ? scheme_table[i].name : NULL;
}

const char *
optname_color(unsigned i)
{
	static const char *const names[] = { "auto", "always", "never", NULL };

	return names[i];
}

const char *
optname_source(unsigned i)
{
	static const char *const names[] = { "auto", "mincore", "cachestat",
		NULL };

	return names[i];
}

const char *
optname_trace(unsigned i)
{
	static const char *const names[] = { "auto", "on", "off", NULL };

	return names[i];
}

const char *
optname_follow(unsigned i)
{
	static const char *const names[] = { "inode", "name", NULL };

	return names[i];
}
