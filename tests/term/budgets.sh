#!/bin/sh
# The budgets of `make bench`, quickly. Bytes are exact: the file is simulated.
# Times have five times the room, since a test machine does other things too.
. "${srcdir:-.}/tests/lib.sh"

# session NAME [OPTION...] FILE: at 120x40; the script is standard input.
session() {
	session_name=$1
	shift
	ok "$session_name" sh -c '
	    tool=$1 out=$2
	    shift 2
	    exec "$tool" -s 120x40 -t xterm-256color -l 100 -- "$@" >"$out"
	' sh "$HELPERS/ptytool" "$work/session" "$PAGETIDE" "$@"
}

# value NAME [FIELD]: what an act of the session printed, without decimals.
value() {
	awk -v name="$1" -v field="${2:-2}" \
	    '$1 == name { printf "%d", $field }' "$work/session"
}

session 'simulated: nothing happens, nothing is written' --fake 1 <<'END'
wait LIVE 10/s
settle 300
mark
send \x0c
settle 300
bytes
# Graphs are a clock too as long as their history grows.
send e
settle 1200
quiet 2500 0
send q
expect-exit 0
END
within "$(value bytes)" 2000 60000 'a full paint is at most 60 KB'

session 'simulated: a walk of 1 % a sample' --fake 1 <<'END'
wait LIVE 10/s
send :pace 1640\nf
wait walk
cpu 1000
mark
cpu 4000
bytes
send q
expect-exit 0
END
# 40 samples; one more or less.
within "$(value bytes)" 1000 8200 'a sample of it is at most 200 bytes'

dir=$(realfs_dir) || {
	skip 'no real file system' 14
	done_testing
	exit
}
truncate -s 1T "$dir/1t" && truncate -s 10T "$dir/10t" || {
	skip 'no room for the names of huge files' 14
	done_testing
	exit
}
"$HELPERS/pages" scatter "$dir/1t" 65536 2000

# huge NAME FILE OPTION...
huge() {
	huge_name=$1
	shift
	session "$huge_name" "$@" <<'END'
wait LIVE
elapsed
latency 40 lhjk
rss
send q
expect-exit 0
END
	within "$(value elapsed_ms)" 1 750 "$huge_name: the first picture"
	within "$(value latency_us 3)" 1 50000 "$huge_name: keys, p95"
	if grep -q __asan_init "$PAGETIDE"; then
		skip 'AddressSanitizer takes memory of its own'
	else
		within "$(value rss_kib)" 1 16384 "$huge_name: memory"
	fi
}
huge '1 TiB, scattered pages' "$dir/1t"
huge '10 TiB' "$dir/10t"

# What looking takes where nothing happens, of 256 MiB cached page by page.
session 'nothing happens to scattered pages' "$dir/1t" <<'END'
wait LIVE 10/s
cpu 2000
send q
expect-exit 0
END
if grep -q __asan_init "$PAGETIDE"; then
	skip 'AddressSanitizer takes time of its own'
else
	within "$(value cpu_permille)" 0 100 'looking takes 2 % of a core, with room'
fi

huge '10 TiB by mincore' --source mincore "$dir/10t"
done_testing
