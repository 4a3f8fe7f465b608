# TAP, a pinned environment and a private terminal for the shell tests.
#
# POSIX sh. A test begins with
#
#	. "${srcdir:-.}/tests/lib.sh"
#
# and is started from the top of the build tree (make check does). It has to
# be executable, writes to $work only, and polls instead of sleeping.
# A bare machine has no ps, no python and mawk for awk: do without.
#
# Variables: $srcdir and $builddir (both absolute, the tops), $work (removed
# at the end), $PAGETIDE (the program), $HELPERS (directory of the built
# programs of tests/helpers).

srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
builddir=$(pwd)
PAGETIDE=${PAGETIDE:-$builddir/pagetide}
HELPERS=$builddir/tests/helpers
work=$(mktemp -d "${TMPDIR:-/tmp}/pagetide.XXXXXX") || exit 99
chmod 755 "$work"

for var in $(env | sed -n 's/^\(XDG_[A-Z_]*\)=.*/\1/p'); do
	unset "$var"
done
PAGETIDE_LESSONS=$srcdir/docs/lessons
export PAGETIDE_LESSONS
unset NO_COLOR COLORTERM LINES COLUMNS TMUX TMUX_PANE CDPATH var
LC_ALL=C.UTF-8 TZ=UTC TERM=screen-256color HOME=$work
# A report of a sanitizer goes to a file, wherever the program's stderr goes;
# the end of the test looks for it. Tests end programs by SEGV, BUS and FPE
# too, which is no report; what curses leaves when it cannot start is its own.
ASAN_OPTIONS=log_path=$work/sanitizer:exitcode=99
ASAN_OPTIONS=$ASAN_OPTIONS:handle_segv=0:handle_sigbus=0:handle_sigfpe=0
# Looking for leaks takes as long as a short session: they are looked for in
# those that have one of each.
case $0 in
*/cli/* | */screen/sessions.sh | */fuzz/*) ;;
*)
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 ;;
esac
echo leak:new_prescr >"$work/.leaks"
LSAN_OPTIONS=suppressions=$work/.leaks:print_suppressions=0
UBSAN_OPTIONS=log_path=$work/sanitizer:print_stacktrace=1
export srcdir builddir work PAGETIDE HELPERS
export LC_ALL TZ TERM HOME ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS

test_n=0
test_planned=
tm_sock=

test_end() {
	trap - EXIT
	tm_kill
	fuse_end
	mounts_end
	for report in "$work"/sanitizer.*; do
		[ -e "$report" ] || continue
		# A helper that ended while leaks were looked for is no leak.
		grep -q -v 'Unable to get registers from thread' "$report" ||
		    continue
		diag <"$report"
		echo 'Bail out! a sanitizer reported an error'
	done
	if [ -s "$work/.realfs" ]; then
		while read -r dir; do
			rm -rf "$dir"
		done <"$work/.realfs"
	fi
	rm -rf "$work"
}
trap test_end EXIT
trap 'exit 1' HUP INT TERM

# --- TAP ---------------------------------------------------------------

# plan N: say at the start how many tests there will be, or call
# done_testing at the end. A test with neither fails.
plan() {
	test_planned=$1
	echo "1..$1"
}

done_testing() {
	[ -n "$test_planned" ] || echo "1..$test_n"
}

# diag TEXT...: a comment; with no arguments, standard input as comments.
diag() {
	if [ $# -gt 0 ]; then
		printf '%s\n' "$*" | sed 's/^/# /'
	else
		sed 's/^/# /'
	fi
}

pass() {
	test_n=$((test_n + 1))
	echo "ok $test_n - $*"
}

fail() {
	test_n=$((test_n + 1))
	echo "not ok $test_n - $*"
}

# ok DESCRIPTION COMMAND...: passes when the command succeeds.
ok() {
	test_what=$1
	shift
	if "$@" >"$work/.ok" 2>&1; then
		pass "$test_what"
	else
		fail "$test_what"
		diag "failed: $*"
		diag <"$work/.ok"
		return 1
	fi
}

# is GOT WANT DESCRIPTION
is() {
	if [ "x$1" = "x$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got:  $1"
		diag "want: $2"
		return 1
	fi
}

# has TEXT FILE DESCRIPTION: the file contains the text, as it stands.
has() {
	if grep -q -F -e "$1" "$2"; then
		pass "$3"
	else
		fail "$3"
		diag "not there: $1"
		diag <"$2"
		return 1
	fi
}

# within GOT LOW HIGH DESCRIPTION: a number (a leading + is allowed) between
# two others. For what the machine may change meanwhile: pages can be
# reclaimed at any time.
within() {
	if test "${1#+}" -ge "$2" -a "${1#+}" -le "$3" 2>/dev/null; then
		pass "$4"
	else
		fail "$4"
		diag "got:  $1"
		diag "want: $2 to $3"
		return 1
	fi
}

# hasnt TEXT FILE DESCRIPTION
hasnt() {
	if grep -q -F -e "$1" "$2"; then
		fail "$3"
		diag "should not be there: $1"
		diag <"$2"
		return 1
	fi
	pass "$3"
}

# undisturbed COMMAND...: its checks, made again from the start (eight times at
# most) until all of them pass. For checks on pages that have to stay for a
# while: the machine may reclaim any of them meanwhile, which is no defect,
# while a defect fails each time. COMMAND makes the state it looks at itself,
# and takes no longer than it has to: the less can come between.
undisturbed() {
	test_from=$test_n
	for test_try in 1 2 3 4 5 6 7 8; do
		test_n=$test_from
		"$@" >"$work/.tap" || :
		grep -q '^not ok' "$work/.tap" || break
		[ "$test_try" = 8 ] || sed -n "/^ok /!s/^/# try $test_try: /p" \
		    "$work/.tap"
	done
	cat "$work/.tap"
}

# patience N: N, and more of it at each further try of undisturbed: samples to
# wait for on a machine that is slow to measure.
patience() {
	echo $(($1 * ${test_try:-1} * ${test_try:-1}))
}

# sanitized: is it a program with AddressSanitizer, which needs more room, and
# /proc?
sanitized() {
	grep -q __asan_init "$PAGETIDE"
}

# Does reading anonymous memory map one page of zeros for all? Kernels for
# virtual machines may make a page each instead.
zero_page() {
	[ "$("$HELPERS/pages" zeros /proc/self/statm)" = yes ]
}

# skip REASON [COUNT]: that many tests (one) can't be run here.
skip() {
	test_skip=${2:-1}
	while [ "$test_skip" -gt 0 ]; do
		test_n=$((test_n + 1))
		test_skip=$((test_skip - 1))
		echo "ok $test_n # SKIP $1"
	done
}

# skip_all REASON: before any plan or test: nothing here can be run.
skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

# need PROGRAM...: skip_all unless they are installed.
need() {
	for test_prog; do
		command -v "$test_prog" >/dev/null ||
		    skip_all "$test_prog is not installed"
	done
}

# --- programs ----------------------------------------------------------

# run COMMAND...: leaves $status, $work/out and $work/err. No terminal on
# standard input.
run() {
	status=0
	"$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# begin COMMAND...: in the background, as $pid. $work/out, $work/err and
# $work/log are new: what is looked for in them is its own, however long it
# takes to start.
begin() {
	rm -f "$work/out" "$work/err" "$work/log"
	"$@" >"$work/out" 2>"$work/err" </dev/null &
	pid=$!
}

# poll_until SECONDS COMMAND...: true as soon as the command succeeds, false
# when it has not by then, which the log says: what waits for nothing is slow,
# and nobody sees it. The command may poll, too: what is left is an argument, as
# these are a function's own.
poll_until() {
	set -- $(($1 * 20)) "$@"
	until test_poll "$@"; do
		if [ "$1" -le 0 ]; then
			shift
			diag "not within $1 s: $(shift; echo "$*")" >&2
			return 1
		fi
		test_left=$(($1 - 1))
		shift
		set -- "$test_left" "$@"
		sleep 0.05
	done
}
test_poll() {
	shift 2
	"$@" >/dev/null 2>&1
}

# methods FILE: the values of --source that can be had for it here, best last.
# An old kernel, or a build like for one, has no cachestat.
methods() {
	echo mincore
	! "$PAGETIDE" --json --source cachestat "$1" >"$work/.ok" 2>&1 ||
	    echo cachestat
}

# children_of PID: the process ids of its children, one a line.
children_of() {
	cat /proc/[0-9]*/stat 2>/dev/null |
	    awk -v parent="$1" '{
		pid = $1
		sub(/.*\) /, "")
		if ($2 == parent)
			print pid
	    }'
}

