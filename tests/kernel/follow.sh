#!/bin/sh
# The file grows, shrinks, loses its name, is replaced: what is told, what is
# watched, and how it ends, for --follow inode and --follow name.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
f=$dir/f
pid=

# Nothing that was started survives the test.
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; test_end' EXIT

# fresh PAGES: the file anew.
fresh() {
	rm -rf "$dir"/*
	"$HELPERS/pages" make "$f" "$1"
}

# watch COMMAND...: in the background, its lines in $work/out.
watch() {
	begin "$@"
	shows cached
}

# shows TEXT: until a line has it.
shows() {
	poll_until 20 grep -q -F -e "$1" "$work/out" && return 0
	diag "no line has: $1"
	grep -v cached "$work/out" | diag
	tail -n 3 "$work/out" | diag
	return 1
}

# ended: waits for the program, leaves $status.
ended() {
	status=0
	wait "$pid" || status=$?
	pid=
}

ended_by_us() {
	# With as_nobody there is a shell between, which the program outlives.
	kill $(children_of "$pid") "$pid"
	ended
	is "$status" 143 "ends by our signal and nothing else"
}

# more N: until N more samples have come.
more() {
	test_lines=$(($(grep -c cached= "$work/out") + $1))
	poll_until 20 eval '[ $(grep -c cached= "$work/out") -ge $test_lines ]'
}

# last_cached: of the newest sample.
last_cached() {
	sed -n 's/.*cached=\([0-9]*\/[0-9]*\) .*/\1/p' "$work/out" | tail -n 1
}

# counts_right WHOSE: the newest sample against mincore; a page may be
# reclaimed between the two.
counts_right() {
	[ "$(last_cached)" = "$("$HELPERS/residency" "$1")/$2" ]
}

# --- the inode, as it is by default ---

fresh 1000
watch "$PAGETIDE" --batch -d 0.02 "$f"
truncate -s 8M "$f"
ok "grown" shows "the file grew now 8.0 MiB"
ok "the pages are those of now" poll_until 20 counts_right "$f" 2048
truncate -s 409601 "$f"
ok "shrunk" shows "the file shrank"
ok "the pages are those of now" poll_until 20 counts_right "$f" 101
: >"$f"
ok "emptied: 0 of 0 pages" shows "cached=0/0"
truncate -s 400K "$f"
ok "and back" shows "cached=0/100"
mv "$f" "$dir/old"
ok "without a name" shows "the file's name is gone"
"$HELPERS/pages" make "$f" 50
ok "replaced" shows "the old one is still watched"
"$HELPERS/pages" read "$dir/old" 0:40
ok "the old one is watched" poll_until 20 counts_right "$dir/old" 100
mv "$dir/old" "$f"
ok "back" shows "the path leads to the watched file again"
rm "$f"
more 3
is "$(grep -c target: "$work/out")" 8 "each is told once"
ended_by_us

# ends STATUS WHAT OPTION... -- COMMAND...: two seconds of samples, and the
# command in the first of them.
ends() {
	ends_status=$1 ends_what=$2
	shift 2
	ends_options=
	while [ "$1" != -- ]; do
		ends_options="$ends_options $1"
		shift
	done
	shift
	fresh 100
	"$HELPERS/pages" make "$dir/new" 200
	# Options have no blanks.
	watch "$PAGETIDE" --batch -d 0.02 -n 100 $ends_options "$f"
	"$@"
	ended
	is "$status" "$ends_status" "status $ends_status: $ends_what" ||
	    diag <"$work/err"
}

late() {
	rm "$f"
	shows "name is gone"
	mv "$dir/new" "$f"
}

ends 0 "grown" -- truncate -s 1M "$f"
ends 3 "shrunk" -- truncate -s 4096 "$f"
ends 3 "replaced" -- mv "$dir/new" "$f"
ends 3 "deleted" -- rm "$f"
ends 3 "deleted and replaced" -- late
ends 0 "replaced and followed" --follow name -- mv "$dir/new" "$f"
ends 0 "deleted, replaced, followed" --follow name -- late
ends 3 "by name, the name is gone in the end" --follow name -- rm "$f"
ends 3 "by name, an empty file in the end" --follow name -- \
    sh -c ': >"$1.n"; mv "$1.n" "$1"' sh "$f"
