/*
 * What the colours of each scheme are worth to an eye: contrasts as WCAG 2.2
 * has them, also as seen without green or red cones (Machado, Oliveira,
 * Fernandes 2009, severity 1.0, in linear RGB).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "pagetide/palette.h"

#include "../../src/view/heatmap.h"

/* Of the fixed colours, and of the terminal's own as xterm has them. */
#define STEP_MIN	1.3
#define MARK_MIN	4.5
#define OWN_MARK_MIN	3.0

enum { EYES = 3, FIXED_COLOURS = 256 };

static const struct eye {
	const char	*name;
	double		 sees[3][3];
} eye_table[EYES] = {
	{ "all cones", { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
	{ "protanopia", {
		{ 0.152286, 1.052583, -0.204868 },
		{ 0.114503, 0.786281, 0.099216 },
		{ -0.003882, -0.048116, 1.051998 } } },
	{ "deuteranopia", {
		{ 0.367322, 0.860646, -0.227968 },
		{ 0.280085, 0.672501, 0.047413 },
		{ -0.011820, 0.042940, 0.968881 } } },
};

/* Backgrounds of terminals that a scheme is made for: the scheme has to be
 * legible on each of them. */
static const uint32_t dark_grounds[] = { 0x000000, 0x1e1e1e, 0x2c2c2c };
static const uint32_t light_grounds[] = { 0xffffff, 0xeeeeee, 0xfdf6e3 };
enum { GROUNDS = 3 };

/* 0 to 1, by the light that it is. */
static double
linear(uint32_t byte)
{
	double v = byte / 255.0;

	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double
luminance(uint32_t rgb, const struct eye *eye)
{
	static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
	double in[3] = { linear(rgb >> 16), linear(rgb >> 8 & 255),
		linear(rgb & 255) };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double v = 0;

		for (int k = 0; k < 3; k++)
			v += eye->sees[i][k] * in[k];
		sum += weight[i] * fmin(fmax(v, 0), 1);
	}
	return sum;
}

static double
contrast(uint32_t a, uint32_t b, const struct eye *eye)
{
	double la = luminance(a, eye) + 0.05, lb = luminance(b, eye) + 0.05;

	return la > lb ? la / lb : lb / la;
}

static void
the_formulas_are_those_published(void **state)
{
	(void)state;
	assert_float_equal(contrast(0, 0xffffff, &eye_table[0]), 21, 0.001);
	/* 4.54: the darkest grey that passes on white, as WCAG's tools say. */
	assert_float_equal(contrast(0x767676, 0xffffff, &eye_table[0]), 4.54,
	    0.005);
	/* Greys look alike to all eyes: rows of each matrix sum up to 1. */
	for (int e = 0; e < EYES; e++)
		assert_float_equal(luminance(0x808080, &eye_table[e]), 0.2159,
		    0.0005);
	/* Red is dark to who has no cones for it. */
	assert_true(luminance(0xff0000, &eye_table[1]) < 0.13);
}

static uint32_t
back(const struct scheme *s, enum role r)
{
	return palette_rgb(s->role[r].bg);
}

/* Roles next to each other are told apart by every eye. */
static void
steps_apart(const struct scheme *s, enum role a, enum role b)
{
	for (int e = 0; e < EYES; e++) {
		double c = contrast(back(s, a), back(s, b), &eye_table[e]);

		if (c < STEP_MIN)
			fail_msg("%s, %s: roles %d and %d: %.2f", s->name,
			    eye_table[e].name, a, b, c);
	}
}

static const struct ramp {
	enum role	from, to;
} ramp_table[] = {
	{ ROLE_LEVEL_0, ROLE_LEVEL_5 },
	{ ROLE_COST_MAJOR, ROLE_COST_NONE },
	{ ROLE_CAME_0, ROLE_CAME_3 },
	{ ROLE_WENT_0, ROLE_WENT_3 },
	{ ROLE_OUTSIDE_0, ROLE_OUTSIDE_3 },
	{ ROLE_SET_CACHED, ROLE_SET_TOUCHED },
};
enum { RAMPS = sizeof ramp_table / sizeof ramp_table[0] };

static void
neighbours_can_be_told(void **state)
{
	(void)state;
	for (unsigned i = 0; i < scheme_count; i++) {
		const struct scheme *s = &scheme_table[i];

		if (s->colours < FIXED_COLOURS)
			continue;
		for (int n = 0; n < RAMPS; n++)
			for (enum role r = ramp_table[n].from;
			    r < ramp_table[n].to; r++)
				steps_apart(s, r, r + 1);
		/* What has almost faded is not yet what never changed. */
		steps_apart(s, ROLE_CAME_3, ROLE_LEVEL_0);
		steps_apart(s, ROLE_WENT_3, ROLE_LEVEL_0);
		steps_apart(s, ROLE_OUTSIDE_3, ROLE_LEVEL_0);
	}
}

/*
 * Of 16 colours as xterm has them no six are that far apart for all eyes, of 8
 * no five: there the glyphs of the levels are shown, too.
 */
static void
few_colours_have_glyphs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < scheme_count; i++) {
		const struct scheme *s = &scheme_table[i];
		bool few = s->colours < FIXED_COLOURS;

		for (enum role r = ROLE_LEVEL_0; r <= ROLE_LEVEL_5; r++)
			assert_int_equal(scheme_shows_glyph(s, r), few);
		assert_int_equal(scheme_shows_glyph(s, ROLE_COST_MINOR), few);
		assert_false(scheme_shows_glyph(s, ROLE_TEXT));
		assert_false(scheme_shows_glyph(s, ROLE_GRAPH_MINOR));
	}
}