# worker_of PID: the worker of a pagetide, which has another child as well.
worker_of() {
	for test_child in $(children_of "$1"); do
		! grep -q -F '(pagetide-worker)' "/proc/$test_child/stat" ||
		    echo "$test_child"
	done
}

# as_nobody COMMAND...: as uid and gid 65534, without capabilities. Only root
# can: a test asks with `as_nobody true` first.
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups \
	    --inh-caps=-all "$@"
}

# mapper_start COMMAND...: the command runs the helper mapper, or a copy of it
# with another name, on the $pages of $file; it is process $mapper, spoken to by
# tell.
mapper_start() {
	rm -f "$work/to" "$work/from"
	mkfifo "$work/to" "$work/from"
	"$@" "$file" "$pages" <"$work/to" >"$work/from" &
	mapper=$!
	exec 3>"$work/to" 4<"$work/from"
	read -r answer <&4
}

# tell LINE: to the mapper; what it says is in $answer.
tell() {
	echo "$*" >&3
	read -r answer <&4
}

# mapper_end: it ends as nobody speaks to it any more.
mapper_end() {
	exec 3>&- 4<&-
	wait "$mapper"
}

# realfs_dir: makes a directory on a file system with real storage and prints
# its name. It is removed at the end. False when there is none: skip then.
realfs_dir() {
	for test_dir in "${TMPDIR:-/tmp}" /var/tmp "$builddir"; do
		[ -d "$test_dir" ] && [ -w "$test_dir" ] || continue
		case $(stat -f -c %T "$test_dir") in
		tmpfs | ramfs | overlayfs | '') continue ;;
		esac
		test_dir=$(mktemp -d "$test_dir/pagetide.XXXXXX") || continue
		echo "$test_dir" >>"$work/.realfs"
		chmod 755 "$test_dir"
		echo "$test_dir"
		return 0
	done
	return 1
}

