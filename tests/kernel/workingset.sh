#!/bin/sh
# The working set: what the worker touched within a window, in numbers and
# page by page, against what it was told to touch and what the kernel mapped.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=4096
"$HELPERS/pages" make "$dir/f" $pages

# session FILE LINE...: a headless session; its samples are in $work/samples,
# each as: time, pages of the set, pages of the layer, mapped, running, window.
session() {
	session_file=$1
	shift
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" |
	    timeout 120 "$PAGETIDE" --headless --ndjson --size 320x60 \
	    --script - --log "$work/log" "$session_file" \
	    >"$work/json" 2>"$work/err" || diag <"$work/err"
	"$HELPERS/jsonget" time counters.working_set_pages \
	    layers.touched_pages layers.mapped_pages worker.running \
	    worker.working_set_window_ns <"$work/json" >"$work/samples"
}

# last FIELD: of the last sample.
last() {
	tail -n 1 "$work/samples" | cut -d ' ' -f "$1"
}

# map_of SCREEN [-v from=BYTES -v to=BYTES]: the cells of the map, without the marks.
map_of() {
	map_screen=$1
	shift
	awk -f "$srcdir/tests/map.awk" -f "$srcdir/tests/maprows.awk" "$@" \
	    "$map_screen" | sed 's/[X@]/#/g'
}

# --- a loop over a set -------------------------------------------------

# A pass over the cells may be late on a busy machine.
looped() {
	session "$dir/f" 'window 600' 'work loop set=1M passes=5' wait-idle \
	    'wait-samples 3' 'view touched' 'zoom pages' 'wait-samples 3' \
	    "save-screen $work/loop.txt"
	is "$(last 2)" 256 "a loop over 1M: the working set is 256 pages"
	is "$(last 3)" 256 "and so many are shown"
	is "$(map_of "$work/loop.txt" | tr -dc '#' | wc -c)" 256 "page by page"
	is "$(map_of "$work/loop.txt" -v to=1048576 | tr -d '#')" '' \
	    "which are the first ones"
	has "256 = 1.0 MiB in 600 s" "$work/loop.txt" \
	    "the screen says how many"
	is "$(last 6)" 600000000000 "and JSON what the window is"
}
undisturbed looped

again() {
	session "$dir/f" 'pace 2000' 'work loop set=1M passes=0' \
	    'wait-samples 10'
	is "$(last 2) $(last 5)" "256 true" "a page touched again counts once"
}
undisturbed again

session "$dir/f" 'work loop set=1M passes=5' wait-idle 'wait-samples 8' \
    'window 0.2' 'wait-samples 2' 'window 600' 'wait-samples 2' \
    "window 0.15" 2>/dev/null
is "$(cut -d ' ' -f 2,6 "$work/samples" | tail -n 4 | uniq)" \
    "$(printf '0 200000000\n256 600000000000')" \
    "another window counts what was touched before"
has "steps of 0.1" "$work/err" "a window is made of whole slots"

# --- by whatever touch -------------------------------------------------

# touched_by OP: in the set and on the map alike.
touched_by() {
	session "$dir/f" "work stride stride=16 op=$1" wait-idle \
	    'wait-samples 3'
	is "$(last 2) $(last 3)" "256 256" "op=$1 touches pages"
}
for op in load pread read; do
	undisturbed touched_by $op
done

by_writes() {
	session "$dir/f" 'map private write' wait-idle \
	    'work stride stride=16 op=write' wait-idle 'wait-samples 3'
	is "$(last 2) $(last 3)" "256 256" "op=write too"
}
undisturbed by_writes
session "$dir/f" 'advise populate' wait-idle 'advise willneed' wait-idle
is "$(last 2) $(last 3)" "0 0" "hints touch nothing"

# --- the very pages ----------------------------------------------------

# Without readahead a cold touch maps its page alone, and around it only what
# was touched before: the two views are the same.
very_pages() {
	"$HELPERS/pages" evict "$dir/f" || fail "the file can be evicted"
	session "$dir/f" 'advise random' 'work random touches=64 seed=3' \
	    wait-idle 'view mapped' 'wait-samples 2' \
	    "save-screen $work/mapped.txt" 'view touched' 'wait-samples 2' \
	    "save-screen $work/touched.txt"
	is "$(last 2)" "$(last 4)" "64 random touches: as many as are mapped"
	is "$(last 3)" "$(last 2)" "all of them shown"
	within "$(last 2)" 58 64 "64 less those touched twice"
	is "$(map_of "$work/touched.txt")" "$(map_of "$work/mapped.txt")" \
	    "the very pages"
}
undisturbed very_pages

# --- the window goes on ------------------------------------------------