static void
legible(const struct scheme *s, enum role mark, uint32_t on, enum role where)
{
	double least = s->colours < FIXED_COLOURS ? OWN_MARK_MIN : MARK_MIN;
	double c = contrast(palette_rgb(s->role[mark].fg), on, &eye_table[0]);

	if (c < least)
		fail_msg("%s: role %d on role %d (%06x): %.2f", s->name, mark,
		    where, on, c);
}

static void
marks_are_legible_on_cells(void **state)
{
	(void)state;
	for (unsigned i = 0; i < scheme_count; i++) {
		const struct scheme *s = &scheme_table[i];

		if (s->colours == 0)
			continue;
		for (enum role r = ROLE_LEVEL_0; r <= ROLE_OUTSIDE_3; r++)
			if (r != ROLE_ON_CELL && r != ROLE_ON_FULL)
				legible(s, heatmap_mark_role(r), back(s, r),
				    r);
		for (enum role r = ROLE_SET_CACHED; r <= ROLE_SET_TOUCHED; r++)
			legible(s, ROLE_ON_SET, back(s, r), r);
		legible(s, ROLE_PAUSED, back(s, ROLE_PAUSED), ROLE_PAUSED);
	}
}

/* Words and letters on the terminal's own background. */
static void
text_is_legible(void **state)
{
	static const enum role text[] = { ROLE_DIM, ROLE_KEY, ROLE_GOOD,
		ROLE_WARN, ROLE_MARK };

	(void)state;
	for (unsigned i = 0; i < scheme_count; i++) {
		const struct scheme *s = &scheme_table[i];
		const uint32_t *ground = scheme_find("light") == s ?
		    light_grounds : dark_grounds;

		for (size_t k = 0; k < sizeof text / sizeof text[0]; k++)
			for (int g = 0; g < GROUNDS &&
			    s->role[text[k]].fg >= 0; g++)
				legible(s, text[k], ground[g], ROLE_TEXT);
	}
}

/* WCAG 2.2, 1.4.11: what is no text needs 3. */
static void
bars_are_seen(void **state)
{
	(void)state;
	for (unsigned i = 0; i < scheme_count; i++) {
		const struct scheme *s = &scheme_table[i];
		uint32_t ground = scheme_find("light") == s ?
		    light_grounds[0] : dark_grounds[0];

		if (s->colours == 0)
			continue;
		/* A digit of the presentation, too. */
		assert_true(contrast(back(s, ROLE_LEVEL_5), ground,
		    &eye_table[0]) >= 3);
		for (enum role r = ROLE_GRAPH_MINOR; r <= ROLE_GRAPH_READ;
		    r++)
			assert_true(contrast(back(s, r), ground,
			    &eye_table[0]) >= 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_formulas_are_those_published),
		cmocka_unit_test(neighbours_can_be_told),
		cmocka_unit_test(few_colours_have_glyphs),
		cmocka_unit_test(marks_are_legible_on_cells),
		cmocka_unit_test(text_is_legible),
		cmocka_unit_test(bars_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
