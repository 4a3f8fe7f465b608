# Prints the rows of the map of a saved screen that show pages, a character a
# cell: awk -f map.awk -f maprows.awk [-v from=BYTES -v to=BYTES] SCREEN
# With from and to no more than the cells of these offsets, in one line.
{ map_line($0) }
END {
	map_narrow()
	for (r = 1; r <= map_rows; r++) {
		if (!to) {
			print map_row[r]
			continue
		}
		for (i = 0; i < map_cols; i++) {
			at = map_first[r] + i * map_cell_bytes
			if (at >= from && at < to)
				printf "%s", substr(map_row[r], i + 1, 1)
		}
	}
}
