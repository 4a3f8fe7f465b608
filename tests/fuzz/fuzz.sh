#!/bin/sh
# Random scripts, command lines, keys and recordings, on the simulated file and
# on a real one: nothing crashes, hangs, or goes unsaid, and the file stays as it is.
#
# FUZZ_SECONDS (10): how long, all of them at once; FUZZ_TAPE_SECONDS: the
# recordings, which are what others send. SEED repeats a run, as far
# as it went; each attempt has a seed of its own, which is printed if it is
# wrong, and its input is kept in FUZZ_KEEP then.
. "${srcdir:-.}/tests/lib.sh"

seed=${SEED:-$(date +%s)}
diag "SEED=$seed"
fuzz=$builddir/tests/fuzz/fuzz
dir=$(realfs_dir) || dir=

seconds=${FUZZ_SECONDS:-10}

# try NAME KIND FILE COMMAND...: in the background.
names=
try() {
	name=$1 kind=$2 file=$3
	shift 3
	names="$names $name"
	mkdir "$work/$name"
	[ -z "$file" ] || "$HELPERS/pages" make "$file" 64
	(
		status=0
		nice "$fuzz" -k "$kind" -w "$work/$name" ${file:+-f "$file"} \
		    -c "$srcdir/tests/data/tapes" \
		    -b "$seconds" -s "$seed" -- "$@" \
		    >"$work/$name/said" 2>&1 || status=$?
		echo "$status" >"$work/$name/status"
	) &
}

# both NAME KIND COMMAND...
both() {
	kind=$1
	shift
	try "$kind-fake" "$kind" '' "$@"
	[ -z "$dir" ] || try "$kind-file" "$kind" "$dir/$kind" "$@"
}

both script "$PAGETIDE"
both keys "$HELPERS/ptytool" -l 50 -- "$PAGETIDE"
[ -z "$dir" ] || try args args "$dir/args" "$PAGETIDE"
seconds=${FUZZ_TAPE_SECONDS:-$seconds}
try tape tape '' "$PAGETIDE"
wait

for name in $names; do
	is "$(cat "$work/$name/status")" 0 \
	    "$name: $(tail -n 1 "$work/$name/said")" && continue
	diag <"$work/$name/said"
	[ -z "${FUZZ_KEEP:-}" ] || cp "$work/$name"/wrong.* "$FUZZ_KEEP"
done
[ -n "$dir" ] || skip 'no real file system' 3
done_testing
