#!/bin/sh
# Every target that can't be watched and every wrong option: one clear line,
# the right exit status, no hanging.
. "${srcdir:-.}/tests/lib.sh"

# refuses STATUS TEXT COMMAND...: one line on stderr with TEXT, nothing on
# stdout.
refuses() {
	want=$1 text=$2
	shift 2
	run timeout -k 1 20 "$PAGETIDE" "$@"
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
refuses 2 "--mapping goes with --process and a PID" -m heap
refuses 2 "--mapping goes with --process and a PID" -p -m heap
refuses 2 "--mapping goes with --process and a PID" -m heap 1
refuses 2 "--mapping is empty" -p -m "" 1
refuses 2 "--batch goes with --mapping: a list is printed once" -p --batch
refuses 2 "--ndjson goes with --mapping" -p --ndjson 1
refuses 2 "--process and --fake exclude each other" -p --fake 1
refuses 2 "--interval goes with --mapping, or the list" -p -d 1 1
refuses 3 "there is no process 'no-such-process'" -p no-such-process
refuses 2 "takes no argument" --json=1
refuses 2 "COLSxROWS" --size 80
refuses 2 "COLSxROWS" --size 0x5
refuses 2 "COLSxROWS" --size 80x24x3
refuses 2 "not a number" -n 0 --batch /etc/passwd
refuses 2 "not a number" -n x --batch /etc/passwd
refuses 2 "not a number" --fake -1
refuses 2 "not a time" -d 0 --batch /etc/passwd
refuses 2 "there is no 'magic'" --source magic /etc/passwd
refuses 2 "no 'rainbow'" --scheme rainbow
refuses 2 "no 'sideways'" --view sideways
refuses 2 "exclude" --fake 1 /etc/passwd
refuses 2 "needs --script" --headless --fake 1
refuses 2 "needs --script" --headless --json --fake 1
refuses 2 "--batch and --headless" --headless --script - --batch --fake 1
refuses 2 "--script goes with" --ndjson --script - --fake 1
refuses 2 "one FILE" --batch /etc/passwd /etc/group
refuses 2 "FILE is empty" --batch ""
refuses 2 "FILE is empty" --headless --script /dev/null ""
refuses 2 "--cells goes with" --cells 4 --batch /etc/passwd
refuses 2 "--count goes with" -n 3 --headless --script - --fake 1

# What contradicts another option, or would be ignored.
apart() {
	text="$1 and $2 exclude each other"
	shift 2
	refuses 2 "$text" "$@"
}
f=/etc/passwd
apart --json --ndjson --json --ndjson $f
apart --json --ndjson --ndjson --json $f
apart --batch --json -b --json $f
apart --batch --ndjson --ndjson -b $f
apart --batch --headless --headless -s - --batch $f
apart --ranges --batch --ranges -b $f
apart --ranges --ndjson --ranges --ndjson $f
apart --ranges --headless --ranges --headless -s - $f
apart --ranges --fake --ranges --fake 1
apart --ranges --cells --ranges --json --cells 4 $f
apart --ranges --follow --ranges --follow name $f
refuses 2 "--interval goes with" --ranges -d 1 $f
refuses 2 "--count goes with" --ranges -n 1 $f
refuses 2 "name a FILE" --ranges
apart --fake "a FILE" --fake 1 --json $f
apart --fake --anon --fake 1 --anon 1M --headless -s -
apart --fake --follow --fake 1 --follow name --json
apart --fake --source --fake 1 --source mincore --json
apart --fake --memory-limit --fake 1 --memory-limit 1G --headless -s -
apart --anon "a FILE" --anon 1M --headless -s - $f
apart --anon --follow --anon 1M --headless -s - --follow inode
apart --anon --source --anon 1M --headless -s - --source auto
refuses 2 "--count goes with --batch or --ndjson: --json is one sample" \
    --json -n 2 $f
refuses 2 "--interval goes with a screen, --batch or --ndjson" --json -d 1 $f
refuses 2 "--window goes with" --batch --window 10 $f
refuses 2 "--history goes with" --json --history 8M $f
refuses 2 "--size goes with --headless" --batch --size 80x24 $f
refuses 2 "--mouse goes with a terminal" --batch --mouse $f
refuses 2 "--mouse goes with a terminal" --mouse --headless -s - --fake 1
refuses 2 "--fps goes with a terminal" --ndjson --fps 10 $f
refuses 2 "--cells goes with" --cells 4 --headless -s - --fake 1
for option in '--map private' '--anon 1M' '--memory-limit 1G'; do
	file=$f
	[ "$option" != '--anon 1M' ] || file=
	refuses 2 "${option% *} needs a worker" $option --json $file
	refuses 2 "${option% *} needs a worker" $option --batch $file
	refuses 2 "${option% *} needs a worker" $option -r --headless -s - \
	    $file
done
# Looks may be in an alias.
run "$PAGETIDE" --color always --scheme grey --ascii --view cost -r --json $f
is "$status" 0 "options of looks are taken everywhere"

# The demo is not for those who print: there a variable was not set.
for mode in --json --ndjson --batch --read-only '-r -n 3'; do
	refuses 2 "name a FILE" $mode
done
refuses 2 "FILE is empty" ''
refuses 2 "FILE is empty" --json ''
refuses 2 "--log is empty" --json --log '' $f
refuses 2 "--script is empty" --headless --script '' $f

# Times with and without a unit.
for time in .05 0.05 0.05s 50ms 50000us .001m; do
	run "$PAGETIDE" --fake 1 --batch -n 2 -d $time
	is "$status $(wc -l <"$work/out")" "0 2" "-d $time"
done
for time in 1m 1min 1h .5h; do
	run "$PAGETIDE" --fake 1 --batch -n 1 -d $time
	is "$status" 0 "-d $time"
done
for time in 2h . s 1mm '1 s' -1; do
	refuses 2 "'$time' is not a time" --batch -d "$time" $f
done
printf '%s\n' 'window .5' 'window 1m' 'window 1.5s' 'window 500ms' >"$work/s"
run "$PAGETIDE" --fake 1 --headless --window .5 --script "$work/s"
is "$status" 0 "the window's too"

# A screen's size is read alike wherever it stands.
refuses 2 "' 9x7' is not COLSxROWS" --fake 1 --headless --script - --size ' 9x7'
echo 'size " 9x7"' >"$work/s"
refuses 1 "size: not COLSxROWS:  9x7" --fake 1 --headless --script "$work/s"

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

# Nor does a log that nobody reads any more end the session, or one whose
# reader is too slow. The script comes when the log is open.
# has_open PID FILE
has_open() {
	find "/proc/$1/fd" -lname "$2" 2>/dev/null | grep -q .
}

# piped gone | slow: the session of $work/s with a pipe as its log, of which
# fd 9 is the only reader, and does not read.
piped() {
	mkfifo "$work/pipe" "$work/lines"
	exec 8<>"$work/lines" 9<>"$work/pipe"
	timeout -k 1 120 "$PAGETIDE" --headless --fake 1 --script - \
	    --log "$work/pipe" <"$work/lines" 8>&- 9>&- 2>"$work/err" &
	piped=$!
	poll_until 60 piped_is_open || fail 'the log is opened'
	[ "$1" = slow ] || exec 9>&-
	cat "$work/s" >&8
	exec 8>&-
	status=0
	wait $piped || status=$?
	exec 9>&-
	rm "$work/pipe" "$work/lines"
}
# Of timeout's child it is the child that writes it.
piped_is_open() {
	for p in $(children_of $piped); do
		for log in $(children_of "$p"); do
			has_open "$log" "$work/pipe" && return
		done
	done
	return 1
}
printf '%s\n' 'wait-samples 2' 'note one' 'wait-samples 2' 'note two' \
    'wait-samples 2' "save-screen $work/pipe.txt" >"$work/s"
piped gone
is "$status $(cat "$work/err")" \
    "1 pagetide: can't write $work/pipe: Broken pipe" \
    "a log that is a pipe without a reader any more"
has "can't write $work/pipe: Broken pipe" "$work/pipe.txt" "is an event"
awk -v "save=save-screen $work/pipe.txt" 'BEGIN {
	for (i = 0; i < 300; i++)
		printf "note %03000d\n", i
	printf "wait-samples 2\n%s\n", save
}' >"$work/s"
piped slow
is "$status $(cat "$work/err")" \
    "1 pagetide: can't write $work/pipe: its reader does not keep up" \
    "a log that is a pipe whose reader sleeps"
