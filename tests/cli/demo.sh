#!/bin/sh
# The demo file: made once, real data, never on tmpfs.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
demo=$dir/pagetide/demo
last_resort=/var/tmp/pagetide-$(id -u)
# What the test makes there goes again; what was there stays.
[ -e "$last_resort" ] || echo "$last_resort" >>"$work/.realfs"

echo 'wait-samples 1' >"$work/s"
# demo VAR=VALUE...: a session without a FILE.
demo() {
	run env "$@" "$PAGETIDE" -r --headless --json --script "$work/s"
}
demo XDG_CACHE_HOME="$dir"
is "$status" 0 "without a FILE: the demo file"
has "making the demo file $demo: 64 of 64 MiB" "$work/err" "is made, and said"
is "$(stat -c %s "$demo")" 67108864 "64 MiB"
ok "really on the disk" test "$(stat -c %b "$demo")" -ge 131072
ok "no page is like another" test \
    "$(dd if="$demo" bs=4096 count=1 2>/dev/null | cksum)" != \
    "$(dd if="$demo" bs=4096 skip=9000 count=1 2>/dev/null | cksum)"
is "$("$HELPERS/jsonget" target.path <"$work/out")" "$demo" "it is watched"
stamp=$(stat -c '%i %Y' "$demo")
demo XDG_CACHE_HOME="$dir"
is "$(stat -c '%i %Y' "$demo") $(wc -c <"$work/err")" "$stamp 0" \
    "the second time it is there"
truncate -s 1M "$demo"
demo XDG_CACHE_HOME="$dir"
is "$(stat -c %s "$demo")" 67108864 "half a file is made anew"

# What is cut off leaves nothing behind.
left() {
	ls "$dir/pagetide" | grep -v '^demo$'
}
rm "$demo"
for after in 0.02 0.04 0.08 0.12; do
	timeout -s KILL $after env XDG_CACHE_HOME="$dir" "$PAGETIDE" -r \
	    --headless --script "$work/s" 2>/dev/null
	timeout -s INT $after env XDG_CACHE_HOME="$dir" "$PAGETIDE" -r \
	    --headless --script "$work/s" 2>/dev/null
done
is "$(left)" "" "a start that is cut off leaves nothing"
# What an older one left, or one on a filesystem without O_TMPFILE, goes; what
# somebody is at, or has another name, stays.
mkdir -p "$dir/pagetide"
: >"$dir/pagetide/demo.aB3dEf"
: >"$dir/pagetide/demo.longer-name"
mkdir "$dir/pagetide/demo.folder"
: >"$dir/pagetide/demo.locked"
{
	flock 9
	demo XDG_CACHE_HOME="$dir"
} 9<"$dir/pagetide/demo.locked"
is "$(left | tr '\n' ' ')" "demo.folder demo.locked demo.longer-name " \
    "what is left is swept, unless it is in use"
demo XDG_CACHE_HOME="$dir"
is "$(left | tr '\n' ' ')" "demo.folder demo.longer-name " \
    "then too when it is not any more"
rm -r "$dir/pagetide/demo".*

# Without /proc it cannot get its name in the end: it has another first.
bare() {
	exec "$@" unshare --mount sh -c '
	mount -t tmpfs none /proc && exec "$@"' sh env XDG_CACHE_HOME="$dir" \
	    "$PAGETIDE" -r --headless --script "$work/s" 2>/dev/null
}
# cut_off: one is started, and killed as soon as it has such a name.
cut_off() {
	rm -f "$demo"
	bare env &
	bare_pid=$!
	looks=0
	while [ -z "$(left)" ] && [ ! -e "$demo" ] && [ $looks -lt 20000 ] &&
	    kill -0 $bare_pid; do
		looks=$((looks + 1))
	done
	kill -KILL $bare_pid
	wait $bare_pid
} 2>/dev/null
if unshare --mount mount -t tmpfs none /proc 2>/dev/null; then
	tries=0
	while [ -z "$(left)" ] && [ $tries -lt 10 ]; do
		tries=$((tries + 1))
		cut_off
	done
	has "demo." /dev/stdin "a start that is cut off there" <<-END
	$(left)
	END
	(bare timeout -s KILL 60)
	is "$(stat -c %s "$demo"; left)" 67108864 "the next one cleans up"
else
	skip "/proc can't be hidden" 2
fi

