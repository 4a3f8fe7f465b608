#!/bin/sh
# Why a touch cost what it did: each name of a way through the fault handler
# brought about, and what is told with it.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
[ "$(getconf PAGESIZE)" = 4096 ] || skip_all "pages are not of 4 KiB"
f=$dir/f
pages=16384
"$HELPERS/pages" make "$f" $pages
run "$PAGETIDE" --source cachestat --json "$f"
[ "$status" = 0 ] || skip_all "no cachestat here: $(sed 's/.*: //' "$work/err")"

# session FILE-OR-OPTION LINE...: leaves its samples, of which the last knows
# the last touch, and its log.
session() {
	what=$1
	shift
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" 'wait-samples 1' |
	    timeout 120 ${PAGETIDE_BEFORE:-} "$PAGETIDE" --headless --size 120x40 -d 0.05 --script - --ndjson \
	    --log "$work/log" $what >"$work/out" 2>"$work/err" ||
	    diag <"$work/err"
	tail -n 1 "$work/out" >"$work/last"
}
told() {
	"$HELPERS/jsonget" "$1" <"$work/last"
}

# way NAME WHAT LINE...: the last touch of that session went that way.
way() {
	name=$1
	shift
	session "$@"
	is "$(told touch.path)" "$name" "$name"
}
cold() {
	"$HELPERS/pages" evict "$f"
}

# --- refused ------------------------------------------------------------
way not-mapped "$f" 'touch unmapped' wait-idle
has "; VMA? none  not mapped; " "$work/log" "its event says so"
way not-permitted "$f" 'touch write' wait-idle
way past-end "$f" 'touch beyond' wait-idle
has "past the end of the file; " "$work/log" "its event says so"

# --- of a file ----------------------------------------------------------
readahead() {
	cold
	way miss-readahead "$f" 'goto 16M' touch wait-idle
	is "$(told touch.asked_pages)" "$(told act.cached_after)" \
	    "as many pages are asked for as come into the cache"
	ra=$(($(told target.readahead_bytes) / 4096))
	half=$((4096 > ra / 2 ? 4096 - ra / 2 : 0))
	is "$(told touch.first_page)" "$half" "around the page"
	has "PTE? no  VMA? r-- shared ok  page cache? no  synchronous \
readahead $half+" "$work/log" "its event tells the stages"
}
undisturbed readahead
marker() {
	cold
	way marker "$f" 'goto 16M' touch wait-idle "wait-samples 4" \
	    "goto $(((4096 + ra / 4) * 4))K" touch wait-idle
	is "$(told touch.asked_pages)" "$ra" "it has a whole window read"
	is "$(told touch.first_page)" "$((4096 + ra / 2))" \
	    "which begins where the one before ends"
}
undisturbed marker
single() {
	cold
	way miss-single "$f" 'advise random' wait-idle 'goto 16M' touch \
	    wait-idle
	is "$(told touch.asked_pages)" 1 "one page is read"
}
undisturbed single
# WILLNEED returns before its pages arrive; its last ones take a while, but not
# for ever: where storage is fast one of several touches is there in time.
waited() {
	set -- 'goto 0' select 'goto 1020K'
	for i in 1 2 3 4 5 6 7 8; do
		set -- "$@" 'advise evict yes' wait-idle 'advise willneed' \
		    touch wait-idle 'wait-samples 1'
	done
	cold
	session "$f" "$@"
	ok "waited" grep -q '"touch":{[^}]*"path":"waited"' "$work/out"
}
if sanitized; then
	skip "AddressSanitizer takes time of its own" 1
else
	undisturbed waited
fi
alone() {
	cold
	# One page of the window is all that is cached.
	way hit "$f" 'advise random' wait-idle 'goto 1M' touch wait-idle \
	    'advise dontneed' wait-idle touch wait-idle
	is "$(told touch.mapped_pages)" 1 "one PTE"
}
undisturbed alone
around() {
	cat "$f" >/dev/null
	way fault-around "$f" 'goto 100K' touch wait-idle
	is "$(told touch.mapped_pages)" 16 "a window of 16 PTEs"
	has "fault-around, 16 PTEs" "$work/log" "its event says how many"
	way mapped "$f" 'goto 100K' touch wait-idle touch wait-idle
}
undisturbed around