has "its reader does not keep up" "$work/pipe.txt" "is an event"
mkfifo "$work/pipe"
refuses 1 "can't write $work/pipe: nobody reads it" --fake 1 --batch -n 1 \
    --log "$work/pipe"

# What is no script, or never ends.
refuses 1 "can't read $work/dir: Is a directory" --headless --fake 1 \
    --script "$work/dir"
refuses 1 "/dev/zero:1: is no text: it has a byte 0" --headless --fake 1 \
    --script /dev/zero
refuses 1 "/dev/urandom" --headless --fake 1 --script /dev/urandom
awk 'BEGIN { for (i = 0; i < 70; i++) printf "%01024d", 0 }' >"$work/s"
refuses 1 "$work/s:1: a line of more than 64 KiB" --headless --fake 1 \
    --script "$work/s"
status=0
yes '# a script without end' 2>"$work/yes" |
    timeout -k 1 20 "$PAGETIDE" --headless --fake 1 --script - 2>"$work/err" ||
    status=$?
is "$status $(cat "$work/err")" \
    "1 pagetide: - is no script: longer than 16 MiB" "a script without end"

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
rm "$work/small/s.txt"
is "$(umask 027; "$PAGETIDE" --headless --fake 1 --script "$work/s"
    stat -c %a "$work/small/s.txt")" 640 "a new one has the rights that umask leaves"

