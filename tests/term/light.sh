#!/bin/sh
# The terminal is asked whether its background is light: what it answers, when,
# in which parts; what is typed meanwhile is not lost.
. "${srcdir:-.}/tests/lib.sh"

unset STY COLORFGBG
rm -f "$work/log"

# on NAME [VAR=VALUE... -- OPTION...]: the script on standard input, in a
# terminal of 256 colours. What was written is in $work/raw.
on() {
	on_name=$1
	shift
	rm -f "$work/raw" "$work/log"
	"$HELPERS/ptytool" -s 80x24 -t xterm-256color -o "$work/raw" -- \
	    env "$@" --fake 3 --log "$work/log" >"$work/out" 2>&1 &&
	    pass "$on_name" && return
	fail "$on_name"
	diag <"$work/out"
}

# Grounds of "none" in the two schemes.
light='\e[48;5;230m'
dark='\e[48;5;235m'
white='\e]11;rgb:ffff/ffff/ffff\e\\'
kind='\e[?62;22c'

on "white: the colours for a light background" "$PAGETIDE" <<END
wait \e]11;?\e\\\\\e[c
send $white$kind
wait $light
send q
expect-exit 0
END
on "black: those for a dark one" "$PAGETIDE" <<END
wait \e]11;?
send \e]11;rgb:0000/0000/0000\x07$kind
wait $dark
send q
expect-exit 0
END
on "a terminal that knows no such question" "$PAGETIDE" <<END
wait \e]11;?
send $kind
wait $dark
send q
expect-exit 0
END
on "one that never answers; keys typed meanwhile act" "$PAGETIDE" <<END
wait \e]11;?
send :note early\n
wait $dark
wait early
send q
expect-exit 0
END
has 'note early' "$work/log" "all of them"
on "keys before, between and behind the answers" "$PAGETIDE" <<END
wait \e]11;?
send \e[6~:note ${white}o${kind}ne\r:no
wait $light
send te two\r
wait two
send q
expect-exit 0
END
has 'note one' "$work/log" "none is lost"
# While nothing else would be drawn. In it are f, b, r, d and 1: keys that would act.
on "an answer that comes late is no key, and is heeded" "$PAGETIDE" <<END
wait $dark
wait LIVE
send \x20
wait FROZEN
send \e]11;rgb:fbfb/fdfd/bfbf\e\\\\
wait $light
send $kind:note end\r
wait +1 event
send q
expect-exit 0
END
is "$(grep -v -E 'command: (command|note end|freeze|quit)$' "$work/log")" "" \
    "nothing was done"
on "nor are its parts" "$PAGETIDE" <<END
wait \e]11;?
send \e]11;rgb:fb
wait LIVE
send fb/0d0d/
settle 50
send bfbf\e
settle 50
send \\\\$kind:note end\r
wait end
send q
expect-exit 0
END
is "$(grep -v -E 'command: (command|note end|freeze|quit)$' "$work/log")" "" \
    "nothing was done"
on "tmux: it, and the terminal behind it" TMUX=x "$PAGETIDE" <<END
wait \e]11;?\e\\\\\ePtmux;\e\e]11;?\x07\e\\\\
send $white
wait $light
send q
expect-exit 0
END
on "screen: the terminal behind it" STY=x "$PAGETIDE" <<END
wait \eP\e]11;?\x07\e\\\\
send $white
wait $light
send q
expect-exit 0
END

# unasked NAME COMMAND...: and the colours are not what it would answer.
unasked() {
	on "$@" <<'END'
wait LIVE
send q
expect-exit 0
END
	hasnt ']11;?' "$work/raw" "it is not asked"
}
unasked "COLORFGBG says it" COLORFGBG='15;0' "$PAGETIDE"
unasked "so does --scheme" "$PAGETIDE" --scheme grey
unasked "no colours at all" NO_COLOR=1 "$PAGETIDE"
unasked "eight colours" TERM=screen "$PAGETIDE"
done_testing
