#!/bin/sh
# Looking, and all that the worker does to a file, leaves its times as they
# are: on a filesystem that moves the access time at each mapping.
. "${srcdir:-.}/tests/lib.sh"

[ "$(id -u)" = 0 ] || skip_all "only root can mount"
need losetup mkfs.ext4
dir=$(realfs_dir) || skip_all "no real file system"
mnt=$dir/mnt.times
mkdir "$mnt"
if ! loop_of "$dir/disk" 64 || ! mkfs.ext4 -q -F "$disk" >"$work/.mk" 2>&1 ||
    ! mount -o strictatime "$disk" "$mnt" 2>>"$work/.mk"; then
	diag <"$work/.mk"
	skip_all "ext4 can't be made or mounted here"
fi
f=$mnt/f
"$HELPERS/pages" make "$f" 600
chmod 755 "$mnt"
chmod 644 "$f"

stamps() {
	stat -c '%x %y %z' "$f"
}

kept() {
	"$HELPERS/jsonget" target.atime_kept <"$work/out"
}

# keeps WHAT COMMAND...: it ends well and the times are as before.
keeps() {
	keeps_what=$1
	before=$(stamps)
	shift
	run timeout 60 "$@"
	is "$status $(stamps)" "0 $before" "$keeps_what"
}

# Can it move at all? Else this proves nothing.
before=$(stamps)
"$HELPERS/pages" read "$f" 0
ok "reading it moves a time" test "$(stamps)" != "$before"

keeps "--json" "$PAGETIDE" --json "$f"
is "$(kept)" true "and JSON says so"
keeps "--batch" "$PAGETIDE" --batch -n 3 -d 0.01 "$f"
for how in $(methods "$f"); do
	keeps "by $how" "$PAGETIDE" --json --source $how "$f"
done
printf '%s\n' 'wait-samples 3' 'pace full' 'work sequential' wait-idle \
    'advise evict yes' wait-idle 'advise willneed' wait-idle \
    'map private write' wait-idle 'work random op=write' wait-idle \
    'map shared populate' wait-idle 'map locked' wait-idle restart \
    'wait-samples 2' 'work sequential' wait-idle "save-screen $work/1.txt" \
    >"$work/script"
keeps "a session that does all a worker can" "$PAGETIDE" --headless \
    -d 0.05 --size 200x60 --script "$work/script" "$f"
hasnt "access time" "$work/1.txt" "and nothing is said of it"
grow() {
	# The time that --follow has to keep is that of the new file.
	cp "$f" "$mnt/new" && sync "$mnt/new" && mv "$mnt/new" "$f" &&
	    stamps >"$work/moved"
}
printf '%s\n' 'wait-samples 3' "save-screen $work/go.txt" 'wait-samples 40' \
    'note end' >"$work/script"
timeout 60 "$PAGETIDE" --headless -d 0.05 --follow name --log "$work/log" \
    --script "$work/script" "$f" >"$work/out" 2>&1 &
pid=$!
poll_until 20 test -s "$work/go.txt"
grow
status=0
wait $pid || status=$?
is "$status $(stamps)" "0 $(cat "$work/moved")" "a file that is gone over to"
has "which is watched from here on" "$work/log" "which it was"

# --- who neither owns it nor is root ---

chmod 666 "$f"
if as_nobody true 2>/dev/null; then
	# It can't but move it, and says so.
	run as_nobody "$PAGETIDE" --json "$f"
	is "$status $(kept)" "0 false" "somebody else may move it: JSON"
	run as_nobody "$PAGETIDE" --batch -n 1 "$f"
	has "looking may move the file's access time" "$work/out" \
	    "plain lines say so"
	mount -o remount,noatime "$mnt"
	before=$(stamps)
	run as_nobody "$PAGETIDE" --json "$f"
	is "$status $(kept) $(stamps)" "0 true $before" \
	    "but not on a mount that keeps it"
else
	skip "nobody can't be become here" 3
fi
done_testing
