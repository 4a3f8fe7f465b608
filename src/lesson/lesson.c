#include "config.h"

#include "pagetide/lesson.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/strbuf.h"
#include "pagetide/textfile.h"
#include "pagetide/units.h"
#include "pagetide/xalloc.h"

#include "lessonparts.h"

/* More than anybody writes. */
#define FILE_MAX (64u << 10)

/* What comes before each: nothing mapped, nothing cached (a page may stay where
 * that is asked for once), all of it shown. */
static const char *const prologue[] = { "stop", "worker alone",
	"select all", "zoom fit", "goto 0", "view both", "panel cursor",
	"graph faults", "pace full", "map shared",
	"advise evict yes", "advise evict yes" };
#define N_PROLOGUE (sizeof prologue / sizeof *prologue)
/* Of memory without a file, in place of the last of them. */
static const char *const anon_prologue[] = { "view mapped",
	"map private write", "advise nohugepage" };
#define N_ANON (sizeof anon_prologue / sizeof *anon_prologue)

/* What a line that begins with the word is about. */
enum what { NOTHING, COMMAND, TEXT, CONDITION, NUMBER, CHOICE };

static const struct {
	const char	*name;
	enum what	 what;
	const char	*before_more;	/* what parts text and more; NULL: there
					   is no more */
	bool		 needs_more;
} word_table[WORD_COUNT] = {
	[WORD_STEP] = { "step", NOTHING, NULL, false },
	[WORD_DO] = { "do", COMMAND, NULL, false },
	[WORD_TRY] = { "try", COMMAND, NULL, false },
	[WORD_WAIT] = { "wait", CONDITION, NULL, false },
	[WORD_NEEDS] = { "needs", CONDITION, " else ", true },
	[WORD_KEEP] = { "keep", NUMBER, " = ", true },
	[WORD_SAY] = { "say", TEXT, NULL, false },
	[WORD_BIG] = { "big", TEXT, " = ", true },
	[WORD_PREDICT] = { "predict", TEXT, NULL, false },
	[WORD_CHOICE] = { "choice", CHOICE, " if ", false },
	[WORD_LOCK] = { "lock", NOTHING, NULL, false },
	[WORD_REVEAL] = { "reveal", NUMBER, NULL, false },
	[WORD_REST] = { "rest", NOTHING, NULL, false },
	[WORD_CHECK] = { "check", CONDITION, NULL, false },
	[WORD_ANON] = { "anon", NOTHING, NULL, false },
};

/* While a file is read. */
struct reading {
	struct lesson	*lesson;
	unsigned	 at;
	struct lesson_kept kept[LESSON_KEPT];
	unsigned	 says, choices, bigs;
	bool		 predicts, locked;
	struct strbuf	*why;
};

static struct lesson_line *
add_line(struct lesson *l, enum lesson_word word, unsigned at,
    const char *text)
{
	struct lesson_line *line;

	l->line = xreallocarray(l->line, l->n + 1, sizeof *l->line);
	line = &l->line[l->n++];
	*line = (struct lesson_line){ .word = word, .at = at,
		.text = xstrdup(text) };
	l->steps += word == WORD_STEP;
	return line;
}

/* Cuts text where more begins. */
static void
split_more(struct lesson_line *line)
{
	const char *between = word_table[line->word].before_more;
	char *at = between != NULL ? strstr(line->text, between) : NULL;

	if (at == NULL)
		return;
	line->more = xstrdup(at + strlen(between));
	*at = '\0';
}

/* A number is kept under that name from here on. */
static int
note_kept(struct reading *r, const char *name)
{
	struct lesson_kept *k = r->kept;

	while (k < r->kept + LESSON_KEPT && k->name[0] != '\0' &&
	    strcmp(k->name, name) != 0)
		k++;
	if (k == r->kept + LESSON_KEPT || strlen(name) >= sizeof k->name ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] != '\0') {
		strbuf_addf(r->why, "%s: letters, less than %zu, and no more "
		    "than %d names", name, sizeof k->name, LESSON_KEPT);
		return -EINVAL;
	}
	strcpy(k->name, name);
	return 0;
}

