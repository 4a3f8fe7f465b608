#!/bin/sh
# Screens at many zooms of random page sets: every cell is what a program of
# our own says page by page, and zooming leaves the cursor where it is.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/f
. "$srcdir/tests/pagesets.sh"

pages=70001
"$HELPERS/pages" make "$file" $pages
truncate -s -1000 "$file"

file_bytes=$((pages * page_bytes))

# screens SCRIPT: a session that saves them, between two looks at the pages.
screens() {
	residency -p >"$work/looks"
	timeout 60 "$PAGETIDE" --headless --ascii --read-only --size 200x60 \
	    --interval 0.01 --script "$1" "$file" >"$work/out" 2>&1 ||
	    diag <"$work/out"
	residency -p >>"$work/looks"
}

# cells: compares the cells of the screens named with what is in memory.
cells() {
	awk -f "$srcdir/tests/map.awk" -f "$srcdir/tests/cells.awk" -v page_bytes="$page_bytes" \
	    "$work/looks" "$@" >"$work/told"
}

# zooms NAME PAGE...: a script that saves the screen at each place, from one
# page a cell outward.
zooms() {
	name=$1
	shift
	for place; do
		echo "zoom pages"
		echo "goto $((place * page_bytes))"
		for level in 0 1 2 3 4 fit; do
			[ $level != fit ] || echo "zoom fit"
			echo "wait-samples $(patience 3)"
			echo "save-screen $work/$name.$place.$level.txt"
			echo "zoom out"
		done
	done
}

# zoomed KIND: a random page set of that kind. Here and there, and surely where
# there is something to be seen; the start, the end.
zoomed() {
	bring $1 $pages
	first=$(residency -p | awk '{ print index($0, 1) - 1 }')
	places="0 $first $((pages - 2))"
	for n in 1 2 3 4; do
		places="$places $(($(draw place $1 $n) * 3 % pages))"
	done
	rm -f "$work/$1".*.txt
	zooms $1 $places >"$work/script"
	screens "$work/script"
	cells "$work/$1".*.txt
	is "$?" 0 "$1: each cell of $(ls "$work/$1".*.txt | wc -l) screens"
	within "$(sed -n 's/compared \([0-9]*\), .*/\1/p' "$work/told")" 20000 \
	    1000000 "$1: they were compared"
	grep -v '^X ' "$work/told" | sed 20q | diag
}

# kept N: a zoom leaves the cursor's cell where it is on the screen, unless
# that would leave room behind an end of the file.
kept() {
	offset=$(((30 + $(draw keep $1) % 40) * file_bytes / 100))
	rm -f "$work"/keep.*
	{
		echo "goto $offset"
		for level in 0 1 2 3 4 5 6 7 8 9; do
			echo "wait-samples $(patience 3)"
			echo "save-screen $work/keep.$level.txt"
			[ $level -lt 5 ] && echo "key +" || echo "key -"
		done
	} >"$work/script"
	screens "$work/script"
	cells "$work"/keep.*.txt
	is "$?" 0 "zoomed at $offset: each cell"
	is "$(awk '/^X/ {
		way = $5 " of " was
		if ($5 * 2 == was)
			way = "in"
		else if ($5 == was * 2)
			way = "out"
		if (n++ > 0)
			printf "%s ", way
		was = $5
	}' "$work/told")" "in in in in in out out out out " \
	    "$offset: in and out"
	within "$(awk '/^X/ {
		if (NR > 1 && !$6)
			kept += $3 == row && $4 == column ? 1 : -100
		row = $3
		column = $4
	} END { print kept + 0 }' "$work/told")" 6 9 \
	    "$offset: X stays in its place" || diag <"$work/told"
}

for kind in single runs blocks most; do
	undisturbed zoomed $kind
done
for n in 1 2 3; do
	undisturbed kept $n
done
done_testing
