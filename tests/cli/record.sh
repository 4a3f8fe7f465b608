#!/bin/sh
# Recordings: written, cut, replayed; what is shown is what was shown.
. "${srcdir:-.}/tests/lib.sh"

r=$work/r.pt
# A session that is recorded, with pictures of it.
{
	echo 'wait-samples 3'
	for i in 1 2 3 4 5 6; do
		case $i in
		1) echo 'advise evict yes' ;;
		2) echo 'work sequential touches=2000' ;;
		3) echo 'outside 9000 512' ;;
		4) echo 'advise random' ;;
		5) echo 'work random touches=300 seed=7' ;;
		6) echo 'mark here' ;;
		esac
		echo 'wait-samples 20'
		echo "save-screen $work/live-$i.txt"
	done
	echo 'wait-samples 1'
} >"$work/script"
run "$PAGETIDE" --headless --json --fake 7 --size 120x40 --record "$r" \
    --script "$work/script"
is "$status" 0 "a session is recorded"
cp "$work/out" "$work/last.json"
has '"schema":"pagetide-recording/1"' "$r" "the first line says what it is"
is "$(grep -c '^{"key"' "$r")" 2 "a key sample every 10 seconds"

# What keys are good for is not said of what is over.
panels() {
	sed -e '1,2d' -e '21d' \
	    -e 's/^\(DIAGNOSIS  \)f walks .*/\1nothing stands out/' \
	    -e '39,40d' -e '/own cost/d' \
	    -e 's/  frozen: .*//' -e '22,39s/\^/ /g' -e 's/ *$//' "$1"
}
{
	echo 'later 100000'
	for i in 6 5 4 3 2 1; do
		echo "at -$(((6 - i) * 2)).1"
		echo "save-screen $work/then-$i.txt"
	done
} >"$work/replay"
run timeout 60 "$PAGETIDE" --headless --replay "$r" --size 120x40 \
    --script "$work/replay"
is "$status" 0 "and replayed"
for i in 1 2 3 4 5 6; do
	panels "$work/live-$i.txt" >"$work/a"
	panels "$work/then-$i.txt" >"$work/b"
	ok "picture $i is what it was" cmp "$work/a" "$work/b"
	diff "$work/a" "$work/b" | diag
done
# One step is one sample, though some are of the same time: the simulated
# clock stands still between them.
all=$(grep -c -E '^\{"(key|diff)' "$r")
{
	echo 'later 100000'
	yes 'earlier 1' | head -n $((all - 1))
	echo "save-screen $work/oldest.txt"
	yes 'later 1' | head -n $((all - 1))
	echo "save-screen $work/newest.txt"
} >"$work/steps"
run timeout 60 "$PAGETIDE" --headless --replay "$r" --size 120x40 \
    --script "$work/steps"
has "sample 1 of $all" "$work/oldest.txt" "back by one, to the oldest"
has "sample $all of $all" "$work/newest.txt" "and on, to the newest"
run "$PAGETIDE" --replay "$r" --json
is "$status" 0 "its last sample is told"
is "$(cut -d, -f2-30 "$work/out")" "$(cut -d, -f2-30 "$work/last.json")" \
    "as it was told then"
"$PAGETIDE" --replay - --batch <"$r" >"$work/out"
is "$(grep -c ' cached=' "$work/out")" "$(grep -c -E '^{"(key|diff)"' "$r")" \
    "from a pipe each sample is told"
echo 'advise willneed' >"$work/acts"
run "$PAGETIDE" --headless --replay "$r" --script "$work/acts"
is "$status" 1 "nothing can be done to it"
has 'this is a recording' "$work/err" "which is said"
# Nor does the screen offer a key for it.
printf '%s\n' 'earlier 100000' "save-screen $work/offers.txt" >"$work/acts"
run "$PAGETIDE" --headless --replay "$r" --size 120x40 --script "$work/acts"
is "$(grep -c -e 'walks through' -e 'touches one page' -e 'starts a worker' \
    "$work/offers.txt")" 0 "no key is offered that would"
# Nor is what goes on now told of it: its process was of another time.
sed "s/\"worker\":{\"pid\":[0-9]*/\"worker\":{\"pid\":$$/" "$r" \
    >"$work/pid.pt"
