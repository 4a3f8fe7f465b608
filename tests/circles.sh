#!/bin/sh
# No circle of calls between files: what the objects define and use.
. "${srcdir:-.}/tests/lib.sh"

command -v nm >/dev/null || skip_all "no nm"

# circles: of "OBJECT: SYMBOLS" as nm -A -P prints them, the edges that are
# left when files that call nobody, or that nobody calls, are taken away again
# and again.
circles() {
	awk '
	{
		file = $1
		sub(/:$/, "", file)
		if ($3 ~ /^[TDBRCVW]$/)
			home[$2] = file
		else if ($3 == "U")
			uses[file, $2] = 1
	}
	END {
		for (key in uses) {
			split(key, k, SUBSEP)
			to = home[k[2]]
			if (to != "" && to != k[1] && !edge[k[1], to]) {
				edge[k[1], to] = 1
				out[k[1]]++
				in_[to]++
			}
		}
		do {
			again = 0
			for (key in edge) {
				if (!edge[key])
					continue
				split(key, k, SUBSEP)
				if (out[k[2]] > 0 && in_[k[1]] > 0)
					continue
				edge[key] = 0
				out[k[1]]--
				in_[k[2]]--
				again = 1
			}
		} while (again)
		for (key in edge)
			if (edge[key]) {
				split(key, k, SUBSEP)
				print k[1] " -> " k[2]
			}
	}' | sort
}

is "$(printf '%s\n' 'a.o: fa T 0 0' 'a.o: fb U' 'b.o: fb T 0 0' 'b.o: fc U' \
    'c.o: fc T 0 0' 'c.o: fd U' 'd.o: fd T 0 0' | circles)" '' \
    'a way down is no circle'
is "$(printf '%s\n' 'a.o: fa T 0 0' 'a.o: fb U' 'b.o: fb T 0 0' 'b.o: tc U' \
    'c.o: tc R 0 0' 'c.o: fb U' | circles)" 'b.o -> c.o
c.o -> b.o' 'a circle is found, through a table as well'

# Objects of files that are no more may lie about.
objects() {
	for o in src/*/*.o; do
		name=${o##*/}
		name=${name#lib*_a-}
		[ -e "$srcdir/${o%/*}/${name%.o}.c" ] && echo "$o"
	done
}
objects >"$work/objects"
ok 'there are objects to look at' [ "$(wc -l <"$work/objects")" -gt 100 ]
xargs nm -A -P <"$work/objects" >"$work/symbols" 2>/dev/null
is "$(circles <"$work/symbols")" '' 'no circle of calls between files'
done_testing
