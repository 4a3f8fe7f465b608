#!/bin/sh
# What a session on a real file does, act by act: the calls and how they
# ended, compared with tests/screens/session-acts.txt. What they changed is
# hints.sh's. UPDATE_SCREENS=1 rewrites it.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
[ "$(getconf PAGESIZE)" = 4096 ] || skip_all "pages are not of 4 KiB"
"$HELPERS/pages" make "$dir/f" 1024

# typed LINE: at the prompt, where an error does not end the script.
typed() {
	printf '%s\n' "$1" | awk '{
		print "key :"
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			print "key " (c == " " ? "Space" : c)
		}
		print "key Enter"
	}'
}

# acts NAME OPTION...: the script on standard input, as events without times
# and effects.
acts() {
	name=$1
	shift
	echo "== $name"
	timeout 60 "$PAGETIDE" --headless -d 0.05 "$@" --script - \
	    --log "$work/$name.log" >"$work/$name.out" 2>&1 ||
	    echo "status $? $(cat "$work/$name.out")"
	sed -e '/command: key /d' -e '/command: command$/d' \
	    -e '/command: wait/d' -e 's/^[0-9:.]* //' -e 's/^[0-9:.]* //' \
	    -e 's/; cached .*//' -e 's/; mapped .*//' -e 's/;  *unknown.*//' \
	    -e 's/ in [0-9.]* [num]*s; at 0x[0-9a-f]*/; at 0x/' \
	    -e 's/ in [0-9.]* [num]*s\(; VMA? [^;]*\); at 0x[0-9a-f]*/\1; at 0x/' \
	    -e 's/; PTE? .*//' \
	    -e 's/; not counted.*//' -e 's/ in [0-9.]* [num]*s\(,\|$\)/\1/g' \
	    -e '/touch page/s/ \(no fault\|minor\|major\)$/ FAULT/' \
	    -e 's/worker [0-9]* ended, [0-9]* started/worker OLD ended, NEW started/' \
	    "$work/$name.log"
}

# All at once: most of the time is waiting for effects.
{
	printf '%s\n' 'wait-samples 1' 'pace full'
	for act in 'advise random' 'advise populate' 'advise dontneed' \
	    'advise evict yes' 'work sequential' 'work backward' \
	    'work stride stride=100' 'work random touches=50' \
	    'touch beyond' 'touch unmapped' 'touch write' \
	    'work sequential op=write' touch 'map private write' \
	    'work sequential op=write' touch map 'map shared populate' \
	    restart 'advise random' stop 'pace 100' touch; do
		printf '%s\n' "$act" wait-idle
	done
} | acts whole "$dir/f" >"$work/whole.acts" &
{
	printf '%s\n' wait-idle 'pace full'
	for at in 0 1020K 1M 2M 3068K 3M 4092K; do
		echo "goto $at"
		typed touch
		printf '%s\n' wait-idle
	done
	printf '%s\n' 'goto 0' select 'goto 1020K'
	typed 'advise random'
	printf '%s\n' escape 'goto 0' select 'goto 1M'
	typed 'advise random'
	printf '%s\n' wait-idle escape 'goto 3068K' select 'goto 4M'
	typed 'work sequential'
	printf '%s\n' wait-idle escape 'goto 3M' select 'goto 4M'
	typed 'work sequential'
	printf '%s\n' escape 'work sequential' wait-idle restart \
	    'advise normal' wait-idle
	typed 'map from=4M'
	typed 'map from=1 length=4K'
	printf '%s\n' 'map from=4092K' wait-idle 'map length=8K' \
	    wait-idle 'advise dontneed' wait-idle 'map from=0' \
	    wait-idle 'advise normal' wait-idle
} | acts parts --map from=1M,length=2M "$dir/f" >"$work/parts.acts" &
{
	printf '%s\n' 'wait-samples 1' 'pace full' 'work sequential' \
	    wait-idle 'work sequential op=write' wait-idle \
	    'advise dontneed yes' wait-idle
	typed 'work sequential op=pread'
	echo wait-idle
	typed 'map shared'
} | acts anon --anon 4M >"$work/anon.acts" &
{
	echo 'wait-samples 1'
	typed 'map shared write'
	typed 'outside 1 1'
	typed 'save-screen /dev/null'
	typed "save-screen $dir"
	typed "save-screen $dir/f.txt"
	echo 'wait-samples 1'
} | acts refused "$dir/f" | sed "s,$dir,DIR,g" >"$work/refused.acts" &
{
	echo 'wait-samples 1'
	typed 'advise normal'
	typed touch
	echo 'wait-samples 1'
} | acts looking -r "$dir/f" >"$work/looking.acts" &
wait
for name in whole parts anon refused looking; do
	cat "$work/$name.acts"
done >"$work/acts.txt"
screen_is session-acts.txt "$work/acts.txt"
ok "a screen was saved" test -s "$dir/f.txt"

# A disk has its end where it ends, however much of it is mapped.
if [ "$(id -u)" = 0 ] && loop_of "$dir/disk" 16; then
	printf '%s\n' 'wait-samples 1' 'map length=4M' wait-idle \
	    'touch beyond' wait-idle >"$work/script"
	run "$PAGETIDE" --headless --script "$work/script" \
	    --log "$work/disk.log" "$disk"
	is "$(sed -n 's/.*work: //p' "$work/disk.log" | cut -d ' ' -f 1-10)" \
	    "touch page 4096 at 16M, past the end SIGBUS BUS_ADRERR" \
	    "a disk mapped in part"
else
	skip "only root can make a disk"
fi
done_testing
