#!/bin/sh
# A file that is truncated, extended and written all the time while it is
# scanned by both methods and walked through. Nothing crashes, hangs or is
# left wrong. STORM_SECONDS says how long (20).
. "${srcdir:-.}/tests/lib.sh"
need tmux

dir=$(realfs_dir) || skip_all "no real file system"
f=$dir/f
pages=3000
seconds=${STORM_SECONDS:-20}
storm_pid= batch_pid= ndjson_pid= pids=
trap 'for p in $storm_pid $batch_pid $ndjson_pid \
    $pids; do kill "$p" 2>/dev/null; done; test_end' EXIT

"$HELPERS/pages" make "$f" $pages

# All of them begin before the storm: an empty file is refused, and they must
# not keep the storm's input open.
# Headless: each goes on for as many samples as there are in the time, then
# waits for the calm, takes a picture and ends.
i=0
for options in "--source mincore" "--source $(methods "$f" | tail -n 1)" \
    "--follow name" "--read-only"; do
	i=$((i + 1))
	printf '%s\n' 'wait-samples 5' 'note ready' \
	    "wait-samples $((seconds * 90))" 'note through' 'zoom pages' \
	    'wait-samples 400' 'note calm?' 'zoom fit' 'wait-samples 50' \
	    "save-screen $work/screen$i.txt" >"$work/script$i"
	# Options have no blanks.
	timeout 200 "$PAGETIDE" --headless -d 0.01 $options \
	    --script "$work/script$i" --log "$work/log$i" "$f" \
	    >"$work/out$i" 2>&1 &
	pids="$pids $!"
done
timeout 200 "$PAGETIDE" --batch -d 0.01 -n $((seconds * 50)) "$f" \
    >"$work/batch" 2>"$work/batch.err" &
batch_pid=$!
timeout 200 "$PAGETIDE" --ndjson -d 0.01 -n $((seconds * 50)) --cells 100 \
    "$f" >"$work/ndjson" 2>"$work/ndjson.err" &
ndjson_pid=$!
tm_start 120x40 "$PAGETIDE" -d 0.02 --log "$work/log" "$f"
ok "live" tm_wait LIVE
for i in 1 2 3 4; do
	poll_until 20 grep -q 'note ready' "$work/log$i" ||
	    fail "session $i never began"
done

mkfifo "$work/fifo"
"$HELPERS/pages" storm "$f" $pages <"$work/fifo" 2>"$work/storm.err" &
storm_pid=$!
exec 9>"$work/fifo"

# Live, with a worker that walks, dies, and is started again.
tm_type ":pace full"
tm_keys Enter
round=0
end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$end" ]; do
	round=$((round + 1))
	tm_type ":restart"
	tm_keys Enter
	sleep 0.1
	tm_type ":work random passes=0"
	tm_keys Enter + + Tab
	sleep 0.2
	tm_keys G P - - 0 D b
	sleep 0.2
done
diag "$round rounds, $(grep -c 'worker died' "$work/log") workers died"
ok "workers died of SIGBUS" grep -q "worker died: SIGBUS" "$work/log"
ok "the session is live" tm_wait LIVE

status=0
wait "$batch_pid" || status=$?
is "$status" 3 "batch: the file changed"
is "$(grep -c 'cached=' "$work/batch")" $((seconds * 50)) \
    "batch: all the samples"
status=0
wait "$ndjson_pid" || status=$?
is "$status" 3 "NDJSON: the file changed"
is "$("$HELPERS/jsonget" seq <"$work/ndjson" | tail -n 1)" \
    $((seconds * 50)) "NDJSON: all the samples, and each is JSON"

# All others are through as well: the storm may end.
for i in 1 2 3 4; do
	poll_until 100 grep -q 'note through' "$work/log$i" ||
	    fail "session $i never got through"
done
exec 9>&-
status=0
wait "$storm_pid" || status=$?
# On a busy machine one of them may be that far ahead of the last.
hasty=
for i in 1 2 3 4; do
	! grep -q 'note calm?' "$work/log$i" || hasty="$hasty $i "
done
storm_pid=
is "$status" 0 "the storm blew till the end" || diag <"$work/storm.err"
i=0
for pid in $pids; do
	i=$((i + 1))
	status=0
	wait "$pid" || status=$?
	is "$status $(cat "$work/out$i")" \
	    "3 pagetide: the file changed while it was watched" \
	    "headless session $i ends as the file has changed"
done
pids=

# shows_truth: page cache and size on the terminal are those of the file.
shows_truth() {
	test "$(tm_screen | pages_shown cached $pages)" = \
	    "$("$HELPERS/residency" "$f")"
}

ok "its own cost is known" \
    tm_wait "own cost: CPU <= "
ok "the last state is right" poll_until 20 shows_truth || tm_screen | diag
# Nobody reads it any more: pages may have gone since the picture, by reclaim,
# and none have come.
for i in 1 2 3 4; do
	case $hasty in
	*" $i "*)
		skip "session $i took its picture in the storm"
		continue
		;;
	esac
	within "$(pages_shown cached 3000 <"$work/screen$i.txt")" "$("$HELPERS/residency" "$f")" $pages \
	    "session $i shows the last state"
done
has "mincore" "$work/screen1.txt" "by mincore"
tm_type ":restart"
tm_keys Enter
# populated: a worker maps all of it, if nothing is reclaimed meanwhile.
populated() {
	tm_type ":advise dontneed"
	tm_keys Enter
	tm_type ":advise populate"
	tm_keys Enter
	ok "a worker maps all of it" tm_wait "mapped 0 -> $pages"
}

undisturbed populated
tm_keys q
is "$(tm_status)" 0 "ends well"

run "$PAGETIDE" --json "$f"
is "$status" 0 "and so does a batch after it"
is "$("$HELPERS/jsonget" target.pages <"$work/out")" $pages "in size"
done_testing
