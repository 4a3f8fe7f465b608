#include "config.h"

#include "pagetide/mapspec.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/order.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

/* Longest word that makes sense: "length=" and a number. */
#define WORD_MAX 48

static const struct {
	const char	*name;
	uint32_t	 set, clear;
} word_table[] = {
	{ "shared", 0, MAP_SPEC_PRIVATE },
	{ "private", MAP_SPEC_PRIVATE, 0 },
	{ "write", MAP_SPEC_WRITE, 0 },
	{ "populate", MAP_SPEC_POPULATE, 0 },
	{ "locked", MAP_SPEC_LOCKED, 0 },
};
#define N_WORDS (sizeof word_table / sizeof word_table[0])

const char *
mapspec_word(unsigned i)
{
	static const char *const numbers[] = { "from=", "length=" };

	if (i < N_WORDS)
		return word_table[i].name;
	i -= N_WORDS;
	return i < sizeof numbers / sizeof *numbers ? numbers[i] : NULL;
}

/* "from=12M": takes the number if the word has that name before it. */
static bool
take_bytes(const char *word, const char *name, uint64_t *bytes)
{
	size_t len = strlen(name);

	return strncmp(word, name, len) == 0 &&
	    units_parse_bytes(word + len, bytes) == 0;
}

static int
refuse_word(const char *word, struct strbuf *why)
{
	strbuf_adds(why, "map: can't use ");
	text_safe(why, word);
	strbuf_adds(why, " (shared private write populate locked "
	    "from=OFFSET length=SIZE)");
	return -EINVAL;
}

/* Is it the other one of shared and private? */
static bool
contradicts(const struct map_spec *spec, uint32_t set, uint32_t clear)
{
	return (spec->shared && (set & MAP_SPEC_PRIVATE) != 0) ||
	    ((spec->flags & clear & MAP_SPEC_PRIVATE) != 0);
}

static int
take_word(struct map_spec *spec, const char *word, struct strbuf *why)
{
	size_t i;

	for (i = 0; i < N_WORDS; i++) {
		if (strcmp(word, word_table[i].name) != 0)
			continue;
		if (contradicts(spec, word_table[i].set, word_table[i].clear)) {
			strbuf_adds(why, "map: shared or private, not both");
			return -EINVAL;
		}
		spec->flags = (spec->flags & ~word_table[i].clear) |
		    word_table[i].set;
		if ((word_table[i].set | word_table[i].clear) &
		    MAP_SPEC_PRIVATE)
			spec->shared = word_table[i].clear != 0;
		return 0;
	}
	if (take_bytes(word, "from=", &spec->from_bytes))
		return 0;
	if (take_bytes(word, "length=", &spec->length_bytes) &&
	    spec->length_bytes > 0)
		return 0;
	return refuse_word(word, why);
}

int
mapspec_parse(struct map_spec *spec, const char *words, struct strbuf *why)
{
	static const char between[] = " \t,";
	char word[WORD_MAX];
	size_t len;
	int rc = 0;

	while (rc == 0) {
		words += strspn(words, between);
		len = strcspn(words, between);
		if (len == 0)
			break;
		snprintf(word, sizeof word, "%.*s", (int)len, words);
		rc = len < sizeof word ? take_word(spec, word, why)
		    : refuse_word(word, why);
		words += len;
	}
	return rc;
}

/* Why the target can't be mapped like this, or NULL. */
static const char *
find_fault(const struct map_spec *s, const struct map_limits *t)
{
	bool shared_write = (s->flags & MAP_SPEC_WRITE) != 0 &&
	    (s->flags & MAP_SPEC_PRIVATE) == 0;

	if (t->anon && s->shared)
		return "map: anonymous memory is mapped private here";
	if (t->anon && s->from_bytes > 0)
		return "map: anonymous memory has no offset: no from=";
	if (!t->anon && shared_write && !t->own_file)
		return "map: write goes with private: pagetide never writes "
		    "to a file that is yours";
	if (s->from_bytes % t->page_bytes != 0)
		return "map: from= must be a whole number of pages";
	if (s->from_bytes / t->page_bytes >= t->pages)
		return "map: from= is past the end";
	return NULL;
}

int
mapspec_resolve(const struct map_spec *s, const struct map_limits *t,
    uint32_t *flags, uint64_t *first_page, uint64_t *n_pages,
    struct strbuf *why)
{
	const char *fault = find_fault(s, t);
	uint64_t n;

	if (fault != NULL) {
		strbuf_adds(why, fault);
		return -EINVAL;
	}
	*flags = s->flags;
	if (t->anon)
		*flags |= MAP_SPEC_ANON | MAP_SPEC_PRIVATE | MAP_SPEC_WRITE;
	*first_page = s->from_bytes / t->page_bytes;
	*n_pages = t->pages - *first_page;
	n = s->length_bytes / t->page_bytes +
	    (s->length_bytes % t->page_bytes != 0);
	if (n > 0 && n < *n_pages)
		*n_pages = n;
	return 0;
}

bool
mapspec_makes_copies(uint32_t flags)
{
	return (flags & MAP_SPEC_PRIVATE) != 0 && (flags & MAP_SPEC_WRITE) != 0;
}

/* MAP_SHARED and the like, joined by "|"; those in without are left out. */
static void
add_flags(char *buf, unsigned size, uint32_t flags, uint32_t without)
{
	static const struct {
		uint32_t	 bit;
		const char	*name;
	} names[] = {
		{ MAP_SPEC_ANON, "|MAP_ANONYMOUS" },
		{ MAP_SPEC_POPULATE, "|MAP_POPULATE" },
		{ MAP_SPEC_LOCKED, "|MAP_LOCKED" },
	};
	size_t i, len;

	snprintf(buf, size, "%s", flags & MAP_SPEC_PRIVATE ? "MAP_PRIVATE"
	    : "MAP_SHARED");
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		len = strlen(buf);
		if (flags & ~without & names[i].bit)
			snprintf(buf + len, size - len, "%s", names[i].name);
	}
}

char *
mapspec_call_text(char *buf, unsigned size, uint32_t flags,
    uint64_t offset_bytes, uint64_t len_bytes)
{
	char names[64], len[UNITS_MAX], from[UNITS_MAX];

	add_flags(names, sizeof names, flags, 0);
	if (flags & MAP_SPEC_ANON)
		offset_bytes = 0;
	snprintf(buf, size, "mmap(NULL, %s, PROT_READ%s, %s, %s, %s)",
	    units_offset(len, len_bytes),
	    flags & MAP_SPEC_WRITE ? "|PROT_WRITE" : "", names,
	    flags & MAP_SPEC_ANON ? "-1" : "fd",
	    units_offset(from, offset_bytes));
	return buf;
}

char *
mapspec_text(char *buf, unsigned size, uint32_t flags)
{
	char names[64];

	add_flags(names, sizeof names, flags, MAP_SPEC_POPULATE);
	snprintf(buf, size, "%s %s", names,
	    flags & MAP_SPEC_WRITE ? "rw-" : "r--");
	return buf;
}
