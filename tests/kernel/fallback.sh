#!/bin/sh
# New system calls that fail, as in containers and on older kernels: what is
# shown is the same, and it says who measured it and why.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=300
file=$dir/f
"$HELPERS/pages" make "$file" $pages
chmod 644 "$file"

"$HELPERS/seccomp" -s cachestat -- true ||
    skip_all "no seccomp filter can be installed"

# without CALL ERROR COMMAND...: runs it with CALL failing by ERROR.
without() {
	call=$1 error=$2
	shift 2
	run "$HELPERS/seccomp" -e "$error" -s "$call" -- "$@"
}

get() {
	"$HELPERS/jsonget" "$@" <"$work/out"
}

# counted COMMAND...: runs it with 41 pages in memory until the machine left
# them alone meanwhile, 20 times at most; $cached is how many there are.
counted() {
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		"$HELPERS/pages" evict "$file"
		"$HELPERS/pages" read "$file" 0:8 100 200:31 299
		cached=$("$HELPERS/residency" "$file")
		"$@"
		[ "$("$HELPERS/residency" "$file")" = "$cached" ] && return
	done
	diag "pages come and go all the time"
}

run "$PAGETIDE" --json "$file"
native=$(get scan.source)
diag "without a filter: $(get scan.source scan.remark)"

# by_mincore ERROR
by_mincore() {
	counted without cachestat "$1" "$PAGETIDE" --json "$file"
	is "$status" 0 "cachestat fails, $1: all the same"
	is "$(get scan.source layers.cached_pages)" "mincore $cached" \
	    "$1: mincore counts, and right"
	within "$cached" 30 41 "$1: about the pages that were read"
}

# refused ERROR REASON: cachestat fails like this, and what has to be said.
refused() {
	undisturbed by_mincore "$1"
	is "$(get layers.dirty_pages layers.evicted_pages)" "null null" \
	    "$1: what mincore does not report is null"
	is "$(get scan.remark)" "$2" "$1: the reason in JSON"
	without cachestat "$1" "$PAGETIDE" --json --source cachestat "$file"
	is "$status" 1 "$1: --source cachestat is refused"
	is "$(cat "$work/err")" "pagetide: can't count: $2" \
	    "$1: in one line with the reason"
	is "$(cat "$work/out")" "" "$1: and no number"
	without cachestat "$1" sh -c \
	    'printf "%s\n" "wait-samples 2" "save-screen $1" |
	    "$PAGETIDE" --headless --size 120x50 --script - "$2"' sh \
	    "$work/$1.txt" "$file"
	has "$2" "$work/$1.txt" "$1: the reason on the screen"
	has "by mincore" "$work/$1.txt" "$1: and who counts"
}

# A filter answers before the kernel looks for the call.
version=$(uname -r | sed 's/^\([0-9]*\.[0-9]*\).*/\1/')
missing="this kernel has no cachestat (Linux 6.5 has)"
if [ "$native" = cachestat ]; then
	missing="no cachestat, though Linux $version has it: hidden by a \
seccomp filter, or not built in"
	filtered="a seccomp filter forbids cachestat"
elif [ "$(get scan.remark)" = "$missing" ]; then
	filtered="Linux $version has no cachestat (6.5 has), and a seccomp \
filter forbids it"
else
	# Built so: there is but one reason.
	missing=$(get scan.remark)
	filtered=$missing
	ok "a reason is given" test "$missing" != null
fi
refused ENOSYS "$missing"
refused EPERM "$filtered"
[ "$native" != cachestat ] || refused EINVAL \
    "cachestat fails on a page of our own: Invalid argument"

# mincore itself fails: that is not a matter of who owns the file.
for error in EPERM EINVAL; do
	without mincore $error "$PAGETIDE" --json --source mincore "$file"
	is "$status" 4 "mincore fails, $error: unknown"
	is "$(get layers.cached_pages)" null "$error: no number"
	text="Operation not permitted"
	[ $error = EPERM ] || text="Invalid argument"
	is "$(get scan.remark)" "residency is unknown: asking mincore past \
the end of the file fails: $text" "$error: the reason is the kernel's"
done