# A walk of 1000 pages a second and a window of two seconds, then a stop. A
# busy machine is late with touches, or stops the worker for a moment.
paced() {
	session "$dir/f" 'window 2' 'pace 1000' 'work sequential passes=0' \
	    'wait-samples 30' stop 'wait-samples 26'
	awk '$5 == "true" { n++; if (n > 25) print $2 }' "$work/samples" \
	    >"$work/steady"
	awk 'NR == 1 || $1 < low { low = $1 } $1 > high { high = $1 }
	    END { print low, high, NR }' "$work/steady" >"$work/range"
	read -r low high n <"$work/range"
	within "$n" 3 10 "a walk of 1000 a second goes on"
	within "$low" 1700 2010 "its working set of two seconds: at least"
	within "$high" 1700 2010 "and at most"
	awk '$5 == "true" { stop = $1 } $5 == "false" && stop > 0 {
		if ($2 > before) grew = 1
		before = $2
		if ($2 > 0) full = $1 - stop
		else if (empty == 0) empty = $1 - stop
	    } { if ($5 == "true") before = $2 + 1000 }
	    END { printf "%d %d %d\n", full * 1000, empty * 1000, grew }' \
	    "$work/samples" >"$work/end"
	read -r full empty grew <"$work/end"
	within "$full" 1500 2150 "stopped: some of it is there for two seconds"
	within "$empty" 1800 2300 "and then none"
	is "$grew" 0 "less and less"
}
undisturbed paced

# --- the worker's own faults -------------------------------------------

# What it notes of its touches costs no fault, on the first walk or later.
no_faults() {
	drive 160x40 "$dir/f" 'advise populate' wait-idle \
	    'work random touches=5000 seed=4' wait-idle \
	    'work sequential' wait-idle
	is "$(effect "walk random" minor) $(effect "walk random" major)" \
	    "+0 +0" "a walk over mapped pages has no fault"
	is "$(effect "walk sequential" minor)" +0 "nor has the next"
}
undisturbed no_faults

# --- another mapping, another worker -----------------------------------

mapped_anew() {
	session "$dir/f" 'work sequential' wait-idle 'wait-samples 2' map \
	    wait-idle 'wait-samples 2' 'goto 50%' touch wait-idle \
	    'wait-samples 3'
	is "$(last 2) $(last 3)" "1 1" "a new mapping has no touched pages"
	is "$(cut -d ' ' -f 2 "$work/samples" | grep -v null | uniq |
	    tr '\n' ' ')" "0 $pages 0 1 " "as it happens"
	session "$dir/f" 'work sequential' wait-idle restart 'wait-samples 3'
	is "$(last 2) $(last 3)" "0 0" "nor has another worker"
}
undisturbed mapped_anew

part() {
	session "$dir/f" 'map from=4M length=4M' wait-idle 'work sequential' \
	    wait-idle 'wait-samples 3' 'view touched' 'wait-samples 3' \
	    "save-screen $work/part.txt"
	is "$(last 2) $(last 3)" "1024 1024" "of a part that is mapped"
	is "$(map_of "$work/part.txt" -v from=4194304 -v to=8388608 |
	    tr -d '#')" '' \
	    "the pages of that part"
}
undisturbed part
"$PAGETIDE" --json "$dir/f" | "$HELPERS/jsonget" counters.working_set_pages \
    layers.touched_pages >"$work/out"
is "$(cat "$work/out")" "null null" "without a worker nobody knows"

# --- a file of any size ------------------------------------------------

# A table that grew with the file would show in the worker's memory: it would
# be of 32768 pages.
truncate -s 256G "$dir/huge"
# By mincore alone a pass over all cells takes too long to wait for.
shown=400
[ "$(methods "$dir/f" | tail -n 1)" = cachestat ] || shown=null
far_apart() {
	session "$dir/huge" touch wait-idle 'goto 50%' touch wait-idle \
	    'goto 100%' touch wait-idle \
	    'work random touches=500 seed=1 op=pread' wait-idle \
	    'wait-samples 3'
	within "$(last 2)" 501 503 "256 GiB: exact"
	[ $shown = null ] || is "$(last 3)" "$(last 2)" "and shown"
	within "$("$HELPERS/jsonget" counters.rss_pages <"$work/json" |
	    tail -n 1)" 1 4000 "in little memory"
}
undisturbed far_apart

# What is noted is charged to the worker: under a limit it must not be that
# which kills it.
printf '%s\n' 'wait-samples 1' 'limit 16M' >"$work/limit.pt"
run "$PAGETIDE" --headless --script "$work/limit.pt" "$dir/huge"
if [ "$status" = 0 ]; then
	session "$dir/huge" 'limit 16M' wait-idle \
	    'work random touches=400 seed=1 op=pread' wait-idle \
	    'wait-samples 10' 'work random touches=4000 seed=2 op=pread' \
	    wait-idle 'view touched' 'wait-samples 2' \
	    "save-screen $work/far.txt" map wait-idle touch wait-idle
	has "done, 4000 touched" "$work/log" "a limited worker lives on"
	ok "its working set was known" \
	    grep -q "^[0-9.]* 400 $shown " "$work/samples"
	has "too many pages far apart" "$work/far.txt" "until it took too much"
	is "$(last 2)" 1 "and is again with the next mapping"
else
	skip "$(sed 's/.*limit.pt:2: //; q' "$work/err")" 4
fi
rm "$dir/huge"
done_testing
