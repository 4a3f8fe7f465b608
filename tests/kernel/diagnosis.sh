#!/bin/sh
# The diagnosis: each condition that can be brought about here is, and the
# screen has to name it; where there is nothing it has to say so.
. "${srcdir:-.}/tests/lib.sh"

shm=
cleanup() {
	[ -z "$shm" ] || rm -rf "$shm"
	test_end
}
trap cleanup EXIT

dir=$(realfs_dir) || skip_all "no real file system"
pages=16384
"$HELPERS/pages" make "$dir/f" $pages
"$HELPERS/pages" make "$dir/small" 2048
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")
best=$(methods "$dir/f" | tail -n 1)

# on FILE LINE...: a session on the file, cold at first, on $warm as it is if
# FILE is '', on none if it is -; what its last screen tells is in $work/told.
on() {
	on_file=$1
	shift
	case $on_file in
	'') on_file=$warm ;;
	-) on_file= ;;
	*) "$HELPERS/pages" evict "$on_file" ;;
	esac
	rm -f "$work/screen.txt"
	printf '%s\n' 'wait-samples 12' 'pace full' "$@" \
	    "save-screen $work/screen.txt" |
	    timeout 120 $wrap "$PAGETIDE" --headless --size 200x60 --script - \
	    $options ${on_file:+"$on_file"} >"$work/out" 2>&1 ||
	    diag <"$work/out"
	sed -n '/^DIAGNOSIS/,/^minor faults/p' "$work/screen.txt" |
	    sed '$d; s/^DIAGNOSIS//; s/^+. more//; s/^ *//' >"$work/told"
}

# tells PATTERN DESCRIPTION: the panel has a line of that form.
tells() {
	if grep -q -x -e "$1" "$work/told"; then
		pass "$2"
	else
		fail "$2"
		diag "no line: $1"
		diag <"$work/told"
	fi
}

# tells_not WORDS DESCRIPTION
tells_not() {
	hasnt "$1" "$work/told" "$2"
}

n='[0-9][0-9]*'
in_s='in [12]\.[0-9] s'
options= warm= wrap=

# --- nothing ------------------------------------------------------------

quiet() {
	on "$dir/f" 'wait-samples 12'
	tells 'f walks through the file  t touches one page' \
	    "a worker that has done nothing: what to press"
	on "$dir/small" 'advise populate' wait-idle 'wait-samples 25' \
	    'work sequential passes=20' wait-idle 'wait-samples 5'
	tells 'nothing stands out' "nor does a walk over what is mapped"
}
undisturbed quiet

# --- major faults -------------------------------------------------------

# A walk whose touches all have to wait, and why.
majors() {
	on "$dir/f" 'advise random' 'wait-samples 25' \
	    'work sequential touches=2000' wait-idle 'wait-samples 5'
	tells "$n of $n touches major $in_s: RANDOM forbids readahead to a \
walk in order  N advise normal" "RANDOM and a walk in order"
	on "$dir/f" 'advise random' 'wait-samples 25' \
	    'work random touches=2000' wait-idle 'wait-samples 5'
	tells "$n of $n touches major $in_s: absent pages, each waited for in \
its fault  :advise willneed-all" "RANDOM and a random walk: pages are absent"
	tells_not "pages read for" "and readahead is not to blame"
	on "$dir/f" 'advise sequential' 'wait-samples 25' \
	    'work backward touches=1000' wait-idle 'wait-samples 5'
	tells "$n of $n touches major $in_s: SEQUENTIAL reads on from a miss, \
the walk goes back  N advise normal" "SEQUENTIAL and a walk that goes back"
}
undisturbed majors

# pageout RANGE: somebody else has these pages of the file reclaimed, once the
# session maps none of them any more.
pageout() {
	"$HELPERS/pages" pageout "$dir/f" "$1" 2>"$work/pageout" ||
	    diag <"$work/pageout"
}

