# Functions for what reads the map of a saved screen that has a side panel:
#
#	awk -f map.awk -f PROGRAM
#
# map_line() is to be called for each line, in order, map_begin() before the
# first one of a screen. Afterwards map_rows rows of map_cols cells are in
# map_row[1 ..], a character a cell however wide it is drawn, and the offset of
# the first in bytes in map_first[]; map_cell is the pages of a cell.

# An offset: 0, 12K, 4.125M, 1M+176K.
function map_bytes(text,    part, n, i, unit, sum) {
	n = split(text, part, "+")
	for (i = 1; i <= n; i++) {
		unit = index("KMGT", substr(part[i], length(part[i])))
		sum += part[i] * 2 ^ (10 * unit)
	}
	return sum
}
function map_begin() {
	map_rows = map_cols = map_cell = map_on = 0
}
# Columns of a cell: as many as there is room for, three at most.
function map_narrow(    w, i, r, text) {
	if (map_rows == 0 || map_cols == 0)
		return
	# An offset that is not exact is as far as a row from the next one.
	for (r = map_rows - 1; r > 0; r--)
		if (map_first[r] < 0 && map_first[r + 1] >= 0)
			map_first[r] = map_first[r + 1] - map_cols * map_cell_bytes
	for (r = 2; r <= map_rows; r++)
		if (map_first[r] < 0)
			map_first[r] = map_first[r - 1] + map_cols * map_cell_bytes
	w = int(length(map_row[1]) / map_cols)
	w = w > 3 ? 3 : w < 1 ? 1 : w
	for (r = 1; r <= map_rows; r++) {
		text = ""
		for (i = 0; i < map_cols; i++)
			text = text map_glyph(substr(map_row[r], i * w + 1, w))
		map_row[r] = text
	}
}
# A wide cell is the same all over, but for marks; "!": it is not.
function map_glyph(cell,    i) {
	if (cell ~ /X/ || cell == "[@]")
		return "X"
	if (cell ~ /@/)
		return "@"
	for (i = 2; i <= length(cell); i++)
		if (substr(cell, i, 1) != substr(cell, 1, 1))
			return "!"
	return substr(cell, 1, 1)
}
function map_line(line,    part, word) {
	split(line, part, "|")
	if (match(line, /cell [0-9.+KMG]+ = [0-9]+ pages?, row [0-9.+KMG]+/)) {
		split(substr(line, RSTART, RLENGTH), word, " ")
		map_cell = word[4]
		map_cell_bytes = map_bytes(word[2])
		map_cols = map_bytes(word[7]) / map_bytes(word[2])
	}
	if (line ~ /^ *offset /) {
		map_on = 1
		return
	}
	if (part[1] !~ /^ *~?[0-9.+KMGT]+ *>?$/)
		map_on = 0
	if (!map_on)
		return
	sub(/>/, "", part[1])
	gsub(/ /, "", part[1])
	map_first[++map_rows] = part[1] ~ /~/ ? -1 : map_bytes(part[1])
	map_row[map_rows] = part[2]
}