for line in 'who on' 'faults on' 'note here' mark "record $work/r2"; do
	echo "$line" >"$work/acts"
	run "$PAGETIDE" --headless --replay "$work/pid.pt" \
	    --script "$work/acts"
	is "$status $(grep -c ': this is a recording: it stays as it was' \
	    "$work/err")" '1 1' "not in a recording: $line"
done
# After its last sample there is nothing to wait for.
last_seq=$("$HELPERS/jsonget" seq <"$work/last.json")
for line in 'wait-samples 5' "wait seq > $last_seq"; do
	echo "$line" >"$work/acts"
	run timeout 60 "$PAGETIDE" --headless --replay "$r" \
	    --script "$work/acts"
	is "$status $(cat "$work/err")" \
	    "1 pagetide: $work/acts:1: the recording ends before that" \
	    "in vain: $line"
done
echo "wait seq == $last_seq" >"$work/acts"
run timeout 60 "$PAGETIDE" --headless --replay "$r" --script "$work/acts"
is "$status" 0 "what its last sample says can be waited for"
run "$PAGETIDE" --replay "$work/pid.pt" --headless --faults \
    --script /dev/null
is "$status" 2 "nor with --faults"

run "$PAGETIDE" --headless --fake 7 --record "$r" --script /dev/null
is "$status" 1 "a file that is there is not written"
has 'it is there already' "$work/err" "which is said"
is "$(grep -c '^{"key"' "$r")" 2 "nor changed"

# Cut anywhere: to the last whole sample, or one line.
size=$(wc -c <"$r") wrong=
n=${CUTS:-40}
while [ "$n" -gt 0 ]; do
	n=$((n - 1))
	at=$((size * n / ${CUTS:-40} + n))
	head -c "$at" "$r" >"$work/cut"
	whole=$(grep -c -E '^{"(key|diff)".*}$' "$work/cut")
	"$PAGETIDE" --replay "$work/cut" --ndjson >"$work/out" 2>"$work/err"
	status=$?
	[ "$(wc -l <"$work/err")" -le 1 ] || wrong="$wrong $at:err"
	[ "$(grep -c '^{' "$work/out")" -ge $((whole - 1)) ] ||
	    wrong="$wrong $at:$whole"
	[ "$status" = 0 ] || [ "$whole" = 0 ] || wrong="$wrong $at=$status"
done
is "$wrong" '' "cut anywhere it is whole up to there"

if "$PAGETIDE" --headless --fake 7 --record "$work/z.zst" \
    --script "$work/script" 2>"$work/err"; then
	ok "zstd makes it smaller" test "$(wc -c <"$work/z.zst")" -lt \
	    $((size / 3))
	"$PAGETIDE" --replay "$work/z.zst" --json >"$work/z.json"
	is "$(cut -d, -f2-30 "$work/z.json")" \
	    "$(cut -d, -f2-30 "$work/last.json")" "and the same"
	head -c $((size / 20)) "$work/z.zst" >"$work/cut.zst"
	ok "cut it is replayed, too" "$PAGETIDE" --replay "$work/cut.zst" --json
else
	has 'libzstd' "$work/err" "without libzstd that is said"
fi

run "$PAGETIDE" --headless --fake 7 --record "$work/n" --max-time 1 \
    --interval 0.1 --script "$work/script"
is "$status" 0 "a recording may be cut into pieces"

printf 'nothing\n' >"$work/none"
run "$PAGETIDE" --replay "$work/none" --json
is "$status $(wc -l <"$work/err")" '1 1' "what is none: one line"
has 'at byte 0: this is no recording of pagetide' "$work/err" "which says so"
sed '1s,recording/1,recording/9,' "$r" >"$work/later"
run "$PAGETIDE" --replay "$work/later" --json
has 'recording of schema 9' "$work/err" "another schema is refused by name"
run "$PAGETIDE" --replay "$work/not-there" --json
has 'No such file' "$work/err" "one that is not there"
run "$PAGETIDE" -p $$ --record "$work/list" --headless --script /dev/null
is "$status $(cut -d '(' -f 1 "$work/err")" \
    "2 pagetide: --record goes with --mapping: a recording is of one " \
    "a list is not recorded"
ok "nor is a file made" test ! -e "$work/list"
done_testing