# Reclaim took what is used again.
reclaimed() {
	pageout 0:$pages &
	on "$dir/f" 'advise populate' wait-idle 'advise dontneed' \
	    "wait layers.evicted_pages > $((pages * 9 / 10))" \
	    'wait-samples 25' 'work sequential' wait-idle 'wait-samples 5'
	wait $!
	tells "$n reclaimed pages read again $in_s: reclaim took them before \
their next use  L advise mlock" "pages that reclaim had taken"
}

# Our own PAGEOUT took it, in this session or before it.
taken() {
	on "$dir/f" 'advise populate' wait-idle 'advise pageout yes' wait-idle \
	    'wait-samples 25' 'work sequential' wait-idle 'wait-samples 5'
	tells_not "reclaim took" "not pages that our own PAGEOUT took"
	on "$dir/f" 'advise populate' wait-idle 'advise pageout yes' wait-idle
	warm=$dir/f
	on '' "wait layers.evicted_pages > $((pages * 9 / 10))" \
	    'wait-samples 12' 'work sequential' wait-idle 'wait-samples 5'
	warm=
	tells_not "reclaim took" "nor those that were gone when it began"
}

# Reclaimed pages that were read again, on the whole system.
refaults() {
	awk '/^workingset_refault/ { n += $2 } END { print n + 0 }' \
	    /proc/vmstat
}

# Somebody else drops them, and the walk reads what reclaim never had.
dropped() {
	rm -f "$work/go.txt"
	refaults_before=$(refaults)
	(pageout 0:8192; poll_until 60 test -e "$work/go.txt" &&
	    "$HELPERS/pages" evict "$dir/f") &
	on "$dir/f" 'goto 0' select 'goto 32764K' 'advise populate' wait-idle \
	    'advise dontneed' "wait layers.evicted_pages > 7000" select \
	    'goto 32M' select 'goto 100%' 'wait-samples 25' \
	    "save-screen $work/go.txt" 'wait-samples 5' 'work sequential' \
	    wait-idle 'wait-samples 5'
	wait $!
	# As many as the system read elsewhere cannot be told apart.
	n_back=$(sed -n 's/^\([0-9]*\) reclaimed pages.*/\1/p' "$work/told")
	within "${n_back:-0}" 0 $(($(refaults) - refaults_before)) \
	    "8192 pages that others dropped are not read again"
}
if [ "$best" = cachestat ]; then
	undisturbed reclaimed
	undisturbed taken
	undisturbed dropped
else
	skip "only cachestat reports what was reclaimed" 4
fi

# --- readahead ----------------------------------------------------------

unused() {
	on "$dir/f" 'wait-samples 12' 'work random touches=64' wait-idle \
	    'wait-samples 5'
	tells "$n pages read for 64 touches $in_s: readahead loads pages that \
no touch asked for  R advise random" "64 random touches under NORMAL"
	on "$dir/f" 'wait-samples 12' 'work sequential touches=64' wait-idle \
	    'wait-samples 5'
	tells_not "pages read for" "64 in order: they will be used"
	on "$dir/f" 'wait-samples 12' 'pace 1000' 'work permutation' \
	    'wait-samples 15' stop wait-idle
	tells_not "pages read for" "so will those of a permutation"
	on "$dir/f" 'advise random' 'wait-samples 25' \
	    'work random touches=64' wait-idle 'wait-samples 5'
	tells_not "pages read for" "the key that it names helps"
}
undisturbed unused

# walk_late: a walk in order, over a file that is not cached. Were five in a
# hundred of its minor faults, and eight at least, longer than 200 us?
walk_late() {
	options=--json
	on "$mnt/f" 'wait-samples 12' 'work sequential' wait-idle \
	    'wait-samples 5'
	options=
	"$HELPERS/jsonget" walk.latency.minor.buckets <"$work/out" |
	    tr -d '[]' | tr ',' '\n' | awk '{ all += $1 }
		NR > 17 { late += $1 }
		END { exit !(late >= 8 && late * 20 >= all) }'
}

