#!/bin/sh
# Each lesson, on a real file, as root and as somebody else: what it shows is
# so on this machine, or it says why it can't be taken.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
"$HELPERS/pages" make "$dir/f" 16384
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")

# told WHO: what check printed of each.
told() {
	is "$(wc -l <"$work/out")" "$("$PAGETIDE" lesson | wc -l)" \
	    "$1: each lesson is told of"
	while read -r name what rest; do
		case $what in
		ok,) pass "$1: $name $what $rest" ;;
		skipped:) skip "$1: $name: $rest" ;;
		*) fail "$1: $name: $what $rest" ;;
		esac
	done <"$work/out"
	is "$status" 0 "$1: the status says so"
	# All but pressure: it reads each of 16384 pages alone, and has the
	# kernel take as many.
	is "$(awk '$2 == "ok," && $1 != "pressure" && $4 != "ms" &&
	    ($4 != "s" || $3 > 3 * n)' n="$(patience 1)" "$work/out")" '' \
	    "$1: in 3 s at most"
}

as_root() {
	run timeout 120 "$PAGETIDE" lesson --check all "$dir/f"
	told "as we are"
}
as_other() {
	run as_nobody timeout 120 "$PAGETIDE" lesson --check all \
	    "$dir/other"
	told "as somebody else"
}
undisturbed as_root
if as_nobody true 2>/dev/null; then
	cp "$dir/f" "$dir/other"
	chown 65534 "$dir/other"
	undisturbed as_other
else
	skip "only root can become somebody else"
fi

# What is said holds with other readaheads: 0, that of most disks, and between.
with_readahead() {
	blockdev --setra "$1" "$disk" && mount "$disk" "$dir/mnt.ra"
	run timeout 120 "$PAGETIDE" lesson --check all "$dir/mnt.ra/f"
	umount "$dir/mnt.ra"
	is "$status $(grep -v -e ' ok, ' -e ' skipped: ' "$work/out")" '0 ' \
	    "with $1 sectors of readahead"
}
# Neither cachestat nor PAGEMAP_SCAN: what can't be told is not taught.
by_mincore() {
	run timeout 180 "$HELPERS/seccomp" -s cachestat -e ENOSYS -- \
	    "$PAGETIDE" lesson --check all "$dir/f"
	is "$status $(grep -v -e ' ok, ' -e ' skipped: ' "$work/out")" '0 ' \
	    "as we are, by mincore"
	is "$(grep -c '^willneed  *skipped: only cachestat tells' \
	    "$work/out")" 1 "what only cachestat tells is left out"
}
undisturbed by_mincore

# What somebody else keeps in memory is no cold file, which is said.
kept_pages() {
	mkfifo "$work/fifo"
	"$HELPERS/pages" hold "$dir/f" 0:8 lock <"$work/fifo" \
	    >"$work/held" &
	exec 9>"$work/fifo"
	poll_until 10 grep -q held "$work/held"
	run timeout 60 "$PAGETIDE" lesson --check faults "$dir/f"
	exec 9>&-
	wait
	rm "$work/fifo"
	is "$status" 5 "pages that another process keeps"
	has '(others kept 8 pages in memory)' "$work/out" "are said to be kept"
}
undisturbed kept_pages

mkdir "$dir/mnt.ra"
if loop_of "$dir/disk" 100 && mkfs.ext4 -q "$disk" &&
    mount "$disk" "$dir/mnt.ra"; then
	"$HELPERS/pages" make "$dir/mnt.ra/f" 16384
	umount "$dir/mnt.ra"
	for sectors in 0 64 256; do
		undisturbed with_readahead $sectors
	done
else
	skip "no loop device to set the readahead of"
fi
# A lesson with two workers: a step back makes both anew, and who leaves it has
# one again.
leaves_one() {
	{
		echo 'wait workers.both_pages == 0 && workers.acts == 2'
		for step in 1 2 3 4; do
			echo 'wait-samples 40'
			echo 'predict 2'
			echo 'wait-samples 20'
			echo next
		done
		echo 'wait workers.forked'
		echo 'wait-samples 20'
		echo back
		echo 'wait-samples 60'
		echo "save-screen $work/back.txt"
		echo 'predict 2'
		echo 'wait-samples 20'
		echo "save-screen $work/again.txt"
		echo 'escape'
		echo 'escape'
		echo 'wait-samples 9'
	} >"$work/script"
	run timeout 60 "$PAGETIDE" lesson sharing "$dir/f" --headless \
	    -d 0.05 --size 120x40 --ndjson --script "$work/script"
	is "$status $(cat "$work/err")" '0 ' "a lesson with two workers"
	has 'step 4 of 6' "$work/back.txt" "a step back"
	has 'Your prediction, [2], is right' "$work/again.txt" "is made anew"
	is "$(tail -n 1 "$work/out" | "$HELPERS/jsonget" workers)" null \
	    "who leaves it has one worker"
}
undisturbed leaves_one

# Pages are written through a shared mapping on a file of our own alone.
on_the_demo() {
	run env XDG_CACHE_HOME="$dir/cache" timeout 60 "$PAGETIDE" lesson \
	    --check written
	is "$status $(grep -c '^written  *ok, ' "$work/out")" "0 1" \
	    "what one writes the other has, on the demo file"
}
mkdir "$dir/cache"
undisturbed on_the_demo
is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the user's file is byte for byte as it was, and so are its times"
done_testing
