#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/tty.h"

#include "act.h"
#include "command.h"
#include "ui.h"

#define PROMPT_MAX 512	/* bytes one may type */

void
ui_prompt_open(struct app *app, enum prompt_kind kind, const char *label)
{
	app->prompt.kind = kind;
	snprintf(app->prompt.label, sizeof app->prompt.label, "%s", label);
	strbuf_reset(&app->prompt.text);
	app->prompt.cursor = 0;
	app->dirty = app->urgent = true;
}

void
ui_prompt_close(struct app *app)
{
	app->prompt.kind = PROMPT_NONE;
	app->dirty = app->urgent = true;
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

/* The line is finished: it does what the prompt was opened for. */
static void
finish(struct app *app)
{
	char *text = strbuf_detach(&app->prompt.text);
	enum prompt_kind kind = app->prompt.kind;
	struct strbuf line = STRBUF_INIT;

	ui_prompt_close(app);
	if (kind == PROMPT_GOTO && *text != '\0')
		strbuf_addf(&line, "goto \"%s\"", text);
	else if (kind == PROMPT_COMMAND)
		strbuf_adds(&line, text);
	command_do(app, line.s);
	strbuf_done(&line);
	free(text);
}

static void
confirm_key(struct app *app, uint32_t key)
{
	struct strbuf why = STRBUF_INIT;

	ui_prompt_close(app);
	if (key != 'y' && key != 'Y')
		app_say(app, "not done");
	else if (act_advise(app, app->prompt.advice, &why) != 0)
		app_complain(app, "%s", why.s);
	strbuf_done(&why);
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

void
ui_prompt_key(struct app *app, uint32_t key)
{
	app->dirty = app->urgent = true;
	if (app->prompt.kind == PROMPT_CONFIRM)
		confirm_key(app, key);
	else if (key == TKEY_ESC)
		ui_prompt_close(app);
	else if (key == TKEY_ENTER)
		finish(app);
	else if (!edit_key(&app->prompt, key) && key >= ' ' &&
	    key < TKEY_BASE && key != 0x7f)
		insert(&app->prompt, key);
}
