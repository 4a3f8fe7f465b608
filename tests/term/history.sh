#!/bin/sh
# Lines typed at ":": brought back by keys, kept from one session to the next,
# and what a file of them that is no such file does: one line.
. "${srcdir:-.}/tests/lib.sh"
need tmux

"$HELPERS/pages" make "$work/f" 64
file=$work/.local/state/pagetide/history

# typed LINE: at the prompt.
typed() {
	tm_keys :
	tm_type "$1"
	tm_keys Enter
}
start() {
	tm_start 100x30 "$PAGETIDE" "$@" "$work/f"
	tm_wait LIVE
}
quit() {
	tm_keys q
	is "$(tm_status)" 0 "$1"
	# What is said after the screen is gone.
	after=$(tm_screen | grep '^pagetide: ')
}

start
tm_keys q
tm_status >/dev/null
ok 'where nothing was typed nothing is written' test ! -e "$work/.local"
start
typed 'view mapped'
typed 'note "one line"'
typed 'note "one line"'
typed 'note two'
tm_keys :
tm_keys Up
ok 'Up: the last line' tm_wait ':note two'
tm_keys Up Up
ok 'Up: lines before, each once' tm_wait ':view mapped'
tm_keys Down
ok 'Down: back' tm_wait ':note "one line"'
tm_keys Down Down
tm_type 'view m'
tm_keys Up
ok 'Up: the last that begins so' tm_wait ':view mapped'
tm_keys Down
ok 'Down: what was typed' tm_wait "mapped   share"
tm_keys C-u C-r
tm_type 'ote'
ok 'Ctrl-R: a line that has it' tm_wait ':note two'
tm_keys C-r
ok 'Ctrl-R: one before' tm_wait ':note "one line"'
tm_type 'x'
ok 'none has it: it is said' tm_wait 'no line has "otex"'
tm_keys Escape
ok 'Esc: what was typed' tm_gone 'otex'
ok 'the prompt is still open' tm_shows 'Ctrl-R find'
tm_keys Escape
quit 'q'
is "$after" '' 'nothing is said at the end'
is "$(cat "$file")" "$(printf '%s\n' 'view mapped' 'note "one line"' \
    'note two' q | sed '$d')" 'what was typed is kept'
is "$(stat -c '%a %h' "$file")" '600 1' 'for the user alone'
is "$(stat -c %a "${file%/*}")" 700 'in a folder of the user alone'
is "$(find "$work/.local" -type f)" "$file" 'and nothing else is'

chmod 644 "$file"
start
tm_keys : Up
ok 'the next session has it' tm_wait ':note two'
tm_keys C-u Escape
# Another session ends meanwhile.
echo 'note "by another"' >>"$file"
typed 'note three'
quit 'q'
is "$(tail -n 3 "$file")" "$(printf '%s\n' 'note two' 'note "by another"' \
    'note three')" 'what others added stays'
is "$(stat -c %a "$file")" 600 'it is for the user alone again'

awk 'BEGIN { for (i = 0; i < 900; i++) print "note line" i }' >"$file"
chmod 600 "$file"
start
tm_keys : Up
tm_wait ':note line899'
tm_keys Enter
typed 'note last'
quit 'many lines'
is "$(wc -l <"$file") $(tail -n 1 "$file")" '500 note last' 'it is bounded'

# refused WHAT: the file is said to be no such thing, and stays as it is.
refused() {
	cp -a "$file" "$work/before" 2>/dev/null
	start
	ok "$1: is said" tm_wait "can't read $file"
	tm_keys :
	tm_type 'note new'
	tm_keys Enter
	ok "$1: and no more" tm_gone "can't read"
	quit "$1: it ends"
	is "$after" '' "$1: nothing is said at the end"
}
head -c 20000 /dev/urandom >"$file"
refused binary
ok 'binary: stays' cmp "$file" "$work/before"
awk 'BEGIN { for (i = 0; i < 40000; i++) print "note line" i }' >"$file"
refused huge
ok 'huge: stays' cmp "$file" "$work/before"
rm "$file"
mkfifo "$file"
refused fifo
rm "$file"
mkdir "$file"
refused folder
rmdir "$file"

# full: it can't be written.
full() {
	echo 'note old' >"$file"
	tm_start 200x30 "$HELPERS/failnth" -f 'rename:1+:ENOSPC' -- \
	    "$PAGETIDE" "$work/f"
	tm_wait LIVE 20
	typed 'note new'
	quit 'a full disk: it ends'
}
if "$HELPERS/failnth" -f rename:9 -- true 2>"$work/err"; then
	full
	is "$after" "pagetide: can't write $file: No space left on device" \
	    'a full disk: one line'
	is "$(cat "$file")" 'note old' 'and the file is as it was'
	is "$(ls -A "${file%/*}")" history 'with nothing beside it'
else
	skip 'no calls can be made to fail' 4
fi

rm -rf "$work/.local"
start --read-only
typed 'note x'
quit '--read-only'
ok '--read-only: kept, too' test -s "$file"
rm -rf "$work/.local"
echo 'wait-samples 1' >"$work/s"
start --script "$work/s"
typed 'note x'
quit '--script'
ok '--script: nothing is kept' test ! -e "$work/.local"
tm_start 100x30 "$PAGETIDE" --fake 1
tm_wait LIVE
typed 'note x'
quit '--fake'
ok '--fake: nothing is kept' test ! -e "$work/.local"
tm_start 100x30 env -u HOME "$PAGETIDE" "$work/f"
tm_wait LIVE
typed 'note x'
quit 'no HOME'
is "$after" '' 'no HOME: nothing is said'
done_testing
