#!/bin/sh
# pagetide truth: all rows of the truth table that this machine can run are as
# expected, a kernel that does something else is found out, and nothing is
# left behind.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
sum='^\([0-9]*\) rows: \([0-9]*\) as expected, \([0-9]*\) differ, \([0-9]*\) not run here$'

# sum_of N FILE: the Nth number of the last line; nothing if it is another.
sum_of() {
	sed -n "\$s/$sum/\\$1/p" "$2"
}

# rows FILE: its rows, a line each.
rows() {
	sed '1,/^hint  *on /d' "$1" | grep -v '^[ +]' | sed '$d'
}

# left_behind: what is in the folder for the scratch file.
left_behind() {
	ls -A "$dir"
}

# --- all rows ----------------------------------------------------------

all_rows() {
	run timeout 120 "$PAGETIDE" truth --dir "$dir"
	cp "$work/out" "$work/all"
	is "$status" 0 "the kernel does what the table says"
	grep -A 3 DIFFERS "$work/all" | diag
	is "$(sum_of 3 "$work/all")" 0 "no row differs"
}
undisturbed all_rows
is "$(cat "$work/err")" '' "and nothing is on stderr"
total=$(sum_of 1 "$work/all")
within "$total" 90 200 "the last line sums up"
is "$(($(sum_of 2 "$work/all") + $(sum_of 4 "$work/all")))" "$total" \
    "its numbers add up"
is "$(rows "$work/all" | wc -l)" "$total" "as many rows are printed"
is "$(rows "$work/all" | grep -c ' ok$')" "$(sum_of 2 "$work/all")" \
    "those that are as expected say ok"
is "$(rows "$work/all" | grep -c ' not run: .')" "$(sum_of 4 "$work/all")" \
    "those that were not run say why"
within "$(sum_of 2 "$work/all")" 60 "$total" "most can be run here"
is "$(left_behind)" '' "no scratch file is left"

# column NUMBER HINT ON STATE: of the first such row as measured.
column() {
	rows "$work/all" | awk -v n="$1" -v hint="$2" -v on="$3" -v state="$4" '
		$1 == hint && $2 == on && $3 == state { print $n; exit }'
}
is "$(column 4 dontneed shared mapped)" '256>256' "DONTNEED keeps the cache"
is "$(column 5 dontneed shared mapped)" '256>0' "and drops the PTEs"
is "$(column 4 pageout private mapped)" '256>0' "PAGEOUT evicts"
is "$(column 7 dontneed shared locked)" EINVAL "DONTNEED stops at a lock"
is "$(column 8 random shared cold)" 0/256 \
    "under RANDOM each touch is a major fault"
is "$(column 6 sequential shared cold)" +sr "SEQUENTIAL is read back"
is "$(column 8 touch shared mapped)" 0/0 "a mapped page costs nothing"

# --- JSON --------------------------------------------------------------

# get KEY...: of the JSON in $work/out.
get() {
	"$HELPERS/jsonget" "$@" <"$work/out"
}

json_rows() {
	run timeout 120 "$PAGETIDE" truth --json --dir "$dir"
	is "$status" 0 "--json succeeds"
	is "$(get summary.differ)" 0 "and no row differs in it"
}
undisturbed json_rows
is "$(wc -l <"$work/out")" 1 "it is one object on a line"
is "$(get schema)" pagetide-truth/1 "with its schema"
is "$(get summary.rows)" "$total" "and all rows"
is "$(get rows | grep -o '"why_not":' | wc -l)" "$total" "all in the array"
for word in 'as expected=as_expected' 'not run=not_run'; do
	is "$(get rows | grep -o "\"result\":\"${word%=*}\"" | wc -l)" \
	    "$(get "summary.${word#*=}")" "its rows that are ${word%=*}"