# A huge page of the file, and then one PTE table less to make.
pmd() {
	cold
	session "$f" 'advise hugepage' wait-idle 'goto 16M' touch wait-idle \
	    'wait-samples 4' 'advise dontneed' wait-idle touch wait-idle
	if [ "$(told touch.path)" = pmd ]; then
		pass "pmd"
		is "$(told touch.mapped_pages)" 512 "all PTEs at once"
	else
		is "$(told touch.path)" fault-around \
		    "no huge pages of files here"
	fi
}
undisturbed pmd

# --- copies -------------------------------------------------------------
copies() {
	cat "$f" >/dev/null
	way copy-mapped "$f" 'map private write' wait-idle touch wait-idle \
	    'touch write' wait-idle
	way copy-cache "$f" 'map private write' wait-idle 'goto 20M' \
	    'touch write' wait-idle
	cold
	way copy-read "$f" 'map private write' wait-idle 'goto 20M' \
	    'touch write' wait-idle
}
undisturbed copies
mkdir "$dir/cache"
demo() {
	XDG_CACHE_HOME=$dir/cache way write-notify '' \
	    'map shared write' wait-idle 'goto 1M' touch wait-idle \
	    'touch write' wait-idle
	# Async windows are of large folios, which a write maps as a whole.
	XDG_CACHE_HOME=$dir/cache session '' 'map shared write' wait-idle \
	    'advise evict yes' wait-idle 'work sequential' wait-idle \
	    'advise dontneed' wait-idle 'pace 1000' \
	    'work random op=write touches=300 seed=3' wait-idle
	ok "large-folio" test "$(($(told walk.paths.large_folio.touches) +
	    $(told walk.paths.pmd.touches)))" -gt 0
}
demo

# --- anonymous ----------------------------------------------------------
small='advise nohugepage'
if zero_page; then
	way zero-page --anon=4M "$small" touch wait-idle
	way copy-zero --anon=4M "$small" touch wait-idle 'touch write' wait-idle
else
	skip "this kernel maps no page of zeros" 2
fi
way new-page --anon=4M "$small" 'touch write' wait-idle
case $(cat /sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null) in
*'[never]'* | '')
	skip "no huge pages here: new-huge" ;;
*)
	way new-huge --anon=8M 'advise hugepage' wait-idle 'goto 4M' \
	    'touch write' wait-idle ;;
esac

# --- a walk -------------------------------------------------------------
walk() {
	cold
	session "$f" 'pace 500' 'work random touches=400 seed=5' wait-idle
	is "$(told walk.paths.looked)" 400 "a walk with a pace: each is looked at"
	is "$(told walk.paths.one_of)" 1 "one of one"
	is "$(told walk.paths.unknown.touches)" 0 "each has a name"
	n=0
	for name in mapped miss_single miss_readahead waited marker hit \
	    fault_around large_folio pmd; do
		n=$((n + $(told walk.paths.$name.touches)))
	done
	is "$n" 400 "the names are of all touches"
	minor=$(($(told walk.paths.fault_around.touches) +
	    $(told walk.paths.hit.touches)))
	ok "hits are minor faults" test "$minor" -le \
	    "$(told walk.latency.minor.touches)"
	is "$(told walk.paths.mapped.touches)" \
	    "$(told walk.latency.no_fault.touches)" \
	    "no fault: already mapped"
}
undisturbed walk
fast() {
	cat "$f" >/dev/null
	session "$f" 'work sequential passes=8' wait-idle
	looked=$(told walk.paths.looked)
	ok "a walk at full speed: some are looked at" test "$looked" -gt 10
	ok "and not all" test "$looked" -lt $((pages * 8))
	ok "one of more and more" test "$(told walk.paths.one_of)" -gt 1
	session "$f" 'work sequential' wait-idle 'panel why' \
	    "save-screen $work/panel.txt"
	has "WAYS of the walk's touches" "$work/panel.txt" \
	    "the panel has a table of names"
	has " looked at $(told walk.paths.looked) of $pages" \
	    "$work/panel.txt" "and says that not all were looked at"
}
undisturbed fast
session "$f" 'work sequential op=pread touches=10' wait-idle
is "$(told walk.paths.looked)" 0 "a read(2) is no fault: nothing is named"

