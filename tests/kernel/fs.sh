#!/bin/sh
# Filesystems and a block device: each is counted right, or said to be not
# knowable with the reason. Disks are files behind loop devices.
. "${srcdir:-.}/tests/lib.sh"

[ "$(id -u)" = 0 ] || skip_all "only root can mount"
need losetup setpriv
dir=$(realfs_dir) || skip_all "no real file system"

get() {
	"$HELPERS/jsonget" "$@" <"$work/out"
}

# try_loop: are there loop devices at all?
try_loop() {
	loop_of "$dir/disk.16" 16 &&
	    dd if="$disk" of=/dev/null bs=4096 count=1 2>"$work/.loop"
}

# agrees FILE METHOD: --json says what mincore says, by either method; pages
# may be reclaimed between the two, so it has some tries.
agrees() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		run "$PAGETIDE" --json --source "$2" "$1"
		[ "$status" = 0 ] || return 1
		got=$(get layers.cached_pages)
		[ "$got" = "$("$HELPERS/residency" "$1")" ] && return 0
	done
	diag "$2: $got, but residency says $("$HELPERS/residency" "$1")"
	return 1
}

# Has this kernel, or this build, cachestat at all?
"$HELPERS/pages" make "$dir/probe" 1
best=$(methods "$dir/probe" | tail -n 1)

# read_some FILE: of the cold file.
read_some() {
	"$HELPERS/pages" evict "$1"
	"$HELPERS/pages" read "$1" 0:7 100 599
}

# counted FILE NAME
counted() {
	read_some "$1"
	for method in mincore $best auto; do
		ok "$2 by $method" agrees "$1" $method
	done
	is "$(get target.filesystem target.pages scan.source)" \
	    "$2 600 $best" "$2 has its name"
	within "$(get layers.cached_pages)" 7 200 "$2: what was read, roughly"
	if command -v fincore >/dev/null; then
		is "$(fincore -n -o PAGES "$1" | tr -d ' ')" \
		    "$("$HELPERS/residency" "$1")" "$2: fincore agrees"
	else
		skip "fincore is not installed"
	fi
}

# dirtied FILE NAME: it stays so until somebody syncs.
dirtied() {
	printf 'x' | dd of="$1" bs=1 conv=notrunc seek=4096 2>/dev/null
	run "$PAGETIDE" --json "$1"
	if [ $best = cachestat ]; then
		within "$(get layers.dirty_pages)" 1 512 \
		    "$2: a written byte is dirty"
	else
		is "$(get layers.dirty_pages)" null \
		    "$2: dirty pages are not known"
	fi
}

# populated FILE NAME PAGES
populated() {
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' 'advise populate' wait-idle \
	    'advise dontneed' wait-idle 'advise evict yes' wait-idle |
	    timeout 60 "$PAGETIDE" --headless --script - --log "$work/log" \
	    "$1" >"$work/out" 2>&1
	is $? 0 "$2: a session"
	within "$(effect POPULATE_READ mapped)" $3 $3 \
	    "$2: POPULATE_READ maps all"
}

# knows_all FILE NAME
knows_all() {
	"$HELPERS/pages" make "$1" 600
	undisturbed counted "$@"
	undisturbed dirtied "$@"
	undisturbed populated "$@" 600
}

# on_disk NAME MEGABYTES MKFS...: a file system on a disk of its own.
on_disk() {
	disk_fs=$1 disk_mb=$2
	shift 2
	if ! command -v "$1" >/dev/null; then
		skip "$1 is not installed" 9
		return 1
	fi
	mkdir "$dir/mnt.$disk_fs"
	if ! loop_of "$dir/disk.$disk_mb" "$disk_mb" ||
	    ! "$@" "$disk" >"$work/.mkfs" 2>&1 || ! mount "$disk" "$dir/mnt.$disk_fs" 2>>"$work/.mkfs"; then
		diag <"$work/.mkfs"
		skip "$disk_fs can't be made or mounted here" 9
		return 1
	fi
	knows_all "$dir/mnt.$disk_fs/f" "$disk_fs"
}

