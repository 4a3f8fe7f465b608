#!/bin/sh
# The worker's memory limit: it holds, it holds nobody else, and its cgroup
# goes with the session, whichever way that ends. Deaths of the worker.
. "${srcdir:-.}/tests/lib.sh"
need tmux

# up V2-FOLDER: the nearest folder from there up that hands memory down.
up() {
	up=$1
	until grep -q -w memory "$up/cgroup.subtree_control"; do
		[ "$up" != "$v2" ] || return 1
		up=${up%/*}
	done 2>/dev/null
	echo "$up"
}

# Where a memory cgroup can be made, found without the program.
v1=$(awk '$3 == "cgroup" && "," $4 "," ~ /,memory,/ { print $2; exit }' \
    /proc/mounts)
v2=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
if [ -n "$v1" ]; then
	own=$(sed -n 's/^[0-9]*:\([^:]*,\)*memory\(,[^:]*\)*:\(.*\)/\3/p' \
	    /proc/self/cgroup)
	parent=$v1${own%/}
elif [ -n "$v2" ]; then
	own=$(sed -n 's/^0:://p' /proc/self/cgroup)
	parent=$(up "$v2${own%/}") ||
	    skip_all "no cgroup hands the memory controller down"
else
	skip_all "no cgroups are mounted"
fi
mkdir "$parent/probe.$$" 2>"$work/err" && rmdir "$parent/probe.$$" ||
    skip_all "no cgroup can be made: $(cat "$work/err")"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/f
pages=16384
"$HELPERS/pages" make "$file" $pages
limit=$((16 << 20)) limit_pages=4096

# limited LINE...: a headless session with the limit on the evicted file; its
# samples as JSON in $work/out, its events in $work/log.
limited() {
	"$HELPERS/pages" evict "$file"
	rm -f "$work/log"
	status=0
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" |
	    timeout 120 "$PAGETIDE" --headless --size 120x40 --script - \
	    --ndjson --memory-limit $limit --log "$work/log" "$file" \
	    >"$work/out" 2>"$work/err" || status=$?
	[ $status = 0 ] || diag <"$work/err"
}

# get PATH: its values, one a sample.
get() {
	"$HELPERS/jsonget" "$1" <"$work/out"
}

most() {
	sort -n | tail -n 1
}

# --- what it does ------------------------------------------------------

limited 'work sequential' wait-idle 'wait-samples 2' \
    "save-screen $work/one.txt" 'work sequential passes=2' wait-idle \
    'wait-samples 2' "save-screen $work/three.txt"
is "$status" 0 "a session with a limit"
is "$(get memory.limit_bytes | sort -u)" $limit "the limit is the one asked for"
ok "all that is used stays within" \
    test "$(get memory.usage_bytes | most)" -le $limit
within "$(get layers.cached_pages | tail -n 1)" 3000 $limit_pages \
    "and so does the file: nobody else keeps it in the cache"
ok "most of it is the file" \
    test "$(get memory.file_bytes | tail -n 1)" -gt $((3000 * 4096))
ok "the limit is met" test "$(get memory.limit_hits | most)" -gt 0
is "$(get memory.oom_kills | sort -u)" 0 "nobody is killed for it"
within "$(get counters.steal_pages | most)" $((3 * pages - limit_pages)) \
    99999999 "each pass steals what the one before brought in"
within "$(get counters.read_bytes | most)" \
    $((3 * pages * 4096 - limit)) 99999999999 "and reads the file again"
ok "refaults are counted" test "$(get counters.refault_pages | most)" -gt 0
has "limit 16.0 MiB, used 1" "$work/three.txt" "it stands on the screen"
has "PSI " "$work/three.txt" "with PSI"

# The steals of the two last passes, by the side panel.
steals() {
	sed -n 's/.*| *steals[ a-z()]* [0-9.kM]*\/s  *\([0-9]*\).*/\1/p' "$1"
}
within $(($(steals "$work/three.txt") - $(steals "$work/one.txt"))) \
    $((2 * pages - limit_pages)) 99999999 "two passes steal the file twice"

# A file that fits is read once.
fits() {
	limit=$((128 << 20))
	limited 'work sequential' wait-idle 'work sequential' wait-idle
	limit=$((16 << 20))
	within "$(effect "walk sequential" major)" 0 0 \
	    "what fits in is read once: no major fault"
	within "$(effect "walk sequential" read)" 0 0 "and no byte more"
}
undisturbed fits

# What others have brought in costs the worker nothing.
uncounted() {
	"$HELPERS/pages" read "$file" 0:$pages
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' | timeout 60 "$PAGETIDE" --headless \
	    --script - --memory-limit $limit --log "$work/log" "$file"
	within "$(sed -n 's/.*16.0 MiB; \([0-9]*\) pages are cached.*/\1/p' \
	    "$work/log")" $((pages - 200)) $pages \
	    "how many pages do not count is said"
}
undisturbed uncounted

# --- live --------------------------------------------------------------

drive_cold 120x40 "$file" 'limit 16M' 'work sequential' wait-idle \
    'wait-samples 2' "save-screen $work/live.txt"
has "limit 16.0 MiB, used 1" "$work/live.txt" "a limit from here on"
within "$(effect "walk sequential" cached)" 3000 $limit_pages \
    "it holds for a worker that was there before"
within "$(steals "$work/live.txt")" $((pages - limit_pages)) 99999999 \
    "what it steals is counted from then on"
# What a walk at full speed has just read cannot go at once.
(
	printf '%s\n' 'wait-samples 2' 'pace full' 'work sequential passes=0'
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		printf '%s\n' 'limit 8M' 'wait-samples 2' 'limit 32M' \
		    'wait-samples 3'
	done
) >"$work/lower.script"
"$HELPERS/pages" evict "$file"
run timeout 60 "$PAGETIDE" --headless -d 0.1 --memory-limit 32M \
    --script "$work/lower.script" "$file"
is "$status" 0 "a limit is lowered while a walk reads"
limited 'limit 32M' 'wait-samples 1' 'limit off' 'wait-samples 1' \
    'limit 8M' 'wait-samples 1' 'limit 1M'
is "$status" 1 "too small a limit is refused"
has "is not off, or a size from 4M up" "$work/err" "with the reason"
is "$(get memory.limit_bytes | uniq | tr '\n' ' ')" \
    "$limit 33554432 null 8388608 " "other limits, and none"

# --- walks by chance end -----------------------------------------------

limited 'work random passes=9 read=100M' wait-idle 'work random touches=9' \
    wait-idle 'work sequential touches=9' wait-idle
has "ended by read=" "$work/log" "a walk ends after so many bytes"
within "$(sed -n 's/.*ended by read=.* read +\([0-9]*\).*MiB.*/\1/p' \
    "$work/log")" 100 150 "and not much later"
has "walk random read=4G " "$work/log" "with a limit there is such an end"
has "walk sequential 0..64M" "$work/log" "but not where reading ends itself"
drive_cold 120x40 "$file" 'work random touches=9' wait-idle
has "walk random 0..64M" "$work/log" "nor without a limit"

# --- who is in it, and how it goes -------------------------------------

# cgroup_of PID: its memory cgroup, as a line of /proc/PID/cgroup.
cgroup_of() {
	if [ -n "$v1" ]; then
		grep '^[0-9]*:\([^:]*,\)*memory[,:]' "/proc/$1/cgroup"
	else
		grep '^0::' "/proc/$1/cgroup"
	fi
}

# start: a live session in a terminal.
start() {
	tm_start 120x40 \
	    "\"$PAGETIDE\" --memory-limit 16M \"$file\"; exit \$?"
	tm_wait "memory limit" || return 1
	pid=$(tm_pid)
	worker=$(children_of "$pid")
	cgroup=$(echo "$parent/pagetide-$pid-"*)
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

no_folder() {
	! [ -e "$1" ]
}

start
ok "its cgroup is below ours" test -d "$cgroup"
is "$(cat "$cgroup/cgroup.procs")" "$worker" "the worker alone is in it"
is "$(cgroup_of "$pid")" "$(cgroup_of $$)" "pagetide is where we are"
ok "and its worker is not" test "$(cgroup_of "$worker")" != "$(cgroup_of $$)"
tm_keys q
tm_status >/dev/null
ok "q: it is removed" poll_until 5 no_folder "$cgroup"
start
tm_keys C-c
tm_status >/dev/null
ok "Ctrl-C: it is removed" poll_until 5 no_folder "$cgroup"
for sig in TERM HUP QUIT INT; do
	start
	kill -s $sig "$pid"
	ok "SIG$sig: it is removed" poll_until 5 no_folder "$cgroup"
done
start
tm_kill
ok "closed terminal: it is removed" poll_until 5 no_folder "$cgroup"
ok "and nobody stays" poll_until 5 gone "$worker"

# What a killed pagetide leaves goes with the next one; nothing else does.
start
stale=$cgroup
kill -s KILL "$pid"
ok "kill -9: no worker stays" poll_until 5 gone "$worker"
# Its empty cgroup is left, if no other session has been quicker.
[ -d "$stale" ] || mkdir "$stale"
used=$parent/pagetide-$pid-1
alive=$parent/pagetide-$$-$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)
others=$parent/pagetide-$pid-1-x
mkdir "$used" "$alive" "$others"
sleep 60 &
sleeper=$!
echo $sleeper >"$used/cgroup.procs"
start
ok "the next one removes it" no_folder "$stale"
ok "not one that somebody is in" test -d "$used"
ok "nor one of a living process" test -d "$alive"
ok "nor one of another name" test -d "$others"
tm_keys q
tm_status >/dev/null
kill $sleeper
wait $sleeper 2>/dev/null
rmdir "$alive" "$others"
poll_until 5 rmdir "$used"

# --- the worker dies ---------------------------------------------------

start
kill -s KILL "$worker"
ok "SIGKILL is told" tm_wait "worker died: SIGKILL"
tm_type ":restart"
tm_keys Enter
ok "another worker" tm_wait "pid "
another() {
	worker=$(children_of "$pid")
	[ -n "$worker" ] && [ "$(cat "$cgroup/cgroup.procs")" = "$worker" ]
}
ok "is in the same cgroup" poll_until 5 another
tm_keys q
is "$(tm_status)" 0 "ends well"

if [ "$(wc -l </proc/swaps)" -gt 1 ]; then
	skip "anonymous memory would be swapped" 4
else
	printf '%s\n' 'pace full' 'work sequential op=write' wait-idle \
	    restart 'work sequential op=write touches=100' wait-idle \
	    "save-screen $work/again.txt" 'wait-samples 30' >"$work/oom.script"
	"$PAGETIDE" --headless -d 0.1 --script "$work/oom.script" --anon 64M \
	    --memory-limit 16M --log "$work/oom.log" >"$work/out" 2>&1 &
	pid=$!
	poll_until 60 test -e "$work/again.txt"
	kill -s KILL "$(children_of "$pid")"
	wait "$pid"
	has "worker died: out of memory, killed at its limit of 16.0 MiB" \
	    "$work/oom.log" "out of memory is told from other kills"
	has "; unknown: the worker ended" "$work/oom.log" \
	    "the effect of its walk is not made up"
	has "done, 100 touched" "$work/oom.log" "another one walks"
	has "worker died: SIGKILL" "$work/oom.log" \
	    "and what kills that one is not the limit"
fi

# --- where it cannot be ------------------------------------------------

if as_nobody true 2>/dev/null; then
	run as_nobody "$PAGETIDE" --headless --script /dev/null \
	    --memory-limit 16M "$file"
	is "$status" 1 "without the right to it: status 1"
	has "--memory-limit: can't make a cgroup in $parent: " "$work/err" \
	    "and where, and why"
else
	skip "not root" 2
fi
run "$PAGETIDE" --headless --script /dev/null --memory-limit 1M "$file"
is "$status" 2 "too small a limit is bad usage"
run "$PAGETIDE" --fake 1 --headless --script /dev/null --memory-limit 16M
is "$status" 2 "so is one in the simulation"
run "$PAGETIDE" --batch -n 1 --memory-limit 16M "$file"
is "$status" 2 "and one without a worker"
# Other tests may have theirs at this moment.
left_behind() {
	for folder in "$parent"/pagetide-*; do
		left_pid=${folder##*/pagetide-}
		[ ! -d "$folder" ] || [ -d "/proc/${left_pid%%-*}" ] ||
		    echo "$folder"
	done
}
is "$(left_behind)" "" "no cgroup is left behind"
done_testing