waits() {
	late_try=1
	until walk_late; do
		if [ $late_try = 6 ]; then
			skip "storage is too quick here for late readahead" 2
			return
		fi
		late_try=$((late_try + 1))
	done
	tells "$n of $n minor faults over 200 us $in_s: readahead is late: \
the fault starts it, or waits for it  :advise willneed-all" \
	    "readahead that is late"
	on "$mnt/f" 'advise willneed-all' 'wait-samples 25' 'work sequential' \
	    wait-idle 'wait-samples 5'
	tells_not "over 200 us" "the command that it names helps"
}
# Readahead of 128 KiB is soon late.
if readahead_of 256 "$dir" && "$HELPERS/pages" make "$mnt/f" $pages; then
	undisturbed waits
else
	skip "no loop device with a file system" 2
fi

# --- minor faults -------------------------------------------------------

# Pages read one by one are in folios of one page.
first() {
	on "$dir/small" 'advise random' 'work sequential' wait-idle \
	    'advise normal' 'advise dontneed' wait-idle 'wait-samples 25' \
	    'work stride stride=16' wait-idle 'wait-samples 5'
	tells "$n of 128 touches minor $in_s: in memory, but had no PTE  \
P advise populate" "cached pages without a PTE"
	on "$dir/small" 'advise random' 'work sequential' wait-idle \
	    'advise dontneed' 'advise populate' wait-idle 'wait-samples 25' \
	    'work stride stride=16' wait-idle 'wait-samples 5'
	tells 'nothing stands out' "the key that it names helps"
	on "$dir/small" 'advise random' 'work sequential' wait-idle \
	    'advise normal' 'advise dontneed' wait-idle 'wait-samples 25' \
	    'work sequential' wait-idle 'wait-samples 5'
	tells 'nothing stands out' "one fault in 16 touches is as it should be"
}
undisturbed first

copies() {
	on "$dir/f" 'advise populate' wait-idle 'map private write' \
	    wait-idle 'wait-samples 25' 'work permutation op=write' wait-idle \
	    'wait-samples 5'
	tells "$n pages copied by $pages writes $in_s: the first write to a \
private page copies it  :advise populate-write" "a storm of copies"
	on "$dir/f" 'map private write' 'advise populate-write' wait-idle \
	    'wait-samples 25' 'work permutation op=write' wait-idle \
	    'wait-samples 5'
	tells 'nothing stands out' "the command that it names helps"
}
undisturbed copies

# Anonymous memory has no page before its first touch.
zeros() {
	made='maps the page of zeros'
	zero_page || made='makes one, filled with zeros'
	on - 'wait-samples 12' 'work sequential' wait-idle 'wait-samples 5'
	tells "4096 of 4096 touches minor $in_s: no page yet: each fault \
$made  P advise populate" "anonymous pages that are only read"
	on - 'wait-samples 12' 'work sequential op=write' wait-idle \
	    'wait-samples 5'
	tells "4096 of 4096 touches minor $in_s: no page yet: each fault makes \
one, filled with zeros  :advise populate-write" "and those that are written"
}
options='--anon 16M'
undisturbed zeros
options=

# The advice that is in force now is not that of the touches before it.
changed() {
	on "$dir/f" 'advise sequential' 'wait-samples 25' 'pace 2000' \
	    'work backward' 'wait-samples 10' 'advise random' 'wait-samples 3'
	tells "$n of $n touches major $in_s: absent pages, each waited for in \
its fault" "RANDOM is not to blame for what was before it"
}
undisturbed changed

# What cannot be done here is not suggested.
cannot() {
	"$HELPERS/pages" evict "$dir/small"
	"$HELPERS/pages" scatter "$dir/small" 1 2048
	on '' 'wait-samples 12' 'work stride stride=16' wait-idle \
	    'wait-samples 5'
	tells "$n of 128 touches minor $in_s: in memory, but had no PTE" \
	    "a kernel that does not populate: no such help"
}
warm=$dir/small wrap="$HELPERS/seccomp -e EINVAL -s madvise --"
undisturbed cannot
warm= wrap=

