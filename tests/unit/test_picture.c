#include <ctype.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pagetide/frame.h"
#include "pagetide/palette.h"
#include "pagetide/picture.h"
#include "pagetide/strbuf.h"

#include "synth.h"

/* "ab" dim, a cell of level 5, an upper half block, one bold letter. */
static void
small(struct frame *f)
{
	frame_init(f, 6, 2);
	frame_text(f, 0, 0, 6, ROLE_DIM, "ab");
	frame_put(f, 2, 0, U' ', '#', ROLE_ON_CELL, ROLE_LEVEL_5, 0);
	frame_put(f, 3, 0, U'\u2580', '+', ROLE_LEVEL_1, ROLE_LEVEL_5, 0);
	frame_put(f, 0, 1, U'\u00e9', '?', ROLE_TEXT, ROLE_TEXT, ATTR_BOLD);
}

static void
text_says_what_colours_would(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct frame f;

	(void)state;
	small(&f);
	picture_text(&out, &f, 0);
	assert_string_equal(out.s, "ab#+\n\xc3\xa9\n");
	strbuf_reset(&out);
	picture_text(&out, &f, 1);
	assert_string_equal(out.s, "ab#+\n?\n");
	strbuf_done(&out);
	frame_done(&f);
}

static void
wide_characters_are_written_once(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct frame f;

	(void)state;
	frame_init(&f, 4, 1);
	frame_text(&f, 0, 0, 4, ROLE_TEXT, "\xe6\x97\xa5x");
	picture_text(&out, &f, 0);
	assert_string_equal(out.s, "\xe6\x97\xa5x\n");
	strbuf_reset(&out);
	picture_text(&out, &f, 1);
	assert_string_equal(out.s, "??x\n");
	strbuf_done(&out);
	frame_done(&f);
}

static void
ansi_has_the_colours(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct frame f;

	(void)state;
	small(&f);
	picture_ansi(&out, &f, scheme_find("cividis"));
	assert_string_equal(out.s,
	    "\033[0;38;5;249mab\033[0;38;5;231;48;5;227m "
	    "\033[0;38;5;24;48;5;227m\xe2\x96\x80\033[0m  \033[0m\n"
	    "\033[0;1m\xc3\xa9\033[0m     \033[0m\n");
	strbuf_reset(&out);
	picture_ansi(&out, &f, scheme_find("16"));
	assert_non_null(strstr(out.s, "\033[0;97;107m#"));
	strbuf_reset(&out);
	frame_put(&f, 0, 0, U'T', 'T', ROLE_TITLE, ROLE_TEXT, 0);
	picture_ansi(&out, &f, scheme_find("mono"));
	assert_string_equal(out.s, "\033[0;7mT\033[0mb#+  \033[0m\n"
	    "\033[0;1m\xc3\xa9\033[0m     \033[0m\n");
	strbuf_done(&out);
	frame_done(&f);
}

/*
 * A small check that text is XML: tags nest, attributes are quoted, no bare
 * "<" or "&", no control characters. Returns what is wrong, or NULL.
 */
static const char *
not_xml(const char *s)
{
	char open[16][16];
	int depth = 0;

	for (; *s != '\0'; s++) {
		size_t n = strcspn(s, ">");
		char name[16];

		if (iscntrl((unsigned char)*s) && *s != '\n')
			return "control character";
		if (*s == '&' && strspn(s + 1, "abcdefghijklmnopqrstuvwxyz") +
		    1 != strcspn(s, ";"))
			return "bare &";
		if (*s != '<')
			continue;
		if (s[n] != '>')
			return "tag without end";
		if (memchr(s + 1, '<', n - 1) != NULL)
			return "tag within a tag";
		if (sscanf(s, "<%15[a-z/]", name) == 1 && name[0] == '/') {
			if (depth == 0 || strcmp(open[--depth], name + 1) != 0)
				return "end tag that fits none";
		} else if (s[1] != '?' && s[n - 1] != '/') {
			if (depth == 16)
				return "too deep";
			strcpy(open[depth++], name);
		}
		s += n;
	}
	return depth == 0 ? NULL : "tag left open";
}

