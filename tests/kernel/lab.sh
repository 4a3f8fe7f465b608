#!/bin/sh
# Walks of each kind on a real file, as the events describe them.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=4096
"$HELPERS/pages" make "$dir/f" $pages
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")

# session LINE...: a headless session on the evicted file; its events are in
# $work/log.
session() {
	drive_cold 120x40 "$dir/f" "$@"
}

# Pages may be reclaimed between the act and the look: SLACK of them.
slack=200
all=$((pages - slack))

by_calls() {
	session 'work sequential op=pread' wait-idle 'advise evict yes' \
	    wait-idle 'work sequential op=read' wait-idle
	is "$status" 0 "reading by calls"
	for op in pread read; do
		is "$(effect "op=$op" minor)" +0 "$op: no minor fault"
		is "$(effect "op=$op" major)" +0 "and no major fault"
		is "$(effect "op=$op" mapped)" +0 "nothing is mapped"
		within "$(effect "op=$op" cached)" $all $pages \
		    "all is in the cache"
	done
}

behind_evict() {
	session 'work chunked window=1M behind=evict' wait-idle
	is "$status" 0 "chunked"
	has "window=1M behind=evict" "$work/log" "the event shows the window"
	has "done, $pages touched" "$work/log" "every page was touched"
	within "$(effect "walk chunked" mapped)" 0 0 "no PTE is left"
	within "$(effect "walk chunked" cached)" 0 0 \
	    "no page is left in the cache"
}

behind_dontneed() {
	session 'work chunked window=1M' wait-idle
	within "$(effect "walk chunked" mapped)" 0 0 \
	    "behind=dontneed: no PTE is left"
	within "$(effect "walk chunked" cached)" $all $pages \
	    "but the cache is full"
}

under_random() {
	session 'advise random' wait-idle 'work permutation' wait-idle
	within "$(effect "walk permutation" major)" $all $pages \
	    "permutation under RANDOM: a major fault for each page"
	within "$(effect "walk permutation" mapped)" $all $pages \
	    "each page once"
	has "page by page it would be $pages major" "$work/log" \
	    "as the forecast says"
	hasnt "without readahead" "$work/log" "which was right: no readahead"
}

under_normal() {
	session 'work sequential' wait-idle
	within "$(effect "walk sequential" major)" 1 $((pages / 4)) \
	    "the same under NORMAL: few major faults"
	has "without readahead it would be $pages major" "$work/log" \
	    "and the event says why they are fewer than the forecast"
}

latency() {
	session 'work random touches=64 seed=3' wait-idle 'key T' \
	    'wait-samples 1' "save-screen $work/latency.txt"
	has "LATENCY of the walk" "$work/latency.txt" "T shows the latency"
	has "touches" "$work/latency.txt" "and how many touches"
	sum=$(sed -n 's/.*| touches *//p' "$work/latency.txt" |
	    awk '{ print $1 + $2 + $3 }')
	is "$sum" 64 "the histogram adds up to the touches"
}

# told PATH...: from the last sample of the session, as JSON.
told() {
	"$HELPERS/jsonget" "$@" <"$work/out"
}

# buckets KIND: the sum of them.
buckets() {
	told "walk.latency.$1.buckets" | tr -d '[]' | tr , '\n' |
	    awk '{ n += $1 } END { print n }'
}

latency_json() {
	"$HELPERS/pages" evict "$dir/f"
	printf '%s\n' 'wait-samples 2' 'pace full' "$2" wait-idle \
	    >"$work/walk.pt"
	run timeout 60 "$PAGETIDE" --headless --script "$work/walk.pt" --json \
	    "$dir/f"
	is "$status $(told walk.outcome.touches walk.outcome.alone)" \
	    "0 $1 true" "$2: all $1 touches"
	sum=0
	for kind in no_fault minor major; do
		n=$(buckets $kind)
		is "$n" "$(told walk.latency.$kind.touches)" \
		    "$kind: the buckets add up to $n"
		sum=$((sum + n))
	done
	is "$sum" "$1" "and all of them to the touches"
	for kind in minor major; do
		n=$(told walk.latency.$kind.touches)
		n=$((n + $(told walk.latency.stray_${kind}_faults)))
		within "$(told walk.outcome.${kind}_faults)" "$n" $((n + 40)) \
		    "$kind: with the strays they are the faults of /proc"
	done
}

