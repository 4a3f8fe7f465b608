# Compares the map of saved screens with what is in the page cache, for every
# cell of them, and says where X stands:
#
#	awk -f map.awk -f cells.awk -v page_bytes=N LOOKS SCREEN...
#
# LOOKS has two lines of one 0 or 1 a page, from before and after the session
# (residency -p). A cell with a page that went away between them is counted as
# moved and not compared. Prints "X SCREEN ROW COLUMN PAGES_PER_CELL END" for
# each screen (END 1: the first or the last page is on it), what is wrong, and
# "compared N, moved N" at the end. Exit status 1: something is wrong.

function ones(all, first, n,    part) {
	part = substr(all, first + 1, n)
	return gsub(/1/, "", part)
}
function level(n, of) {
	if (n == 0)
		return " "
	if (n == of)
		return "#"
	return substr(".:+O", int((4 * n - 1) / of) + 1, 1)
}
function wrong(what) {
	print screen ": " what
	status = 1
}
function compare(first, glyph,    n, count) {
	n = first + cell > total ? total - first : cell
	if (substr(before, first + 1, n) != substr(after, first + 1, n)) {
		moved++
		return
	}
	count = ones(before, first, n)
	compared++
	if (glyph == "X") {
		if (inspected != count " of " n)
			wrong("page " first ": inspector says " inspected)
	} else if (glyph != level(count, n)) {
		wrong("page " first ": <" glyph "> for " count " of " n)
	}
}
function finish_screen(    r, i, first, glyph, x) {
	map_narrow()
	cell = map_cell
	if (map_rows == 0 || cell == 0 || map_cols == 0)
		wrong("no map found")
	for (r = 1; r <= map_rows; r++)
		for (i = 0; i < map_cols; i++) {
			first = map_first[r] / page_bytes + i * cell
			if (first >= total)
				break
			glyph = substr(map_row[r], i + 1, 1)
			compare(first, glyph)
			if (glyph == "X")
				x = "X " screen " " r " " i " " cell
		}
	print x, (map_first[1] == 0 || first + cell >= total)
	map_begin()
	inspected = ""
}
NR == 1 { before = $0; total = length($0); next }
NR == 2 { after = $0; next }
FNR == 1 && NR > 3 { finish_screen() }
{ screen = FILENAME }
{ map_line($0) }
match($0, /\| +cached +[0-9]+ of [0-9]+/) {
	split(substr($0, RSTART, RLENGTH), word, " ")
	inspected = word[3] " of " word[5]
}
END {
	finish_screen()
	print "compared " compared + 0 ", moved " moved + 0
	exit status
}
