/* The line editor of the prompt. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"

#define PROMPT_MAX 512	/* bytes one may type */

void
ui_prompt_open(struct ui *ui, const char *label, const char *run)
{
	snprintf(ui->prompt.run, sizeof ui->prompt.run, "%s", run);
	snprintf(ui->prompt.label, sizeof ui->prompt.label, "%s", label);
	strbuf_reset(&ui->prompt.text);
	strbuf_reset(&ui->prompt.hint);
	ui->prompt.cursor = 0;
	ui->prompt.tab.turn = 0;
	ui->prompt.recall.at = 0;
	ui->prompt.recall.searching = false;
	ui->said->dirty = ui->said->urgent = true;
}

void
ui_prompt_close(struct ui *ui)
{
	ui->prompt.run[0] = '\0';
	ui->said->dirty = ui->said->urgent = true;
}

/* Puts the text before the cursor, new, and the text after it together. */
static void
replace(struct prompt *p, size_t keep, const char *new)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_add(&out, p->text.s, keep);
	strbuf_adds(&out, new);
	strbuf_adds(&out, p->text.s + p->cursor);
	p->cursor = keep + strlen(new);
	strbuf_done(&p->text);
	p->text = out;
}

bool
ui_prompt_takes_command(const struct ui *ui)
{
	return strcmp(ui->prompt.run, "%s") == 0;
}

void
ui_prompt_put(struct ui *ui, size_t keep, const char *text)
{
	if (keep + strlen(text) + ui->prompt.text.len - ui->prompt.cursor <
	    PROMPT_MAX)
		replace(&ui->prompt, keep, text);
	ui->said->dirty = ui->said->urgent = true;
}

/* Start of the character before the cursor (UTF-8). */
static size_t
char_before(const struct prompt *p)
{
	size_t i = p->cursor;

	while (i > 0 && ((unsigned char)p->text.s[--i] & 0xc0) == 0x80)
		;
	return i;
}

static size_t
char_after(const struct prompt *p)
{
	size_t i = p->cursor;

	if (i < p->text.len)
		i++;
	while (i < p->text.len && ((unsigned char)p->text.s[i] & 0xc0) == 0x80)
		i++;
	return i;
}

/* Start of the word before the cursor. */
static size_t
word_before(const struct prompt *p)
{
	size_t i = p->cursor;

	while (i > 0 && isspace((unsigned char)p->text.s[i - 1]))
		i--;
	while (i > 0 && !isspace((unsigned char)p->text.s[i - 1]))
		i--;
	return i;
}

/* A typed character, as UTF-8. */
static void
insert(struct prompt *p, uint32_t key)
{
	char utf8[5] = "";

	if (key < 0x80) {
		utf8[0] = (char)key;
	} else if (key < 0x800) {
		utf8[0] = (char)(0xc0 | key >> 6);
		utf8[1] = (char)(0x80 | (key & 0x3f));
	} else if (key < 0x10000) {
		utf8[0] = (char)(0xe0 | key >> 12);
		utf8[1] = (char)(0x80 | (key >> 6 & 0x3f));
		utf8[2] = (char)(0x80 | (key & 0x3f));
	} else {
		utf8[0] = (char)(0xf0 | key >> 18);
		utf8[1] = (char)(0x80 | (key >> 12 & 0x3f));
		utf8[2] = (char)(0x80 | (key >> 6 & 0x3f));
		utf8[3] = (char)(0x80 | (key & 0x3f));
	}
	if (p->text.len + strlen(utf8) < PROMPT_MAX)
		replace(p, p->cursor, utf8);
}

/* Where in the line to run what is typed goes; NULL: it is a question. */
static const char *
typed_at(const struct prompt *p)
{
	return strstr(p->run, "%s");
}

bool
ui_prompt_asks(const struct ui *ui)
{
	return ui->prompt.run[0] != '\0' && typed_at(&ui->prompt) == NULL;
}

/* The line of the prompt, which is closed by that. */
static bool
finish(struct ui *ui, struct strbuf *line)
{
	struct prompt *p = &ui->prompt;
	const char *typed = typed_at(p);

	if (typed == NULL)
		strbuf_adds(line, p->run);
	else if (p->text.len > 0)
		strbuf_addf(line, "%.*s%s%s", (int)(typed - p->run), p->run,
		    p->text.s, typed + 2);
	ui_prompt_close(ui);
	return true;
}

static bool
answer_key(struct ui *ui, uint32_t key, struct strbuf *line)
{
	if (key == 'y' || key == 'Y')
		return finish(ui, line);
	ui_prompt_close(ui);
	said_line(ui->said, "not done");
	return false;
}

/* Keys that move or delete; true if it was one. */
static bool
edit_key(struct prompt *p, uint32_t key)
{
	switch (key) {
	case TKEY_LEFT:
		p->cursor = char_before(p);
		return true;
	case TKEY_RIGHT:
		p->cursor = char_after(p);
		return true;
	case TKEY_HOME:
	case TKEY_CTRL_A:
		p->cursor = 0;
		return true;
	case TKEY_END:
	case TKEY_CTRL_E:
		p->cursor = p->text.len;
		return true;
	case TKEY_BACKSPACE:
		replace(p, char_before(p), "");
		return true;
	case TKEY_CTRL_W:
		replace(p, word_before(p), "");
		return true;
	case TKEY_CTRL_U:
		replace(p, 0, "");
		return true;
	case TKEY_DELETE:
		if (p->cursor < p->text.len) {
			p->cursor = char_after(p);
			replace(p, char_before(p), "");
		}
		return true;
	}
	return false;
}

bool
ui_prompt_key(struct ui *ui, uint32_t key, struct strbuf *line)
{
	ui->said->dirty = ui->said->urgent = true;
	ui->prompt.tab.turn = 0;
	if (ui_prompt_asks(ui))
		return answer_key(ui, key, line);
	if (key == TKEY_ENTER)
		return finish(ui, line);
	if (key == TKEY_ESC)
		ui_prompt_close(ui);
	else if (!edit_key(&ui->prompt, key) && key >= ' ' &&
	    key < TKEY_BASE && key != 0x7f)
		insert(&ui->prompt, key);
	return false;
}
