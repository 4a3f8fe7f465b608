#!/bin/sh
# What is said of the target is read again when it can have changed: its
# readahead, where its name leads, who may know, its size, its content.
. "${srcdir:-.}/tests/lib.sh"

[ "$(id -u)" = 0 ] || skip_all "only root can mount"
need losetup mkfs.ext4 setpriv
dir=$(realfs_dir) || skip_all "no real file system"
mnt=$dir/mnt.facts
mkdir "$mnt"
if ! loop_of "$dir/disk" 64 || ! mkfs.ext4 -q -F "$disk" >"$work/.mk" 2>&1 ||
    ! mount "$disk" "$mnt" 2>>"$work/.mk"; then
	diag <"$work/.mk"
	skip_all "ext4 can't be made or mounted here"
fi
f=$mnt/f
"$HELPERS/pages" make "$f" 600
chmod 755 "$mnt" "$dir"
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; test_end' EXIT

# watch FILE [COMMAND...]: samples of it, one a line in $work/out.
watch() {
	watched=$1
	shift
	begin "$@" "$PAGETIDE" --ndjson -d 0.1 "$watched"
	poll_until 10 test -s "$work/out"
}

unwatch() {
	kill "$pid"
	wait "$pid" 2>/dev/null
	pid=
}

# told VALUE PATH...: does the newest sample say so?
told() {
	told_want=$1
	shift
	test "$(tail -n 1 "$work/out" | "$HELPERS/jsonget" "$@")" = "$told_want"
}

# tells VALUE DESCRIPTION PATH...: it comes to say so.
tells() {
	tells_want=$1 tells_what=$2
	shift 2
	ok "$tells_what" poll_until 10 told "$tells_want" "$@" ||
	    tail -n 1 "$work/out" | "$HELPERS/jsonget" "$@" | diag
}

# --- readahead ---

bdi=/sys/class/bdi/$(stat -c %t:%T "$disk" | {
	IFS=: read -r major minor
	echo "$((0x$major)):$((0x$minor))"
})/read_ahead_kb
before=$(cat "$bdi")
echo 128 >"$bdi"
watch "$f"
tells 131072 "the readahead of the device" target.readahead_bytes
echo 0 >"$bdi"
tells 0 "set to nothing" target.readahead_bytes
echo 64 >"$bdi"
tells 65536 "set to something else" target.readahead_bytes
unwatch
printf '%s\n' 'wait-samples 30' 'note changed' 'wait-samples 5' \
    'map private' wait-idle 'wait-samples 20' 'note mapped' \
    'wait-samples 5' >"$work/script"
begin "$PAGETIDE" --headless --ndjson -d 0.1 --script "$work/script" \
    --log "$work/log" "$f"
tells "65536 65536" "the worker has mapped with it" target.readahead_bytes \
    worker.readahead_bytes
echo 0 >"$bdi"
tells "0 65536" "and keeps it" target.readahead_bytes worker.readahead_bytes
ok "an event says so" poll_until 10 grep -q \
    "readahead of the device: 0 was 64K; the worker's mapping keeps 64K" \
    "$work/log" || diag <"$work/log"
tells "0 0" "until it maps anew" target.readahead_bytes \
    worker.readahead_bytes
wait "$pid"
pid=
echo "$before" >"$bdi"

# FUSE has a device of its own, without a disk.
mkdir "$work/src"
cp "$f" "$work/src/f"
if fuse_at "$work/src" "$work/m"; then
	fuse_bdi=/sys/class/bdi/0:$(($(stat -c %d "$work/m/f") % 256))
	watch "$work/m/f"
	if [ -w "$fuse_bdi/read_ahead_kb" ]; then
		echo 32 >"$fuse_bdi/read_ahead_kb"
		tells 32768 "FUSE: its readahead" target.readahead_bytes
	else
		tells null "FUSE: its readahead is not known" \
		    target.readahead_bytes
	fi
	unwatch
	fuse_end
else
	skip "no bindfs, no /dev/fuse, or no right to"
fi

# --- who may know ---

chmod 644 "$f"
watch "$f" setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all
tells "null false" "somebody else is told nothing, and moves its time" \
    layers.cached_pages target.atime_kept
chmod 666 "$f"
# Pages may be reclaimed meanwhile: they are read again.
told_again() {
	"$HELPERS/pages" read "$f" 0:600
	told "$@"
}
ok "until he may write it" poll_until 10 told_again 600 layers.cached_pages
mount -o remount,noatime "$mnt"
tells true "a mount that keeps the time" target.atime_kept
chmod 644 "$f"
tells null "no more" layers.cached_pages
unwatch

# --- size, name, content ---

watch "$f"
truncate -s 4097 "$f"
tells "4097 2" "it shrinks" target.size_bytes target.pages
truncate -s 409600 "$f"
tells "409600 100" "it grows" target.size_bytes target.pages
unwatch
printf '%s\n' 'wait-samples 9999' >"$work/script"
begin "$PAGETIDE" --headless -d 0.1 --script "$work/script" --log "$work/log" \
    "$f"
logs() {
	ok "$2" poll_until 10 grep -q "$1" "$work/log"
}
poll_until 10 grep -q wait-samples "$work/log"
"$HELPERS/pages" make "$mnt/other" 5
mount --bind "$mnt/other" "$f"
logs "the path leads to another file now" "mounted over"
umount "$f"
logs "the path leads to the watched file again" "and away"
mv "$f" "$mnt/renamed"
logs "the file's name is gone" "renamed"
unwatch

mkdir "$dir/lower" "$dir/upper" "$dir/ovlwork" "$dir/mnt.overlay"
"$HELPERS/pages" make "$dir/lower/f" 600
if mount -t overlay overlay -o "lowerdir=$dir/lower,upperdir=$dir/upper,\
workdir=$dir/ovlwork" "$dir/mnt.overlay" 2>"$work/.mount"; then
	copied_up() {
		rm -rf "$dir"/upper/* 2>/dev/null
		"$HELPERS/pages" read "$dir/mnt.overlay/f" 0:600
		watch "$dir/mnt.overlay/f"
		tells 600 "overlayfs: what is cached" layers.cached_pages
		# The first write makes a copy, which is what is read then.
		printf x | dd of="$dir/mnt.overlay/f" bs=1 conv=notrunc \
		    2>/dev/null
		sync "$dir/mnt.overlay/f"
		"$HELPERS/pages" evict "$dir/mnt.overlay/f"
		tells 0 "of the copy that the first write makes" \
		    layers.cached_pages
		unwatch
	}
	copied_up
else
	skip "no overlayfs here" 2
fi
done_testing