# --- by tracepoints -----------------------------------------------------
# They are open some time after the start, or refused.
opened='wait trace == on || trace == refused'
traced() {
	cold
	session "--trace on $f" "$opened" 'goto 16M' touch wait-idle
	is "$(told touch.by)" tracepoints "tracepoints tell"
	is "$(told touch.path)" miss-readahead "a miss"
	is "$(told touch.first_page)+$(told touch.asked_pages)" "$half+$ra" \
	    "the window as it was decided"
	is "$(told touch.marker_page)" "$((half + ra * 3 / 4))" \
	    "with its marker"
	fault=$(told touch.fault_ns)
	ok "the fault takes no longer than the touch" test "$fault" -gt 0 -a \
	    "$fault" -le "$(told touch.ns)"
	marker=$(($(told touch.marker_page) * 4))
	session "--trace on $f" "$opened" "goto ${marker}K" touch \
	    wait-idle
	is "$(told touch.path)" marker "the marker that they told"
	session "--trace on $f" "$opened" 'goto 16M' touch wait-idle \
	    touch wait-idle
	is "$(told touch.path) $(told touch.by)" "mapped tracepoints" \
	    "no fault"
	is "$(told touch.fault_ns)" null "has no time of one"
	session "$f" 'panel why' "$opened" 'goto 16M' touch wait-idle
	is "$(told touch.by)" tracepoints "auto: once the panel is open"
	session "--trace off $f" 'panel why' 'wait-samples 4' 'goto 16M' \
	    touch wait-idle
	is "$(told touch.by)" looks "off: never"
}
# A walk at full speed: each touch has its name, and majors are what was missed.
traced_walk() {
	cold
	session "--trace on $f" "$opened" \
	    'work random touches=3000 seed=5' wait-idle 'wait-samples 2' \
	    'panel why' "save-screen $work/walk.txt"
	is "$(told walk.paths.by)" tracepoints "tracepoints name a walk"
	is "$(told walk.paths.looked)" 3000 "each of its touches"
	is "$(told walk.paths.lost)" 0 "no record is lost"
	is "$(($(told walk.paths.miss_readahead.touches) +
	    $(told walk.paths.miss_single.touches)))" \
	    "$(told walk.latency.major.touches)" "misses are major faults"
	is "$(told walk.paths.mapped.touches)" \
	    "$(told walk.latency.no_fault.touches)" "no fault: already mapped"
	ok "with the time of the faults alone" test \
	    "$(told walk.paths.fault_around.ns)" -gt 0
	has " by tracepoints" "$work/walk.txt" "the panel says so"
	has " records read in " "$work/walk.txt" "and what it cost"
}
# Nobody reads the records of a walk while pagetide stands still.
lost_records() {
	cat "$f" >/dev/null
	rm -f "$work/log"
	printf '%s\n' "$opened" 'map private write' wait-idle \
	    'pace 20000' 'work sequential op=write' wait-idle \
	    'wait-samples 2' 'panel why' 'wait-samples 1' \
	    "save-screen $work/lost.txt" >"$work/script"
	begin "$PAGETIDE" --headless --size 120x40 -d 0.05 --trace on \
	    --script "$work/script" --ndjson --log "$work/log" "$f"
	poll_until 20 grep -q 'command: work' "$work/log"
	kill -STOP "$pid"
	worker=$(children_of "$pid" | head -n 1)
	poll_until 20 made_faults "$worker" $pages
	kill -CONT "$pid"
	wait "$pid"
	tail -n 1 "$work/out" >"$work/last"
	n=$(told walk.paths.lost)
	ok "$n records were lost" test "$n" -gt 0
	ok "and not all touches have a name" test \
	    "$(told walk.paths.looked)" -lt $pages
	has " $n records lost" "$work/lost.txt" "which the panel says"
}
# made_faults PID N: minor ones.
made_faults() {
	[ "$(cut -d' ' -f10 "/proc/$1/stat")" -ge "$2" ]
}