/* Can all be calculated that is in it? A number as long as most stands for
 * those that are measured. */
static int
check_parts(struct reading *r, struct lesson_line *line)
{
	const char *number = line->word == WORD_KEEP ? line->more : line->text;
	const char *condition = line->word == WORD_CHOICE ? line->more :
	    line->text;
	struct lesson_kept unused;
	struct strbuf out = STRBUF_INIT;
	int rc = 0;

	switch (word_table[line->word].what) {
	case CONDITION:
		rc = lesson_test(condition, r->kept, NULL, r->why);
		break;
	case NUMBER:
		if (number[0] != '\0')
			rc = lesson_number(number, r->kept, NULL, &unused,
			    r->why);
		break;
	case COMMAND:
		rc = lesson_command(&out, line->text, r->kept, NULL, r->why);
		break;
	case CHOICE:
		if (condition != NULL)
			rc = lesson_test(condition, r->kept, NULL, r->why);
		/* fallthrough */
	case TEXT:
		if (rc != -EINVAL)
			rc = lesson_text(&out, line->word == WORD_BIG ?
			    line->more : line->text, r->kept, NULL, r->why);
		break;
	default:
		break;
	}
	strbuf_done(&out);
	if (rc != -EINVAL && line->word == WORD_KEEP)
		rc = note_kept(r, line->text);
	return rc == -EINVAL ? rc : 0;
}

static int
refuse(struct reading *r, const char *what)
{
	strbuf_adds(r->why, what);
	return -EINVAL;
}

/* Does it stand where it may? */
static int
check_place(struct reading *r, enum lesson_word word)
{
	if (word == WORD_STEP || word == WORD_LOCK || word == WORD_REST)
		r->says = 0;
	if (word == WORD_STEP && r->predicts)
		return refuse(r, "predict without a reveal before");
	if (word == WORD_SAY && ++r->says > LESSON_CAPTION_LINES)
		return refuse(r, "more than three lines of caption");
	if (word == WORD_BIG && ++r->bigs > LESSON_BIG)
		return refuse(r, "more than three large numbers");
	if (word == WORD_PREDICT) {
		r->predicts = true;
		r->locked = false;
		r->choices = 0;
	}
	if (word == WORD_CHOICE && (!r->predicts || r->locked ||
	    ++r->choices > LESSON_CHOICES))
		return refuse(r, "choice: up to four, after predict");
	if (word == WORD_LOCK && (!r->predicts || r->choices < 2))
		return refuse(r, "lock: after two choices");
	if (word == WORD_LOCK)
		r->locked = true;
	if (word == WORD_REVEAL && !r->locked)
		return refuse(r, "reveal: after lock");
	if (word == WORD_REVEAL)
		r->predicts = r->locked = false;
	if (r->lesson->steps == 0 && word != WORD_NEEDS && word != WORD_DO &&
	    word != WORD_TRY && word != WORD_STEP && word != WORD_BIG &&
	    word != WORD_ANON)
		return refuse(r, "before the first step: anon, do, try, needs, "
		    "big");
	if (word == WORD_ANON && r->lesson->n != N_PROLOGUE)
		return refuse(r, "anon: before all others");
	return 0;
}

/* It is about memory without a file, of that size. */
static int
read_anon(struct reading *r, const char *size)
{
	struct lesson_line *line = r->lesson->line + N_PROLOGUE - N_ANON;

	if (units_parse_bytes(size, &r->lesson->anon_bytes) != 0 ||
	    r->lesson->anon_bytes == 0)
		return refuse(r, "anon: a size should stand here");
	for (size_t i = 0; i < N_ANON; i++) {
		free(line[i].text);
		line[i].text = xstrdup(anon_prologue[i]);
	}
	return 0;
}

