#!/bin/sh
# Which pages each walk touches: the evicted file under RANDOM, where a touch
# brings in its page and no other, against an oracle that says page by page.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
# A page a cell on the screen, so that ranges are of single pages.
pages=1024
"$HELPERS/pages" make "$dir/f" $pages
"$HELPERS/pages" make "$dir/g" 16384
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")

# oracle CONDITION: 1 for each page p of n for which it holds, else 0.
oracle() {
	awk -v n=$pages 'BEGIN {
		for (p = 0; p < n; p++)
			printf "%d", ('"$1"') ? 1 : 0
		print ""
	    }'
}

# ones FILE
ones() {
	tr -dc 1 <"$1" | wc -c
}

# touches CONDITION LINE...: the lines bring in the pages for which it holds.
touches() {
	oracle "$1" >"$work/oracle"
	shift
	"$HELPERS/pages" evict "$dir/f"
	drive 120x40 "$dir/f" 'advise random' wait-idle "$@" wait-idle
	"$HELPERS/residency" -p "$dir/f" >"$work/cached"
	for last; do :; done
	is "$status" 0 "$last: a session"
	ok "$(ones "$work/oracle") pages, and these" \
	    cmp "$work/oracle" "$work/cached"
	within "$(effect " work: " mapped)" "$(ones "$work/oracle")" \
	    "$(ones "$work/oracle")" "mapped are as many"
}

undisturbed touches 'p < 300' 'work sequential touches=300'
undisturbed touches 'p >= n - 300' 'work backward touches=300'
undisturbed touches 'p % 7 == 0' 'work stride stride=7'
undisturbed touches 'p % 7 == 0' 'work stride stride=7 passes=3'
undisturbed touches 'p < 256' 'work loop set=1M passes=4'
# A tenth of 1024 pages, rounded up. So many touches leave none of them out.
undisturbed touches 'p < 103' 'work hotspot hot=10% share=100% passes=3'
undisturbed touches 'p >= 103' 'work hotspot hot=10% share=0% passes=25'
undisturbed touches 1 'work permutation'
undisturbed touches 'p == 700' 'goto 2800K' touch
for range in sequential backward permutation 'loop set=4M' 'stride stride=1'; do
	undisturbed touches 'p >= 256 && p <= 512' \
	    'goto 25%' select 'goto 50%' "work $range"
done
undisturbed touches 'p >= 256 && p <= 512 && (p - 256) % 5 == 0' \
    'goto 25%' select 'goto 50%' 'work stride stride=5'
undisturbed touches 'p >= 256 && p < 356' 'map from=1M length=1M' wait-idle \
    'advise random' wait-idle 'work sequential touches=100'

# What a random walk touches depends on its seed alone: the simulated file
# of as many pages, walked the same way, is the oracle.
# mapped_of PAGETIDE-ARGUMENT...: 0 or 1 of each page, as JSON has them.
mapped_of() {
	timeout 120 "$PAGETIDE" --headless --script "$work/walk.pt" --json \
	    --cells 16384 "$@" | "$HELPERS/jsonget" cells.mapped |
	    tr -d '[],\n'
}

by_chance() {
	printf '%s\n' 'wait-samples 2' 'pace full' 'advise evict yes' \
	    wait-idle 'advise random' wait-idle "work $1" wait-idle \
	    >"$work/walk.pt"
	mapped_of --fake 1 >"$work/oracle"
	mapped_of "$dir/g" >"$work/mapped"
	within "$(ones "$work/oracle")" "$2" "$3" "$1: so many pages"
	ok "and these" cmp "$work/oracle" "$work/mapped"
	"$HELPERS/residency" -p "$dir/g" | tr -d '\n' >"$work/cached"
	ok "and they are the ones that came" cmp "$work/oracle" "$work/cached"
}

undisturbed by_chance 'random touches=500 seed=5' 450 500
undisturbed by_chance 'random touches=500 seed=6' 450 500
undisturbed by_chance 'permutation touches=500 seed=5' 500 500
undisturbed by_chance 'hotspot hot=5% share=80% touches=500 seed=5' 350 500

# Reading by calls, without readahead: the pages come, and none is mapped.
by_call() {
	"$HELPERS/pages" evict "$dir/f"
	oracle 'p % 9 == 0' >"$work/oracle"
	drive 120x40 "$dir/f" 'advise fadvise-random' wait-idle \
	    "work stride stride=9 op=$1" wait-idle
	"$HELPERS/residency" -p "$dir/f" >"$work/cached"
	ok "op=$1 brings in its pages" cmp "$work/oracle" "$work/cached"
	is "$(effect "op=$1" mapped)" +0 "and maps none"
}
undisturbed by_call pread
undisturbed by_call read

# Writing copies the pages that are written, and no other.
copies() {
	"$HELPERS/pages" evict "$dir/f"
	drive 120x40 "$dir/f" 'map private write' wait-idle \
	    'work hotspot hot=10% share=100% passes=3 op=write' wait-idle
	is "$(effect "op=write" private)" +103 "op=write: 103 hot pages, copied"
}
undisturbed copies

is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the file is what it was: content, mtime and ctime"
done_testing