if try_loop; then
	# The disk itself, with nothing on it but what is read.
	blockdev=$disk
	# Its cache goes with the last one who has it open.
	exec 9<"$blockdev"
	disk_itself() {
		dd if="$blockdev" of=/dev/null bs=1M count=2 2>/dev/null
		run "$PAGETIDE" --json "$blockdev"
		is "$status" 0 "a block device"
		is "$(get target.filesystem target.size_bytes target.pages)" \
		    "block device 16777216 4096" "its size"
		within "$(get layers.cached_pages)" 512 4096 \
		    "what was read is cached"
	}
	undisturbed disk_itself
	if command -v blockdev >/dev/null; then
		# Readahead that is still under way is not flushed.
		flushed() {
			command blockdev --flushbufs "$blockdev"
			run "$PAGETIDE" --json "$blockdev"
			[ "$(get layers.cached_pages)" = 0 ]
		}
		ok "and after a flush nothing" poll_until 10 flushed
	else
		skip "blockdev is not installed"
	fi
	exec 9<&-
	undisturbed populated "$blockdev" "block device" 4096

	on_disk ext4 64 mkfs.ext4 -q -F
	on_disk xfs 320 mkfs.xfs -q -f
	on_disk btrfs 128 mkfs.btrfs -q -f
else
	diag <"$work/.loop"
	skip "no loop devices here" 33
fi

# --- where there is no disk ---

mkdir "$dir/lower" "$dir/upper" "$dir/work" "$dir/mnt.overlay"
"$HELPERS/pages" make "$dir/lower/f" 600
if mount -t overlay overlay -o "lowerdir=$dir/lower,upperdir=$dir/upper,\
workdir=$dir/work" "$dir/mnt.overlay" 2>"$work/.mount"; then
	overlaid() {
		read_some "$dir/mnt.overlay/f"
		ok "overlayfs by mincore" agrees "$dir/mnt.overlay/f" auto
		within "$(get layers.cached_pages)" 7 200 \
		    "what was read, roughly"
	}
	undisturbed overlaid
	is "$(get target.filesystem scan.source scan.remark)" \
	    "overlayfs mincore cachestat counts nothing on overlayfs" \
	    "and the reason"
	is "$(get layers.dirty_pages layers.evicted_pages)" "null null" \
	    "what cachestat would tell is unknown"
	run "$PAGETIDE" --json --source cachestat "$dir/mnt.overlay/f"
	is "$status" 1 "--source cachestat is refused"
	has "counts nothing on overlayfs" "$work/err" "with the reason"
else
	diag <"$work/.mount"
	skip "overlayfs can't be mounted here" 6
fi

mkdir "$dir/mnt.tmpfs"
if mount -t tmpfs -o size=16m tmpfs "$dir/mnt.tmpfs" 2>"$work/.mount"; then
	"$HELPERS/pages" make "$dir/mnt.tmpfs/f" 600
	truncate -s $((4096 * 800)) "$dir/mnt.tmpfs/f"
	ok "tmpfs" agrees "$dir/mnt.tmpfs/f" auto
	is "$(get layers.cached_pages target.pages)" "600 800" \
	    "all that was written is in memory"
	is "$(get target.filesystem scan.remark)" "tmpfs tmpfs: pages are \
always in memory until swapped out; no hint drops them" \
	    "a remark says that it always is"
	printf '%s\n' 'wait-samples 2' 'advise evict yes' wait-idle \
	    'wait-samples 1' "save-screen $work/screen.txt" |
	    timeout 60 "$PAGETIDE" --headless --script - \
	    --log "$work/log" "$dir/mnt.tmpfs/f" >"$work/out" 2>&1
	is $? 0 "a session"
	is "$("$HELPERS/residency" "$dir/mnt.tmpfs/f")" 600 \
	    "evict drops nothing there"
	has "page cache 600/800" "$work/screen.txt" "as the screen shows"
	has "tmpfs: pages are always in memory" "$work/screen.txt" \
	    "with the remark"
	rm -f "$work/log"
else
	diag <"$work/.mount"
	skip "tmpfs can't be mounted here" 7
fi