ends 3 "by name, shrunk" --follow name -- truncate -s 4096 "$f"

# A session without a terminal ends like that, too.
for i in $(seq 60); do
	echo 'wait-samples 1'
done >"$work/script"
# headless STATUS EVENT COMMAND...
headless() {
	headless_status=$1 headless_event=$2
	shift 2
	fresh 100
	rm -f "$work/log"
	"$HELPERS/pages" make "$dir/new" 200
	watch "$PAGETIDE" --headless --ndjson -d 0.02 --script "$work/script" \
	    --log "$work/log" $headless_options "$f"
	"$@"
	ended
	has "$headless_event" "$work/log" "headless: $headless_event"
	is "$status" "$headless_status" "ends with $headless_status" ||
	    diag <"$work/err"
}
headless_options=
headless 0 "the file grew" truncate -s 1M "$f"
headless 3 "the file shrank" truncate -s 4096 "$f"
headless 3 "the old one is still watched" mv "$dir/new" "$f"
has "changed while it was watched" "$work/err" "and says why"
headless 3 "name is gone" rm "$f"
headless_options='--follow name'
headless 0 "which is watched from here on" mv "$dir/new" "$f"
headless_options=--read-only
headless 3 "the file shrank" truncate -s 4096 "$f"

# --- the name ---

fresh 1000
watch "$PAGETIDE" --batch -d 0.02 --follow name "$f"
"$HELPERS/pages" make "$dir/new" 3000
"$HELPERS/pages" evict "$dir/new"
"$HELPERS/pages" read "$dir/new" 0:10 2990
mv "$dir/new" "$f"
ok "a larger file is followed" shows "watched from here on size 12288000 B"
ok "its pages are shown" poll_until 20 counts_right "$f" 3000
"$HELPERS/pages" read "$f" 100:50
ok "and what comes in" poll_until 20 counts_right "$f" 3000
"$HELPERS/pages" make "$dir/new" 7
mv "$dir/new" "$f"
ok "a smaller one" shows "watched from here on size 28.0 KiB"
ok "its pages are shown" poll_until 20 counts_right "$f" 7
truncate -s 36K "$f"
ok "that grows" shows "the file grew now 36.0 KiB"
mv "$f" "$dir/old"
ok "a path that leads nowhere" shows "the file's name is gone"
"$HELPERS/pages" read "$dir/old" 0:7
ok "keeps the old file" poll_until 20 counts_right "$dir/old" 9
mv "$dir/old" "$f"
ok "which may come back" shows "leads to the watched file again"
rm "$f"
: >"$f"
ok "an empty file is named" shows \
    "the file at the path now can't be watched: is empty"
more 5
is "$(grep -c "can't be watched" "$work/out")" 1 "once"
is "$(last_cached | sed 's/.*\///')" 9 "while the old one is watched on"
printf 'x' >>"$f"
ok "and followed when it is one no more" shows \
    "watched from here on size 1 B"
rm "$f"
mkfifo "$f"
ok "a FIFO is named and blocks nothing" shows "is a FIFO"
rmdir "$f" 2>/dev/null || rm "$f"
mkdir "$f"
ok "so is a directory" shows "is a directory"
rmdir "$f"
ln -s "$dir/a" "$f"
more 2
"$HELPERS/pages" make "$dir/a" 30
ok "a symbolic link is followed to its file" shows \
    "watched from here on size 120.0 KiB"
"$HELPERS/pages" make "$dir/b" 40
ln -s "$dir/b" "$dir/l"
mv "$dir/l" "$f"
ok "and when it leads to another" shows \
    "watched from here on size 160.0 KiB"
ended_by_us

fresh 100
: >"$dir/new"
watch "$PAGETIDE" --ndjson -d 0.02 --follow name "$f"
mv "$dir/new" "$f"
ok "JSON: a refusal is a remark" shows \
    "\"remark\":\"the file at the path now can't be watched: is empty"