static void
the_check_of_xml_can_fail(void **state)
{
	(void)state;
	assert_null(not_xml("<?xml version=\"1.0\"?>\n"
	    "<a b=\"1\"><c/>&lt;</a>"));
	assert_non_null(not_xml("<a>"));
	assert_non_null(not_xml("<a></b>"));
	assert_non_null(not_xml("<a>&x</a>"));
	assert_non_null(not_xml("<a>\033</a>"));
	assert_non_null(not_xml("<a <b></a>"));
}

static void
svg_is_xml_of_the_frame(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct frame f;

	(void)state;
	small(&f);
	frame_text(&f, 2, 1, 4, ROLE_TEXT, "<&\">");
	picture_svg(&out, &f, scheme_find("cividis"));
	assert_null(not_xml(out.s));
	assert_non_null(strstr(out.s, "width=\"66\" height=\"48\""));
	/* No hairlines between what touches. */
	assert_non_null(strstr(out.s, "shape-rendering=\"crispEdges\""));
	assert_non_null(strstr(out.s, "&lt;&amp;&quot;&gt;</tspan>"));
	assert_non_null(strstr(out.s, "<tspan x=\"6\" textLength=\"18\" "
	    "fill=\"#b2b2b2\">ab</tspan>"));
	/* Two cells of one background are one rect; the half block another. */
	assert_non_null(strstr(out.s, "<rect x=\"24\" y=\"6\" width=\"18\" "
	    "height=\"18\" fill=\"#ffff5f\"/>"));
	assert_non_null(strstr(out.s, "<rect x=\"33\" y=\"6\" width=\"9\" "
	    "height=\"9\" fill=\"#005f87\"/>"));
	assert_non_null(strstr(out.s, "font-weight=\"bold\">\xc3\xa9<"));
	strbuf_done(&out);
	frame_done(&f);
}

static void
svg_has_no_control_characters(void **state)
{
	static const char32_t bad[] = { 1, 0x1b, 0x7f, 0x9b, 0xd800, 0xfffe,
		0xffff, 0x110000 };
	struct strbuf out = STRBUF_INIT;
	struct frame f;

	(void)state;
	frame_init(&f, 8, 1);
	for (int x = 0; x < 8; x++)
		frame_put(&f, x, 0, bad[x], 'x', ROLE_TEXT, ROLE_TEXT, 0);
	picture_svg(&out, &f, scheme_find("light"));
	assert_null(not_xml(out.s));
	assert_non_null(strstr(out.s, ">????" "????" "</tspan>"));
	strbuf_done(&out);
	frame_done(&f);
}

static void
whole_screens_in_every_scheme(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct synth y;
	struct frame f;

	(void)state;
	synth_init(&y);
	synth_size(&y, 120, 40);
	frame_init(&f, 120, 40);
	for (unsigned i = 0; i < scheme_count; i++) {
		y.scene.view = (enum view_kind)(i % VIEW_COUNT);
		screen_draw(&f, &y.scene);
		strbuf_reset(&out);
		picture_svg(&out, &f, &scheme_table[i]);
		assert_null(not_xml(out.s));
		assert_in_range(out.len, 5000, 200000);
	}
	strbuf_done(&out);
	frame_done(&f);
	synth_done(&y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_says_what_colours_would),
		cmocka_unit_test(wide_characters_are_written_once),
		cmocka_unit_test(ansi_has_the_colours),
		cmocka_unit_test(the_check_of_xml_can_fail),
		cmocka_unit_test(svg_is_xml_of_the_frame),
		cmocka_unit_test(svg_has_no_control_characters),
		cmocka_unit_test(whole_screens_in_every_scheme),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