mkdir "$dir/mnt.huge"
if mount -t hugetlbfs none "$dir/mnt.huge" 2>"$work/.mount"; then
	truncate -s 8M "$dir/mnt.huge/f"
	run "$PAGETIDE" --json "$dir/mnt.huge/f"
	is "$status" 4 "hugetlbfs: not knowable"
	is "$(get target.filesystem layers.cached_pages scan.source)" \
	    "hugetlbfs null null" "unknown, not a number"
	ok "with a reason of its own" \
	    sh -c 'grep -q "hugetlbfs: residency can.t be known" "$1" &&
		! grep -q permission "$1"' sh "$work/err"
	printf '%s\n' 'wait-samples 3' "save-screen $work/screen.txt" |
	    timeout 60 "$PAGETIDE" --headless --script - \
	    "$dir/mnt.huge/f" >"$work/out" 2>&1
	is $? 4 "a session"
	has "hugetlbfs: residency" "$work/screen.txt" "says it on the screen"
else
	diag <"$work/.mount"
	skip "hugetlbfs can't be mounted here" 5
fi

# --- the disk changes under a session ---

# session LINE...: headless in the background on $dir/mnt.ext4/f.
session() {
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" >"$work/script"
	timeout 120 "$PAGETIDE" --headless -d 0.05 --script "$work/script" \
	    --log "$work/log" "$dir/mnt.ext4/f" >"$work/out" 2>&1 &
	pid=$!
	poll_until 20 grep -q 'note now' "$work/log"
}

# session_ends STATUS WHAT
session_ends() {
	status=0
	wait "$pid" || status=$?
	is "$status" "$1" "$2" || diag <"$work/out"
}

# populates NAME: what the worker mapped at last, of 600 pages.
populates() {
	is "$(effect POPULATE_READ mapped)" +600 "$1"
}

remounted() {
	session 'note now' 'wait-samples 30' 'advise populate' wait-idle
	mount -o remount,ro "$dir/mnt.ext4"
	session_ends 0 "remounted read-only"
	populates "it is read as before"
	is "$(grep -c target: "$work/log")" 0 "and nothing is said to change"
	mount -o remount,rw "$dir/mnt.ext4"
}

unmounted() {
	mountpoint -q "$dir/mnt.ext4" || poll_until 10 \
	    mount "$dir/disk.64" "$dir/mnt.ext4" -o loop
	session 'note now' 'wait-samples 30' 'advise populate' wait-idle \
	    'wait-samples 2' "save-screen $work/screen.txt"
	umount -l "$dir/mnt.ext4"
	session_ends 3 "unmounted in use"
	has "the file's name is gone" "$work/log" "it has no name any more"
	populates "but is there, and read"
	is "$(pages_shown mapped 600 <"$work/screen.txt")" 600 \
	    "as the screen shows"
}

died_with_the_disk() {
	has "worker died: SIGBUS touching page" "$work/log" \
	    "the worker dies of what it can't read"
	has "unreadable, or cut off" "$work/log" "and that is said"
	has "MADV_POPULATE_READ) = -1 EFAULT" "$work/log" \
	    "another worker is told by the kernel"
}

if mountpoint -q "$dir/mnt.ext4"; then
	undisturbed remounted
	undisturbed unmounted

	# The disk dies: what is not cached can't be read any more.
	if poll_until 10 mount "$dir/disk.64" "$dir/mnt.ext4" -o loop; then
		"$HELPERS/pages" evict "$dir/mnt.ext4/f"
		session 'note now' 'wait-samples 30' 'work sequential' \
		    'wait-samples 40' "save-screen $work/screen.txt" restart \
		    'advise populate' wait-idle
		truncate -s 0 "$dir/disk.64"
		device=$(awk -v on="$dir/mnt.ext4" '$2 == on { print $1 }' \
		    /proc/mounts)
		session_ends 0 "a disk that died"
		has "LIVE" "$work/screen.txt" "the session lives"
		# Linux 6.1 reads zeros where its file was cut off.
		if dd if="$device" of=/dev/null bs=1M iflag=direct \
		    2>"$work/err"; then
			skip "a disk without content can be read here" 3
		else
			died_with_the_disk
		fi
		umount "$dir/mnt.ext4" 2>/dev/null ||
		    umount -l "$dir/mnt.ext4"
	else
		skip "the disk can't be mounted again" 5
	fi
else
	skip "no ext4 on a disk of its own" 12
fi
mounts_end
ok "all is unmounted" sh -c '! grep -q -F "$1" /proc/mounts' sh "$dir"
ok "and detached" sh -c '! losetup -a | grep -q -F "$1"' sh "$dir"
done_testing
