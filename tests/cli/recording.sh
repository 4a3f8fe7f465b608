#!/bin/sh
# Recordings under way: without names, on a full disk, cut into pieces, to who
# does not read.
. "${srcdir:-.}/tests/lib.sh"

# --- names ----------------------------------------------------------------

name="some body's secret-7"
mkdir "$work/secluded place"
file="$work/secluded place/$name"
cp "$srcdir/configure.ac" "$file"
truncate -s 4M "$file"
cat >"$work/script" <<END
wait-samples 2
work sequential touches=100
mark here
wait-samples 3
record off
record $work/secluded-2.pt
wait-samples 3
END
run "$PAGETIDE" --headless --record "$work/r.pt" --anonymize \
    --script "$work/script" "$file"
is "$status $(cat "$work/err")" '0 ' "a session is recorded without names"
for tape in r.pt secluded-2.pt; do
	ok "$tape is there" test -s "$work/$tape"
	for secret in "$name" secluded body secret "${work##*/}" \
	    "\"$(uname -n)\""; do
		hasnt "$secret" "$work/$tape" "no $secret in it"
	done
	run "$PAGETIDE" --replay "$work/$tape" --json
	has '"path":"file"' "$work/out" "and it is replayed"
done
has 'here' "$work/r.pt" "what was marked is in it"

# --- where it can't be written --------------------------------------------

echo 'wait-samples 30' >"$work/wait"
if [ -w /dev/full ]; then
	status=0
	timeout 60 "$PAGETIDE" --record - --fake 7 >/dev/full \
	    2>"$work/err" </dev/null || status=$?
	is "$status $(cat "$work/err")" "1 pagetide: can't write standard \
output: No space left on device" "recording to a full disk ends"
	status=0
	timeout 60 "$PAGETIDE" --record - --fake 7 --headless --script \
	    "$work/wait" >/dev/full 2>"$work/err" </dev/null || status=$?
	is "$status $(wc -l <"$work/err")" '1 1' \
	    "with a script that has more to do, at the end of that"
else
	skip 'no /dev/full' 2
fi
mkfifo "$work/pipe"
head -c 100 <"$work/pipe" >"$work/head" &
reader=$!
status=0
timeout 60 "$PAGETIDE" --record - --fake 7 >"$work/pipe" 2>"$work/err" \
    </dev/null || status=$?
wait "$reader"
is "$status $(cat "$work/err")" "1 pagetide: can't write standard output: \
Broken pipe" "recording for nobody ends"

full_disk() {
	unshare --mount sh -c 'mount -t tmpfs -o size=64k none "$1" && shift &&
	    exec "$@"' sh "$work/disk" "$@"
}
mkdir "$work/disk"
cat >"$work/script" <<END
wait-samples 2
work random touches=100000 seed=7
wait-samples 300
save-screen $work/screen.txt
END
if full_disk true 2>/dev/null; then
	run full_disk timeout 60 "$PAGETIDE" --headless --json --fake 7 \
	    --record "$work/disk/r" --log "$work/log" --script "$work/script"
	is "$status $(cat "$work/err")" "1 pagetide: can't write \
$work/disk/r: No space left on device" "a full disk is told at the end"
	has 'No space left on device' "$work/log" "there is an event"
	within "$("$HELPERS/jsonget" seq <"$work/out")" 300 400 \
	    "and watching went on to its end"
	run full_disk timeout 60 sh -c '"$@" 2>/dev/null
	    "$0" --replay "$3" --ndjson | wc -l' \
	    "$PAGETIDE" "$PAGETIDE" --record "$work/disk/r" --headless \
	    --fake 7 --script "$work/script"
	within "$(cat "$work/out")" 5 299 "what was written is whole"
else
	skip 'no mount namespaces, or not root' 4
fi
status=0
(
	ulimit -f 64
	exec timeout 60 "$PAGETIDE" --headless --fake 7 --record "$work/large" \
	    --script "$work/script" 2>"$work/err" </dev/null
) || status=$?
is "$status" 1 "so is a limit on the size of files"
has 'File too large' "$work/err" "by name"

run "$PAGETIDE" --record - --json --fake 7
is "$status $(wc -l <"$work/err")" '2 1' \
    "standard output has one thing at a time"

# --- pieces ---------------------------------------------------------------

# pieces NAME: sets $n, how many there are, and $samples, how many of them are
# in all; each can be replayed by itself.
pieces() {
	n=0 samples=0
	for piece in "$1" "$1".*; do
		[ -e "$piece" ] || continue
		"$PAGETIDE" --replay "$piece" --ndjson >"$work/piece" ||
		    fail "$piece is replayed"
		n=$((n + 1))
		samples=$((samples + $(wc -l <"$work/piece")))
	done
}
cat >"$work/script" <<END
wait-samples 2
work random touches=100000 seed=7
wait-samples 396
END
run timeout 60 "$PAGETIDE" --headless --ndjson --fake 7 --max-size 64K \
    --record "$work/s" --script "$work/script"
is "$status" 0 "a recording with --max-size"
all=$(wc -l <"$work/out")
pieces "$work/s"
within "$n" 3 5 "is in pieces, which begin with key samples"
within "$samples" "$all" $((all + 5)) "all samples are in one of them"
run timeout 60 "$PAGETIDE" --headless --fake 7 --max-size 1G \
    --record "$work/one" --script "$work/script"
pieces "$work/one"
is "$n" 1 "there is one where it has room"
echo 'wait-samples 22' >"$work/now"
file="$work/file"
truncate -s 64K "$file"
run timeout 120 "$PAGETIDE" --headless --max-time 1 --interval 1 \
    --record "$work/t" --script "$work/now" "$file"
is "$status" 0 "a recording with --max-time"
pieces "$work/t"
within "$n" 2 3 "begins another file with the next key sample"

# --- who does not read ----------------------------------------------------

rm -f "$work/pipe"
mkfifo "$work/pipe"
cat >"$work/script" <<END
wait-samples 2
work random touches=100000 seed=7
wait-samples 396
save-screen $work/done.txt
END
"$PAGETIDE" --headless --fake 7 --record - --script "$work/script" \
    >"$work/pipe" 2>"$work/err" </dev/null &
pid=$!
exec 3<"$work/pipe"
ok "a session does not wait for who reads its recording" \
    poll_until 60 test -s "$work/done.txt"
"$PAGETIDE" --replay - --ndjson <&3 >"$work/out"
exec 3<&-
status=0
wait "$pid" || status=$?
is "$status" 0 "who gets all of it, when he reads"
"$HELPERS/jsonget" seq <"$work/out" >"$work/seq"
is "$(awk 'NR > 1 && $1 != last + 1 { print last, $1 } { last = $1 }' \
    "$work/seq")" '' "with no sample left out"
within "$(wc -l <"$work/seq")" 396 420 "to the last"
done_testing
