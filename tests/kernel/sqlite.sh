#!/bin/sh
# A program that nobody here wrote: sqlite3 with its database mapped. It fills
# as it is queried, faults are marked where they land, a hint by key empties
# it, another sqlite3 on the same file is named; its totals are those of
# pidstat, perf and smaps.
. "${srcdir:-.}/tests/lib.sh"

need sqlite3
dir=$(realfs_dir) || skip_all "no real file system"
db=$dir/db
sqlite3 "$db" "create table t(k integer primary key, v blob);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000)
insert into t select i, randomblob(4000) from n;" || skip_all "no database"
sync -f "$db"

# answer PROCESS: its next line. Two of them, spoken to by 3 and 5.
ask() {
	echo "$1" >&3
	read -r answer <&4
}
for i in a b; do
	mkfifo "$work/$i.in" "$work/$i.out"
	sqlite3 "$db" <"$work/$i.in" >"$work/$i.out" 2>"$work/$i.err" &
	eval "$i=$!"
	if [ $i = a ]; then
		exec 5>"$work/$i.in" 6<"$work/$i.out"
		exec 3>&5 4<&6
	else
		exec 3>"$work/$i.in" 4<"$work/$i.out"
	fi
	ask 'pragma mmap_size=268435456;'
	ask 'select k from t limit 1;'
done
is "$answer" 1 "two sqlite3 on one database"
# From here on the first is asked, and the second keeps nothing.
exec 7>&3 8<&4 3>&5 4<&6

# smaps MEMBER PID: of the database, KiB.
smaps() {
	awk -v name="$db" -v want="$1:" '/^[0-9a-f]+-/ { on = $6 == name }
	    on && $1 == want { n += $2 } END { print n + 0 }' \
	    "/proc/$2/smaps"
}
pages_of() {
	echo $(($(smaps Rss "$1") * 1024 / $(getconf PAGESIZE)))
}

fills() {
	"$HELPERS/pages" evict "$db" 2>"$work/.stay"
	before=$(pages_of $a)
	printf '%s\n' 'wait-samples 3' 'faults on' \
	    'wait trace == on || trace == refused' 'note ready' \
	    'wait landing.minor >= 20' 'wait-samples 3' 'view faults' \
	    'wait-samples 1' 'size 120x50' "save-screen $work/faults.txt" \
	    'key u' 'wait who.processes >= 2' 'wait-samples 2' \
	    "save-screen $work/who.txt" >"$work/script"
	begin timeout 60 "$PAGETIDE" -p $a -m "$db" --headless -d 0.2 \
	    --ndjson --log "$work/log" --script "$work/script"
	poll_until 20 grep -q ready "$work/log"
	ask 'select sum(length(v)) from t where k < 3000;'
	is "$answer" $((2999 * 4000)) "a query"
	status=0
	wait $pid || status=$?
	is $status 0 "a session"
	after=$(pages_of $a)
	ok "it has filled: $before to $after pages" \
	    test "$after" -gt $((before + 1000))
	is "$(tail -n 1 "$work/out" | "$HELPERS/jsonget" \
	    layers.mapped_pages)" "$after" "as smaps says"
}
undisturbed fills
has "FAULTS " "$work/faults.txt" "faults that landed"
if [ "$(id -u)" = 0 ]; then
	tail -n 1 "$work/out" | "$HELPERS/jsonget" landing.named \
	    landing.minor landing.major landing.lost landing.why_not_named \
	    >"$work/named"
	ok "each has a name, but what was lost: $(cat "$work/named")" awk \
	    '$5 != "null" && $5 != "" { exit } $1 + $4 < $2 + $3 { exit 1 }' \
	    "$work/named"
	ok "the longest minor and major ones" grep -q \
	    'minor up to\|no names, no' "$work/faults.txt"
else
	skip "not run as root: no names" 2
fi
ok "and the code that made them" grep -q 'sqlite3\|libc' "$work/faults.txt"
# A name is one that its library has, as nm reads it.
if command -v nm >/dev/null; then
	awk '$NF ~ /^\// { print $NF }' /proc/$a/maps | sort -u |
	    while read -r lib; do
		nm -D --defined-only "$lib"
		nm --defined-only "$lib"
	done 2>/dev/null | awk '{ sub(/@.*/, "", $3); print $3 }' \
	    >"$work/symbols"
	tail -n 1 "$work/out" | "$HELPERS/jsonget" landing.sites |
	    grep -o '"symbol": *"[^"]*"' | sed 's/.*"\(.*\)+.*/\1/' |
	    sort -u >"$work/said"
	is "$(grep -v -x -F -f "$work/symbols" "$work/said")" "" \
	    "functions that there are: $(wc -l <"$work/said")"
