#!/bin/sh
# The bytes of a keyboard: all keys that have a name, sequences that nobody
# knows, characters cut short, and the mouse.
. "${srcdir:-.}/tests/lib.sh"
need tmux

# bytes HEX...: as they come from a terminal.
bytes() {
	tm send-keys -H "$@"
}

# Whatever came before, Tab is the next view and V the one before.
works() {
	bytes 09
	if tm_wait COST 5 >"$work/.wait"; then
		bytes 56
		tm_wait "BOTH" 5 >"$work/.wait" && pass "$1" && return
	fi
	fail "$1"
	cat "$work/.wait"
}

tm_start 120x40 "$PAGETIDE" --fake 3
tm_wait LIVE >/dev/null
bytes ff
works "0xff is no character"
bytes c3
works "one cut short before a key"
bytes e6 bc
works "two bytes of three"
bytes e6 bc ff
works "and a third that is none"
bytes c3 c3 a9
works "the start of one, twice"
bytes 80 bf fe
works "bytes that begin none"
bytes 00
works "NUL"

# Sequences: not one byte of them is a key.
bytes 1b 5b 39 39 71
works "ESC [ 9 9 q does not quit"
bytes 1b 5b 3f 31 3b 71
works "ESC [ ? 1 ; q"
bytes 1b 5b 40
works "ESC [ @"
bytes 1b 5b 37 37 7e
works "ESC [ 7 7 ~"
# behind BYTES...: a Tab right behind it is a key again.
behind() {
	bytes "$@" 09
	ok "Tab right after $*" tm_wait COST 5
	bytes 56
	tm_wait "BOTH" >/dev/null
}
behind 1b 5b 40
behind 1b 5b 37 37 7e
behind 1b 4f 35
behind ff
bytes 1b 4f 71
works "ESC O q"
bytes 1b 4f 35
works "ESC O 5"
bytes 1b 09
if tm_wait COST 5 >/dev/null; then
	pass "ESC Tab is Esc and Tab"
	bytes 56
else
	fail "ESC Tab is Esc and Tab"
fi
tm_wait "BOTH" >/dev/null
bytes 3f
tm_wait 'legend, keys, views' >/dev/null
bytes 1b
ok "Esc alone closes the help" tm_gone 'legend, keys, views'

# does NAME TEXT HEX...: after these bytes the screen shows the text.
does() {
	does_name=$1 does_text=$2
	shift 2
	bytes "$@"
	ok "$does_name" tm_wait "$does_text" 5
}
# prompt NAME TEXT HEX...: then this is what was typed so far.
prompt() {
	prompt_name=$1 prompt_text=$2
	shift 2
	bytes "$@"
	ok "$prompt_name" poll_until 5 sh -c 'tmux -S "$0" capture-pane -p |
	    sed "s/ *$//" | grep -q -x -F -e "$1"' "$tm_sock" "$prompt_text"
}
# moves KIND: those that other terminals send otherwise.
moves() {
	does "$1: Right" "at 64K " 1b 4f 43
	does "$1: Down" "at 4.0625M " 1b 4f 42
	does "$1: Left" "at 4M " 1b 4f 44
	does "$1: Up" "at 0 " 1b 4f 41
	does "$1: PgDn" "at 60M " 1b 5b 36 7e
	does "$1: PgUp" "at 0 " 1b 5b 35 7e
}
moves screen
does "End" "at 63.9375M" 1b 5b 34 7e
does "Home" "at 0 " 1b 5b 31 7e
does "Tab" COST 09
does "BackTab" "BOTH" 1b 5b 5a
does "F1" 'legend, keys, views' 1b 4f 50
bytes 1b
tm_gone 'legend, keys, views' >/dev/null
does "Enter touches" "touch page 0" 0d
does "so does LF" "no fault in " 0a
prompt "q in a prompt is text" ":q x" 3a 71 20 78
prompt "Ctrl-A goes to its start" ":yq x" 01 79
prompt "Ctrl-E to its end" ":yq xz" 05 7a
prompt "Backspace" ":yq x" 7f
prompt "and as Ctrl-H" ":yq" 08
prompt "Delete" ":q" 01 1b 5b 33 7e
prompt "Ctrl-W" ":" 05 17
prompt "a character of two bytes" ":é" c3 a9
prompt "of three" ":é漢" e6 bc a2
prompt "of four" ":é漢😀" f0 9f 98 80
prompt "Ctrl-U" ":" 15
prompt "a control character is none" ":ab" 61 02 62
prompt "nor is DEL above ASCII" ":abc" c2 85 63
bytes 1b
tm_gone ':abc' >/dev/null

