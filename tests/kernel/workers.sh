#!/bin/sh
# Two workers on one file: which of them acts, what each has mapped, whose the
# faults are, copies after a fork, what a shared write is.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/data
"$HELPERS/pages" make "$file" 1024

# session LINE...: samples of it go to $work/out.
session() {
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" >"$work/script"
	"$HELPERS/pages" evict "$file"
	rm -f "$work/log"
	run timeout 60 "$PAGETIDE" --headless --size 120x40 --ndjson -d 0.05 \
	    --log "$work/log" --script "$work/script" "$file"
	is "$status $(cat "$work/err")" '0 ' "$test_name: a session"
}
# said MEMBER...: of the last sample.
said() {
	tail -n 1 "$work/out" | "$HELPERS/jsonget" "$@"
}

# Worker 1 has it read, worker 2 finds it in the cache.
one_page() {
	test_name="one page"
	session 'zoom pages' 'advise random' touch wait-idle 'worker 2' \
	    'wait-samples 2' 'save-screen '"$work/before.txt" touch wait-idle \
	    'wait-samples 2' "save-screen $work/two.txt" 'size 60x20' \
	    "save-screen $work/small.txt"
	is "$(said workers.acts workers.forked workers.mapped_1_pages \
	    workers.mapped_2_pages workers.both_pages workers.same_pages \
	    workers.same_private_pages)" "2 false 1 1 1 1 0" \
	    "both have it, and it is one"
	is "$(effect ' touch page 0' major) $(effect ' touch page 0' minor)" \
	    "+0 +1" "the second touch is a minor fault"
	is "$(grep -c ' touch page 0 .*major +1' "$work/log")" 1 \
	    "the first was a major one"
	has "| worker 2 of 2 |" "$work/two.txt" "the header says who acts"
	has "| pid $(said worker.pid) " "$work/two.txt" "which is that process"
	has "| worker 2 of 2" "$work/small.txt" "so it does on a small screen"
	has 'worker 2         0 of 1' "$work/before.txt" \
	    "the panel, that it has not mapped the page"
	has 'worker 1         1 of 1' "$work/before.txt" "which worker 1 has"
	has 'same page        1 of 1' "$work/two.txt" "and then both"
	is "$(said layers.mapped_pages)" 1 "the layer is of the one that acts"
	is "$(said worker.pid)" "$(said workers.pid_2)" "which is worker 2"
}

# Its acts are its own, whoever acts meanwhile.
own_counts() {
	test_name="counts"
	session 'advise random' 'select 0..40K' 'work sequential' wait-idle \
	    'worker 2' 'wait-samples 2' 'work sequential' wait-idle \
	    'worker 1' 'wait-samples 2' "save-screen $work/one.txt" \
	    'note one' 'worker next' 'wait-samples 2' \
	    "save-screen $work/two.txt"
	is "$(sed -n 's/.* major faults  *[^ ]*  *\([0-9]*\) *$/\1/p' \
	    "$work/one.txt") $(sed -n \
	    's/.* major faults  *[^ ]*  *\([0-9]*\) *$/\1/p' \
	    "$work/two.txt")" "10 0" "each has its own major faults"
	is "$(sed -n 's/.* minor faults  *[^ ]*  *\([0-9]*\) *$/\1/p' \
	    "$work/one.txt") $(sed -n \
	    's/.* minor faults  *[^ ]*  *\([0-9]*\) *$/\1/p' \
	    "$work/two.txt")" "0 $(effect ' walk sequential' minor |
	    tr -d +)" "and its own minor ones"
	is "$(grep -c 'acts now' "$work/log")" 3 "events say who acts"
}

# A fork has the private pages; the first write to one copies it.
forks() {
	test_name="a fork"
	session 'map private write' 'select 0..64K' \
	    'work sequential op=write' wait-idle 'worker fork' wait-idle \
	    'wait workers.same_private_pages == 16' 'zoom pages' 'goto 4K' \
	    'work single op=write' wait-idle 'wait-samples 2'
	is "$(said workers.acts workers.forked workers.mapped_1_pages \
	    workers.mapped_2_pages workers.same_private_pages)" \
	    "2 true 16 16 15" "one page is copied"
	is "$(effect ' touch page 1' minor)" +1 "in a minor fault"
	has 'copy after fork' "$work/log" "which is named"
	is "$(said counters.touches)" 1 "its touches are its own"
}