# loop_of FILE MEGABYTES [OPTION]: attaches a new disk, kept in FILE, with that
# option of losetup; its name is in $disk. Detached at the end. For root, where
# there are loop devices.
loop_of() {
	disk=
	truncate -s "$2M" "$1" &&
	    disk=$(losetup -f --show ${3:+"$3"} "$1" 2>"$work/.loop") &&
	    echo "$disk" >>"$work/.loops" && [ -b "$disk" ]
}

# readahead_of SECTORS DIR: mounts a new ext4 on a disk that reads ahead that
# much, at $mnt in a realfs_dir. False where that can't be had; $work/.loop has
# why. Unmounted at the end.
readahead_of() {
	mnt=$2/mnt.$1
	mkdir "$mnt" &&
	    loop_of "$2/disk.$1" 120 --direct-io=on &&
	    mkfs.ext4 -q "$disk" 2>"$work/.loop" &&
	    blockdev --setra "$1" "$disk" 2>"$work/.loop" &&
	    mount "$disk" "$mnt" 2>"$work/.loop"
}

# mounts_end: unmounts all that is mounted at mnt.* in a realfs_dir, and
# detaches the disks.
mounts_end() {
	[ -s "$work/.realfs" ] || return 0
	while read -r test_dir; do
		for test_mnt in "$test_dir"/mnt.*; do
			while mountpoint -q "$test_mnt" 2>/dev/null; do
				umount "$test_mnt" 2>/dev/null ||
				    umount -l "$test_mnt" || break
			done
		done
	done <"$work/.realfs"
	[ -s "$work/.loops" ] || return 0
	sync
	while read -r disk; do
		losetup -d "$disk" 2>/dev/null
	done <"$work/.loops"
}

