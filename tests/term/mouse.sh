#!/bin/sh
# The mouse: a press moves the cursor or presses a key, a drag selects, the
# wheel zooms; off it does nothing.
. "${srcdir:-.}/tests/lib.sh"
need tmux

# byte N: as it is.
byte() {
	printf '%b' "\\0$(printf %03o "$1")"
}

# reports BUTTON COLUMN ROW: as this TERM's mouse does, from 0.
reports() {
	tm_type "$(printf '\033[M')$(byte $(($1 + 32)))$(byte \
	    $(($2 + 33)))$(byte $(($3 + 33)))"
}

# A press, and that it is over; the wheel has no such end.
press() {
	reports "$@"
	[ "$1" -ge 64 ] || reports 3 "$2" "$3"
}

tm_start 120x40 "$PAGETIDE" --fake 7 --mouse
ok "live" tm_wait LIVE
# A cell is 64 KiB, a row of 64 begins in column 11; the first is line 4.
press 0 19 6
ok "a press in the map: the cursor is there" tm_wait "X  at 8.5M"
press 0 11 4
ok "the first cell" tm_wait "X  at 0 "
press 0 74 19
ok "the last cell" tm_wait "X  at 63.9375M"
press 0 74 20
press 0 75 19
press 0 10 4
press 0 11 3
tm_keys Tab
tm_wait "COST" >/dev/null
ok "outside the map: nothing" tm_shows "X  at 63.9375M"
press 64 19 6
ok "the wheel zooms in there" tm_wait "cell 32K"
ok "with the cursor there" tm_shows "X  at 8.5M"
press 64 19 6
ok "and further" tm_wait "cell 16K"
press 65 19 6
ok "the other way out" tm_wait "cell 32K"
press 65 19 6
# Movement with the button held is 32.
press 0 19 6
tm_wait "X  at 8.5M" >/dev/null
reports 0 19 6
reports 32 20 6
reports 32 22 7
reports 3 22 7
ok "a drag selects" tm_wait "= 8.5M..12.75M"
reports 0 25 6
reports 32 21 6
reports 3 21 6
ok "the next drag is another range" tm_wait "= 8.625M..8.9375M"
tm_keys Escape
tm_gone "= 8.625M" >/dev/null
press 0 43 2
ok "a press on the bar moves there" tm_wait "X  at 32M"
tm_keys v t
tm_wait "WATERFALL" >/dev/null
press 0 21 12
ok "in the waterfall a column is an offset, in each row" tm_wait "X  at 10M"
press 0 75 12
ok "and nothing beside them" tm_shows "X  at 10M"
tm_keys v o
tm_wait "COST" >/dev/null
press 0 43 2
tm_wait "X  at 32M" >/dev/null
# presses LABEL: the key of the footer before it.
presses() {
	at=$(tm_screen | sed -n "\$s/$1.*//p" | wc -m)
	press 0 "$at" 39
}
ok "while it is on, the footer says so" tm_shows "M no mouse"
presses 'help'
ok "a press on a label of the footer presses its key" tm_wait 'HELP  page 1'
tm_keys Escape
tm_wait "M no mouse" >/dev/null
presses 'no mouse'
ok "so it goes off, too" tm_wait "mouse off"
tm_gone "M no mouse" >/dev/null
press 0 19 6
ok "and does nothing" tm_shows "X  at 32M"
tm_keys 0 g
ok "at the start again" tm_wait "X  at 0 "
tm_keys M
ok "M: on" tm_wait "mouse on: a press moves, a drag selects"
press 0 19 6
ok "and it works" tm_wait "X  at 8.5M"
tm_keys a
tm_wait "no more room" >/dev/null
press 0 11 4
ok "with the events in place of the graphs, too" tm_wait "X  at 0 "
tm_keys a
tm_gone "no more room" >/dev/null
tm_keys v v
tm_wait "CHANGED (net" >/dev/null
presses 'letter that'
tm_type x
ok "a press on 'a letter' in the list of views" tm_wait "x does nothing here"
ok "undoes no choice" tm_shows "CHANGED (net"
ok "and leaves it open" tm_shows "that view"
tm_keys Enter
tm_gone "that view" >/dev/null
tm_keys B
tm_gone "help" >/dev/null
tm_type ":snap A"
tm_keys Enter
tm_wait "A has the picture of now" >/dev/null
tm_keys c
tm_wait "COMPARE" >/dev/null
presses ' back'
ok "over the presentation the footer has its keys" tm_gone "COMPARE"
tm_keys B
tm_keys q
is "$(tm_status)" 0 "q ends it"

tm_start 120x40 "$PAGETIDE" --fake 7
tm_wait LIVE >/dev/null
ok "off at the start" tm_lacks "mouse"
tm_type ":note"
tm_keys Space
tm_type "seen"
tm_keys Enter
ok "keys go on" tm_wait "seen"
tm_keys q
is "$(tm_status)" 0 "q ends it"
done_testing
