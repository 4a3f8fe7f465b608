#!/bin/sh
# Why there is no worker is in every line that a session without a terminal
# ends with.
. "${srcdir:-.}/tests/lib.sh"

# A search for leaks needs descriptors and a process itself, and has no end
# without them.
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
"$HELPERS/pages" make "$work/f" 16
printf '%s\n' 'wait-samples 1' 'advise willneed' wait-idle >"$work/act"
printf '%s\n' 'wait-samples 1' >"$work/look"
cannot='cannot start the worker process'

# without CAUSE COMMAND...: the command is before pagetide.
without() {
	cause=$1
	shift
	run "$@" "$PAGETIDE" --headless --script "$work/act" "$work/f"
	is "$status $(cat "$work/err")" "1 pagetide: $work/act:2: there is no\
 worker: $cannot: $cause (:restart starts one)" "$cause: refused"
	run "$@" "$PAGETIDE" --headless --json --script "$work/look" "$work/f"
	is "$status $(cat "$work/err")" "0 pagetide: no worker: $cannot:\
 $cause" "$cause: at the end"
	is "$("$HELPERS/jsonget" worker <"$work/out")" null \
	    "$cause: null in its sample"
}

# The descriptors that are left: as many as it needs without a worker. With
# fewer than these no program can be loaded; make may have left some open.
n=4
until prlimit --nofile=$n "$PAGETIDE" --version >"$work/.ok" 2>&1 ||
    [ $n -ge 64 ]; do
	n=$((n + 1))
done
while
	run prlimit --nofile=$n "$PAGETIDE" --headless \
	    --script "$work/look" "$work/f"
	[ $status != 0 ] && [ $n -lt 64 ]
do
	is "$status $(grep -c 'Too many open files' "$work/err")" "1 1" \
	    "$n descriptors: one line"
	n=$((n + 1))
done
without "Too many open files (ulimit -n is $n)" prlimit --nofile=$n

if as_nobody true 2>/dev/null; then
	chmod 666 "$work/f"
	without 'Resource temporarily unavailable (ulimit -u is 0)' \
	    setpriv --reuid=65534 --regid=65534 --clear-groups \
	    --inh-caps=-all prlimit --nproc=0
else
	skip "only root can be somebody else" 3
fi
cat >"$work/noproc" <<'END'
#!/bin/sh
mount -t tmpfs none /proc && exec "$@"
END
chmod 755 "$work/noproc"
if ! sanitized && unshare --mount mount -t tmpfs none /proc 2>/dev/null; then
	without 'No such file or directory (no /proc: it is /proc/self/exe)' \
	    unshare --mount "$work/noproc"
else
	skip "/proc can't be hidden, or is needed by a sanitizer" 3
fi

# One that died: at its limit, or by a signal. The limit has room for what the
# worker reads of its own programs and libraries: with a large readahead that
# is megabytes, and it would be killed before it writes.
printf '%s\n' 'wait-samples 1' 'work sequential op=write' wait-idle \
    'advise willneed' >"$work/oom"
run timeout 60 "$PAGETIDE" --headless --anon 64M --memory-limit 16M \
    --script "$work/oom"
if grep -q "can't make a cgroup" "$work/err"; then
	skip "no memory cgroup can be made"
else
	is "$status $(cat "$work/err")" "1 pagetide: $work/oom:4: there is no\
 worker: it died: out of memory, killed at its limit of 16.0 MiB (:restart\
 starts one)" "killed at its limit"
fi
mkfifo "$work/lines"
"$PAGETIDE" --headless --script - --log "$work/log" --size 80x24 "$work/f" \
    <"$work/lines" 2>"$work/err" &
session=$!
# The worker is there once the lines have been read.
printf '%s\n' 'wait-samples 40' 'advise willneed' >"$work/lines"
has_worker() {
	[ -n "$(worker_of $session)" ]
}
poll_until 10 has_worker
kill -KILL $(worker_of $session)
status=0
wait $session || status=$?
is "$status $(cat "$work/err")" "1 pagetide: -:2: there is no worker: it\
 died: SIGKILL (:restart starts one)" "one that was killed"
done_testing
