# Random page sets of $file, which the test sets before. SEED=N repeats a run.
#
# Sourced after lib.sh.

seed=${SEED:-$(date +%s)}
diag "seed $seed"

page_bytes=$(getconf PAGESIZE)

# draw NAME...: a number below 32768 that follows from the seed and the names.
draw() {
	echo "$seed $*" | cksum | awk '{ print int($1 / 32768) % 32768 }'
}

residency() {
	"$HELPERS/residency" "$@" "$file"
}

# ranges KIND PAGES: a random set of pages, as FIRST:N a line.
ranges() {
	awk -v kind="$1" -v pages="$2" -v s="$(draw ranges "$1" "$2")" '
	function random(n) {
		s = (s * 16807) % 2147483647
		return int(s / 2147483647 * n)
	}
	function put(first, n) {
		if (first + n > pages)
			n = pages - first
		if (n > 0)
			print first ":" n
	}
	BEGIN {
		s += 1
		random(2)
		if (kind == "single")
			for (i = 0; i <= pages / 8 && i < 1500; i++)
				put(random(pages), 1)
		if (kind == "runs")
			for (i = 0; i <= pages / 100 && i < 200; i++)
				put(random(pages), 1 + random(120))
		# Once in 512 blocks of 32 pages, here and there at the ends.
		if (kind == "blocks")
			for (i = 0; i < pages; i += 512 * 32)
				put(i + 32 * random(512), 32)
		# All but a few, of no more than can be read one by one.
		if (kind == "most")
			for (i = 0; i < pages && i < 5000; i += n + 1)
				put(i, n = 1 + random(600))
	}'
}

# bring KIND PAGES: the file has just these pages in the cache.
bring() {
	"$HELPERS/pages" evict "$file" || return
	ranges "$1" "$2" | xargs -r "$HELPERS/pages" read "$file" || return
	# Large folios, not page by page.
	[ "$1" != folios ] || cat "$file" >/dev/null
}
