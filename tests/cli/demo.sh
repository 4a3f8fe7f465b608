#!/bin/sh
# The demo file: made once, real data, never on tmpfs.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
demo=$dir/pagetide/demo
last_resort=/var/tmp/pagetide-$(id -u)
# What the test makes there goes again; what was there stays.
[ -e "$last_resort" ] || echo "$last_resort" >>"$work/.realfs"

run env XDG_CACHE_HOME="$dir" "$PAGETIDE" --json
is "$status" 0 "without a FILE: the demo file"
has "making the demo file" "$work/err" "is made, and said"
is "$(stat -c %s "$demo")" 67108864 "64 MiB"
ok "really on the disk" test "$(stat -c %b "$demo")" -ge 131072
ok "no page is like another" test \
    "$(dd if="$demo" bs=4096 count=1 2>/dev/null | cksum)" != \
    "$(dd if="$demo" bs=4096 skip=9000 count=1 2>/dev/null | cksum)"
is "$("$HELPERS/jsonget" target.path <"$work/out")" "$demo" "it is watched"
stamp=$(stat -c '%i %Y' "$demo")
run env XDG_CACHE_HOME="$dir" "$PAGETIDE" --json
is "$(stat -c '%i %Y' "$demo") $(wc -c <"$work/err")" "$stamp 0" \
    "the second time it is there"
truncate -s 1M "$demo"
run env XDG_CACHE_HOME="$dir" "$PAGETIDE" --json
is "$(stat -c %s "$demo")" 67108864 "half a file is made anew"

# Only HOME is set: ~/.cache.
rm -rf "$dir/pagetide"
run env HOME="$dir" "$PAGETIDE" --json
ok "~/.cache/pagetide without XDG_CACHE_HOME" test -s \
    "$dir/.cache/pagetide/demo"

if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] && [ -w /dev/shm ]; then
	shm=$(mktemp -d /dev/shm/pagetide.XXXXXX)
	run env XDG_CACHE_HOME="$shm" TMPDIR="$dir" "$PAGETIDE" --json
	path=$("$HELPERS/jsonget" target.path <"$work/out")
	case $path in
	"$last_resort/demo") pass "not on tmpfs, but in /var/tmp" ;;
	*) fail "not on tmpfs, but in /var/tmp"; diag "$path" ;;
	esac
	rm -rf "$shm"
else
	skip "no tmpfs to try"
fi
run env XDG_CACHE_HOME=/proc/nowhere HOME=/proc/nowhere "$PAGETIDE" --json
is "$status" 0 "a cache directory that can't be made: another place"
done_testing
