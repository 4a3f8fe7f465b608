#!/bin/sh
# Plain lines and JSON: no terminal, unknown is null, exit statuses.
. "${srcdir:-.}/tests/lib.sh"

get() {
	"$HELPERS/jsonget" "$@" <"$work/out"
}

# Without a terminal on stdout it is batch by itself, TERM or not.
run env TERM=nonsense "$PAGETIDE" --fake 7 -n 3 -d 0.1
is "$status" 0 "no terminal: batch"
is "$(wc -l <"$work/out")" 3 "one line a sample"
has "cached=" "$work/out" "with the cached pages"
is "$(tr -d '[:print:]\n' <"$work/out" | wc -c)" 0 "printable only"

run "$PAGETIDE" --fake 7 --json
is "$status" 0 "--json"
is "$(wc -l <"$work/out")" 1 "one object"
is "$(get schema)" "pagetide/1" "schema"
is "$(get target.size_bytes target.page_size_bytes target.pages)" \
    "67108864 4096 16384" "target in raw units"
is "$(get target.filesystem target.readahead_bytes)" "ext4 131072" \
    "file system and readahead"

run "$PAGETIDE" --fake 7 --ndjson -n 2 -d 0.1 --cells 16
is "$(wc -l <"$work/out")" 2 "--ndjson: a line each"
is "$(get seq | tr '\n' ' ')" "1 2 " "numbered"
sum=$(get cells.cached | sed 's/[][]//g; s/,/+/g; q')
is "$(($sum))" "$(get layers.cached_pages | sed q)" "cells sum up to the total"
is "$(get cells.pages_per_cell | sed q)" 1024 "16 cells"

# A headless session prints its samples too.
printf '%s\n' 'wait-samples 2' 'work random touches=64' wait-idle \
    >"$work/walk.pt"
run "$PAGETIDE" --fake 7 --json --headless --script "$work/walk.pt" --cells 16
is "$status $(wc -l <"$work/out")" "0 1" "--headless --json: the last sample"
is "$(get walk.pattern walk.outcome.touches walk.outcome.alone)" \
    "random 64 true" "with what came of the walk"
is "$(get cells.pages_per_cell)" 1024 "and cells"
run "$PAGETIDE" --fake 7 --headless --ndjson --script "$work/walk.pt"
ok "--headless --ndjson: a line each" test "$(wc -l <"$work/out")" -ge 3
is "$(get walk | sed -n '1p;2p' | tr '\n' ' ')" "null null " \
    "no walk before the first"
tail -n 1 "$work/out" >"$work/last" && mv "$work/last" "$work/out"
is "$(get walk.outcome.touches)" 64 "its outcome at the end"
echo nonsense >>"$work/walk.pt"
run "$PAGETIDE" --fake 7 --json --headless --script "$work/walk.pt"
is "$status $(wc -l <"$work/out")" "1 0" "a script that fails prints nothing"
if [ -w /dev/full ]; then
	status=0
	echo 'wait-samples 9999' | "$PAGETIDE" --fake 7 --headless --ndjson \
	    --script - >/dev/full 2>"$work/err" || status=$?
	is "$status" 1 "output that can't be written ends the session"
	has "can't write" "$work/err" "with a message"
else
	skip "no /dev/full" 2
fi

dir=$(realfs_dir) || { skip "no real file system" 14; # More pages than a count of a coarse cell has room for.
if [ -w /dev/shm ] && truncate -s 512T "/dev/shm/huge.$$" 2>/dev/null; then
	"$PAGETIDE" --json "/dev/shm/huge.$$" >"$work/huge"
	rm "/dev/shm/huge.$$"
	is "$("$HELPERS/jsonget" target.pages layers.hole_pages \
	    <"$work/huge")" "$((512 << 28)) $((512 << 28))" \
	    "holes of half a PiB are counted"
else
	rm -f "/dev/shm/huge.$$"
	skip "no room for names of 512 TiB in /dev/shm" 1
fi
done_testing; exit; }
"$HELPERS/pages" make "$dir/f" 300

# The machine may take a page at any time: the oracle counts at once.
real() {
	"$HELPERS/pages" evict "$dir/f"
	"$HELPERS/pages" read "$dir/f" 0:8 100 299
	run "$PAGETIDE" --json "$dir/f"
	want=$("$HELPERS/residency" "$dir/f")
	is "$(get target.pages layers.cached_pages)" "300 $want" "a real file"
	within "$want" 8 10 "about the ten pages that were read"
}

# by METHOD: of --source.
by() {
	"$HELPERS/pages" read "$dir/f" 0:8 100 299
	run "$PAGETIDE" --json --source $1 "$dir/f"
	if [ "$status" = 1 ]; then
		has "can't count" "$work/err" "--source $1 refused with reason"
		return
	fi
	is "$(get layers.cached_pages scan.source)" \
	    "$("$HELPERS/residency" "$dir/f") $1" "--source $1"
}

undisturbed real
is "$(get layers.mapped_pages worker counters.minor_faults)" \
    "null null null" "no worker: unknown is null"
undisturbed by mincore
undisturbed by cachestat
name=$(printf 'a\033[2J\nb\377')
"$HELPERS/pages" make "$dir/$name" 3
run "$PAGETIDE" --json "$dir/$name"
is "$status" 0 "a hostile name"
is "$(wc -l <"$work/out")" 1 "is one line"
is "$(tr -d '[:print:]\n' <"$work/out" | wc -c)" 0 "and printable"

if as_nobody true 2>/dev/null; then
	chmod 644 "$dir/f"
	run as_nobody "$PAGETIDE" --json "$dir/f"
	is "$status" 4 "mincore's lie: status 4"
	is "$(get layers.cached_pages scan.source)" "null null" "and null"
	has "write permission" "$work/err" "says what would help"
	chmod 666 "$dir/f"
	truth() {
		run as_nobody "$PAGETIDE" --json "$dir/f"
		is "$(get layers.cached_pages)" \
		    "$("$HELPERS/residency" "$dir/f")" \
		    "who may write is told the truth"
	}
	undisturbed truth
else
	skip "only root can be somebody else" 4
fi
done_testing
