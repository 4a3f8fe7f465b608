#!/bin/sh
# What the kernel refuses is explained: with what was measured, and with what
# would help. Each is provoked for real where that can be done.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
"$HELPERS/pages" make "$dir/f" 16384
cp "$PAGETIDE" "$dir/pagetide"

# session LINE...: a headless session, run by $under; its events are in
# $work/log.
session() {
	printf '%s\n' 'wait-samples 2' "$@" >"$work/script"
	rm -f "$work/log"
	run timeout 60 $under "$PAGETIDE" --headless --size 160x40 \
	    --script "$work/script" --log "$work/log" $file
}
under=
file=$dir/f

# says TEXT DESCRIPTION: the log has it twice, at once and in the event.
says() {
	is "$(grep -c -F -e "$1" "$work/log")" 2 "$2" || diag <"$work/log"
}

if as_nobody true 2>/dev/null; then
	file=$dir/g
	"$HELPERS/pages" make "$file" 16384
	chown 65534 "$file"
	mkdir "$work/open"
	chmod 777 "$work/open"
	# lock MEMLOCK LINE...: nobody's session with that limit, soft:hard.
	lock() {
		rm -f "$work/open/log"
		under="prlimit --memlock=$1 setpriv --reuid=65534
		    --regid=65534 --clear-groups --inh-caps=-all"
		shift
		printf '%s\n' 'wait-samples 2' "$@" wait-idle \
		    "save-screen $work/open/screen.txt" >"$work/script"
		run timeout 60 $under "$dir/pagetide" --headless \
		    --size 160x40 --script "$work/script" \
		    --log "$work/open/log" "$file"
		cp "$work/open/log" "$work/log"
		under=
	}
	lock 65536:65536 'advise mlock' wait-idle 'wait-samples 2'
	says 'ENOMEM: RLIMIT_MEMLOCK 64.0 KiB, locked 0 B, asked 64.0 MiB: over the limit, and root alone' \
	    "mlock over the limit of both kinds"
	has 'mlock: ENOMEM: RLIMIT_MEMLOCK 64.0 KiB, locked 0 B, asked' \
	    "$work/open/screen.txt" "the diagnosis has it"
	lock 65536:1048576 'goto 1M' select 'goto 1500K' 'advise mlock' wait-idle
	says 'asked 512.0 KiB: over the limit: raise it before the start' \
	    "over the one that everybody can raise"
	lock 0:1048576 'advise mlock-onfault' wait-idle
	says 'EPERM: RLIMIT_MEMLOCK 0 B, locked 0 B, asked 64.0 MiB: no memory' \
	    "none may be locked"
	lock 1048576:1048576 'zoom pages' select 'goto 500K' 'advise mlock' \
	    wait-idle 'advise mlock' wait-idle escape 'goto 2M' select \
	    'goto 2600K' 'advise mlock' wait-idle
	says 'RLIMIT_MEMLOCK 1.0 MiB, locked 504.0 KiB, asked 556.0 KiB: over' \
	    "what is locked already counts"
	lock 65536:65536 'map locked' wait-idle
	has 'EAGAIN: RLIMIT_MEMLOCK 64.0 KiB, locked 0 B, asked 64.0 MiB: over' \
	    "$work/log" "a locked mapping over the limit"
	lock 65536:65536 'map locked' wait-idle map wait-idle
	is "$(grep -c 'the worker can.t map it like this' "$work/log")" 1 \
	    "map alone maps as before, not as was refused"
	lock 65536:65536 'map locked' 'map private' wait-idle map wait-idle
	is "$(grep -c 'the worker can.t map it like this' "$work/log")" 1 \
	    "what waits behind it is not taken for it"
	is "$(grep -c 'MAP_PRIVATE.*) = 0 in' "$work/log")" 2 \
	    "and is how it is mapped from then on"
	file=$dir/f
else
	skip "not root: no other user to be" 9
fi

session 'advise free' wait-idle 'advise populate-write' wait-idle
says 'EINVAL: it is for anonymous memory (--anon)' "free on a file"
says "EINVAL: the mapping can't be written" "populate-write, read-only"
has 'error: populate-write: EINVAL: the mapping can'"'"'t be written  :map private write' \
    "$work/log" "and the command that helps"
session 'advise mlock' wait-idle 'advise dontneed' wait-idle
has 'error: dontneed: the range is locked  :advise munlock' "$work/log" \
    "a locked range"
if [ -d /sys/kernel/mm/transparent_hugepage ]; then
	session 'zoom pages' select 'goto 60K' 'advise collapse' wait-idle
	says "a huge page is 2.0 MiB, asked 64.0 KiB: no huge page fits in" \
	    "less than a huge page"
else
	skip "no transparent huge pages"
fi

# Where the calls are forbidden, or not there.
# filtered OPTION... -- HINT...: each hint in turn, under a filter.
filtered() {
	under="$HELPERS/seccomp"
	while [ "$1" != -- ]; do
		under="$under $1"
		shift
	done
	under="$under --"
	shift
	for hint; do
		set -- "$@" "advise $hint"
		shift
	done
	session "$@" wait-idle
	under=
}
calls="madvise mlock mlock2 munlock munlockall fadvise64 readahead
sync_file_range fsync"
hints="random populate mlock mlock-onfault munlock munlockall fadvise-normal
readahead sync-range fsync willneed-all"
for error in EPERM ENOSYS; do
	filtered -e $error $(printf -- '-s %s ' $calls) -- $hints
	case $error in
	EPERM) text='a seccomp filter is in force and may forbid it' ;;
	ENOSYS) text='a seccomp filter hides the call, or the kernel lacks' ;;
	esac
	for hint in $hints; do
		has "error: $hint: $error: $text" "$work/log" "$hint: $error"
	done
	is "$(grep -c -F -e "; $error: $text" "$work/log")" 11 \
	    "each event has it"
done
filtered -e EIO -s fsync -e ENOSPC -s sync_file_range -e EINVAL -s readahead \
    -e EAGAIN -s mlock -e EFAULT -s madvise -e EBUSY -s fadvise64 \
    -- fsync sync-range readahead mlock populate fadvise-random
while read -r text; do
	says "$text" "$text"
done <<'END'
EIO: storage could not write all: data may be lost
ENOSPC: storage is full: not all was written
EINVAL: such files have no readahead
EAGAIN: memory is short: not all pages could be brought in
EFAULT: a page can't be read, or is past the end
EBUSY: in use at this moment: try again
END

# Anonymous memory has no file.
file=--anon=4M
session 'advise fadvise-random' wait-idle
says 'EBADF: anonymous memory has no file' "a hint on no file"
done_testing
