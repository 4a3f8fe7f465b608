#!/bin/sh
# --ranges: all cached bytes of a file, exactly, whatever its size.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/f
. "$srcdir/tests/pagesets.sh"

# as_ranges BYTES: from one 0 or 1 a page to lines of OFFSET LENGTH.
as_ranges() {
	tr -d '\n' | fold -w 4000 | awk -v size="$1" -v page="$page_bytes" '
	function put(    end) {
		end = at * page < size ? at * page : size
		printf "%.0f %.0f\n", first * page, end - first * page
	}
	{
		for (i = 1; i <= length($0); i++) {
			bit = substr($0, i, 1)
			if (bit == 1 && !on)
				first = at
			if (bit != 1 && on)
				put()
			on = bit == 1
			at++
		}
	}
	END { if (on) put() }'
}

# exact KIND PAGES BYTES METHOD
exact() {
	bring "$1" "$2" || diag "can't bring $1 $2"
	residency -p | as_ranges "$3" >"$work/want"
	run timeout 60 "$PAGETIDE" --ranges --source "$4" "$file"
	is "$status $(cksum <"$work/out")" "0 $(cksum <"$work/want")" \
	    "$1 of $3 bytes by $4 ($(wc -l <"$work/want") ranges)" ||
	    diff "$work/want" "$work/out" | sed 5q | diag
}

for bytes in $((300 * page_bytes)) $((9000 * page_bytes - 1234)) 1; do
	pages=$(((bytes + page_bytes - 1) / page_bytes))
	"$HELPERS/pages" make "$file" $pages
	truncate -s $bytes "$file"
	for kind in single runs blocks most folios; do
		for method in $(methods "$file"); do
			undisturbed exact $kind $pages $bytes $method
		done
	done
done

nothing() {
	"$HELPERS/pages" evict "$file"
	run "$PAGETIDE" --ranges "$file"
	is "$status $(cat "$work/out" "$work/err")" "0 " "nothing cached: no line"
	run "$PAGETIDE" --ranges --json "$file"
	is "$("$HELPERS/jsonget" runs resident_bytes <"$work/out")" "[] 0" \
	    "an empty array"
}
undisturbed nothing

# As JSON: the same, and a sum.
"$HELPERS/pages" make "$file" 9000
in_json() {
	bring runs 9000
	"$PAGETIDE" --ranges "$file" >"$work/want"
	run "$PAGETIDE" --ranges --json "$file"
	is "$("$HELPERS/jsonget" runs <"$work/out" | sed 's/\],\[/\n/g' |
	    tr -d '[]' | tr , ' ' | cksum)" "$(cksum <"$work/want")" \
	    "the runs of the JSON object are the lines"
	is "$("$HELPERS/jsonget" schema complete remark resident_bytes \
	    target.pages <"$work/out")" "pagetide-ranges/1 true null $(
	    awk '{ sum += $2 } END { printf "%.0f", sum }' "$work/want"
	    ) 9000" "with their sum"
	is "$(wc -l <"$work/out")" 1 "in one line"
}
undisturbed in_json

# A file of 1 TiB with a page here and there: no memory, and no time, that
# grows with it.
rm "$file"
if truncate -s 1T "$file" 2>/dev/null && [ "$(methods "$file" | tail -n 1)" = \
    cachestat ]; then
	awk -v page="$page_bytes" -v s="$(draw huge)" 'BEGIN {
		srand(s)
		for (i = 0; i < 200; i++)
			printf "%.0f\n", int((i + rand()) * 2^40 / page / 200)
	}' >"$work/pages"
	huge() {
		xargs "$HELPERS/pages" read "$file" <"$work/pages"
		awk -v page="$page_bytes" '{
			if ($1 != end) {
				if (NR > 1)
					printf "%.0f %.0f\n", from * page,
					    (end - from) * page
				from = $1
			}
			end = $1 + 1
		} END {
			printf "%.0f %.0f\n", from * page, (end - from) * page
		}' "$work/pages" >"$work/want"
		run sh -c "$room"' exec timeout 20 "$0" "$@"' \
		    "$PAGETIDE" --ranges "$file"
		is "$status $(cksum <"$work/out")" "0 $(cksum <"$work/want")" \
		    "200 pages of 1 TiB" || diag <"$work/err"
	}
	"$HELPERS/pages" evict "$file"
	room='ulimit -v 100000;'
	! sanitized || room=
	undisturbed huge
else
	skip "no file of 1 TiB, or no cachestat"
fi
rm -f "$file"

if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] && [ -w /dev/shm ]; then
	shm=$(mktemp /dev/shm/pagetide.XXXXXX)
	head -c 100000 /dev/zero >"$shm"
	run "$PAGETIDE" --ranges "$shm"
	rm "$shm"
	is "$status $(cat "$work/out")" "0 0 100000" "tmpfs"
else
	skip "no tmpfs"
fi

if as_nobody true 2>/dev/null; then
	"$HELPERS/pages" make "$file" 10
	chmod 644 "$file"
	run as_nobody "$PAGETIDE" --ranges "$file"
	is "$status $(cat "$work/out")" "4 " "of somebody else: status 4"
	has "write permission" "$work/err" "and why"
	run as_nobody "$PAGETIDE" --ranges --json "$file"
	is "$status $("$HELPERS/jsonget" source runs resident_bytes complete \
	    <"$work/out")" "4 null null null false" "null in JSON"
else
	skip "only root can be somebody else" 3
fi
# One that is cut short while it is printed: the reader waits meanwhile.
truncate -s $((24000 * page_bytes)) "$file"
seq 0 2 23999 | xargs "$HELPERS/pages" read "$file"
mkfifo "$work/pipe"
timeout 60 "$PAGETIDE" --ranges "$file" >"$work/pipe" 2>"$work/err" &
exec 9<"$work/pipe"
dd bs=1 count=1 <&9 >"$work/out" 2>/dev/null
truncate -s $page_bytes "$file"
cat <&9 >>"$work/out"
exec 9<&-
status=0
wait $! || status=$?
is "$status $(cat "$work/err")" \
    "3 pagetide: the file changed while it was watched" "cut short meanwhile"
run "$PAGETIDE" --ranges "$dir/missing"
is "$status" 3 "a file that is not there"
done_testing
