#!/bin/sh
# The worker's memory limit: it holds, it holds nobody else, and its cgroup
# goes with the session, whichever way that ends. Deaths of the worker.
. "${srcdir:-.}/tests/lib.sh"
need tmux
# Limits of 16 MiB end a worker that has shadow memory and reads 8 MiB ahead.
! sanitized || skip_all "AddressSanitizer takes memory of its own"

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
	sed -n 's,.*| *steals[ a-z()]* [0-9.kM/s]*  *\([0-9]*\).*,\1,p' "$1"
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

# What populating brings goes again before it returns.
short() {
	limited 'advise random' 'advise populate yes' wait-idle \
	    'wait-samples 2' "save-screen $work/short.txt"
	event POPULATE_READ >"$work/p"
	ok "P under the limit: what was asked for is not all there" \
	    grep -q "; [0-9]* of $pages asked" "$work/p"
	hasnt "all there" "$work/p" "and nothing says so"
	has "of $pages pages came: the memory limit keeps no more" \
	    "$work/short.txt" "and why is under DIAGNOSIS"
}
undisturbed short

# Squeezing takes pages: that is its doing.
squeezed() {
	limited 'work sequential' wait-idle 'wait-samples 20' 'limit 8M' \
	    wait-idle "save-screen $work/squeezed.txt"
	within "$(get layers.cached_pages | tail -n 1)" 1000 2048 \
	    "a lower limit takes pages of the file"
	event 'worker: 8.0 MiB' >"$work/e"
	ok "its event says what is used now" \
	    grep -q 'used 1[0-9.]* MiB -> [78][0-9.]* MiB' "$work/e"
	within "$(sed -n 's/.*taken \([0-9]*\) pages.*/\1/p' "$work/e")" \
	    1900 4500 "and what was taken as it came"
	within "$(sed -n 's/.*cached -\([0-9]*\).*/\1/p' "$work/e")" \
	    1900 4096 "and of the file"
	hasnt "not the worker" "$work/log" "and is not told as others' doing"
}
undisturbed squeezed

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

# The number comes when a pass has been over the file, however long it takes.
sparse=$dir/sparse
"$HELPERS/pages" make "$sparse" 1000
truncate -s 2G "$sparse"
uncounted_late() {
	"$HELPERS/pages" read "$sparse" 0:1000
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 20' | timeout 60 "$PAGETIDE" --headless \
	    -d 0.1 --source mincore --script - --memory-limit $limit \
	    --log "$work/log" "$sparse"
	within "$(sed -n 's/.*16.0 MiB; \([0-9]*\) pages are cached.*/\1/p' \
	    "$work/log")" 900 1000 "of a large file, too"
	is "$(grep -c 'memory limit of the worker' "$work/log")" 1 \
	    "in the one line of its event"
}
undisturbed uncounted_late
rm -f "$sparse"

# --- live --------------------------------------------------------------

limited_later() {
	drive_cold 120x40 "$file" 'limit 16M' 'work sequential' wait-idle \
	    'wait-samples 2' "save-screen $work/live.txt"
	has "limit 16.0 MiB, used 1" "$work/live.txt" "a limit from here on"
	within "$(effect "walk sequential" cached)" 3000 $limit_pages \
	    "it holds for a worker that was there before"
	within "$(steals "$work/live.txt")" $((pages - limit_pages)) 99999999 \
	    "what it steals is counted from then on"
}
undisturbed limited_later
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
has "a size from 4M up, not 1M" "$work/err" "with the reason"
is "$(get memory.limit_bytes | uniq | tr '\n' ' ')" \
    "$limit 33554432 null 8388608 " "other limits, and none"

# The keys go in steps, also while a walk reads, and from the last one on there
# is no limit.
cat >"$work/keys.script" <<EOF
wait-samples 2
work sequential passes=0
key (
key (
key m
wait-samples 3
save-screen $work/box.txt
key )
key )
key )
key )
wait-samples 1
EOF
rm -f "$work/log"
run timeout 60 "$PAGETIDE" --headless -d 0.1 --log "$work/log" \
    --size 120x40 --script "$work/keys.script" "$file"
