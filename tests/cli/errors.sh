#!/bin/sh
# Every target that can't be watched and every wrong option: one clear line,
# the right exit status, no hanging.
. "${srcdir:-.}/tests/lib.sh"

# refuses STATUS TEXT COMMAND...: one line on stderr with TEXT, nothing on
# stdout.
refuses() {
	want=$1 text=$2
	shift 2
	run timeout 20 "$PAGETIDE" "$@"
	is "$status" "$want" "status of: $*"
	has "$text" "$work/err" "says: $text"
	is "$(wc -l <"$work/err")" 1 "one line: $*"
	is "$(cat "$work/out")" "" "nothing on stdout: $*"
}

mkdir "$work/dir"
: >"$work/empty"
mkfifo "$work/fifo"
echo x >"$work/secret"
chmod 0 "$work/secret"

refuses 3 "No such file" --batch -n 1 "$work/missing"
refuses 1 "directory" --batch -n 1 "$work/dir"
refuses 1 "empty" --batch -n 1 "$work/empty"
refuses 1 "FIFO" --batch -n 1 "$work/fifo"
refuses 1 "device" --batch -n 1 /dev/null
refuses 1 "can't be mapped" --batch -n 1 /proc/self/status
refuses 1 "missing" --headless --script "$work/missing" --fake 1

esc=$(printf '\033')
refuses 3 "No such file" --batch -n 1 "$work/a${esc}[2Jb"
hasnt "$esc" "$work/err" "no escape sequence from a file name"

if as_nobody true 2>/dev/null; then
	run as_nobody "$PAGETIDE" --batch -n 1 "$work/secret"
	is "$status" 1 "a file one may not read"
	has "Permission denied" "$work/err" "says so"
else
	skip "only root can be somebody else" 2
fi

refuses 2 "no such option" --nonsense
refuses 2 "no such option" -Z
refuses 2 "needs an argument" --size
refuses 2 "takes no argument" --json=1
refuses 2 "COLSxROWS" --size 80
refuses 2 "COLSxROWS" --size 0x5
refuses 2 "COLSxROWS" --size 80x24x3
refuses 2 "not a number" -n 0 --batch /etc/passwd
refuses 2 "not a number" -n x --batch /etc/passwd
refuses 2 "not a number" --fake -1
refuses 2 "not a time" -d 0 --batch /etc/passwd
refuses 2 "not auto" --source magic /etc/passwd
refuses 2 "no 'rainbow'" --scheme rainbow
refuses 2 "no 'sideways'" --view sideways
refuses 2 "exclude" --fake 1 /etc/passwd
refuses 2 "needs --script" --headless --fake 1
refuses 2 "needs --script" --headless --json --fake 1
refuses 2 "--batch and --headless" --headless --script - --batch --fake 1
refuses 2 "--script goes with" --ndjson --script - --fake 1
refuses 2 "one FILE" --batch /etc/passwd /etc/group
refuses 2 "--cells goes with" --cells 4 --batch /etc/passwd
refuses 2 "--count goes with" -n 3 --headless --script - --fake 1

run "$PAGETIDE" --help
is "$status" 0 "--help succeeds"
has "Usage: pagetide" "$work/out" "--help on stdout"
run "$PAGETIDE" --version
is "$status" 0 "--version succeeds"
has "pagetide " "$work/out" "--version on stdout"
is "$(wc -c <"$work/err")" 0 "and nothing on stderr"

# Output that can't be written.
if [ -w /dev/full ]; then
	status=0
	"$PAGETIDE" --fake 1 --batch -n 1 >/dev/full 2>"$work/err" || status=$?
	is "$status" 1 "a full disk is a failure"
	has "can't write" "$work/err" "and said"
	printf '%s\n' 'wait-samples 2' "save-screen $work/full.txt" >"$work/s"
	run "$PAGETIDE" --headless --fake 1 --script "$work/s" --log /dev/full
	is "$status" 1 "a log on a full disk is a failure"
	is "$(cat "$work/err")" \
	    "pagetide: can't write /dev/full: No space left on device" \
	    "in one line"
	has "can't write /dev/full: No space left" "$work/full.txt" \
	    "and an event"
else
	skip "no /dev/full" 5
fi

# Nor does a log that nobody reads any more end the session.
mkfifo "$work/pipe"
head -c 9 "$work/pipe" >"$work/head" &
printf '%s\n' 'wait-samples 2' 'note one' 'wait-samples 2' 'note two' \
    'wait-samples 2' "save-screen $work/pipe.txt" >"$work/s"
run timeout 20 "$PAGETIDE" --headless --fake 1 --script "$work/s" \
    --log "$work/pipe"
wait
is "$status $(cat "$work/err")" \
    "1 pagetide: can't write $work/pipe: Broken pipe" \
    "a log that is a pipe without a reader"
has "can't write $work/pipe: Broken pipe" "$work/pipe.txt" "is an event"

# A screen that can't be saved leaves what was there, and nothing else.
mkdir "$work/small"
echo before >"$work/small/s.txt"
printf '%s\n' "save-screen $work/small/s.txt" >"$work/s"
run sh -c 'trap "" XFSZ; ulimit -f 1
    exec "$PAGETIDE" --headless --fake 1 --script "$0"' "$work/s"
is "$status" 1 "a screen that is too large for the disk"
is "$(cat "$work/err")" \
    "pagetide: $work/s:1: can't write $work/small/s.txt: File too large" \
    "is one line"
is "$(ls "$work/small"; cat "$work/small/s.txt")" "s.txt
before" "and the file is as it was"
run "$PAGETIDE" --headless --fake 1 --script "$work/s"
is "$status $(ls "$work/small")" "0 s.txt" "with room it is replaced"
is "$(umask 027; "$PAGETIDE" --headless --fake 1 --script "$work/s"
    stat -c %a "$work/small/s.txt")" 640 "with the rights that umask leaves"

# The log is never written into the file that is watched.
cp /etc/passwd "$work/watched"
for name in watched link; do
	[ $name = watched ] || ln "$work/watched" "$work/$name"
	run "$PAGETIDE" --batch -n 1 --log "$work/$name" "$work/watched"
	is "$status" 1 "--log into the watched file ($name)"
	is "$(cat "$work/err")" \
	    "pagetide: --log $work/$name is the file that is watched" \
	    "is refused"
done
ok "and nothing is written" cmp /etc/passwd "$work/watched"

# Commands that are wrong in other ways.
wrong() {
	echo "$1" >"$work/s"
	run "$PAGETIDE" --headless --fake 1 --script "$work/s"
	is "$status $(cat "$work/err")" "1 pagetide: $work/s:1: $2" "$1"
}
wrong 'view "cache' "a quotation mark is missing"
wrong 'stop now' "usage: stop"
wrong 'advise normal no' "advise: yes, not no"
done_testing