ended_by_us

if as_nobody true 2>/dev/null; then
	fresh 100
	watch as_nobody "$PAGETIDE" --batch -d 0.02 --follow name "$f"
	"$HELPERS/pages" make "$dir/new" 200
	chmod 0600 "$dir/new"
	mv "$dir/new" "$f"
	ok "a file one may not read is named" shows \
	    "can't be watched: Permission denied"
	chmod 0666 "$f"
	ok "and followed when one may" shows \
	    "watched from here on size 800.0 KiB"
	ok "with its own permissions" poll_until 20 counts_right "$f" 200
	ended_by_us
else
	skip "only root can be somebody else" 4
fi

# --- with a worker ---

# session LINE...: a headless session in the background, events in $work/log.
session() {
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" >"$work/script"
	timeout 60 "$PAGETIDE" --headless --size 120x40 --follow name \
	    -d 0.05 --script "$work/script" --log "$work/log" "$f" \
	    >"$work/out" 2>&1 &
	pid=$!
}

logged() {
	poll_until 20 grep -q -F -e "$1" "$work/log"
}

replaced() {
	fresh 1000
	"$HELPERS/pages" make "$dir/new" 300
	session 'advise populate' wait-idle "save-screen $work/1.txt" \
	    'note now' 'wait-samples 40' "save-screen $work/2.txt" \
	    'advise populate' wait-idle 'wait-samples 2' \
	    "save-screen $work/3.txt"
	logged "note now"
	mv "$dir/new" "$f"
	ended
	is "$status" 0 "a session on a file that is replaced"
	has "watched from here on" "$work/log" "the log has the event"
	within "$(mapped "$work/1.txt")" 900 1000 "the old file was mapped"
	has "= 300 pages" "$work/2.txt" "the new one is on the screen"
	is "$(mapped "$work/2.txt")" 0 \
	    "the worker has a mapping of the new one"
	within "$(effect POPULATE mapped)" 270 300 "and populates that"
	within "$(mapped "$work/3.txt")" 270 300 "as the screen shows"
}

# mapped SCREEN
mapped() {
	pages_shown mapped - <"$1"
}

undisturbed replaced

during_a_walk() {
	fresh 1000
	"$HELPERS/pages" make "$dir/new" 2000
	session 'pace 50' 'work sequential' 'zoom in' 'goto 3M' \
	    'wait-samples 10' 'note now' 'wait-samples 40' \
	    "save-screen $work/1.txt" wait-idle touch wait-idle
	logged "note now"
	mv "$dir/new" "$f"
	ended
	is "$status" 0 "replaced during a walk"
	has "unknown: another file is watched now" "$work/log" \
	    "the walk has no outcome"
	has "at 3M  page" "$work/1.txt" "the cursor stays where it was"
	hasnt "walk sequential @" "$work/1.txt" "no walk runs"
	has "touch page 768 at 3M m" "$work/log" \
	    "a touch after it"
	within "$(effect "touch page" mapped)" 1 2000 "has its effect"
}

undisturbed during_a_walk

# What was counted was of the other file.
fresh 100
printf '%s\n' 'wait-samples 1' 'advise evict yes' wait-idle touch \
    wait-idle 'wait seq > 100000' >"$work/script"
begin "$PAGETIDE" --headless --ndjson -d 0.05 --follow name \
    --script "$work/script" "$f"
ok "an act and a touch are told of" poll_until 20 sh -c \
    'tail -n 1 "$1" | grep "\"act\":{" | grep -q "\"touch\":{"' sh \
    "$work/out"
"$HELPERS/pages" make "$dir/new" 100
mv "$dir/new" "$f"
ok "but not of another file" poll_until 20 sh -c \
    'tail -n 1 "$1" | grep -q "\"act\":null"' sh "$work/out"
ok "nor its touch" sh -c 'tail -n 1 "$1" | grep -q "\"touch\":null"' sh \
    "$work/out"
kill "$pid"
ended

done_testing
