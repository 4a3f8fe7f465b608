#!/bin/sh
# Resizing, stopping and odd terminals.
. "${srcdir:-.}/tests/lib.sh"
need tmux

tm_start 120x40 "$PAGETIDE" --fake 3
ok "live at 120x40" tm_wait LIVE
ok "with a side panel" tm_shows LEGEND
tm_resize 80x24
ok "80x24: the side panel goes" tm_gone LEGEND
ok "80x24: still live" tm_wait LIVE
tm_resize 20x5
ok "20x5: something is left" tm_wait LIVE
tm_resize 10x2
ok "10x2: one line" tm_wait %
tm_resize 200x60
ok "200x60: all of it again" tm_wait LEGEND
i=0
while [ $i -lt 60 ]; do
	tm_resize $((2 + (i * 37) % 150))x$((1 + (i * 23) % 50))
	i=$((i + 1))
done
tm_resize 120x40
ok "after 60 resizes" tm_wait LEGEND
tm_keys q
is "$(tm_status)" 0 "ends well"

# Ctrl-Z, in a shell with job control.
tm_start 120x40 "PS1='prompt> ' sh -i"
tm_wait 'prompt>'
tm_type "$PAGETIDE --fake 3"
tm_keys Enter
ok "live below a shell" tm_wait LIVE
tm_keys C-z
ok "Ctrl-Z: the shell is back" tm_wait Stopped
ok "the picture is gone" tm_lacks LIVE
tm_type "stty -a | tr ' ' '\\n' | grep -x -e echo -e icanon | wc -l"
tm_keys Enter
ok "with echo and lines" tm_wait 2
tm_type fg
tm_keys Enter
ok "fg: the picture is back" tm_wait LIVE
tm_keys Tab
ok "and takes keys" tm_wait COST
tm_keys q
ok "q: the shell" tm_gone LIVE

# Terminals nobody knows.
for term in xterm-nobody-knows nonsense vt100 linux xterm-256color; do
	tm_start 80x24 "TERM=$term \"$PAGETIDE\" --fake 3"
	ok "TERM=$term" tm_wait LIVE
	tm_keys q
	is "$(tm_status)" 0 "TERM=$term ends well"
done
tm_start 80x24 "unset TERM; \"$PAGETIDE\" --fake 3"
ok "no TERM" tm_wait LIVE
tm_keys q
is "$(tm_status)" 0 "no TERM ends well"
tm_start 80x24 "LC_ALL=C \"$PAGETIDE\" --fake 3"
ok "LC_ALL=C" tm_wait LIVE
ok "nothing but ASCII" sh -c '! tmux -S "$0" capture-pane -p |
    LC_ALL=C grep -q "[^ -~]"' "$tm_sock"
tm_keys q
tm_start 1x1 "$PAGETIDE" --fake 3
ok "1x1: it runs" poll_until 5 tm_pid
tm_keys q
is "$(tm_status)" 0 "1x1 ends well"
done_testing
