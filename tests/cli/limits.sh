#!/bin/sh
# Limits of the system on files, descriptors and memory: one clear line and
# status 1 in each mode, or it goes on right. Nothing ends without a word.
. "${srcdir:-.}/tests/lib.sh"

"$HELPERS/pages" make "$work/f" 16
printf '%s\n' 'wait-samples 1' 'note one' >"$work/look"

# small LIMIT COMMAND...: runs it under that limit of ulimit; leaves $status,
# and what it said in $work/err. Only its output is a file.
small() {
	limit=$1
	shift
	{
		sh -c 'ulimit $0 && exec "$@"' "$limit" timeout 20 "$@" \
		    2>&1 >"$work/out" </dev/null
		echo "status=$?"
	} | cat >"$work/said"
	status=$(sed -n 's/^status=//p' "$work/said")
	grep -v '^status=' "$work/said" >"$work/err"
}

# refused NAME TEXT COMMAND...
refused() {
	name=$1 text=$2
	shift 2
	small "$@"
	is "$status" 1 "$name: status 1"
	has "$text" "$work/err" "$name: says so"
	is "$(wc -l <"$work/err")" 1 "$name: in one line"
}

# No byte may be written to a file.
big='File too large'
refused "json to a file" "$big" '-f 0' "$PAGETIDE" --json "$work/f"
refused "plain to a file" "$big" '-f 0' "$PAGETIDE" -b -n 1 "$work/f"
refused "ndjson to a file" "$big" '-f 0' "$PAGETIDE" --ndjson -n 1 "$work/f"
refused "a session's samples" "$big" '-f 0' "$PAGETIDE" --headless -r \
    --ndjson -s "$work/look" "$work/f"
echo "save-screen $work/s.txt" >"$work/save"
refused "save-screen" "$big" '-f 0' "$PAGETIDE" --headless -r \
    -s "$work/save" "$work/f"
if dir=$(realfs_dir); then
	refused "truth" "$big" '-f 0' "$PAGETIDE" truth --dir "$dir" normal
else
	skip "no real file system" 3
fi
refused "the log" "$big" '-f 0' "$PAGETIDE" --headless -r -s "$work/look" \
    --log "$work/log0" "$work/f"
echo 'advise normal' >"$work/act"
small '-f 0' "$PAGETIDE" --headless --log /dev/fd/2 -s "$work/act" "$work/f"
has "ulimit -f" "$work/err" "no worker: the limit is named"

# To a pipe it goes on right.
sh -c 'ulimit -f 0 && exec "$@"' sh "$PAGETIDE" --json "$work/f" |
    cat >"$work/json"
has '"pages":16' "$work/json" "json to a pipe"

# A log that reaches its limit while the session runs is an event.
{
	i=0
	while [ $i -lt 200 ]; do
		echo "note number $i"
		i=$((i + 1))
	done
	echo 'wait-samples 2'
} >"$work/notes"
small '-f 8' "$PAGETIDE" --headless -r --log "$work/log" -s "$work/notes" \
    "$work/f"
is "$status" 1 "a log that is full: status 1"
has "can't write $work/log: $big" "$work/err" "and says so"
ok "what was logged before is kept" grep -q 'number 1$' "$work/log"
done_testing
