#!/bin/sh
# mincore and cachestat against each other and against what a program of our
# own says page by page, on random page sets.
# SEED=N repeats a run.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/f
. "$srcdir/tests/pagesets.sh"

# Pages of a cell when PAGES are to fit into N cells, of 16384 at most.
cell_pages() {
	size=1
	while [ $((($1 + size - 1) / size)) -gt "$2" ]; do
		size=$((size * 2))
	done
	echo $size
}

"$HELPERS/pages" make "$file" 1
methods=$(methods "$file")

# look METHOD N: what pagetide says, as the oracle would print it.
look() {
	"$PAGETIDE" --json --cells "$2" --source "$1" "$file" |
	    "$HELPERS/jsonget" layers.cached_pages cells.pages_per_cell \
	    cells.cached scan.source
}

# oracle CELL: the same by a program of our own.
oracle() {
	echo "$(residency) $1 $(residency -c "$1")"
}

# bounded MOST GOT LEAST: is each number of GOT between the others?
bounded() {
	printf '%s\n' "$1" "$2" "$3" | tr -c '0-9\n' ' ' | awk '
	NR == 1 { n = split($0, most) }
	NR == 2 { bad = split($0, got) != n }
	NR == 3 {
		bad = bad || split($0, least) != n
		for (i = 1; i <= n; i++)
			bad = bad || got[i] + 0 < least[i] + 0 ||
			    got[i] + 0 > most[i] + 0
	}
	END { exit bad }'
}

# agree PAGES N: all say the same, cell by cell. Nobody brings in a page
# meanwhile, but the machine may take some away: then each number is between
# what was there before and after, and all of it is counted again.
agree() {
	cell=$(cell_pages "$1" "$2")
	for try in 1 2 3 4 5 6 7 8 9 10; do
		before=$(oracle "$cell")
		for method in $methods; do
			look $method "$2" >"$work/got.$method"
		done
		after=$(oracle "$cell")
		for method in $methods; do
			got=$(cat "$work/got.$method")
			[ "${got##* }" = $method ] &&
			    bounded "$before" "${got% *}" "$after" && continue
			echo "$2 cells, wrong: $got" | cut -c 1-200
			echo "from $before" | cut -c 1-200
			echo "to   $after" | cut -c 1-200
			return 1
		done
		[ "$before" != "$after" ] || return 0
	done
	echo "pages go all the time"
}

# agree_all PAGES N...
agree_all() {
	count=$1
	shift
	for cells; do
		agree "$count" "$cells" || return 1
	done
}

# fincore counts in the same way as long as nothing changes.
fincore_agrees() {
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		before=$(residency)
		said=$(fincore --noheadings --raw --output PAGES "$file")
		got=$("$PAGETIDE" --json "$file" |
		    "$HELPERS/jsonget" layers.cached_pages)
		[ "$(residency)" = "$before" ] || continue
		echo "residency $before, fincore $said, pagetide $got"
		[ "$got" = "$said" ] && return 0 || return 1
	done
	return 1
}

for pages in 1 511 4096 16384 70001; do
	"$HELPERS/pages" make "$file" $pages
	# All but one end within a page.
	[ $pages = 4096 ] || truncate -s -$((1 + $(draw end $pages) % 4095)) \
	    "$file"
	for kind in none single runs blocks most folios; do
		bring $kind $pages || diag "can't bring $kind"
		ok "$pages pages, $kind: cell by cell" \
		    agree_all $pages 1 7 64 1000 16384
	done
	if command -v fincore >/dev/null; then
		bring runs $pages
		ok "$pages pages: fincore's total" fincore_agrees
	else
		skip "no fincore"
	fi
done

# So long that even the finest cells have 128 pages.
pages=2000001
rm "$file"
truncate -s $((pages * page_bytes - 1)) "$file"
for kind in runs blocks; do
	bring $kind $pages
	ok "$pages pages, $kind: cell by cell" agree_all $pages 7 16384
done
done_testing
