#!/bin/sh
# What the monitors say, the real ones: over a bracketed idle, walk, idle the
# totals of pidstat and perf are those of the panel, and sar and vmstat, which
# are of the whole system, have no less.
. "${srcdir:-.}/tests/lib.sh"
need tmux

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/f
pages=2000
seconds=4
"$HELPERS/pages" make "$file" $pages

# figure NAME: that number of the panel.
figure() {
	tm_screen | sed -n "s|.* $1 \([0-9]*\).*|\1|p" | head -n 1
}

# watched PID: perf has opened its counters of it; pidstat has read it once.
counting() {
	ls -l "/proc/$1/fd" 2>/dev/null | grep -q 'anon_inode:\[perf_event\]'
}

# monitors: all that are here, for some seconds, in the background.
monitors() {
	rm -f "$work"/pidstat "$work"/perf "$work"/sar "$work"/vmstat
	others=
	if [ -n "$pidstat" ]; then
		LC_ALL=C pidstat -h -r -T CHILD -p "$worker" $seconds 1 \
		    >"$work/pidstat" 2>&1 &
		others="$others $!"
		LC_ALL=C sar -B $seconds 1 >"$work/sar" 2>&1 &
		others="$others $!"
	fi
	if [ -n "$vmstat" ]; then
		LC_ALL=C vmstat $seconds 2 >"$work/vmstat" 2>&1 &
		others="$others $!"
	fi
	if [ -n "$perf" ]; then
		LC_ALL=C perf stat -x , -e minor-faults,major-faults \
		    -p "$worker" -o "$work/perf" -- sleep $seconds \
		    >"$work/perf.err" 2>&1 &
		others="$others $!"
		poll_until 10 counting $! || diag <"$work/perf.err"
	fi
	# pidstat and sar have begun when they have written their heading.
	[ -z "$pidstat" ] || poll_until 10 test -s "$work/pidstat" -a \
	    -s "$work/sar"
	[ -z "$vmstat" ] || poll_until 10 test -s "$work/vmstat"
}

of_perf() {
	sed -n "s/^\([0-9]*\),.*$1.*/\1/p" "$work/perf"
}

# of_pidstat COLUMN: by its heading, which has one word more, "#".
of_pidstat() {
	awk -v want="$1" '$1 == "#" {
			for (i = 2; i <= NF; i++)
				if ($i == want)
					at = i - 1
		}
		$1 ~ /^[0-9]/ && at { print $at }' "$work/pidstat" |
	    tail -n 1
}

# of_sar COLUMN: a second, so often as it looked.
of_sar() {
	awk -v want="$1" -v s=$seconds '/fault\/s/ {
			for (i = 1; i <= NF; i++)
				if ($i == want)
					at = i - NF
		}
		/^Average/ && at { printf "%d\n", $(NF + at) * s + s }' \
	    "$work/sar"
}

# no_less GOT LEAST NAME
no_less() {
	ok "$3: $1, not less than $2" test "$1" -ge "$2"
}

bracketed() {
	"$HELPERS/pages" evict "$file"
	tm_start 120x40 "$PAGETIDE" -d 0.1 "$file"
	tm_wait 'LIVE' 20
	tm_type ':pace full'
	tm_keys Enter
	tm_keys '#'
	ok "the panel is there" tm_wait 'MONITORS' 20
	poll_until 10 sh -c 'test -n "$1"' sh "$(figure -p)"
	worker=$(figure -p)
	monitors
	minor=$(figure minor-faults) major=$(figure major-faults)
	tm_keys f
	for other in $others; do
		wait "$other"
	done
	ok "the walk ends" tm_wait "$pages touched" 10
	minor=$(($(figure minor-faults) - minor))
	major=$(($(figure major-faults) - major))
	ok "the walk has faults: $minor, $major" test $((minor + major)) -gt 8
	ok "major ones, too" test "$major" -gt 0
	if [ -n "$perf" ]; then
		is "$(of_perf minor-faults),$(of_perf major-faults)" \
		    "$minor,$major" "perf counts the same"
	fi
	if [ -n "$pidstat" ]; then
		is "$(of_pidstat minflt-nr),$(of_pidstat majflt-nr)" \
		    "$minor,$major" "pidstat counts the same"
		no_less "$(of_sar fault/s)" $((minor + major)) "sar, faults"
		no_less "$(of_sar majflt/s)" "$major" "sar, major ones"
	fi
	if [ -n "$vmstat" ]; then
		no_less "$(awk -v s=$seconds 'END { print ($9 + 1) * s }' \
		    "$work/vmstat")" $((pages * 4)) "vmstat, KiB read"
	fi
	tm_kill
}

# have PROGRAM: as the real one, which may need a right.
have() {
	command -v "$1" >/dev/null 2>&1 && "$@" >/dev/null 2>&1
}

pidstat= perf= vmstat=
! have pidstat -V || ! have sar -V || pidstat=1
! have vmstat -V || vmstat=1
! have perf stat -e minor-faults true || perf=1
[ -n "$pidstat" ] || skip "no sysstat here"
[ -n "$perf" ] || skip "perf is not here, or may not count"
[ -n "$vmstat" ] || skip "no vmstat here"
undisturbed bracketed

done_testing
