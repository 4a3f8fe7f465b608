/* The table of keys. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/advice.h"
#include "pagetide/binding.h"
#include "pagetide/event.h"
#include "pagetide/pattern.h"
#include "pagetide/scene.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"

#include "choices.h"
#include "command.h"

/* Calls what with each key of each row. */
static void
each_key(void (*what)(const struct binding *, uint32_t key))
{
	char names[64], *name, *rest;

	for (unsigned i = 0; i < binding_count; i++) {
		assert_true(strlen(binding_table[i].keys) < sizeof names);
		strcpy(names, binding_table[i].keys);
		for (name = strtok_r(names, " ", &rest); name != NULL;
		    name = strtok_r(NULL, " ", &rest)) {
			uint32_t key = tty_key_find(name);

			if (key == TKEY_NONE)
				fail_msg("no key \"%s\"", name);
			what(&binding_table[i], key);
		}
	}
}

static uint32_t g_seen[BIND_MODES][256];
static unsigned g_seen_n[BIND_MODES];

static void
note_key(const struct binding *b, uint32_t key)
{
	for (unsigned i = 0; i < g_seen_n[b->mode]; i++)
		if (g_seen[b->mode][i] == key)
			fail_msg("%s: %s is bound twice",
			    binding_mode_table[b->mode].name, b->keys);
	assert_true(g_seen_n[b->mode] < 256);
	g_seen[b->mode][g_seen_n[b->mode]++] = key;
}

static void
keys_are_unique_in_a_mode(void **state)
{
	(void)state;
	each_key(note_key);
}

static void
finds_itself(const struct binding *b, uint32_t key)
{
	assert_string_equal(binding_line(b->mode, key), b->line);
}

static void
each_key_runs_its_line(void **state)
{
	(void)state;
	each_key(finds_itself);
}

/* Each command line is one: a name, and arguments that fit. */
static void
lines_are_commands(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (unsigned i = 0; i < binding_count; i++) {
		struct args a = { 0 };
		char line[64], *rest, *name;

		assert_true(strlen(binding_table[i].line) < sizeof line);
		strcpy(line, binding_table[i].line);
		name = strtok_r(line, " ", &rest);
		a.command = command_find(name, NULL);
		if (a.command == NULL)
			fail_msg("no command \"%s\"", name);
		while ((name = strtok_r(NULL, " ", &rest)) != NULL)
			a.v[a.n++] = name;
		if (args_count(&a, &why) != 0 ||
		    choices_resolve(&a, &command_list, &why) != 0 ||
		    args_check(&a, &why) != 0)
			fail_msg("%s: %s", binding_table[i].line, why.s);
	}
	strbuf_done(&why);
}

/* A mode has the keys of what it is based on, but for its own. */
static void
modes_have_a_base(void **state)
{
	char key[16];

	(void)state;
	assert_string_equal(binding_line(BIND_FROZEN, 'f'),
	    "work sequential");
	assert_string_equal(binding_line(BIND_FROZEN, '.'), "later");
	assert_null(binding_line(BIND_MAIN, '.'));
	assert_null(binding_line(BIND_HELP, 'f'));
	assert_null(binding_line(BIND_PROMPT, 'q'));
	assert_string_equal(binding_key(key, sizeof key, BIND_FROZEN,
	    "advise evict"), "E");
	assert_string_equal(binding_key(key, sizeof key, BIND_MAIN, "newest"),
	    "");
	for (int i = 0; i < BIND_MODES; i++) {
		int m = i;

		for (int steps = 0; m >= 0; steps++) {
			assert_true(steps < BIND_MODES);
			m = binding_mode_table[m].base;
		}
	}
}

static void
modes_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < BIND_MODES; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(binding_mode_table[i].name,
			    binding_mode_table[k].name);
}

static void
is_key_of(char key, const char *line)
{
	const char *does;

	if (key == 0)
		return;
	does = binding_line(BIND_MAIN, (uint32_t)key);
	assert_non_null(does);
	assert_memory_equal(does, line, strlen(line));
}

/* The letters of events, and those under the graphs. */
static void
marks_are_keys(void **state)
{
	char line[64];

	(void)state;
	for (unsigned i = 0; i < advice_count; i++) {
		snprintf(line, sizeof line, "advise %s", advice_table[i].name);
		is_key_of(advice_table[i].key, line);
	}
	for (int i = 0; i < PATTERN_COUNT; i++) {
		snprintf(line, sizeof line, "work %s", pattern_table[i].name);
		is_key_of(pattern_table[i].key,
		    i == PATTERN_SINGLE ? "touch" : line);
	}
	is_key_of(EVENT_MARK_COMMAND, "command");
}

/* A key of the user's comes before those of the table, in its mode. The last:
 * it stays. */
static void
own_keys_come_first(void **state)
{
	char key[16];
	struct key_help *rows;
	size_t n, own = 0;

	(void)state;
	assert_int_equal(binding_add(BIND_MAIN, 'E', "view cost"), 0);
	assert_int_equal(binding_add(BIND_MAIN, 'v', "touch"), 0);
	assert_int_equal(binding_add(BIND_FROZEN, 'f', "help"), 0);
	assert_int_equal(binding_add(BIND_MAIN, 'E', "view both"), 0);
	assert_string_equal(binding_line(BIND_MAIN, 'E'), "view both");
	assert_string_equal(binding_line(BIND_FROZEN, 'E'), "view both");
	assert_string_equal(binding_line(BIND_FROZEN, 'f'), "help");
	assert_string_equal(binding_line(BIND_MAIN, 'f'), "work sequential");
	assert_null(binding_line(BIND_PROMPT, 'E'));
	/* Who looks for the key of a command is not sent to one it lost. */
	binding_key(key, sizeof key, BIND_MAIN, "advise evict");
	assert_string_equal(key, "");
	binding_key(key, sizeof key, BIND_MAIN, "view next");
	assert_string_equal(key, "Tab");
	binding_key(key, sizeof key, BIND_MAIN, "view both");
	assert_string_equal(key, "E");
	rows = binding_help(NULL, &n);
	for (size_t i = 0; i < n; i++) {
		assert_true(strcmp(rows[i].keys, "v Tab") != 0);
		own += strcmp(rows[i].group, "Your own") == 0;
	}
	assert_int_equal(own, 3);
	binding_free(rows, n);
	for (unsigned i = 0; i < 61; i++)
		assert_int_equal(binding_add(BIND_MAIN, 0x4e00 + i, "help"),
		    0);
	assert_int_equal(binding_add(BIND_MAIN, 0x5e00, "help"), -ENOSPC);
	assert_int_equal(binding_add(BIND_MAIN, 'E', "help"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_unique_in_a_mode),
		cmocka_unit_test(each_key_runs_its_line),
		cmocka_unit_test(lines_are_commands),
		cmocka_unit_test(modes_have_a_base),
		cmocka_unit_test(modes_have_names),
		cmocka_unit_test(marks_are_keys),
		cmocka_unit_test(own_keys_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
