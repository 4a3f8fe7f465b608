#!/bin/sh
# Kinds of memory of another process, page by page and at several zooms, against
# what it sees in its own pagemap and in smaps.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/data
pages=2048
"$HELPERS/pages" make "$file" $pages
mapper_start "$HELPERS/mapper"

# watch NAME CELLS: the JSON of that mapping.
watch() {
	tell where "$1"
	run timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --json --cells "$2"
}

# cells LETTERS PAGES: of the kinds in $kinds, so many pages a cell.
cells() {
	printf %s "$kinds" | fold -w "$2" | awk -v want="[$1]" '{
		n = gsub(want, "")
		printf "%s%d", (NR > 1 ? "," : "["), n
	}
	END { print "]" }'
}

# same NAME FIELD LETTERS: at each zoom, as the process sees it.
same() {
	for per_cell in 1 8 64 1024; do
		watch "$1" $((pages / per_cell))
		is "$("$HELPERS/jsonget" "cells.$2" <"$work/out")" \
		    "$(cells "$3" $per_cell)" "$1: $2, $per_cell a cell"
	done
	is "$("$HELPERS/jsonget" "layers.$2_pages" <"$work/out")" \
	    "$(printf %s "$kinds" | tr -dc "$3" | wc -c)" "$1: $2 in all"
}

# Does a kernel without PAGEMAP_SCAN, or a build like for one, tell zeros?
watch anon 1
zeros=$("$HELPERS/jsonget" layers.zero_pages <"$work/out")
swapped=$("$HELPERS/jsonget" layers.swapped_pages <"$work/out")

tell write anon 3 200
tell write anon 1000 5
anonymous() {
	tell kinds anon
	kinds=$answer
	same anon mapped p
	same anon private p
	[ "$zeros" = null ] || same anon zero z
}
undisturbed anonymous

# Guard pages, with the bit of swap.
tell guard anon 100 30
if [ "$answer" = ok ] && [ "$swapped" != null ]; then
	guards() {
		tell kinds anon
		kinds=$answer
		same anon guard g
		same anon swapped s
		same anon mapped p
	}
	undisturbed guards
	is "$(printf %s "$kinds" | tr -dc g | wc -c)" 30 "that many"
else
	skip "guard pages: $answer, told: $swapped" 16
fi

# Marks of userfaultfd, with the bit of swap: nobody knows what is there.
tell mark anon 1500 10
if [ "$answer" = ok ] && [ "$swapped" != null ]; then
	tell kinds anon
	kinds=$answer
	is "$(printf %s "$kinds" | tr -dc m | wc -c)" 10 "marks"
	watch anon 2048
	is "$("$HELPERS/jsonget" layers.swapped_pages layers.guard_pages \
	    <"$work/out")" "null 30" "whether swapped is not known of marks"
	is "$("$HELPERS/jsonget" cells.swapped <"$work/out" |
	    grep -o 'null' | wc -l)" 10 "of these pages alone"
	is "$("$HELPERS/jsonget" layers.mapped_pages <"$work/out")" \
	    "$(printf %s "$kinds" | tr -dc p | wc -c)" "none has a PTE"
else
	skip "no marks here: $answer" 4
fi

# Pages of a file, and copies of them.
tell touch private 0 64
tell write private 16 16
copies() {
	tell kinds private
	kinds=$answer
	same private mapped fp
	same private private p
}
undisturbed copies

# Huge pages, as many as smaps says.
huge_kib() {
	tell where huge
	awk -v at="$answer" 'index($0, at "-") == 1 { on = 1 }
	    on && $1 == "AnonHugePages:" { print $2; exit }' \
	    "/proc/$mapper/smaps"
}
tell write huge 512 1
tell write huge 1024 512
kib=$(huge_kib)
if [ "${kib:-0}" -gt 0 ] && [ "$zeros" != null ]; then
	whole() {
		watch huge 4
		is "$("$HELPERS/jsonget" layers.huge_pages <"$work/out")" \
		    $((kib * 1024 / $(getconf PAGESIZE))) "huge, as smaps says"
		is "$("$HELPERS/jsonget" cells.huge cells.private \
		    <"$work/out")" "[0,512,512,0] [0,512,512,0]" \
		    "where they are"
	}
	undisturbed whole
else
	skip "no huge pages here" 2
fi

# The page of zeros, where reading maps it.
if zero_page && [ "$zeros" != null ]; then
	tell touch anon 1900 20
	watch anon 2048
	is "$("$HELPERS/jsonget" layers.zero_pages <"$work/out")" 20 \
	    "pages of zeros"
else
	skip "this kernel maps no page of zeros for reads"
fi

# Swap, where there is some.
if [ "$(wc -l </proc/swaps)" -gt 1 ] && [ "$swapped" != null ]; then
	tell out anon 3 60
	tell kinds anon
	kinds=$answer
	if [ "$(printf %s "$kinds" | tr -dc s | wc -c)" -gt 0 ]; then
		same anon swapped s
	else
		skip "nothing went to swap" 5
	fi
else
	skip "no swap here" 5
fi

# On the screen, and in lines.
tell where anon
printf '%s\n' 'wait-samples 3' 'view kinds' 'zoom pages' 'goto 400K' \
    'wait-samples 1' 'size 120x60' "save-screen $work/kinds.txt" 'goto 12K' \
    'wait-samples 1' "save-screen $work/own.txt" \
    'view private' >"$work/script"
run timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --headless --color never \
    --script "$work/script"
is "$status" 0 "a session"
if [ "$zeros" != null ] && [ "$swapped" = null ]; then
	has "guard pages look as if" "$work/own.txt" "why it is not known"
	has "next touch: none" "$work/own.txt" "a page of its own"
	skip "guard pages can't be told from swapped ones" 3
elif [ "$zeros" != null ]; then
	has "KINDS" "$work/own.txt" "the view"
	has "next touch: none" "$work/own.txt" "a page of its own"
	ok "has its letter" grep -q 'pppppppp' "$work/own.txt"
	if grep -q g "$work/kinds.txt" && tell kinds anon &&
	    printf %s "$answer" | grep -q g; then
		has "next touch: SIGSEGV" "$work/kinds.txt" "a guard page"
		ok "and its sign" grep -q '!!!!!!!!' "$work/kinds.txt"
	else
		skip "no guard pages" 2
	fi
else
	has "only PAGEMAP_SCAN tells" "$work/own.txt" "why it is not known"
	skip "no PAGEMAP_SCAN" 4
fi
tell where anon
run timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --batch -n 1
ok "a line has each" grep -q -E \
    ' private=[0-9]+ zero=([0-9]+|\?) huge=.* swapped=.* guard=' "$work/out"
mapper_end
run "$PAGETIDE" --batch -n 1 "$file"
hasnt "guard=" "$work/out" "none where no process is watched"
done_testing
