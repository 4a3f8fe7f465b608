#!/bin/sh
# What is said of one page, its address too, against /proc/PID of the worker
# and what a program of our own sees.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/f
page_bytes=$(getconf PAGESIZE)
pages=600
"$HELPERS/pages" make "$file" $pages

# Untouched and not cached, cached, touched, locked; the first and the last.
inspected="0 7 8 50 51 100 300 305 330 400 599"

script() {
	cat <<'END'
wait-samples 2
zoom pages
advise random
wait-samples 2
END
	for page in 7 50 400; do
		printf '%s\n' "goto $((page * page_bytes))" touch \
		    "wait-samples 2"
	done
	printf '%s\n' "goto $((300 * page_bytes))" select \
	    "goto $((310 * page_bytes))" "advise mlock" escape \
	    "wait-samples 2"
	for page in $inspected; do
		printf '%s\n' "goto $((page * page_bytes))" "wait-samples 2" \
		    "save-screen $work/$page.txt"
	done
	printf '%s\n' "save-screen $work/done.txt" "wait-samples 100000"
}

# start: a session that has saved its screens and goes on; $worker, and $maps
# and $smaps of it.
start() {
	rm -f "$work"/*.txt
	"$HELPERS/pages" evict "$file"
	"$HELPERS/pages" read "$file" 0:8 100 320:20 599
	script >"$work/script"
	timeout 60 "$PAGETIDE" --headless --ascii --size 120x50 \
	    --interval 0.02 --script "$work/script" "$file" \
	    >"$work/log" 2>&1 &
	session=$!
	poll_until 40 test -s "$work/done.txt" || diag <"$work/log"
	worker=$(sed -n '1s/.*| pid \([0-9]*\) .*/\1/p' "$work/done.txt")
	grep -F "$file" "/proc/$worker/maps" >"$work/maps"
	cat "/proc/$worker/smaps" >"$work/smaps"
}

stop() {
	kill "$session" 2>/dev/null
	wait "$session" 2>/dev/null
	session=
}

# inspector PAGE: the lines of the side panel about the cursor.
inspector() {
	sed 's/.*| \{0,1\}//' "$work/$1.txt" | sed -n '/^CURSOR/,/^LEGEND/p'
}

# bit ADDRESS: 1 if the worker's page table has a page there.
bit() {
	dd if="/proc/$worker/pagemap" bs=8 skip=$(($1 / page_bytes)) count=1 \
	    2>/dev/null | od -An -tu1 | awk '{ print int($8 / 128) }'
}

# offset PAGE: as it is written on the screen.
offset() {
	awk -v n=$(($1 * page_bytes / 1024)) 'BEGIN {
		m = int(n / 1024)
		k = n % 1024
		exact = sprintf("%.4f", k / 1024)
		sub(/0+$/, "", exact)
		if (n == 0 || m == 0)
			print n == 0 ? "0" : n "K"
		else if (k == 0 || exact * 1024 == k)
			print m (k == 0 ? "" : substr(exact, 2)) "M"
		else
			print m "M+" k "K"
	}'
}

# address PAGE: where the worker has it, in hexadecimal, by /proc/PID/maps.
address() {
	while read -r range flags at rest; do
		first=$((0x${range%-*})) end=$((0x${range#*-}))
		where=$((first + $1 * page_bytes - 0x$at))
		[ $where -ge $first ] && [ $where -lt $end ] &&
		    printf '0x%x\n' $where && return
	done <"$work/maps"
	return 1
}

# locked ADDRESS: 1 if it lies in a stretch with the flag lo.
locked() {
	awk -v at="${1#0x}" '
	function pad(text) {
		return substr("0000000000000000" text, length(text) + 1)
	}
	/^[0-9a-f]+-[0-9a-f]+ / {
		split($1, end, "-")
		inside = pad(end[1]) <= pad(at) && pad(at) < pad(end[2])
	}
	inside && /^VmFlags:/ { print / lo( |$)/ ? 1 : 0 }' "$work/smaps"
}

# truth PAGE: what the inspector has to say, by others.
truth() {
	at=$(address "$1") || echo "page $1 is not in the mapping"
	cached=$("$HELPERS/residency" -r "$1" 1 "$file")
	mapped=$(bit "$at")
	touch="major fault"
	[ "$cached" = 0 ] || touch="minor fault"
	[ "$mapped" = 0 ] || touch=none
	echo "offset $(offset "$1") page $1 at $at"
	echo "cached $cached mapped $mapped locked $(locked "$at")"
	echo "next touch: $touch"
}

# said PAGE: the same from the screen.
said() {
	inspector "$1" | awk '
	/^CURSOR X/ { offset = $4; page = $6 }
	match($0, /0x[0-9a-f]+/) { at = substr($0, RSTART, RLENGTH) }
	/^ *(cached|mapped|locked) +[0-9]+ of 1 *$/ { n[$1] = $2 }
	/^ *none: / { none = 1 }
	/^ *advice / { none = 0 }
	none && /locked/ { n["locked"] = 0 }
	/next touch/ { sub(/^ */, ""); sub(/ *$/, ""); touch = $0 }
	END {
		print "offset " offset " page " page " at " at
		print "cached " n["cached"] " mapped " n["mapped"] \
		    " locked " n["locked"]
		print touch
	}'
}

inspects() {
	start
	for page in $inspected; do
		truth $page >"$work/$page.true"
		said $page >"$work/$page.said"
	done
	stop
	for page in $inspected; do
		is "$(cat "$work/$page.said")" "$(cat "$work/$page.true")" \
		    "page $page: offset, address, layers, next touch"
	done
	# What was done shows in it, and is not merely what is left.
	has "cached 1 mapped 1" "$work/50.said" "a touched page is mapped"
	has "next touch: major fault" "$work/51.said" \
	    "its neighbour is not in memory"
	has "next touch: minor fault" "$work/330.said" \
	    "a page that others read"
	has "mapped 1 locked 1" "$work/305.said" "a locked page"
}

undisturbed inspects
done_testing
