#include "config.h"

#include "racehints.h"

#include <stddef.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/race.h"

static const struct hint {
	const char	*name;
	bool		 stays;
	unsigned	 vmflags;
} hint_table[] = {
	{ "normal", true, 0 },
	{ "sequential", true, VMF_SEQ },
	{ "random", true, VMF_RAND },
	{ "willneed", false, 0 },
	{ "willneed-all", false, 0 },
	{ "populate", false, 0 },
};
#define N_HINTS (sizeof hint_table / sizeof *hint_table)

/* Its row, or NULL. */
static const struct hint *
row_of(int advice)
{
	for (size_t i = 0; advice >= 0 && i < N_HINTS; i++)
		if (strcmp(advice_table[advice].name,
		    hint_table[i].name) == 0)
			return &hint_table[i];
	return NULL;
}

int
race_hint(const char *word)
{
	int advice = advice_find(word);

	for (unsigned i = 0; advice < 0 && i < advice_count; i++)
		if (advice_table[i].key != 0 && word[1] == '\0' &&
		    advice_table[i].key == word[0])
			advice = (int)i;
	return row_of(advice) != NULL ? advice : -1;
}

bool
racehints_stays(int advice)
{
	return row_of(advice)->stays;
}

unsigned
racehints_vmflags(int advice)
{
	return row_of(advice)->vmflags;
}

int
racehints_of(unsigned vmflags)
{
	for (size_t i = 0; i < N_HINTS; i++)
		if (hint_table[i].stays && hint_table[i].vmflags == vmflags)
			return advice_find(hint_table[i].name);
	return advice_find("normal");
}