done
is "$(get rows | grep -o '"result":"not run","why_not":"[^"]' | wc -l)" \
    "$(get summary.not_run)" "those that were not run say why"

# --- a hint ------------------------------------------------------------

run timeout 60 "$PAGETIDE" truth --dir "$dir" evict
cp "$work/out" "$work/evict"
is "$status" 0 "a hint has rows of its own"
is "$(sum_of 1 "$work/evict")" 5 "all of them"
is "$(rows "$work/evict" | awk '$1 != "evict" && $1 != "fsync"')" '' \
    "and no other"
run "$PAGETIDE" truth nothing
is "$status" 2 "a hint that does not exist is refused"
has "no rows of 'nothing'" "$work/err" "and named"
run "$PAGETIDE" truth evict cold
is "$status" 2 "and so are two"
run "$PAGETIDE" truth --frobnicate
is "$status" 2 "and an option that does not exist"
run "$PAGETIDE" truth --help
is "$status" 0 "--help succeeds"
has 'fadvise-dontneed' "$work/out" "and lists the hints"

# --- a kernel that does something else ---------------------------------

run timeout 120 "$HELPERS/seccomp" -e EPERM -s madvise -- \
    "$PAGETIDE" truth --dir "$dir" sequential
is "$status" 5 "where madvise fails the status is 5"
has 'DIFFERS' "$work/out" "rows differ"
has 'differs: flags, errno; tries: 5' "$work/out" "it is said in what"
is "$(sum_of 3 "$work/out")" "$(rows "$work/out" | grep -c DIFFERS)" \
    "and they are counted"
run timeout 120 "$HELPERS/seccomp" -e EPERM -s madvise -- \
    "$PAGETIDE" truth --json --dir "$dir" sequential
is "$status" 5 "so it is with --json"
is "$(get rows | grep -o '"differs":\["vmflags","errno"\]' | wc -l)" \
    "$(get summary.differ)" "which has the columns"
run timeout 120 "$HELPERS/seccomp" -s cachestat -- \
    "$PAGETIDE" truth --dir "$dir" fsync
is "$status" 0 "without cachestat dirty pages are not counted"
has 'not run: cachestat does not answer here' "$work/out" \
    "and their rows not run"
is "$(sum_of 2 "$work/out")" 1 "but the one that does without"
run timeout 120 "$HELPERS/seccomp" -e EIO -s fadvise64 -- \
    "$PAGETIDE" truth --dir "$dir" dontneed
has "not run: can't make it ready: fadvise-dontneed: EIO" "$work/out" \
    "what cannot be made ready is not run, and says by what"

# --- where it is -------------------------------------------------------

run "$PAGETIDE" truth --dir "$dir/nowhere"
is "$status" 1 "a folder that does not exist is an error"
has "can't make a scratch file in $dir/nowhere: " "$work/err" \
    "and the line says so"
if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] && [ -w /dev/shm ]
then
	run timeout 60 "$PAGETIDE" truth --dir /dev/shm dontneed
	is "$status" 0 "on tmpfs anonymous memory is left to measure"
	has 'not run: no folder on storage, only tmpfs' "$work/out" \
	    "files are not"
else
	skip "/dev/shm is not on tmpfs" 2
fi
if as_nobody true 2>/dev/null && as_nobody "$PAGETIDE" --version >/dev/null
then
	chmod 700 "$dir"
	run as_nobody "$PAGETIDE" truth --dir "$dir" touch
	is "$status" 1 "a folder that may not be written is an error"
	has 'Permission denied' "$work/err" "and the line says so"
	chmod 777 "$dir"
	nobody_rows() {
		run as_nobody timeout 120 "$PAGETIDE" truth --dir "$dir"
		is "$status" 0 "nobody in particular can run it"
		has 'not run: only root can become somebody else' \
		    "$work/out" "but for what root alone can do"
	}
	as_nobody test -w "$dir" && undisturbed nobody_rows ||
	    skip "nobody cannot get there" 2
	(ulimit -l 64 && as_nobody "$PAGETIDE" truth --dir "$dir" mlock) \
	    >"$work/out" 2>&1
	has 'not run: may not lock as much' "$work/out" \
	    "what he may not lock is not run"
	chmod 755 "$dir"
else
	skip "only root can become nobody" 5
fi

# --- a file of that name -----------------------------------------------

"$HELPERS/pages" make "$dir/truth" 16
is "$(cd "$dir" && "$PAGETIDE" --json ./truth |
    "$HELPERS/jsonget" target.pages)" 16 "./truth is a file"
is "$(cd "$dir" && "$PAGETIDE" --json truth |
    "$HELPERS/jsonget" target.pages)" 16 "and so it is behind an option"
rm -f "$dir/truth"

# --- ended early -------------------------------------------------------

# Slow, since each row is tried five times.
ended_by() {
	run timeout --preserve-status -s "$1" 2 "$HELPERS/seccomp" -e EPERM \
	    -s madvise -- "$PAGETIDE" truth --dir "$dir"
}
ended_by INT
is "$status" 130 "Ctrl-C ends it"
is "$(cat "$work/err")" '' "at once: no process is left behind"
has ' expected ' "$work/out" "what was measured by then is printed"
is "$(left_behind)" '' "and no scratch file is left"
ended_by KILL
is "$status" 137 "SIGKILL ends it"
is "$(left_behind)" '' "and no scratch file is left even then"
done_testing
