#!/bin/sh
# Files that Linux can hold are watched, also where no process can map them
# at once, or the page past the end has no offset. Sparse, on tmpfs and XFS.
. "${srcdir:-.}/tests/lib.sh"

dir=$(mktemp -d /dev/shm/pagetide.XXXXXX 2>/dev/null)
trap '[ -z "$dir" ] || rm -rf "$dir"; test_end' EXIT
[ -n "$dir" ] && [ "$(stat -f -c %T "$dir")" = tmpfs ] ||
    skip_all "no tmpfs at /dev/shm"
chmod 755 "$dir"

get() {
	"$HELPERS/jsonget" "$@" <"$work/out"
}

# session FILE LINE...
session() {
	session_file=$1
	shift
	rm -f "$work/log"
	status=0
	printf '%s\n' "wait-samples $(patience 3)" "$@" | timeout 60 "$PAGETIDE" \
	    --headless -d 0.05 --log "$work/log" --script - \
	    "$session_file" >"$work/out" 2>&1 || status=$?
}

# looked_at FILE BYTES PAGES NAME: all views and zooms; its last page is
# cached.
looked_at() {
	truncate -s 0 "$1"
	truncate -s "$2" "$1"
	last_byte "$1" $(($2 - 1))
	run timeout 60 "$PAGETIDE" --json --cells 16384 "$1"
	is "$status $(get target.size_bytes target.pages \
	    layers.cached_pages)" "0 $2 $3 1" "$4: its size and what is cached"
	is "$(wc -c <"$work/err")" 0 "and no word of complaint"
	few="wait-samples $(patience 2)"
	session "$1" 'zoom in' "$few" 'zoom in' 'zoom pages' \
	    'move end' "$few" "save-screen $work/1.txt" \
	    'view holes' "$few" "save-screen $work/2.txt" \
	    'view inflight' "$few" 'view mapped' 'move home' \
	    "$few" 'zoom fit' "$few" 'goto 50%' \
	    "$few" 'map from=0 length=1M' wait-idle \
	    'advise populate' wait-idle 'wait layers.mapped_pages == 256' \
	    "save-screen $work/3.txt"
	is "$status" 0 "$4: a session"
	is "$(pages_shown cached "$3" <"$work/1.txt")" 1 "$4: the total"
	has "cached           1 of 1" "$work/1.txt" "$4: its last page"
	has " HOLES" "$work/2.txt" "$4: holes"
	has "no room for so much at once: map a part" "$work/log" \
	    "$4: that all of it can't be mapped"
	has "(:map from=0 length=1G)" "$work/log" \
	    "$4: and what can"
	has "mapped 256 =" "$work/3.txt" "$4: a part of it can be mapped"
}

# refused FILE NAME: acts, where nothing is mapped.
refused() {
	for act in 'advise willneed' 'work sequential' touch; do
		session "$1" "$act"
		is "$status" 1 "$2: $act has nothing to act on"
		has "the worker has nothing mapped: map a part" "$work/out" \
		    "$2: which is said"
	done
}

# last_byte FILE OFFSET: brings in its last page.
last_byte() {
	printf x | dd of="$1" bs=1 seek="$2" conv=notrunc 2>"$work/.dd"
}

printf x >"$dir/small"
# mincore has a byte for each page: of exabytes it is never through.
if ! methods "$dir/small" | grep -q cachestat; then
	if truncate -s 100T "$dir/100t" 2>/dev/null; then
		run timeout 2 "$PAGETIDE" --json "$dir/100t"
		is "$(wc -c <"$work/err")" 0 "by mincore it is only slow"
	else
		skip "no file of 100 TiB here"
	fi
	skip "no cachestat here: nothing counts so many pages in time"
	done_testing
	exit
fi
max=9223372036854775807
if truncate -s $max "$dir/max" 2>/dev/null &&
    last_byte "$dir/max" $((max - 1)); then
	undisturbed looked_at "$dir/max" $max 2251799813685248 "8 EiB - 1"
	refused "$dir/max" "8 EiB - 1"
	# The page past the end is what shows whether mincore lies.
	if as_nobody true 2>/dev/null; then
		chmod 644 "$dir/max"
		run as_nobody "$PAGETIDE" --json "$dir/max"
		is "$status $(get layers.cached_pages)" "4 null" \
		    "who does not own it is told nothing"
		chmod 666 "$dir/max"
		run as_nobody timeout 60 "$PAGETIDE" --json "$dir/max"
		is "$status" 0 "who may write it"
		within "$(get layers.cached_pages)" 1 257 "is told the truth"
	else
		skip "nobody can't be become here" 3
	fi
else
	skip "no file of 8 EiB - 1 here" 18
fi
if truncate -s 100T "$dir/100t" 2>/dev/null; then
	undisturbed looked_at "$dir/100t" 109951162777600 26843545600 "100 TiB"
	# By mincore, in parts: what is known of it is right.
	session "$dir/100t" 'zoom pages' 'move end' 'wait-samples 3' \
	    "save-screen $work/1.txt"
	run timeout 2 "$PAGETIDE" --json --source mincore "$dir/100t"
	is "$(wc -c <"$work/err")" 0 "by mincore it is only slow"
else
	skip "no file of 100 TiB here" 10
fi
done_testing