# The mouse, off at first.
tm_keys M
tm_wait "ouse" >/dev/null
does "a press moves the cursor" "at 8.3125M " 1b 5b 4d 20 31 27
does "the wheel zooms in at the pointer" "cell 32K" 1b 5b 4d 60 31 27
does "and out" "cell 64K" 1b 5b 4d 61 31 27
bytes 1b 5b 4d 23 33 29 1b 5b 4d 21 33 29 1b 5b 4d 22 33 29
works "a release, the other buttons: nothing"
ok "the cursor is where it was" tm_shows "at 8.3125M "
bytes 1b 5b 4d 20 21 21
works "a press beside the map: nothing"
ok "the cursor is where it was" tm_shows "at 8.3125M "
tm_keys q
is "$(tm_status)" 0 "ends well"
ok "the terminal is as before" tm_restored

# The same keys of an xterm, where the mouse has numbers.
tm_start 120x40 env TERM=xterm-256color "$PAGETIDE" --fake 3 --mouse
tm_wait LIVE >/dev/null
moves xterm
does "xterm: End" "at 63.9375M" 1b 4f 46
does "xterm: Home" "at 0 " 1b 4f 48
if [ "$(infocmp -1 xterm-256color | grep -c 'kmous=.E\[<')" = 1 ]; then
	does "--mouse: a press" "at 8.3125M " 1b 5b 3c 30 3b 31 37 3b 37 4d
	bytes 1b 5b 3c 30 3b 31 37 3b 37 6d
	does "the wheel" "cell 32K" 1b 5b 3c 36 34 3b 31 37 3b 37 4d
	does "and back" "cell 64K" 1b 5b 3c 36 35 3b 31 37 3b 37 4d
else
	skip "the mouse of an xterm has no numbers here" 3
fi
works "and keys go on"
tm_keys q
is "$(tm_status)" 0 "ends well"

# 511 bytes may be typed, and no more.
rm -f "$work/log"
tm_start 80x24 "$PAGETIDE" --fake 3 --log "$work/log"
tm_wait LIVE >/dev/null
tm_type ":note $(head -c 506 /dev/zero | tr '\0' x)"
tm_type YZ
tm_keys Enter
ok "a long line is taken" poll_until 10 grep -q 'note xxx' "$work/log"
is "$(sed -n 's/.*note \(x*[YZ]*\)$/\1/p' "$work/log" | sed q | tr -d '\n' |
    wc -c)" 506 "but for what is too long"
tm_keys q
is "$(tm_status)" 0 "ends well"

# Without UTF-8 a byte above ASCII is no text.
tm_start 80x24 env LC_ALL=C "$PAGETIDE" --fake 3
tm_wait LIVE >/dev/null
bytes c3 a9 ff
works "LC_ALL=C: bytes above ASCII"
tm_keys q
is "$(tm_status)" 0 "ends well"

# What asks the terminal for the mouse, and gives it back.
if "$HELPERS/ptytool" -s 80x24 -t xterm-256color -- "$PAGETIDE" --fake 3 \
    >"$work/out" 2>&1 <<'END'
wait LIVE
send M
wait \e[?1002;1006h
send M
wait \e[?1006;1002l
send M
wait \e[?1002;1006h
send q
wait \e[?1006;1002l
expect-exit 0
END
then
	pass "the mouse is asked for and given back"
else
	fail "the mouse is asked for and given back"
	diag <"$work/out"
fi
done_testing
