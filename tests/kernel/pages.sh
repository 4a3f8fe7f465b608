#!/bin/sh
# Walks of the worker, by a script through the whole program: just the pages
# that the pattern and the range name come in. The hint RANDOM first, so that
# the kernel adds none of its own.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
page_bytes=$(getconf PAGESIZE)
pages=1024

# goes NAME FROM TO LINE...: a session of its own on a file of its own, in
# which the lines run with the range from page FROM to page TO ("" and "":
# none). In the background: each waits most of its time.
goes() {
	name=$1 from=$2 to=$3
	shift 3
	"$HELPERS/pages" make "$dir/$name" $pages
	"$HELPERS/pages" evict "$dir/$name"
	{
		printf '%s\n' 'wait-samples 2' 'pace full' 'zoom pages' \
		    'advise random' wait-idle
		[ -z "$from" ] || printf '%s\n' \
		    "goto $((from * page_bytes))" select \
		    "goto $((to * page_bytes))"
		printf '%s\n' "$@" wait-idle
	} >"$work/$name.script"
	{
		timeout 60 "$PAGETIDE" --headless --size 120x40 \
		    --script "$work/$name.script" --log "$work/$name.log" \
		    "$dir/$name" >"$work/$name.out" 2>&1
		echo $? >"$work/$name.status"
		"$HELPERS/residency" -p "$dir/$name" >"$work/$name.pages"
	} &
}

# majors NAME: in the event of the walk.
majors() {
	grep -F -e "walk" -e "touch page" "$work/$1.log" | tail -n 1 |
	    sed -n 's/.* major +\([0-9]*\) .*/\1/p'
}

touched() {
	sed -n -e 's/.* done, \([0-9]*\) touched.*/\1/p' \
	    -e 's/.*touch page .* in [0-9.]* [num]*s;.*/1/p' "$work/$1.log" |
	    tail -n 1
}

# came NAME: NAME.want has the pages that have to be touched, in order. No
# others may be in memory; a few may have been reclaimed since.
came() {
	want=$work/$1.want
	is "$(cat "$work/$1.status")" 0 "$1: the session ends well" ||
	    diag <"$work/$1.out"
	touches=$(awk 'END { print NR }' "$want")
	distinct=$(sort -u "$want" | awk 'END { print NR }')
	is "$(touched "$1")" "$touches" "$1: $touches touches"
	within "$(majors "$1")" "$distinct" $((distinct + 2)) \
	    "$1: a major fault for each of $distinct pages"
	awk 'NR == FNR { all = $0; next }
	!seen[$1]++ && substr(all, $1 + 1, 1) == "0" { missing++ }
	END {
		for (i = 0; i < length(all); i++)
			if (substr(all, i + 1, 1) == "1" && !(i in seen))
				extra = extra " " i
		print "others:" extra
		print missing + 0
	}' "$work/$1.pages" "$want" >"$work/told"
	is "$(sed -n 1p "$work/told")" "others:" "$1: no other page comes"
	within "$(sed -n 2p "$work/told")" 0 $((distinct / 3)) \
	    "$1: and these do"
}

# drawn SEED FIRST N TOUCHES: the pages of a random walk, by splitmix64. All
# numbers of a shell are signed, so shifts and divisions take care.
drawn() {
	state=$1
	two32=$((4294967296 % $3))
	for touch in $(seq "$4"); do
		state=$((state + -7046029254386353131))
		z=$state
		z=$(((z ^ (z >> 30 & (1 << 34) - 1)) * -4658895280553007687))
		z=$(((z ^ (z >> 27 & (1 << 37) - 1)) * -7723592293110705685))
		z=$((z ^ (z >> 31 & (1 << 33) - 1)))
		echo $(($2 + ((z >> 32 & 4294967295) % $3 * two32 +
		    (z & 4294967295) % $3) % $3))
	done
}

# The oracle: which pages each has to touch, in order.
seq 0 1023 >"$work/all.want"
seq 100 299 >"$work/range.want"
cat "$work/range.want" "$work/range.want" >"$work/again.want"
seq 100 169 >"$work/some.want"
seq 299 -1 250 >"$work/back.want"
seq 3 7 499 >"$work/stride.want"
seq 0 64 1023 >"$work/far.want"
drawn 3 500 500 100 >"$work/random.want"
drawn 4 500 500 500 >"$work/other.want"
echo 777 >"$work/single.want"

walks() {
	goes all "" "" 'work sequential'
	goes range 100 299 'work sequential'
	goes again 100 299 'work sequential passes=2'
	goes some 100 299 'work sequential touches=70'
	goes back 299 100 'work backward touches=50'
	goes stride 3 499 'work stride stride=7'
	goes far "" "" 'work stride stride=64 passes=1'
	goes random 500 999 'work random seed=3 touches=100'
	goes other 500 999 'work random seed=4'
	goes single 777 777 escape touch
	wait
	for name in all range again some back stride far random other single
	do
		came $name
	done
}

undisturbed walks
done_testing