is "$status" 0 "keys squeeze and loosen the limit"
is "$(sed -n 's/.*memory limit of the worker: //p' "$work/log" |
    sed 's/ in .*//; s/;.*//' | tr '\n' ' ')" \
    "48.0 MiB 32.0 MiB 48.0 MiB 64.0 MiB 96.0 MiB off " "step by step"
has "-- limit 32M ---" "$work/box.txt" "the limit is a line of the box"
has "MEMORY  of the worker's cgroup" "$work/box.txt" "of the worker's cgroup"

# --- random walks end -----------------------------------------------

limited 'work random passes=9 read=100M' wait-idle 'work random touches=9' \
    wait-idle 'work sequential touches=9' wait-idle
has "ended by read=" "$work/log" "a walk ends after so many bytes"
within "$(sed -n 's/.*ended by read=.* read +\([0-9]*\).*MiB.*/\1/p' \
    "$work/log")" 100 150 "and not much later"
has "walk random touches=9 read=4G " "$work/log" "with a limit there is such an end"
has "walk sequential touches=9 0..64M" "$work/log" "but not where reading ends itself"
drive_cold 120x40 "$file" 'work random touches=9' wait-idle
has "walk random touches=9 0..64M" "$work/log" "nor without a limit"

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
	worker=$(worker_of "$pid")
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
ok "SIGKILL is reported" tm_wait "worker died: SIGKILL"
tm_type ":restart"
tm_keys Enter
ok "another worker" tm_wait "pid "
another() {
	worker=$(worker_of "$pid")
	[ -n "$worker" ] && [ "$(cat "$cgroup/cgroup.procs")" = "$worker" ]
}
ok "is in the same cgroup" poll_until 5 another
tm_keys q
is "$(tm_status)" 0 "ends well"

if [ "$(wc -l </proc/swaps)" -gt 1 ]; then
	skip "anonymous memory would be swapped" 6
else
	printf '%s\n' 'pace full' 'work sequential op=write' wait-idle \
	    "save-screen $work/dead.txt" restart 'work sequential op=write touches=100' wait-idle \
	    "save-screen $work/again.txt" 'wait-samples 30' >"$work/oom.script"
	"$PAGETIDE" --headless -d 0.1 --script "$work/oom.script" --anon 64M \
	    --memory-limit 16M --log "$work/oom.log" >"$work/out" 2>&1 &
	pid=$!
	poll_until 60 test -e "$work/again.txt"
	kill -s KILL "$(worker_of "$pid")"
	wait "$pid"
	has "worker died: out of memory, killed at its limit of 16.0 MiB" \
	    "$work/oom.log" "out of memory is told from other kills"
	has "DIAGNOSIS  :restart starts a worker  it died: out of memory" \
	    "$work/dead.txt" "the diagnosis begins with what helps"
	ok "so does the footer, without what needs a worker" sh -c \
	    'tail -n 1 "$1" | grep "^ :restart start" | grep -qv advice' - \
	    "$work/dead.txt"
	has "; unknown: the worker ended" "$work/oom.log" \
	    "the effect of its walk is not made up"
	has "done, 100 touched" "$work/oom.log" "another one walks"
	has "worker died: SIGKILL" "$work/oom.log" \
	    "and what kills that one is not the limit"
fi

# --- a limit of others -------------------------------------------------

outer=$parent/in.$$
inner=$outer/deep
max_file=memory.limit_in_bytes
if [ -z "$v1" ]; then
	max_file=memory.max
fi

# inside COMMAND...: two cgroups below ours, of which the outer one is limited.
inside() {
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$inner" "$@"
}

# told KEY: of the last sample that was printed.
told() {
	tail -n 1 "$work/out" | "$HELPERS/jsonget" "memory.$1"
}

# put_limit BYTES: a limit of 0 is none.
put_limit() {
	if [ "$1" != 0 ]; then
		echo "$1" >"$outer/$max_file"
	elif [ -n "$v1" ]; then
		echo -1 >"$outer/$max_file"
	else
		echo max >"$outer/$max_file"
	fi
}

make_inside() {
	mkdir "$outer" && { [ -n "$v1" ] ||
	    echo +memory >"$outer/cgroup.subtree_control"; } && mkdir "$inner"
}

