#include "config.h"

#include "pagetide/words.h"

#include <stddef.h>
#include <string.h>

#include "pagetide/strbuf.h"

const char *
words_next(const char **words, size_t *len)
{
	const char *word = *words;

	*len = strcspn(word, "| ].");
	*words = word + *len + (word[*len] == '|');
	return *len > 0 ? word : NULL;
}

static bool
is_value(const char *word)
{
	return word[0] >= 'A' && word[0] <= 'Z';
}

int
words_find(const char *words, const char *text)
{
	const char *word;
	size_t len;
	int i = 0;

	while ((word = words_next(&words, &len)) != NULL) {
		if (is_value(word))
			continue;
		if (strlen(text) == len && memcmp(word, text, len) == 0)
			return i;
		i++;
	}
	return -1;
}

bool
words_have_value(const char *words)
{
	const char *word;
	size_t len;

	while ((word = words_next(&words, &len)) != NULL)
		if (is_value(word))
			return true;
	return false;
}

/* Appends the i-th of n. */
static void
add_word(struct strbuf *out, unsigned i, unsigned n, const char *word,
    size_t len)
{
	strbuf_adds(out, i == 0 ? "" : i + 1 < n ? ", " : " or ");
	strbuf_add(out, word, len);
}

void
words_list(struct strbuf *out, const char *words, const char *value)
{
	const char *word, *rest = words;
	unsigned n = value != NULL, i = 0;
	size_t len;

	while ((word = words_next(&rest, &len)) != NULL)
		n += !is_value(word);
	while ((word = words_next(&words, &len)) != NULL)
		if (!is_value(word))
			add_word(out, i++, n, word, len);
	if (value != NULL)
		add_word(out, i, n, value, strlen(value));
}
