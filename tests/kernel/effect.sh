#!/bin/sh
# What an act did itself, counted by the worker around its call: the same
# whatever the walk does before and after it.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=16384
"$HELPERS/pages" make "$dir/f" $pages
case $(methods "$dir/f") in
*cachestat*) ;;
*) skip_all "no cachestat: counting by mincore may not be over in time" ;;
esac

# said NEEDLE: the event, without the time of its line.
said() {
	event "$1" | sed 's/^[^ ]* [^ ]* //'
}

# P, f and D in the middle of the walk.
amidst_a_walk() {
	drive 120x40 "$dir/f" 'pace 2000' 'advise populate' 'work sequential' \
	    'wait-samples 3' 'advise dontneed' 'wait-samples 14' stop wait-idle
	is "$status" 0 "P, f, D in the middle of the walk"
	said MADV_DONTNEED >"$work/d"
	has "mapped $pages -> 0" "$work/d" "mapped $pages -> 0"
	has "cached $pages =" "$work/d" "and the cache as it was"
	ok "with how long it took" grep -q ' = 0 in [0-9.]* [num]*s;' "$work/d"
	ok "what the walk did then stands apart" grep -q \
	    'then, [0-9.]* s, with the walk: .*minor +[1-9]' "$work/d"
	has "the cache keeps the pages" "$work/d" "and why nothing went"
	drive 120x40 "$dir/f" 'advise populate' \
	    'wait act.mapped_after == '$pages 'work sequential' \
	    'advise dontneed' 'wait act.mapped_before == '$pages \
	    'wait act.mapped_after == 0' 'wait act.cached_after == '$pages \
	    'wait act.call_ns > 0' stop
	is "$status" 0 "conditions can be about it"
}

# W, and P beside it: it returns at once, and the pages come later, unless
# storage is quicker than the call.
beside_each_other() {
	drive_cold 120x40 "$dir/f" 'advise willneed' wait-idle
	said MADV_WILLNEED >"$work/w"
	ok "W: when the last page came" grep -q \
	    -e 'last page arrived after [0-9.]* [mu]*s' \
	    -e 'all there at its return' "$work/w"
	ok "it maps nothing" grep -q 'mapped 0 =  cached 0 -> [0-9]' "$work/w"
	ok "and was over before" awk '
	    function ms(n, unit) {
		return unit == "ms" ? n : unit == "us" ? n / 1000 : \
		    unit == "ns" ? n / 1000000 : n * 1000
	    }
	    {
		for (i = 1; i < NF; i++) {
			if ($i == "in")
				call = ms($(i + 1), $(i + 2))
			if ($i == "after")
				last = ms($(i + 1), $(i + 2))
		}
		sub(/;/, "", call)
		exit last != "" && call > last
	    }' "$work/w"
	drive_cold 120x40 "$dir/f" 'advise populate' wait-idle
	said POPULATE_READ >"$work/p"
	has "mapped 0 -> $pages  cached 0 -> $pages" "$work/p" \
	    "P: all of it, mapped"
	has "all there at its return" "$work/p" "and there when it returned"
}

touches_have_times() {
	drive_cold 120x40 "$dir/f" touch wait-idle 'advise dontneed' \
	    wait-idle touch wait-idle touch wait-idle
	grep 'touch page' "$work/log" | sed -n \
	    's/.* [0-9.]*[KMG]* \([a-z ]*\) in [0-9.]* [num]*s;.*/\1/p' \
	    >"$work/faults"
	is "$(tr '\n' , <"$work/faults")" \
	    "major,minor,no fault," "t: which fault, and its time"
}

# Sparse, and never read: P asks above 256 MiB.
truncate -s 300M "$dir/sparse"
drive 120x40 "$dir/sparse" 'key P' "save-screen $work/asks.txt"
has "may read 300.0 MiB. Do it? y/[n]" "$work/asks.txt" "P asks where it may read 300 MiB"
ok "then nothing is done yet" test "$(grep -c 'hint: ' "$work/log")" = 0

undisturbed amidst_a_walk
undisturbed beside_each_other
# Steps: what each touch of a walk brought in.
steps_are_counted() {
	drive_cold 120x40 "$dir/f" 'work sequential pause=on' step step stop \
	    wait-idle
	grep 'step: page' "$work/log" >"$work/steps"
	ok "n: a miss, and all that came with it" grep -q \
	    'page 0 at 0 major in .* mapped 0 -> [0-9]*  cached 0 -> [0-9]' \
	    "$work/steps"
	ok "n again: mapped already" grep -q \
	    'page 1 at 4K no fault in .* mapped [0-9]* =  cached [0-9]* =' \
	    "$work/steps"
}