# It is ours alone: evicted without a question, unless it has another name.
printf '%s\n' 'wait-samples 1' 'advise evict' wait-idle >"$work/evict"
evicts() {
	rm -f "$work/log"
	run env XDG_CACHE_HOME="$dir" "$PAGETIDE" --headless \
	    --script "$work/evict" --log "$work/log"
	is "$status $(grep -c 'hint: .*FADV_DONTNEED) = 0' "$work/log")" \
	    "0 $1" "$2"
}
evicts 1 "E on the demo file: done, unasked"
ln "$demo" "$dir/other-name"
evicts 0 "with another name it is asked"
rm "$dir/other-name"

# A file there that is not ours is neither replaced nor written.
printf '%s\n' 'wait-samples 1' 'map shared write' wait-idle \
    'work stride op=write touches=8' wait-idle >"$work/write"
foreign() {
	sum=$(cksum <"$demo"; stat -c '%i %Y' "$demo")
	run env XDG_CACHE_HOME="$dir" "$PAGETIDE" --headless \
	    --script "$work/write"
	is "$status $(cat "$work/err")" "1 pagetide: $demo is no file that\
 pagetide made: move it away, or name a FILE" "$1: refused"
	is "$(cksum <"$demo"; stat -c '%i %Y' "$demo")" "$sum" \
	    "$1: as it was"
}
mv "$demo" "$dir/ours"
head -c 64M /dev/urandom >"$demo"
foreign "64 MiB of somebody"
echo mine >"$demo"
foreign "a small file"
cp "$dir/ours" "$demo"
printf x | dd of="$demo" bs=1 seek=30412900 conv=notrunc 2>/dev/null
foreign "a copy that was changed"
rm "$demo"
mkdir "$demo"
run env XDG_CACHE_HOME="$dir" "$PAGETIDE" --headless --script "$work/write"
is "$status" 1 "a folder: refused"
rmdir "$demo"
ln -s "$dir/ours" "$demo"
run env XDG_CACHE_HOME="$dir" "$PAGETIDE" --headless --script "$work/write"
is "$status" 1 "a symbolic link: refused"
rm "$demo"
# One that has no mark is known by what is in it, which no cache sees.
cat "$dir/ours" >"$demo"
cold() {
	"$HELPERS/pages" evict "$demo"
	demo XDG_CACHE_HOME="$dir"
	is "$status $("$HELPERS/residency" "$demo")" "0 0" \
	    "one without a mark is known, and stays cold"
}
undisturbed cold
run env XDG_CACHE_HOME="$dir" "$PAGETIDE" --headless --script "$work/write"
is "$status $(cmp "$demo" "$dir/ours" | wc -l)" "0 1" "and may be written"
mv "$dir/ours" "$demo"

# Only HOME is set: ~/.cache.
rm -rf "$dir/pagetide"
demo HOME="$dir"
ok "~/.cache/pagetide without XDG_CACHE_HOME" test -s \
    "$dir/.cache/pagetide/demo"

if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] && [ -w /dev/shm ]; then
	shm=$(mktemp -d /dev/shm/pagetide.XXXXXX)
	demo XDG_CACHE_HOME="$shm" TMPDIR="$dir"
	path=$("$HELPERS/jsonget" target.path <"$work/out")
	case $path in
	"$last_resort/demo") pass "not on tmpfs, but in /var/tmp" ;;
	*) fail "not on tmpfs, but in /var/tmp"; diag "$path" ;;
	esac
	rm -rf "$shm"
else
	skip "no tmpfs to try"
fi
demo XDG_CACHE_HOME=/proc/nowhere HOME=/proc/nowhere
is "$status" 0 "a cache directory that can't be made: another place"

# A disk that is too small; the mount goes with the process.
truncate -s 16M "$dir/disk"
if mkfs.ext4 -q "$dir/disk" 2>/dev/null && mkdir "$dir/small" &&
    unshare --mount mount -o loop "$dir/disk" "$dir/small" 2>/dev/null; then
	run unshare --mount sh -c 'mount -o loop "$1/disk" "$1/small" || exit
	XDG_CACHE_HOME=$1/small "$PAGETIDE" -r --headless --script "$2"
	status=$?
	ls "$1/small/pagetide"
	exit $status' sh "$dir" "$work/s"
	is "$status $(cat "$work/err")" "1 pagetide: can't make the demo file\
 $dir/small/pagetide/demo: No space left on device" "no room for it: said"
	is "$(cat "$work/out")" "" "and nothing is left of it"
else
	skip "no disk can be mounted" 2
fi
done_testing