# fuse_at SOURCE MOUNTPOINT: SOURCE is seen there through FUSE, by a process
# whose id is in $fuse_pid: stopped, it is storage that does not answer. False
# where that can't be had. Unmounted at the end.
fuse_at() {
	fuse_pid=
	command -v bindfs >/dev/null && [ -c /dev/fuse ] || return 1
	fuse_mnt=$2
	mkdir -p "$2"
	bindfs -f "$1" "$2" >"$work/.fuse" 2>&1 &
	fuse_pid=$!
	poll_until 10 mountpoint -q "$2" && return 0
	kill "$fuse_pid" 2>/dev/null
	fuse_pid=
	return 1
}

fuse_end() {
	[ -n "${fuse_pid:-}" ] || return 0
	kill -CONT "$fuse_pid" 2>/dev/null
	kill "$fuse_pid" 2>/dev/null
	fusermount3 -u -z "$fuse_mnt" 2>/dev/null || umount -l "$fuse_mnt" \
	    2>/dev/null
	wait "$fuse_pid" 2>/dev/null
	fuse_pid=
}

# screen_is NAME FILE: compares a saved screen with tests/screens/NAME. With
# UPDATE_SCREENS=1 it becomes the one to compare with.
screen_is() {
	test_want=$srcdir/tests/screens/$1
	if [ "${UPDATE_SCREENS:-0}" = 1 ] && [ -s "$2" ]; then
		mkdir -p "${test_want%/*}"
		cp "$2" "$test_want"
	fi
	if diff -u "$test_want" "$2" >"$work/.diff" 2>&1; then
		pass "screen $1"
	else
		fail "screen $1"
		diag <"$work/.diff"
		return 1
	fi
}

# drive COLSxROWS FILE LINE...: a headless session at full pace that runs the
# lines; leaves $status, and its events in $work/log.
drive() {
	test_size=$1 test_file=$2
	shift 2
	rm -f "$work/log"
	status=0
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" |
	    timeout 120 "$PAGETIDE" --headless --size "$test_size" --script - \
	    --log "$work/log" "$test_file" >"$work/out" 2>&1 || status=$?
	[ $status = 0 ] || diag <"$work/out"
}

# drive_cold COLSxROWS FILE LINE...: the same, and the file is evicted first.
drive_cold() {
	rm -f "$work/log"
	status=evict
	"$HELPERS/pages" evict "$2" && drive "$@"
}

# event NEEDLE: the last event with NEEDLE that drive() left.
event() {
	grep -F -e "$1" "$work/log" | tail -n 1
}

# change_of WORD: of an event on standard input, by how much WORD changed, with
# a sign: what was counted around the call, beside its range and later. Nothing
# where that is not known.
change_of() {
	awk -v word="$1" '
	{
		text = $0
		counted = text ~ /(mapped|cached) [0-9]+ (=|->)/
		unknown = text ~ "[ ;]" word " [?]"
		if (match(text, "[ ;]" word " [0-9]+ -> [0-9]+")) {
			split(substr(text, RSTART, RLENGTH), part, " ")
			for (i = 1; part[i] != "->"; i++)
				;
			sum = part[i + 1] - part[i - 1]
		}
		while (match(text, "[ ;]" word " [+-][0-9]+")) {
			part[1] = substr(text, RSTART, RLENGTH)
			text = substr(text, RSTART + RLENGTH)
			sub(/.* /, "", part[1])
			sum += part[1]
			said = 1
		}
		if (!unknown && (counted || said))
			printf("%+d\n", sum)
	}'
}

# effect NEEDLE WORD: the same of the last event with NEEDLE.
effect() {
	event "$1" | change_of "$2"
}

# --- a terminal of our own, in tmux ------------------------------------

tm() {
	tmux -S "$tm_sock" -f /dev/null "$@"
}