# Over a file that is there: what it is it stays, but for what is in it.
printf '%s\n' "save-screen $work/small/s.txt" >"$work/s"
save() {
	run "$PAGETIDE" --headless --fake 1 --script "$work/s"
}
facts() {
	stat -c '%a %u %g' "$work/small/s.txt"
}
for mode in 600 664 4755; do
	chmod $mode "$work/small/s.txt"
	before=$(facts)
	save
	is "$status $(facts)" "0 $before" "saved over a file of mode $mode"
done
chmod 600 "$work/small/s.txt"
mkdir "$work/linked"
mv "$work/small/s.txt" "$work/linked/real.txt"
ln -s ../linked/real.txt "$work/small/s.txt"
echo before >"$work/linked/real.txt"
ln "$work/linked/real.txt" "$work/linked/other.txt"
save
is "$status $(readlink "$work/small/s.txt")" "0 ../linked/real.txt" \
    "a symbolic link stays one"
has "next touch costs" "$work/linked/real.txt" "what it leads to is replaced"
is "$(stat -c %a "$work/linked/real.txt")" 600 "and keeps its mode"
is "$(cat "$work/linked/other.txt")" before "another hard link is as it was"
is "$(ls -A "$work/linked" | tr '\n' ' ')" "other.txt real.txt " \
    "nothing else is left"
rm "$work/linked/real.txt"
save
is "$status $(cat "$work/err")" "1 pagetide: $work/s:1: can't write\
 $work/small/s.txt: No such file or directory" "a link that leads nowhere"
rm "$work/small/s.txt"
long=$work/small/$(printf '%0251d' 0).txt
echo "save-screen $long" >"$work/s2"
run "$PAGETIDE" --headless --fake 1 --script "$work/s2"
is "$status $(ls -A "$work/small" | wc -l)" "0 1" "the longest name"
rm "$long"
if as_nobody true 2>/dev/null; then
	save_as_nobody() {
		run as_nobody "$PAGETIDE" --headless --fake 1 \
		    --script "$work/s"
	}
	echo before >"$work/small/s.txt"
	chmod 644 "$work/s" "$work/small/s.txt"
	chmod 777 "$work/small"
	save_as_nobody
	is "$status $(cat "$work/small/s.txt")" "1 before" \
	    "a file that one may not write is not replaced"
	has "Permission denied" "$work/err" "says so"
	chmod 666 "$work/small/s.txt"
	before=$(facts)
	save_as_nobody
	is "$status $(facts)" "0 $before" "one of somebody else stays his"
	has "next touch costs" "$work/small/s.txt" "but for its content"
	chmod 755 "$work/small"
	echo before >"$work/small/s.txt"
	save_as_nobody
	is "$status $(facts)" "0 $before" "in a folder that can't be written"
	has "next touch costs" "$work/small/s.txt" "it is written in place"
	chown 65534:65534 "$work/small/s.txt"
	before=$(facts)
	save
	is "$status $(facts)" "0 $before" "root leaves a file its owner"
else
	skip "only root can be somebody else" 7
fi

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

# A mapping that there can't be, a script that is not there: said before
# anything else is done.
for map in from=64M write private,shared; do
	"$HELPERS/pages" make "$work/map" 1
	run "$PAGETIDE" --headless --script /dev/null --map $map "$work/map"
	case $status in 1 | 2) pass "--map $map is no mapping" ;;
	*) fail "--map $map is no mapping" ;; esac
	is "$(wc -l <"$work/err")" 1 "in one line"
done
mkdir "$work/none"
run env XDG_CACHE_HOME="$work/none" "$PAGETIDE" --headless --script "$work/no"
is "$status $(ls "$work/none")" '1 ' "a script that is missing: no demo file"
is "$(wc -l <"$work/err")" 1 "in one line"

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
