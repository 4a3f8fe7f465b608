#include "faultjudge.h"

#include <err.h>
#include <fts.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static char why[512];

void
baseline_add(struct baseline *b, char *out)
{
	if (b->n == BASELINES_MAX)
		free(b->outs[--b->n]);
	b->outs[b->n++] = out;
}

/* --- JSON ----------------------------------------------------------------- */

/* Does what the undisturbed runs said differ here? all holds n values, NULL
 * where one has none. */
static bool
varies(json_t **all, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (all[i] == NULL || !json_equal(all[0], all[i]))
			return true;
	return false;
}

static const char *compare(json_t **all, size_t n, json_t *got,
    const char *path);

static const char *
compare_object(json_t **all, size_t n, json_t *got, const char *path)
{
	json_t *value, *below[BASELINES_MAX] = { NULL };
	const char *key, *wrong;
	char longer[256];
	size_t i;

	json_object_foreach(all[0], key, value) {
		snprintf(longer, sizeof longer, "%s.%s", path, key);
		for (i = 0; i < n; i++)
			below[i] = json_object_get(all[i], key);
		wrong = compare(below, n, json_object_get(got, key), longer);
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

static const char *
compare_array(json_t **all, size_t n, json_t *got, const char *path)
{
	json_t *below[BASELINES_MAX] = { NULL };
	const char *wrong;
	char longer[256];
	size_t i, k;

	if (json_array_size(got) != json_array_size(all[0])) {
		snprintf(why, sizeof why, "%s has %zu members, not %zu", path,
		    json_array_size(got), json_array_size(all[0]));
		return varies(all, n) ? NULL : why;
	}
	for (k = 0; k < json_array_size(got); k++) {
		snprintf(longer, sizeof longer, "%s[%zu]", path, k);
		for (i = 0; i < n; i++)
			below[i] = json_array_get(all[i], k);
		wrong = compare(below, n, json_array_get(got, k), longer);
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

/* Is it how it says that something is not known? */
static bool
is_said_so(const json_t *got, const char *path)
{
	return (json_is_false(got) && strcmp(path, ".scan.complete") == 0) ||
	    (json_is_true(got) &&
	    strcmp(path, ".memory.ancestors_hidden") == 0);
}

/* Is it counted of all that runs, and so never the same for long? */
static bool
has_grown(const json_t *was, const json_t *got, const char *path)
{
	static const char counters[] = ".counters.system_";

	return strncmp(path, counters, sizeof counters - 1) == 0 &&
	    json_is_integer(got) &&
	    json_integer_value(got) >= json_integer_value(was);
}

/* Unknown is right, text may tell another story, the rest is as it was. */
static const char *
compare(json_t **all, size_t n, json_t *got, const char *path)
{
	if (got == NULL) {
		snprintf(why, sizeof why, "%s is missing", path);
		return why;
	}
	if (json_is_null(got) || json_is_string(got) || all[0] == NULL)
		return NULL;
	if (json_is_object(got) && json_is_object(all[0]))
		return compare_object(all, n, got, path);
	if (json_is_array(got) && json_is_array(all[0]))
		return compare_array(all, n, got, path);
	if (json_equal(got, all[0]) || varies(all, n))
		return NULL;
	if (is_said_so(got, path) || has_grown(all[0], got, path))
		return NULL;
	snprintf(why, sizeof why, "%s is %s, not %s", path,
	    json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT),
	    json_dumps(all[0], JSON_ENCODE_ANY | JSON_COMPACT));
	return why;
}

/* The line and what follows it; NULL at the end. */
static char *
cut_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*text = end + 1;
	return line;
}

static const char *
judge_json(const struct baseline *b, char **texts, char *got)
{
	json_t *all[BASELINES_MAX] = { NULL }, *value;
	const char *wrong = NULL;
	char *line, *want;
	size_t i;

	do {
		line = cut_line(&got);
		for (i = 0; i < b->n; i++) {
			want = cut_line(&texts[i]);
			json_decref(all[i]);
			all[i] = want == NULL ? NULL :
			    json_loads(want, JSON_DECODE_ANY, NULL);
		}
		if ((line == NULL) != (all[0] == NULL))
			return "not as many lines as there should be";
		if (line == NULL)
			break;
		value = json_loads(line, JSON_DECODE_ANY, NULL);
		wrong = value == NULL ? "not JSON" :
		    compare(all, b->n, value, "");
		json_decref(value);
	} while (wrong == NULL);
	for (i = 0; i < b->n; i++)
		json_decref(all[i]);
	return wrong;
}

/* --- lines of name=value -------------------------------------------------- */

/* The value of "name=" in the line, cut at a blank, in static memory that the
 * next call uses again; NULL: it has none. */
static const char *
value_of(const char *line, const char *name, size_t len)
{
	static char value[128];
	const char *at = line;

	while ((at = strstr(at, name)) != NULL) {
		if ((at == line || at[-1] == ' ') && at[len] == '=') {
			snprintf(value, sizeof value, "%.*s",
			    (int)strcspn(at + len + 1, " "), at + len + 1);
			return value;
		}
		at += len;
	}
	return NULL;
}

/* May it be this? A value without a number is text, which may tell another
 * story, or says that it is not known. */
static bool
is_right(char **lines, size_t n, const char *name, size_t len,
    const char *value)
{
	const char *other;
	char first[128] = "";
	size_t i;

	if (strpbrk(value, "0123456789") == NULL)
		return true;
	for (i = 0; i < n; i++) {
		other = lines[i] != NULL ? value_of(lines[i], name, len) :
		    NULL;
		if (other == NULL || strcmp(other, value) == 0)
			return true;
		if (i == 0)
			snprintf(first, sizeof first, "%s", other);
		else if (strcmp(other, first) != 0)
			return true;
	}
	snprintf(why, sizeof why, "%.*s=%s, not %s", (int)len, name, value,
	    first);
	return false;
}

static const char *
judge_line(const struct baseline *b, char **lines, char *got)
{
	char *rest = NULL, *word, *value;
	char copy[128];

	for (;; got = NULL) {
		word = strtok_r(got, " ", &rest);
		if (word == NULL)
			return NULL;
		value = strchr(word, '=');
		if (value == NULL)
			continue;
		snprintf(copy, sizeof copy, "%s", value + 1);
		if (!is_right(lines, b->n, word, (size_t)(value - word), copy))
			return why;
	}
}

/* Lines of a sample: an event says what was noticed, as it should. */
static char *
cut_sample(char **text)
{
	char *line;

	do
		line = cut_line(text);
	while (line != NULL && strchr(line, '=') == NULL);
	return line;
}

static const char *
judge_lines(const struct baseline *b, char **texts, char *got)
{
	char *line, *lines[BASELINES_MAX] = { NULL };
	const char *wrong;
	size_t i;

	for (;;) {
		line = cut_sample(&got);
		for (i = 0; i < b->n; i++)
			lines[i] = cut_sample(&texts[i]);
		if ((line == NULL) != (lines[0] == NULL))
			return "not as many lines as there should be";
		if (line == NULL)
			return NULL;
		wrong = judge_line(b, lines, line);
		if (wrong != NULL)
			return wrong;
	}
}

const char *
judge_output(const struct baseline *b, const char *out)
{
	char *texts[BASELINES_MAX], *copies[BASELINES_MAX], *got = strdup(out);
	const char *wrong;
	size_t i;

	for (i = 0; i < b->n; i++)
		texts[i] = copies[i] = strdup(b->outs[i]);
	wrong = b->json ? judge_json(b, texts, got) :
	    judge_lines(b, texts, got);
	for (i = 0; i < b->n; i++)
		free(copies[i]);
	free(got);
	return wrong;
}

const char *
judge_error(const char *text)
{
	const char *end = strchr(text, '\n');

	if (*text == '\0')
		return "nothing on standard error";
	if (end == NULL || end[1] != '\0')
		return "not one line on standard error";
	if (strncmp(text, "pagetide", 8) != 0 || end - text < 20)
		return "no clear line on standard error";
	return NULL;
}

/* --- what is left behind -------------------------------------------------- */

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
list(FILE *to, char **dirs)
{
	FTS *fts = *dirs == NULL ? NULL :
	    fts_open(dirs, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;

	while (fts != NULL && (e = fts_read(fts)) != NULL)
		if (e->fts_info == FTS_D)
			fprintf(to, "%s/\n", e->fts_path);
		else if (e->fts_info == FTS_F)
			fprintf(to, "%s %llu\n", e->fts_path,
			    (unsigned long long)e->fts_statp->st_size);
		else if (e->fts_info != FTS_DP)
			fprintf(to, "%s\n", e->fts_path);
	if (fts != NULL)
		fts_close(fts);
}

static uint64_t
hash_of(const char *path)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	FILE *fp = fopen(path, "re");
	int c;

	while (fp != NULL && (c = getc_unlocked(fp)) != EOF)
		h = (h ^ (unsigned char)c) * UINT64_C(0x100000001b3);
	if (fp != NULL)
		fclose(fp);
	return h;
}

char *
picture_of(char **dirs, char **files)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	struct stat st;

	if (to == NULL)
		err(1, NULL);
	list(to, dirs);
	for (; *files != NULL; files++) {
		if (stat(*files, &st) != 0)
			st = (struct stat){ 0 };
		fprintf(to, "%s: %llu bytes, %llx, %lld.%ld %lld.%ld\n",
		    *files, (unsigned long long)st.st_size,
		    (unsigned long long)hash_of(*files),
		    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
		    (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
	}
	fclose(to);
	return text;
}
