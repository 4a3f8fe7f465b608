#!/bin/sh
# How far the program has measured, as it says of itself.
. "${srcdir:-.}/tests/lib.sh"

# A file that takes many slices is measured in as many as a sample has time
# for: all of it is known soon, whatever the interval.
dir=$(realfs_dir) || dir=
if [ -n "$dir" ] && truncate -s 4G "$dir/f" 2>/dev/null; then
	printf '%s\n' 'wait-samples 6' |
	    timeout 60 "$PAGETIDE" --headless --read-only --source mincore \
	    -d 0.5 --json --script - "$dir/f" >"$work/out" 2>"$work/err"
	is "$("$HELPERS/jsonget" scan.complete <"$work/out")" true \
	    "a sample of a slow file is finished"
	is "$("$HELPERS/jsonget" layers.cached_pages <"$work/out")" 0 \
	    "and all of it known"
else
	skip "no file system for a file of 4 GiB" 2
fi

# Sessions that end at once do end: a job for storage may be under way then.
hung=0
if [ -n "$dir" ]; then
	head -c 65536 /dev/zero >"$dir/g"
	printf '%s\n' "save-screen $work/end.txt" >"$work/script"
	for session in 1 2 3 4 5 6 7 8 9 10; do
		for again in 1 2 3 4 5 6 7 8 9 10; do
			run timeout 20 "$PAGETIDE" --headless \
			    --script "$work/script" "$dir/g"
			[ "$status" = 0 ] || hung=$((hung + 1))
		done
		[ $hung = 0 ] || break
	done
fi
is $hung 0 "a hundred sessions end"
done_testing
