# What a terminal shows, in one way: reads lines with SGR sequences, as
# `tmux capture-pane -e` prints them, and prints each look before the
# characters that have it. A blank has no foreground. With direct=1 colours of
# the 256 from 8 on are told by what they look like.
BEGIN {
	esc = sprintf("%c", 27)
	for (i = 128; i < 192; i++)
		continues = continues sprintf("%c", i)
	split("0 95 135 175 215 255", step)
	reset()
}

function reset() {
	fg = bg = "-"
	bold = under = reverse = ""
}

function colour(n, v) {
	if (!direct || n < 16)
		return n
	if (n == 16)	# so small a number is one of the eight
		return 0
	if (n >= 232) {
		v = 8 + 10 * (n - 232)
		return v ";" v ";" v
	}
	n -= 16
	return step[int(n / 36) + 1] ";" step[int(n / 6) % 6 + 1] ";" \
	    step[n % 6 + 1]
}

# The colour that follows 38 or 48 at p[at]; leaves at behind it.
function extended(c) {
	if (p[at + 1] == 5) {
		c = colour(p[at + 2])
		at += 2
	} else {
		c = p[at + 2] ";" p[at + 3] ";" p[at + 4]
		at += 4
	}
	return c
}

function sgr(params, n) {
	n = split(params, p, ";")
	if (n == 0)
		reset()
	for (at = 1; at <= n; at++) {
		c = p[at] + 0
		if (c == 0) reset()
		else if (c == 1) bold = "b"
		else if (c == 4) under = "u"
		else if (c == 7) reverse = "r"
		else if (c == 22) bold = ""
		else if (c == 24) under = ""
		else if (c == 27) reverse = ""
		else if (c >= 30 && c <= 37) fg = c - 30
		else if (c == 38) fg = extended()
		else if (c == 39) fg = "-"
		else if (c >= 40 && c <= 47) bg = c - 40
		else if (c == 48) bg = extended()
		else if (c == 49) bg = "-"
		else if (c >= 90 && c <= 97) fg = c - 82
		else if (c >= 100 && c <= 107) bg = c - 92
	}
}

function show(ch) {
	if (ch == " " && under reverse == "")
		look = "-/" bg
	else
		look = fg "/" bg bold under reverse
	if (look != last)
		out = out "{" look "}"
	last = look
	out = out ch
}

{
	out = last = ""
	rest = $0
	while (rest != "") {
		if (substr(rest, 1, 2) == esc "[") {
			end = index(rest, "m")
			sgr(substr(rest, 3, end - 3))
			rest = substr(rest, end + 1)
			continue
		}
		ch = substr(rest, 1, 1)
		rest = substr(rest, 2)
		while (rest != "" && index(continues, substr(rest, 1, 1))) {
			ch = ch substr(rest, 1, 1)
			rest = substr(rest, 2)
		}
		show(ch)
	}
	if (last == "-/-")
		sub(/ *$/, "", out)
	sub(/\{-\/-\}$/, "", out)
	print out
}