# Acts one right after the other, in one sample: each has its own doing, and
# nothing of it is what came after another.
acts_in_one_sample() {
	drive_cold 120x40 "$dir/f" touch touch wait-idle
	grep 'touch page' "$work/log" >"$work/touches"
	is "$(wc -l <"$work/touches")" 2 "two touches"
	ok "nothing came after them" sh -c '! grep then, "$1"' - "$work/touches"
	ok "the second finds what the first brought" grep -q \
	    'no fault in [^;]*; PTE? yes .*  mapped [0-9]* =  cached [0-9]* =$' \
	    "$work/touches"
	drive_cold 120x40 "$dir/f" 'goto 32M' touch 'goto 48M' touch \
	    'goto 16M' touch wait-idle
	grep 'touch page' "$work/log" >"$work/touches"
	is "$(grep -c 'major +1  read' "$work/touches")" 3 "three misses"
	ok "none is another's" sh -c '! grep then, "$1"' - "$work/touches"
	drive_cold 120x40 "$dir/f" touch 'advise dontneed' wait-idle
	said MADV_DONTNEED >"$work/d"
	ok "a hint after a touch drops its PTEs" grep -q \
	    'mapped [1-9][0-9]* -> 0  cached [1-9][0-9]* =' "$work/d"
	hasnt "then," "$work/d" "and the touch is not what came then"
}

# The second replaces the first, which has touched something by then: which of
# the two did what can't be told.
walks_in_one_sample() {
	drive_cold 120x40 "$dir/f" 'work sequential touches=16' \
	    'work sequential touches=16' wait-idle
	event 'work: walk' >"$work/walk"
	ok "what two walks did is told as of both" grep -q \
	    'done, 16 touched;.*(other acts too)' "$work/walk"
	hasnt 'it would be' "$work/walk" \
	    "and nothing was foreseen of the second in the middle of the first"
}

# What is cached of the file is not a matter of the mapping.
mapped_in_part() {
	drive 120x40 "$dir/f" 'map from=1M length=2M' 'advise populate' \
	    wait-idle 'map from=1M length=8K' wait-idle
	said mmap >"$work/map"
	has "cached 2 =" "$work/map" "a smaller part: as much is cached"
	ok "PTEs beside it went" grep -q 'beside it mapped -510$' "$work/map"
	drive_cold 120x40 "$dir/f" 'map from=32M length=1M' 'goto 32M+512K' \
	    touch wait-idle
	said 'touch page' >"$work/touch"
	ok "readahead beside the mapping is the touch's own" sh -c '
	    grep -q "beside it cached +" "$1" && ! grep "then," "$1"' - \
	    "$work/touch"
	hasnt "then," "$work/map" "nothing else happened"
}

# An act right after the start: what was there before is the act's own count.
at_once() {
	"$HELPERS/pages" evict "$dir/f"
	rm -f "$work/log"
	printf 'touch\nwait-idle\n' | "$PAGETIDE" --headless --map private \
	    --script - --log "$work/log" "$dir/f" >"$work/out" 2>&1
	said mmap >"$work/map"
	ok "the first mapping is followed by an act at once" grep -q \
	    'mapped 0 =  cached 0 =$' "$work/map"
	ok "of which all is told" grep -q 'mapped 0 -> [0-9]' "$work/log"
}

# By mincore, which sees pages as they arrive.
by_mincore() {
	"$HELPERS/pages" evict "$dir/f"
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' "$@" | "$PAGETIDE" --headless \
	    --source mincore --script - --log "$work/log" "$dir/f" \
	    >"$work/out" 2>&1
}

counted_by_mincore() {
	by_mincore 'advise willneed-all' wait-idle
	said MADV_WILLNEED >"$work/w"
	ok "what arrives is not what came then" sh -c \
	    '! grep "then, .*cached +" "$1"' - "$work/w"
	by_mincore 'advise fadvise-willneed' 'advise dontneed' wait-idle
	said FADV_WILLNEED >"$work/w"
	hasnt asked "$work/w" "nor is it short of what still comes"
	said MADV_DONTNEED >"$work/d"
	ok "nor the next act's" sh -c '! grep "cached [0-9]* ->" "$1"' - \
	    "$work/d"
}

undisturbed acts_in_one_sample
undisturbed walks_in_one_sample
undisturbed mapped_in_part
undisturbed at_once
undisturbed counted_by_mincore
undisturbed touches_have_times
undisturbed steps_are_counted
done_testing