# unlocked COMMAND...: what is said of reclaimed pages, and what would help.
unlocked() {
	"$HELPERS/pages" evict "$dir/own"
	"$HELPERS/pages" pageout "$dir/own" &
	printf '%s\n' 'wait-samples 2' 'pace full' 'advise populate' wait-idle \
	    'advise dontneed' 'wait layers.evicted_pages > 1900' \
	    'wait-samples 25' 'work sequential' wait-idle 'wait-samples 5' |
	    "$@" --headless --json --script - "$dir/own" 2>"$work/err" |
	    "$HELPERS/jsonget" diagnosis | grep -o '"command":.*'
	wait $!
}

# Who may not lock as much is not told to.
memlock() {
	"$HELPERS/pages" make "$dir/own" 2048
	chown 65534 "$dir/own"
	is "$(unlocked "$PAGETIDE" | cut -d, -f1)" \
	    '"command":"advise mlock"}]' "who may lock is told to"
	is "$(unlocked as_nobody sh -c 'ulimit -l 64; exec "$@"' sh \
	    "$PAGETIDE" | cut -d, -f1)" '"command":null}]' \
	    "who may not lock so much is not"
}
if [ "$best" = cachestat ] && as_nobody true 2>/dev/null; then
	undisturbed memlock
else
	skip "not root, or only cachestat reports what was reclaimed" 2
fi

# --- hints --------------------------------------------------------------

cut() {
	on "$dir/f" 'advise willneed' wait-idle
	tells "willneed: $n of $n pages came: one call reads no more  \
:advise willneed-all" "WILLNEED cut short"
	on "$dir/f" 'advise willneed-all' wait-idle
	tells_not "pages came" "the command that it names helps"
}
if [ "$best" = cachestat ]; then
	undisturbed cut
else
	skip "only cachestat reports that nothing was reclaimed" 2
fi

hints() {
	on "$dir/f" 'advise mlock' wait-idle 'advise dontneed yes' wait-idle
	tells "dontneed: refused: the range is locked  U advise munlock" \
	    "DONTNEED on locked pages"
	on "$dir/f" 'advise willneed-all' wait-idle 'advise pageout yes' \
	    wait-idle
	tells "pageout: $n of $n pages stay cached: walks PTEs only: nothing \
mapped here  E advise evict" "PAGEOUT of what is not mapped"
	on "$dir/f" 'advise populate' wait-idle 'advise fadvise-dontneed yes' \
	    wait-idle
	tells "fadvise-dontneed: $n of $n pages stay cached: mapped here: \
such pages stay  E advise evict" "fadvise DONTNEED of what is mapped"
}
undisturbed hints

# Pages that somebody else maps, too.
others() {
	mkfifo "$work/hold"
	"$HELPERS/pages" hold "$dir/f" <"$work/hold" >"$work/held" &
	holder=$!
	exec 9>"$work/hold"
	poll_until 30 grep -q held "$work/held"
	on '' 'advise populate' wait-idle 'advise pageout yes' wait-idle
	tells "pageout: $n of $n pages stay cached, mapped by pages ([0-9]*): \
pages that others map stay" \
	    "PAGEOUT of what others map"
	on '' 'advise populate' wait-idle 'advise evict yes' wait-idle
	tells "evict: $n of $n pages stay cached, mapped by pages ([0-9]*): \
pages that others map stay" \
	    "evict of what others map"
	exec 9>&-
	wait $holder
	rm "$work/hold"
}

# Large folios come of large writes.
folio() {
	dd if=/dev/zero of="$dir/big" bs=1M count=8 conv=fsync 2>"$work/dd"
	on '' 'advise populate' wait-idle 'goto 1200K' select 'goto 1400K' \
	    'advise pageout yes' wait-idle
	tells "pageout: $n of $n pages stay cached: part of a large folio: \
all of it or nothing" "PAGEOUT of a part of a large folio"
}