static int
read_line(struct reading *r, const char *text)
{
	size_t len = strcspn(text, " \t");
	const char *rest = text + len + strspn(text + len, " \t");
	struct lesson_line *line;
	int word, rc;

	for (word = 0; word < WORD_COUNT; word++)
		if (strlen(word_table[word].name) == len &&
		    memcmp(word_table[word].name, text, len) == 0)
			break;
	if (word == WORD_COUNT)
		return refuse(r, "no word that a line begins with");
	rc = check_place(r, (enum lesson_word)word);
	if (rc != 0)
		return rc;
	if (word == WORD_ANON)
		return read_anon(r, rest);
	line = add_line(r->lesson, (enum lesson_word)word, r->at, rest);
	split_more(line);
	if (word_table[word].needs_more && line->more == NULL) {
		strbuf_addf(r->why, "%s needs \"%s\"", word_table[word].name,
		    word_table[word].before_more);
		return -EINVAL;
	}
	return check_parts(r, line);
}

/* The first line that is no remark is "lesson TITLE". */
static int
read_title(struct reading *r, const char *text)
{
	if (strncmp(text, "lesson ", 7) != 0)
		return refuse(r, "\"lesson TITLE\" should stand here");
	r->lesson->title = xstrdup(text + 7);
	return 0;
}

/* Blanks at the end can't be seen. */
static void
strip_end(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && strchr(" \t\r", line[len - 1]) != NULL)
		line[--len] = '\0';
}

static int
read_all(struct reading *r, char *text)
{
	char *line, *save = NULL;
	int rc = 0;

	for (line = text; rc == 0 && line != NULL; line = save) {
		save = strchr(line, '\n');
		if (save != NULL)
			*save++ = '\0';
		r->at++;
		line += strspn(line, " \t");
		strip_end(line);
		if (*line == '\0' || *line == '#')
			continue;
		rc = r->lesson->title == NULL ? read_title(r, line) :
		    read_line(r, line);
	}
	if (rc == 0 && (r->lesson->steps == 0 || r->predicts))
		rc = refuse(r, r->predicts ? "predict without a reveal" :
		    "no step");
	return rc;
}

char *
lesson_name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	size_t digits = strspn(name, "0123456789"), len;
	size_t end = strlen(LESSON_SUFFIX);

	if (digits > 0 && name[digits] == '-')
		name += digits + 1;
	len = strlen(name);
	if (len <= end || strcmp(name + len - end, LESSON_SUFFIX) != 0 ||
	    len - end > LESSON_NAME_MAX || strpbrk(name, " \t\n\"") != NULL)
		return NULL;
	return xasprintf("%.*s", (int)(len - end), name);
}

struct lesson *
lesson_read(const char *path, struct strbuf *why)
{
	struct strbuf text = STRBUF_INIT, wrong = STRBUF_INIT;
	struct reading r = { .why = &wrong };
	int rc = textfile_read(path, FILE_MAX, &text, why);

	if (rc != 0) {
		if (rc == -ENOENT)
			strbuf_addf(why, "there is no %s", path);
		return NULL;
	}
	r.lesson = xcalloc(1, sizeof *r.lesson);
	r.lesson->name = lesson_name_of(path);
	if (r.lesson->name == NULL)
		r.lesson->name = xstrdup(path);
	for (size_t i = 0; i < N_PROLOGUE; i++)
		add_line(r.lesson, WORD_DO, 0, prologue[i]);
	rc = read_all(&r, text.s);
	if (rc != 0) {
		strbuf_addf(why, "%s:%u: %s", path, r.at, wrong.s);
		lesson_free(r.lesson);
	}
	strbuf_done(&text);
	strbuf_done(&wrong);
	return rc == 0 ? r.lesson : NULL;
}

void
lesson_free(struct lesson *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n; i++) {
		free(l->line[i].text);
		free(l->line[i].more);
	}
	free(l->line);
	free(l->name);
	free(l->title);
	free(l);
}

const char *
lesson_name(const struct lesson *l)
{
	return l->name;
}

const char *
lesson_title(const struct lesson *l)
{
	return l->title;
}

uint64_t
lesson_anon_bytes(const struct lesson *l)
{
	return l->anon_bytes;
}

unsigned
lesson_steps(const struct lesson *l)
{
	return l->steps;
}
