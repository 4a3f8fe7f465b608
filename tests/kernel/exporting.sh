#!/bin/sh
# Files of the screen and of what is kept are written by a process aside: keys
# are answered whatever storage does, and no half file stays.
. "${srcdir:-.}/tests/lib.sh"
need tmux

r=$work/r.pt
printf '%s\n' 'wait-samples 5' 'advise evict yes' 'wait-samples 9' \
    'work sequential touches=3000' 'wait-samples 50' >"$work/script"
run "$PAGETIDE" --headless --fake 7 --size 120x40 --record "$r" \
    --script "$work/script"
is "$status" 0 "a session is recorded"

command_line() {
	tm_type ":$1"
	tm_keys Enter
}

# --- the same as where nothing is drawn meanwhile ---

tm_start 120x40 "$PAGETIDE" --scheme mono --replay "$r"
tm_wait FROZEN
for kind in cast json csv; do
	"$PAGETIDE" --replay "$r" --size 120x40 --scheme mono \
	    --export "$work/want.$kind"
	command_line "export $work/got.$kind"
	ok ".$kind: it is said when it is done" tm_wait "exported $work/got.$kin"
	ok ".$kind: as without a terminal" \
	    cmp "$work/want.$kind" "$work/got.$kind"
done
command_line "save-screen $work/got.txt"
ok "a saved screen is said to be" tm_wait "saved $work/got.txt"
has "FROZEN" "$work/got.txt" "and is that"
command_line "export $work/none/x.csv"
ok "what went wrong is said" tm_wait "can't write $work/none/x.csv: No such"
command_line "export $r.csv.csv.nothing"
ok "and at once what a name has to be" tm_wait "FILE ends in .cast"
cp "$r" "$work/r.csv"
tm_start 120x40 "$PAGETIDE" --replay "$work/r.csv"
tm_wait FROZEN
command_line "export $work/r.csv"
ok "the recording is not written over" tm_wait "is the recording"
ok "it is what it was" cmp "$r" "$work/r.csv"

# --- storage that does not answer ---

m=$work/m
mkdir "$work/src"
if ! fuse_at "$work/src" "$m"; then
	skip "no bindfs, no /dev/fuse, or no right to" 18
	done_testing
	exit
fi

stalls() {
	kill -STOP "$fuse_pid"
}

answers() {
	kill -CONT "$fuse_pid"
	poll_until 10 stat "$m" >/dev/null
}

# none_left TEXT: no process of pagetide that has it among its arguments.
none_left() {
	[ -z "$(grep -l -F '(pagetide' /proc/[0-9]*/stat 2>/dev/null |
	    while read -r stat; do
		tr '\0' ' ' <"${stat%stat}cmdline" 2>/dev/null | grep -F "$1"
	done)" ]
}

tm_start 120x40 "$PAGETIDE" --fake 7
tm_wait LIVE
stalls
command_line "export $m/x.csv"
ok "an export that can't go on is said to go on" tm_wait "exporting to"
tm_keys Tab
ok "keys are answered" tm_wait "COST (of" 2
command_line "export $m/y.cast"
ok "one at a time" tm_wait "is still being written" 2
tm_keys Tab
tm_gone "is still being written"
command_line "save-screen $m/y.txt"
ok "of saved screens, too" tm_wait "is still being written" 2
answers
ok "it is done when storage answers" tm_wait "exported $m/x.csv"
ok "and there" test -s "$work/src/x.csv"
cp "$work/src/x.csv" "$work/before.csv"
stalls
command_line "save-screen $m/y.svg"
ok "the next one begins" tm_wait "saving $m/y.svg"
answers
ok "and ends" tm_wait "saved $m/y.svg"

# ended KEY STATUS: the session ends at once, and the file is as it was.
ended() {
	tm_start 120x40 "$PAGETIDE" --fake 7 --log "$work/log"
	tm_wait LIVE
	stalls
	command_line "export $m/x.csv"
	tm_wait "exporting to"
	tm_keys "$1"
	is "$(tm_status 3)" "$2" "$1 ends a session that writes"
	ok "$1: it says what was not written" tm_wait "x.csv was not written"
	answers
	ok "$1: no process is left" poll_until 10 none_left "$work/log"
	is "$(ls -A "$work/src")" "$(printf 'x.csv\ny.svg')" \
	    "$1: no file but those that were there"
	ok "$1: as it was" cmp "$work/before.csv" "$work/src/x.csv"
}
ended q 0
ended C-c 130
done_testing