# large_folios: does writing 1 MiB at once make them here?
large_folios() {
	dd if=/dev/zero of="$dir/big" bs=1M count=8 conv=fsync 2>"$work/dd"
	printf '%s\n' 'wait-samples 2' 'goto 1200K' touch wait-idle |
	    timeout 60 "$PAGETIDE" --headless --size 120x40 --script - \
	    --log "$work/log" "$dir/big" >"$work/out" 2>&1
	[ "$(effect 'touch page' mapped)" -gt 64 ]
}

if [ "$best" = cachestat ]; then
	warm=$dir/f
	undisturbed others
	warm=$dir/big
	if large_folios; then
		undisturbed folio
	else
		skip "no large folios here"
	fi
	warm=
else
	skip "only cachestat reports what is clean" 3
fi

# Pages of a file in memory have nowhere to go.
tmpfs() {
	"$HELPERS/pages" make "$shm/f" 2048
	on '' 'advise populate' wait-idle 'advise evict yes' wait-idle
	tells "evict: 2048 of 2048 pages stay cached: no storage behind them: \
they go to swap only" "evict on tmpfs: others are not to blame"
	on '' 'advise pageout yes' wait-idle
	tells "pageout: 2048 of 2048 pages stay cached: no storage behind \
them: they go to swap only" "nor would evict help where nothing is mapped"
}
shm=$(mktemp -d /dev/shm/pagetide.XXXXXX 2>"$work/shm") || shm=
if [ -n "$shm" ] && [ "$(stat -f -c %T "$shm")" = tmpfs ] &&
    [ "$(wc -l </proc/swaps)" = 1 ]; then
	warm=$shm/f
	undisturbed tmpfs
	warm=
else
	skip "no tmpfs, or there is swap" 2
fi
[ -z "$shm" ] || rm -rf "$shm"

# On pagetide's own file, which may be written.
dirty() {
	mkdir -p -m 700 "$dir/cache"
	XDG_CACHE_HOME=$dir/cache
	export XDG_CACHE_HOME
	on '' 'map shared write' wait-idle 'advise populate-write' \
	    wait-idle 'advise pageout yes' wait-idle
	tells "pageout: $n of $n pages stay cached: dirty pages stay: it \
writes nothing  :advise fsync" "PAGEOUT of dirty pages"
	unset XDG_CACHE_HOME
}
if [ "$best" = cachestat ]; then
	undisturbed dirty
else
	skip "only cachestat reports what is dirty"
fi

# --- memory that is short -----------------------------------------------

# Capped: with large readahead it reads a gigabyte a second.
thrash() {
	on "$dir/f" 'wait-samples 12' 'work random touches=200' wait-idle \
	    'wait-samples 3'
	tells "$n pages read again, $n stolen\( (system)\)* $in_s: thrash: readahead pushes \
out what is used  R advise random" "random touches with a limit of 16 MiB"
	on "$dir/f" 'advise random' 'wait-samples 25' \
	    'work loop set=20M passes=5' wait-idle 'wait-samples 3'
	tells "$n of $n touches major $in_s, 5120 pages in use, limit 4096: \
thrash: the working set is over memory" "a set that is larger than the limit"
	on "$dir/f" 'wait-samples 25' 'work sequential passes=4' wait-idle \
	    'wait-samples 3'
	tells "$n pages read again, $n stolen\( (system)\)* $in_s: thrash: more is read \
than the memory limit keeps" "the same in order, without major faults"
	on "$dir/f" 'advise random' 'wait-samples 25' \
	    'work loop set=8M passes=2' wait-idle 'wait-samples 25' \
	    'work loop set=8M passes=5' wait-idle 'wait-samples 5'
	tells 'nothing stands out' "one that is not"
}
run "$PAGETIDE" --headless --memory-limit 16M --script /dev/null "$dir/f"
if [ "$status" = 0 ]; then
	options='--memory-limit 16M'
	undisturbed thrash
	options=
else
	skip "no memory limit here" 4
fi

is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the file is what it was"
done_testing