# --source mincore asks for nothing else: nothing to remark.
without cachestat EPERM "$PAGETIDE" --json --source mincore "$file"
is "$(get scan.source scan.remark)" "mincore null" "--source mincore: no remark"

# Without a page of our own to try it on, nobody can say what EPERM means.
counted without memfd_create EPERM "$PAGETIDE" --json "$file"
is "$(get scan.source layers.cached_pages)" "mincore $cached" \
    "no memfd: mincore counts"
[ "$native" != cachestat ] || is "$(get scan.remark)" \
    "no page of our own to try cachestat on: Operation not permitted" \
    "and it is not put on a filter of cachestat"

# The worker needs one too; what can't be started is said, and stays there.
without memfd_create EPERM sh -c \
    'printf "%s\n" "wait-samples 2" "view mapped" "save-screen $1" |
    "$PAGETIDE" --headless --size 120x50 --script - "$2"' sh \
    "$work/noworker.txt" "$file"
has "no worker: cannot start the worker process: Operation not permitted" \
    "$work/noworker.txt" "no memfd: why there is no worker"
has "mapped ? | read ?" "$work/noworker.txt" "and what is unknown then"

# EPERM by permission is another thing than EPERM by a filter.
why_not="cachestat needs write permission or ownership"
[ "$native" = cachestat ] || why_not=$missing
if as_nobody true 2>/dev/null; then
	run as_nobody "$PAGETIDE" --json "$file"
	is "$status" 4 "no permission: status 4"
	is "$(get scan.source layers.cached_pages)" "null null" \
	    "no permission: no number"
	has "write permission" "$work/err" "no permission: what would help"
	run as_nobody "$PAGETIDE" --json --source cachestat "$file"
	is "$status" 1 "no permission: --source cachestat is refused"
	has "$why_not" "$work/err" "no permission: for that reason"
	without cachestat EPERM setpriv --reuid=65534 --regid=65534 \
	    --clear-groups --inh-caps=-all \
	    "$PAGETIDE" --json --source cachestat "$file"
	has "$filtered" "$work/err" "neither: the filter is named"
	chmod 666 "$file"
	counted without cachestat EPERM setpriv --reuid=65534 --regid=65534 \
	    --clear-groups --inh-caps=-all "$PAGETIDE" --json "$file"
	is "$(get scan.source layers.cached_pages scan.remark)" \
	    "mincore $cached $filtered" "permission, and a filter: mincore"
else
	skip "only root can be somebody else" 7
fi

# populate SCREEN [COMMAND...]: all pages are mapped, then the screen is saved,
# in a session started by the command.
populate() {
	screen=$1
	shift
	run "$@" sh -c 'printf "%s\n" "wait-samples 2" "advise populate" \
	    wait-idle "wait-samples 2" "save-screen $1" |
	    timeout 60 "$PAGETIDE" --headless --size 120x50 --script - "$2"' \
	    sh "$screen" "$file"
	[ "$status" = 0 ] || diag <"$work/err"
}

# How many pages the screen says are mapped.
mapped() {
	pages_shown mapped - <"$1"
}

# populated WHAT SCREEN [COMMAND...]
populated() {
	populated_what=$1
	shift
	populate "$@"
	within "$(mapped "$1")" $((pages - 20)) $pages \
	    "$populated_what: all are mapped"
}

undisturbed populated "as it is" "$work/scan.txt"
if grep -q PAGEMAP_SCAN "$work/scan.txt"; then
	pass "PAGEMAP_SCAN tells so"
elif [ "$native" != cachestat ]; then
	has ", pagemap" "$work/scan.txt" "as old a kernel has pagemap only"
else
	skip "no PAGEMAP_SCAN here"
fi
for error in ENOTTY ENOSYS EPERM EINVAL; do
	screen=$work/plain.$error.txt
	undisturbed populated "PAGEMAP_SCAN fails, $error" "$screen" \
	    "$HELPERS/seccomp" -e $error -s pagemap_scan --
	has ", pagemap" "$screen" "$error: measured by pagemap"
	hasnt PAGEMAP_SCAN "$screen" "$error: and it says so"
done
done_testing