forecast_json() {
	latency_json "$pages" 'work sequential'
	is "$(told walk.forecast.minor_faults walk.forecast.major_faults)" \
	    "0 $pages" "the forecast for an evicted file"
	within "$(told walk.outcome.major_faults)" 1 $((pages / 4)) \
	    "beside the outcome"
}

# pass_us FILE: how long a pass over it takes, by mincore, in microseconds.
pass_us() {
	"$PAGETIDE" --json --source mincore "$1" |
	    "$HELPERS/jsonget" scan.duration_ns |
	    awk '{ printf "%d\n", $1 / 1000 }'
}

# One page in each cell of the overview, of four pages, is cached: the forecast
# of a walk that leaves pages out has to look at the pages themselves.
forecast_pages() {
	"$HELPERS/pages" evict "$dir/g"
	"$HELPERS/pages" read "$dir/g" $(seq 0 4 8191)
	drive 120x40 "$dir/g" 'advise random' wait-idle \
	    'work stride stride=6' wait-idle
	touched=$((16384 / 6 + 1))
	grep "walk stride" "$work/log" | tail -n 1 |
	    sed -n 's|.* it would be \([0-9]*\) minor \([0-9]*\) major.*|\1 \2|p' \
	    >"$work/forecast"
	read -r minor major <"$work/forecast" || minor= major=
	# A forecast may take a few milliseconds, and no more.
	if [ -z "$minor" ] && [ "$(pass_us "$dir/g")" -gt 2000 ]; then
		skip "a look at 16384 pages takes too long here" 3
		return
	fi
	within "$minor" 640 683 "the forecast tells the cached pages apart"
	is $((minor + major)) $touched "and the others"
	within "$(effect "walk stride" major)" "$major" $((major + 20)) \
	    "as it comes"
}

loops() {
	session 'advise random' wait-idle 'work loop set=1M passes=5' wait-idle
	within "$(effect "walk loop" major)" 256 300 \
	    "loop: the set is read in the first pass"
	has "done, 1280 touched" "$work/log" "and touched in each"
}

hotspot() {
	session 'advise random' wait-idle \
	    'work hotspot hot=1% share=100%' wait-idle
	within "$(effect "walk hotspot" cached)" 40 41 \
	    "hotspot: only hot pages come"
}

undisturbed by_calls
behind_evict
undisturbed behind_dontneed
undisturbed under_random
undisturbed under_normal
latency
latency_json 64 'work random touches=64 seed=3'
undisturbed forecast_json
"$HELPERS/pages" make "$dir/g" 16384
undisturbed forecast_pages
undisturbed loops
undisturbed hotspot

# time_axis SCREEN: the letters under the graphs.
time_axis() {
	sed -n '/^-[0-9]* s, /{s/-[0-9]* s, [0-9]* s a column//g;p;}' "$1"
}

session 'work random op=write' wait-idle 'wait-samples 1' \
    "save-screen $work/refused.txt" 'work random touches=3' wait-idle \
    'wait-samples 1' "save-screen $work/made.txt"
has "refused: EACCES; the mapping can't be written" "$work/log" \
    "writing is refused on a read-only mapping"
is "$(time_axis "$work/refused.txt" | tr -dc a-z)" "" \
    "a walk that was not made has no mark under the graphs"
is "$(time_axis "$work/made.txt" | tr -dc a-z)" rrr "one that was made has"

printf '%s\n' 'wait-samples 1' 'pace full' 'work random passes=0' wait-idle |
    timeout 60 "$PAGETIDE" --fake 1 --headless --script - \
    --log "$work/log" >"$work/out" 2>&1
has "done, 10000 touched" "$work/log" "a random walk without end has a cap"

for bad in stride=0 window=0 hot=10 hot=0% hot=101% behind=x op=x nonsense=1; do
	printf '%s\n' "work sequential $bad" |
	    timeout 60 "$PAGETIDE" --fake 1 --headless --script - \
	    >"$work/out" 2>&1
	is $? 1 "work $bad is refused"
done

is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the file is what it was: content, mtime and ctime"
done_testing
