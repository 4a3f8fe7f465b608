#!/bin/sh
# Every system call and every allocation fails in turn, by itself and with all
# that follow: pagetide ends with a clear line or goes on right, and leaves
# nothing behind.
#
# FAULT_SECONDS (10) for a random part of them, or "all"; SEED repeats it. What
# is wrong is printed with the -f that repeats it: the command is in the log.
. "${srcdir:-.}/tests/lib.sh"

seed=${SEED:-$(date +%s)}
budget="-b ${FAULT_SECONDS:-10} -s $seed"
[ "${FAULT_SECONDS:-}" != all ] || budget=
diag "SEED=$seed"

dir=$(realfs_dir) || skip_all 'no real file system'
"$HELPERS/pages" make "$dir/f" 64
cat "$dir/f" >/dev/null
fail="$HELPERS/failnth --"
status=0
$fail true || status=$?
[ $status != 77 ] || skip_all 'the kernel has no filter that hands over calls'

# A sanitizer makes some calls before main(), and does not take it when they
# fail. Memory need not be given back where the program ends for the want of it.
sanitizer=
! sanitized ||
    sanitizer='-x sigaltstack -x prlimit64 -x setrlimit'
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0

# try NAME [OPTION...] -- COMMAND...: in the background; its folder holds all
# that may not change.
modes=
try() {
	name=$1
	shift
	modes="$modes $name"
	mkdir "$work/$name.runs"
	mkdir -p "$dir/$name"
	cp "$dir/f" "$dir/$name"
	cat "$dir/$name/f" >/dev/null
	(
		status=0
		nice "$HELPERS/faults" -w "$work/$name.runs" $budget \
		    $sanitizer -u "$dir/$name/f" -d "$dir/$name" "$@" \
		    >"$work/$name.said" 2>&1 || status=$?
		echo "$status" >"$work/$name.status"
	) &
}

# session NAME LINE...: a script for it. Screens that it saves are printed.
session() {
	name=$1
	shift
	printf '%s\n' "$@" >"$work/$name.script"
	mkdir -p "$work/$name.screens"
	cat >"$work/$name.sh" <<-END
	cd "$work/$name.screens" || exit
	$fail "$PAGETIDE" --headless --size 80x24 --script ../$name.script "\$@"
	status=\$?
	[ ! -e s.txt ] || cat s.txt
	rm -f s.txt
	exit \$status
	END
}

cat >"$work/look" <<'END'
until LIVE
send vvcq
fair-end
END
cat >"$work/act" <<'END'
until LIVE
send f
until sequential|worker
send D
until DONTNEED|worker
send q
fair-end
END
session fake 'wait-samples 1' 'work sequential' 'wait-idle' \
    'advise dontneed yes' 'wait-idle' 'view both' 'save-screen s.txt'
session anon 'wait-samples 1' 'pace full' 'work sequential op=write' \
    'wait-idle' 'advise dontneed yes' 'restart'
session limit 'wait-samples 1' 'pace full' 'limit 8M' 'work sequential' \
    'wait-idle' 'limit off'
session file 'wait-samples 1' 'pace full' 'work sequential' 'wait-idle' \
    'advise dontneed yes' 'map private' 'save-screen s.txt'
session pair 'wait-samples 1' 'pace full' 'wait-idle' 'worker 2' \
    'wait-samples 1' touch 'wait-idle' 'worker alone' 'map private write' \
    'work sequential op=write' 'wait-idle' 'worker fork' 'wait-idle' \
    'work single op=write' 'wait-idle'

# The first start makes the demo file; nothing but it may be there afterwards.
cat >"$work/first.sh" <<END
cd "$dir" || exit
rm -rf cache
XDG_CACHE_HOME=$dir/cache $fail "$PAGETIDE" --headless -s "$work/first.script" \
    2>"$work/first.err"
status=\$?
grep -v 'pagetide: making the demo file' "$work/first.err" >&2
ls -A cache/pagetide 2>/dev/null | grep -v '^demo\$' >first/left ||
    rm -f first/left
rm -rf cache
exit \$status
END
echo 'wait-samples 1' >"$work/first.script"

pty="$HELPERS/ptytool -l 50"
try json -j -- $fail "$PAGETIDE" --json --cells 16 "$dir/json/f"
try batch -- $fail "$PAGETIDE" --batch -n 2 -d 0.01 "$dir/batch/f"
try ndjson -j -- $fail "$PAGETIDE" --ndjson -n 2 -d 0.01 "$dir/ndjson/f"
try fake -d "$work/fake.screens" -- sh "$work/fake.sh" --fake 7
try file -n -d "$work/file.screens" -- sh "$work/file.sh" "$dir/file/f"
try pair -n -d "$work/pair.screens" -- sh "$work/pair.sh" "$dir/pair/f"
try anon -n -d "$work/anon.screens" -- sh "$work/anon.sh" --anon 256K
try first -n -- sh "$work/first.sh"
mkdir "$dir/limit"
limited="--memory-limit 16M $dir/limit/f"
"$HELPERS/pages" make "$dir/limit/f" 64
run sh "$work/limit.sh" $limited
[ "$status" != 0 ] || try limit -n -- sh "$work/limit.sh" $limited
# The first call asks whether there is a terminal: else it is batch mode. One
# that takes nothing more cannot be given back, and curses reads no key without
# poll().
mute='-x ioctl:1 -x ioctl+ -x poll+ -x write+'
# Curses without memory crashes, or ends the program with a line of its own,
# where it was not linked with --enable-static-deps.
if grep -q 'libncursesw\.so' "$PAGETIDE"; then
	mute="$mute -x alloc"
fi
try live -n $mute -i "$work/look" -- $pty -- $fail "$PAGETIDE" --fake 7
try act -n $mute -i "$work/act" -- $pty -- $fail "$PAGETIDE" "$dir/act/f"
try truth -c -n -- $fail "$PAGETIDE" truth --dir "$work" normal
wait
rm -f "$work"/*.runs/*

for name in $modes; do
	is "$(cat "$work/$name.status")" 0 \
	    "$name: $(tail -n 1 "$work/$name.said")" ||
	    diag <"$work/$name.said"
done

# A group that could not be removed is by whoever makes the next one.
groups_of_dead() {
	find /sys/fs/cgroup -type d -name 'pagetide-[0-9]*-*' 2>/dev/null |
	    sed 's,.*/pagetide-,,; s,-.*,,' | while read -r pid; do
		[ -e "/proc/$pid" ] || echo "$pid"
	    done
}
case $modes in
*limit*)
	run sh "$work/limit.sh" $limited
	is "$(groups_of_dead)" '' 'no group of a dead session is left'
	;;
*)
	skip 'no memory limit here' 2
	;;
esac
done_testing
