#!/bin/sh
# Readahead as it happens: pages in flight ahead of a walk over a cold file.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=16384
"$HELPERS/pages" make "$dir/f" $pages
run "$PAGETIDE" --source cachestat --json "$dir/f"
[ "$status" = 0 ] || skip_all "no cachestat here: $(sed 's/.*: //' "$work/err")"

# What is not asked for is not measured.
is "$("$HELPERS/jsonget" layers.in_flight_pages <"$work/out")" null \
    "null unless it is asked for"
idle() {
	run "$PAGETIDE" --json --view inflight "$dir/f"
	is "$("$HELPERS/jsonget" layers.in_flight_pages <"$work/out")" 0 \
	    "asked for while nothing is read: 0"
}

undisturbed idle

# ahead FILE: prints the number of cells behind the worker's with pages in
# flight, and those that are not known.
ahead() {
	awk -F '|' '
	/^ *[0-9]+[KMGT]?[> ]\|/ {
		map = map $2
	}
	END {
		at = index(map, "@")
		for (i = 1; i <= length(map); i++) {
			c = substr(map, i, 1)
			ahead += at && i > at && index(".:+O#", c)
			unknown += c == "?"
		}
		print ahead + 0, unknown + 0
	}' "$1"
}

# watch: a walk over the cold file, a picture each sample. Leaves the most
# cells seen ahead in $most, unknown ones in $unknown, the picture in $best.
watch() {
	most=0 unknown=0 best=
	"$HELPERS/pages" evict "$dir/f" || return 1
	{
		printf '%s\n' 'view inflight' 'pace 40000' 'wait-samples 2' \
		    'work sequential'
		for i in $(seq 60); do
			printf '%s\n' 'wait-samples 1' \
			    "save-screen $work/s$i.txt"
		done
		printf '%s\n' stop wait-idle 'wait-samples 20' \
		    "save-screen $work/last.txt"
	} >"$work/script"
	timeout 60 "$PAGETIDE" --headless --interval 0.01 --size 120x40 \
	    --script "$work/script" "$dir/f" >"$work/out" 2>&1 ||
	    { diag <"$work/out"; return 1; }
	for i in $(seq 60); do
		ahead "$work/s$i.txt" >"$work/ahead"
		read -r cells unk <"$work/ahead"
		unknown=$((unknown + unk))
		[ "$cells" -gt "$most" ] || continue
		most=$cells best=$work/s$i.txt
	done
}

# seen_ahead: a walk with something seen ahead, of ten at most.
seen_ahead() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		watch || break
		[ "$most" -eq 0 ] || break
	done
	if [ "$most" -gt 0 ]; then
		pass "readahead is seen ahead of the worker"
		diag "at try $try: $most cells"
		sed -n '2p;5,20p' "$best" | cut -c 1-76 | diag
		has "incomplete " "$best" "and counted"
		has 'by cachestat minus mincore' "$best" "by two interfaces"
	else
		fail "readahead is seen ahead of the worker"
		diag "not in $try walks"
		diag <"$work/last.txt"
	fi
	is "$unknown" 0 "every cell was known in every picture"
	hasnt " incomplete " "$work/last.txt" "later nothing is in flight"
	is "$(ahead "$work/last.txt")" '0 0' "in no cell"
}

undisturbed seen_ahead

# Where one of the two is not to be asked there is no number.
printf '%s\n' 'view inflight' 'wait-samples 3' "save-screen $work/no.txt" |
    timeout 60 "$PAGETIDE" --headless --source mincore --size 120x40 \
    --script - "$dir/f" >"$work/out" 2>&1 || diag <"$work/out"
has 'in flight needs cachestat too' "$work/no.txt" "--source mincore: why not"
is "$(ahead "$work/no.txt" | cut -d ' ' -f 2)" 1023 \
    "and all cells but the cursor's are unknown"
run "$PAGETIDE" --json --view inflight --source mincore "$dir/f"
is "$("$HELPERS/jsonget" layers.in_flight_pages <"$work/out")" null \
    "null in JSON"

# A page that is in the cache and not up to date for as long as nobody reads
# it: here the one that a short file ended in when it grew.
lasting() {
	rm -f "$dir/g"
	head -c 4095 /dev/urandom >"$dir/g"
	sync "$dir/g"
	"$HELPERS/pages" evict "$dir/g"
	truncate -s 1M "$dir/g"
}
json() {
	run "$PAGETIDE" --json "$@" "$dir/g"
}
number() {
	"$HELPERS/jsonget" "$1" <"$work/out"
}
# Reads that the device has ever made; "" if it has no number.
device_reads() {
	awk '{ print $1 }' "/sys/dev/block/$(stat -c %Hd:%Ld "$dir/g")/stat" \
	    2>/dev/null
}
# Others may be reading from the same device.
is_quiet() {
	json --view inflight
	case $(number scan.device_reads) in
	0 | null) ;;
	*) return 1 ;;
	esac
}
lasts() {
	lasting
	json --source cachestat
	cached=$(number layers.cached_pages)
	json --source mincore
	arrived=$(number layers.cached_pages)
	poll_until 20 is_quiet || diag "the device is never quiet"
	is "$(number layers.in_flight_pages)" $((cached - arrived)) \
	    "the totals of the two differ by what is not up to date"
	reads=$(device_reads)
	for shot in 1 2 3 4 5 6 7 8; do
		printf '%s\n' 'wait-samples 4' "save-screen $work/lasts$shot.txt"
	done | sed '1i view inflight' |
	    timeout 60 "$PAGETIDE" --headless --size 160x50 --script - \
	    "$dir/g" >"$work/out" 2>&1 || diag <"$work/out"
	cat "$work"/lasts?.txt >"$work/lasts.txt"
	has "incomplete $((cached - arrived))" "$work/lasts.txt" \
	    "a page that was written in part"
	hasnt 'in flight' "$work/lasts.txt" "is not said to be in flight"
	hasnt 'pages being read' "$work/lasts.txt" "nor to be read"
	json --view inflight
	if [ "$reads" != "$(device_reads)" ]; then
		skip "others read from the device meanwhile"
	elif [ "$(number scan.device_reads)" != null ]; then
		has 'nothing is being read: written in part' \
		    "$work/lasts.txt" "where the device reads nothing"
	else
		has 'being read, or written in part' "$work/lasts.txt" \
		    "where it is not known which"
	fi
	has 'next touch: minor, waits for storage' "$work/lasts.txt" \
	    "and what touching it costs"
}
lasting
json --source cachestat
cached=$(number layers.cached_pages)
json --source mincore
if [ "$cached" != "$(number layers.cached_pages)" ]; then
	undisturbed lasts
else
	skip "this filesystem keeps the page of the old end up to date" 6
fi
done_testing