# Advice goes with a fork, a lock does not.
inherits() {
	test_name="what a fork has"
	session 'map private write locked length=64K' 'advise random' \
	    wait-idle 'wait layers.locked_pages == 16' 'note locked' \
	    'worker fork' wait-idle 'select 0..64K' \
	    'wait workers.same_private_pages == 16' \
	    "save-screen $work/fork.txt"
	has 'advice RANDOM' "$work/fork.txt" "its advice"
	hasnt 'RANDOM locked' "$work/fork.txt" "but not its lock"
	is "$(said layers.locked_pages)" 0 "of no page"
	has locked "$work/log" "which there was"
}

# As others: killed, alone, with another file, at work.
ends() {
	test_name="ends"
	session 'worker 2' 'wait-samples 2' 'worker alone' 'wait-samples 2'
	is "$(said workers)" null "alone there are no two"
	has 'is alone again' "$work/log" "which is said"
	session 'worker 2' 'wait-samples 2' restart 'wait-samples 3' touch \
	    wait-idle
	is "$(said workers)" null "another worker is one"
	printf '%s\n' 'wait-samples 2' 'pace 10' 'work sequential' \
	    'wait-samples 2' 'worker 2' >"$work/script"
	run timeout 60 "$PAGETIDE" --headless --script "$work/script" "$file"
	is "$status $(cat "$work/err")" "1 pagetide: $work/script:5: worker 1 \
is at work: x stops it" "not while one walks"
	printf 'worker 2\n' >"$work/script"
	run timeout 60 "$PAGETIDE" --headless --fake=1 --script "$work/script"
	is "$status $(cat "$work/err")" "1 pagetide: $work/script:1: worker: \
the simulated file (--fake) has one worker only" "the simulated file has one"
}

# workers: the process ids of those of $pid.
workers() {
	for child in $(children_of $pid); do
		grep -qx pagetide-worker "/proc/$child/comm" && echo "$child"
	done 2>/dev/null
}
workers_are() {
	[ "$(workers | wc -l)" = "$1" ]
}
# dies N LEFT: the process of worker N is killed while worker 2 acts; so many
# are left, and $died is what is said.
dies() {
	printf '%s\n' 'wait-samples 2' 'worker 2' 'wait-samples 2' 'note now' \
	    'wait-samples 9000' >"$work/script"
	begin "$PAGETIDE" --headless -d 0.05 --log "$work/log" \
	    --script "$work/script" "$file"
	poll_until 20 grep -q 'now$' "$work/log"
	second=$(sed -n 's/.*worker 2, pid \([0-9]*\), started.*/\1/p' \
	    "$work/log")
	victim=$second
	[ "$1" = 2 ] || victim=$(workers | grep -vx "$second")
	kill -KILL "$victim"
	poll_until 20 grep -q 'died: SIGKILL' "$work/log"
	poll_until 20 workers_are "$2"
	is "$(workers | wc -l)" "$2" "$2 of them are left"
	died=$(sed -n 's/.*\(worker.*died.*\)/\1/p' "$work/log")
	kill $pid
	wait $pid || :
}
for t in one_page own_counts forks inherits; do
	undisturbed $t
done
ends
# One memory limit is for both, also where it comes later.
printf '%s\n' 'wait-samples 2' 'worker 2' 'wait-samples 2' 'limit 32M' \
    'note now' 'wait-samples 9000' >"$work/script"
begin "$PAGETIDE" --headless -d 0.05 --log "$work/log" \
    --script "$work/script" "$file"
in_turn() {
	grep -q 'now$' "$work/log" || ! kill -0 $pid 2>/dev/null
}
poll_until 20 in_turn
if grep -q 'now$' "$work/log"; then
	for child in $(workers); do
		cat "/proc/$child/cgroup"
	done | sort | uniq -c >"$work/groups"
	is "$(awk '$1 != 2' "$work/groups")" "" "both are in one cgroup"
	has pagetide "$work/groups" "which is the worker's"
	kill $pid
else
	skip "no memory limit here"
fi
wait $pid || :

dies 2 1
is "$died" "worker 2 died: SIGKILL; worker 1 acts" \
    "without the second the first acts"
dies 1 0
is "$died" "worker died: SIGKILL (:restart starts another)" \
    "without the first there is none"

# The file is what it was.
before=$(cksum <"$file")
session 'map private write' 'work sequential op=write' wait-idle \
    'worker fork' wait-idle 'work sequential op=write' wait-idle
is "$(cksum <"$file")" "$before" "nobody writes to the file"
done_testing