# tm_start COLSxROWS COMMAND...: the command in a terminal of that size. A
# single argument is a line for the shell. The terminal stays when the
# command ends; then $tm.status holds its exit status, and $tm.before and
# $tm.after what `stty -g` said. Each terminal has files of its own: one that
# is hung up may write its last after the next was started.
tm_start() {
	tm_kill
	tm_size=$1
	tm_count=$((${tm_count:-0} + 1))
	tm_sock=$work/sock$tm_count
	tm=$work/tm$tm_count
	shift
	cat >"$tm.sh" <<'END'
# Signals from the keyboard are for the command. A trap that does something
# is not inherited, so the command starts with the defaults.
trap : HUP INT QUIT TERM
# The command may be `exit`.
trap 'ended $?' EXIT
ended() {
	trap - EXIT
	stty -g >"$tm.after"
	echo "$1" >"$tm.status.new"
	mv "$tm.status.new" "$tm.status"
	exec sleep 600
}
cd "$builddir" || exit
stty -g >"$tm.before"
if [ $# -eq 1 ]; then
	eval "$1"
else
	"$@"
fi
END
	tm start-server \; \
	    set-option -g default-terminal screen-256color \; \
	    set-option -g status off \; \
	    set-option -s escape-time 0 \; \
	    set-option -g remain-on-exit on \; \
	    new-session -d -x "${tm_size%x*}" -y "${tm_size#*x}" \
	    -e "tm=$tm" /bin/sh "$tm.sh" "$@"
	poll_until 10 test -s "$tm.before"
}

# tm_keys KEY...: by tmux's names (Enter, C-c, Up) or as they are.
tm_keys() {
	tm send-keys "$@"
}

# tm_type TEXT: its characters, whatever they are.
tm_type() {
	tm send-keys -l -- "$1"
}

# tm_screen [OPTION...]: the screen as text; -e keeps the colours.
tm_screen() {
	tm capture-pane -p "$@"
}

tm_shows() {
	tm_screen | grep -q -F -e "$1"
}

tm_lacks() {
	! tm_shows "$1"
}

# tm_wait TEXT [SECONDS]: until the screen shows it (10 s), else false and
# the screen as comments.
tm_wait() {
	poll_until "${2:-10}" tm_shows "$1" && return 0
	diag "the screen never showed: $1"
	tm_screen | diag
	return 1
}

# tm_gone TEXT [SECONDS]: until the screen does not show it any more.
tm_gone() {
	poll_until "${2:-10}" tm_lacks "$1" && return 0
	diag "the screen went on showing: $1"
	tm_screen | diag
	return 1
}

tm_resize() {
	tm resize-window -x "${1%x*}" -y "${1#*x}"
}

# tm_pid: process id of the command that runs in the terminal.
tm_pid() {
	children_of "$(tm display-message -p '#{pane_pid}')" | sed 1q
}

# tm_status [SECONDS]: waits until the command ends (10 s), prints its exit
# status; false when it goes on running.
tm_status() {
	poll_until "${1:-10}" test -s "$tm.status" || return 1
	cat "$tm.status"
}

# tm_restored: the command ended and left the terminal's settings as found.
tm_restored() {
	tm_status >/dev/null && cmp "$tm.before" "$tm.after"
}

# tm_kill: hangs up the terminal.
tm_kill() {
	[ -n "$tm_sock" ] || return 0
	tm kill-server 2>/dev/null
	tm_sock=
}

# bytes_of TEXT: of a size as the screen writes it: 4096, 12K, 4.125M, 1M+4K.
bytes_of() {
	echo "$1" | awk -F + '{
		for (i = 1; i <= NF; i++)
			sum += $i * 2 ^ (10 * index("KMGT", substr($i,
			    length($i))))
		printf "%.0f\n", sum
	}'
}

# pages_shown cached|mapped PAGES <SCREEN: of a file of so many pages, as the
# second line of the screen tells; nothing if that is not known.
pages_shown() {
	awk -v what="$1" -v pages="$2" '
	NR == 2 && /^ next touch/ {
		for (i = 1; i < NF; i++)
			if ($i == "major" || $i == "nothing")
				n[$i] = $(i + 1)
		if (n["major"] != "?" || what == "mapped")
			print (what == "mapped" ? n["nothing"] : \
			    pages - n["major"])
	}
	NR == 2 && /^ page cache [0-9]/ && what == "cached" { print $3 + 0 }
	NR == 2 && what == "mapped" && sub(/.*\| mapped /, "") { print $1 }'
}