# A kernel without a group of tracepoints: looks tell what takes these, which
# is said, and no touch is taken for one that it is not.
cat >"$work/hide" <<'EOF'
[ -d /sys/kernel/tracing/events ] ||
	mount -t tracefs tracefs /sys/kernel/tracing || exit 99
mount -t tmpfs none "/sys/kernel/tracing/events/$1" || exit 99
shift
exec "$@"
EOF
hidden() {
	cold
	group=$1
	PAGETIDE_BEFORE="unshare -m sh $work/hide $group" \
	    session "--trace on $f" "$opened" 'goto 16M' touch \
	    wait-idle 'wait-samples 2' "goto $((half * 4 + ra * 3))K" touch \
	    wait-idle
	has "this kernel has no $group:" "$work/log" "without $group: said"
	is "$(told touch.path)" marker "a marker is one"
	PAGETIDE_BEFORE="unshare -m sh $work/hide $group" \
	    session "--trace on $f" "$opened" 'goto 60M' touch \
	    wait-idle 'wait-samples 2'
	is "$(told touch.path) $(told touch.by)" "miss-readahead $2" \
	    "and a miss, by $2"
	is "$(told readahead.by)" "$3" "windows by $3"
}
hidden_groups() {
	hidden exceptions looks tracepoints
	hidden readahead tracepoints looks
	hidden filemap looks tracepoints
}
session "--trace on $f" "$opened"
if grep -q 'note: tracepoints tell' "$work/log"; then
	undisturbed traced
	undisturbed traced_walk
	undisturbed lost_records
	if unshare -m sh "$work/hide" readahead true 2>/dev/null; then
		undisturbed hidden_groups
	else
		skip "no tracefs to be mounted" 12
	fi
else
	skip "tracepoints: $(sed -n 's/.*note: //p' "$work/log")"
fi
# Without the right looks tell, which is said.
PAGETIDE_BEFORE="$HELPERS/seccomp -e EPERM -s perf_event_open --" \
    session "--trace on $f" "$opened" 'goto 16M' touch wait-idle
is "$(told touch.by)" looks "without the right: looks"
is "$(grep -c 'note: no tracepoints: .*; looks tell' "$work/log")" 1 \
    "which is said in a line"

# --- what it costs ------------------------------------------------------
# What looking takes, least of five touches of unmapped, cached pages.
least() {
	for at in 100M 101M 102M 103M 104M; do
		printf '%s\n' "goto $at" touch wait-idle 'wait-samples 1'
	done >"$work/touches"
	session "$1" "$2" wait-idle "$(cat "$work/touches")"
	"$HELPERS/jsonget" touch.looks_ns <"$work/last" >/dev/null
	while read -r line; do
		printf '%s\n' "$line" | "$HELPERS/jsonget" touch.looks_ns
	done <"$work/out" | grep -v null | sort -n | head -n 1
}
truncate -s 1G "$dir/full"
truncate -s 64G "$dir/sparse"
ns=$(least "$dir/full" 'advise populate yes')
ok "looks around a touch in a full GiB: $ns ns" test "$ns" -le 100000
ns=$(least "$dir/sparse" 'advise willneed')
ok "in a sparse mapping of 64 GiB: $ns ns" test "$ns" -le 1000000
cold
session "$f" 'goto 16M' touch wait-idle
ns=$(told touch.looks_ns)
ok "around a miss: $ns ns" test "$ns" -le 1000000
done_testing