else
	skip "no nm"
fi
ok "who names both" sh -c 'grep -q " $1 sqlite3" "$3" &&
    grep -q " $2 sqlite3" "$3"' sh "$a" "$b" "$work/who.txt"

# Idle, queries, idle.
counting() {
	ls -l "/proc/$1/fd" 2>/dev/null | grep -q 'anon_inode:\[perf_event\]'
}
counts() {
	run "$PAGETIDE" -p $a -m "$db" --json
	"$HELPERS/jsonget" counters.minor_faults counters.major_faults \
	    <"$work/out"
}
queries() {
	for from in 1 900 2000 3100; do
		ask "select sum(length(v)) from t where k between $from and \
$((from + 700));"
	done
}
if command -v perf >/dev/null && perf stat -e minor-faults true \
    >"$work/.perf" 2>&1; then
	bracket() {
		"$HELPERS/pages" evict "$db" 2>"$work/.stay"
		first=$(counts)
		LC_ALL=C perf stat -x , -e minor-faults,major-faults -p $a \
		    -o "$work/perf" -- sleep 4 >"$work/.perf" 2>&1 &
		perf=$!
		poll_until 10 counting $perf
		queries
		wait $perf
		last=$(counts)
		set -- $first $last
		is "$(($3 - $1)) $(($4 - $2))" \
		    "$(sed -n 's/^\([0-9]*\),.*faults.*/\1/p' "$work/perf" |
		    tr '\n' ' ' | sed 's/ $//')" "faults as perf counts them"
	}
	undisturbed bracket
else
	skip "no perf here"
fi
if command -v pidstat >/dev/null; then
	bracket() {
		"$HELPERS/pages" evict "$db" 2>"$work/.stay"
		first=$(counts)
		LC_ALL=C pidstat -h -r -T CHILD -p $a 4 1 >"$work/pidstat" \
		    2>&1 &
		stat=$!
		poll_until 10 test -s "$work/pidstat"
		queries
		wait $stat
		last=$(counts)
		set -- $first $last
		is "$(($3 - $1)) $(($4 - $2))" "$(awk '$1 == "#" {
			for (i = 2; i <= NF; i++) {
				if ($i == "minflt-nr")
					m = i - 1
				if ($i == "majflt-nr")
					j = i - 1
			}
		}
		$1 ~ /^[0-9]/ && m { print $m, $j }' "$work/pidstat" |
		    tail -n 1)" "faults as pidstat counts them"
	}
	undisturbed bracket
else
	skip "no pidstat here"
fi

# Emptied by key: what is mapped goes, the event says what stays and why.
if [ "$(id -u)" = 0 ]; then
	empties() {
		# All is cached, not all is mapped.
		ask 'select sum(length(v)) from t where k < 2000;'
		cat "$db" >/dev/null
		printf '%s\n' 'wait-samples 3' 'key O' 'key y' 'wait-idle' \
		    'wait-samples 2' >"$work/script"
		run timeout 60 "$PAGETIDE" -p $a -m "$db" --headless -d 0.2 \
		    --log "$work/log" --script "$work/script"
		# The other one maps some of them, too.
		within "$(pages_of $a)" 0 "$(pages_of $b)" \
		    "nothing of it is mapped but what the other maps"
		grep MADV_PAGEOUT "$work/log" | tail -n 1 >"$work/event"
		has " -> $(pages_of $a)  cached" "$work/event" \
		    "the event says so"
		set -- $(sed 's/.* cached [0-9]* -> \([0-9]*\); [0-9]* '\
'evicted, \([0-9]*\) stay: \([0-9]*\) cached, not mapped by it; '\
'\([0-9]*\) mapped, others.*/\1 \2 \3 \4/' "$work/event")
		is "$1 $4" "$2 $(pages_of $a)" "how much stays, and why"
		ok "some of it was not mapped: $3" test "$3" -gt 0 -a \
		    $(($3 + $4)) = "$2"
	}
	undisturbed empties
else
	skip "not run as root: it takes CAP_SYS_NICE" 4
fi
ask 'select sum(length(v)) from t;'
is "$answer" $((4000 * 4000)) "the database is as it was"
exec 3>&- 4<&- 5>&- 6<&- 7>&- 8<&-
wait $a $b
done_testing