inherited() {
	"$HELPERS/pages" evict "$file"
	inside "$HELPERS/pages" read "$file" 0:2048
	run inside "$PAGETIDE" --json "$file"
	is "$(told limited) $(told limit_of)" "false inherited" \
	    "a limit that is not ours is shown"
	is "$(told limit_bytes) $(told limit_file)" "41943040 $max_file" \
	    "how much it is"
	is "$(told limit_cgroup)" "${outer#"${v1:-$v2}"}" "and whose"
	within "$(told usage_bytes)" $((2048 * 4096)) 41943040 \
	    "what is used of it"
	within "$(told file_bytes)" $((2000 * 4096)) $(($(told usage_bytes))) \
	    "and how much of that are files"
	run inside "$PAGETIDE" --headless --json --memory-limit 16M \
	    --script /dev/null "$file"
	is "$(told limit_of) $(told limit_bytes) $(told limit_cgroup)" \
	    "ours $limit null" "a smaller one of ours is in force"
	run inside "$PAGETIDE" --headless --json --memory-limit 64M \
	    --script /dev/null "$file"
	is "$(told limit_of) $(told limit_bytes) $(told limited)" \
	    "inherited 41943040 true" "a larger one is not"
	printf '%s\n' 'wait-samples 2' "save-screen $work/inside.txt" \
	    >"$work/inside.script"
	run inside "$PAGETIDE" --headless --size 120x40 \
	    --script "$work/inside.script" "$file"
	has "| limit 40.0 MiB of /" "$work/inside.txt" "it is on the screen"
	has "| used " "$work/inside.txt" "with what is used of it"
}

# A limit that comes, changes and goes while we look.
changing() {
	rm -f "$work"/at*.txt
	put_limit 0
	printf '%s\n' 'wait-samples 2' "save-screen $work/at1.txt" \
	    'wait-samples 15' "save-screen $work/at2.txt" 'wait-samples 15' \
	    "save-screen $work/at3.txt" 'wait-samples 15' >"$work/at.script"
	inside "$PAGETIDE" --headless -d 0.1 --ndjson \
	    --script "$work/at.script" "$file" >"$work/out" 2>"$work/err" &
	poll_until 30 test -e "$work/at1.txt"
	put_limit 33554432
	poll_until 30 test -e "$work/at2.txt"
	put_limit 41943040
	poll_until 30 test -e "$work/at3.txt"
	put_limit 0
	wait $!
	is "$("$HELPERS/jsonget" memory.limit_of memory.limit_bytes \
	    <"$work/out" | sed 1d | uniq | tr '\n' ' ')" \
	    "none null inherited 33554432 inherited 41943040 none null " \
	    "one that comes and goes is followed"
	put_limit 41943040
}

# A limit of others that kills when ours is off.
killed_inside() {
	printf '%s\n' 'limit off' 'pace full' 'work sequential op=write' \
	    wait-idle 'wait-samples 2' >"$work/in.script"
	rm -f "$work/in.log"
	run inside "$PAGETIDE" --headless -d 0.1 --anon 64M \
	    --memory-limit 32M --script "$work/in.script" --log "$work/in.log"
	has "worker died: out of memory, killed in its cgroup" \
	    "$work/in.log" "one that kills is not taken for ours"
}

if make_inside 2>"$work/err"; then
	put_limit 41943040
	undisturbed inherited
	undisturbed changing
	if [ "$(wc -l </proc/swaps)" -gt 1 ]; then
		skip "anonymous memory would be swapped"
	else
		undisturbed killed_inside
	fi
	[ -z "$v1" ] || echo 0 >"$inner/memory.force_empty"
	poll_until 5 rmdir "$inner"
	poll_until 5 rmdir "$outer"
else
	skip "no cgroups below each other: $(cat "$work/err")" 12
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
# A lesson gives back the limit that there was.
mkdir "$work/lessons"
printf '%s\n' 'lesson One' step 'do limit 32M' >"$work/lessons/one.lesson"
PAGETIDE_LESSONS=$work/lessons
export PAGETIDE_LESSONS
limited 'lesson one yes' "wait memory.limit_bytes == $((32 << 20))" \
    'wait-samples 5' escape "wait memory.limit_bytes == $limit"
is "$status" 0 "the limit is as before when a lesson is left"
done_testing
