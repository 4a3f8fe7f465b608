#!/bin/sh
# Programs that nobody here wrote: python3 with a file mapped, and LMDB, whose
# mapping is larger than its file. The faults that land are those that perf
# counts; what is mapped and cached is what smaps and fincore say.
. "${srcdir:-.}/tests/lib.sh"

need python3
dir=$(realfs_dir) || skip_all "no real file system"
pages=1024
"$HELPERS/pages" make "$dir/data" $pages
sync -f "$dir/data"

# Answers each line "FIRST N" with a sum over these pages, or records.
cat >"$work/reader.py" <<'EOF'
import mmap, sys
kind, path = sys.argv[1:3]
if kind == "lmdb":
    import lmdb
    if len(sys.argv) > 3:
        with lmdb.open(path, map_size=64 << 20, subdir=False) as env:
            with env.begin(write=True) as t:
                for i in range(2000):
                    t.put(b"%08d" % i, bytes(2000))
        sys.exit(0)
    env = lmdb.open(path, map_size=64 << 20, subdir=False, readonly=True,
                    lock=False)
    def read(i):
        with env.begin() as t:
            return len(t.get(b"%08d" % i))
else:
    f = open(path, "rb")
    m = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    def read(i):
        return m[i * mmap.PAGESIZE] >= 0
for line in sys.stdin:
    first, n = map(int, line.split())
    print(sum(read(i) for i in range(first, first + n)), flush=True)
EOF

ask() {
	echo "$1" >&3
	read -r answer <&4
}
# reader PYTHON KIND FILE
reader() {
	rm -f "$work/in" "$work/answers"
	mkfifo "$work/in" "$work/answers"
	"$1" "$work/reader.py" "$2" "$3" <"$work/in" >"$work/answers" \
	    2>"$work/reader.err" &
	reader=$!
	exec 3>"$work/in" 4<"$work/answers"
	ask '0 1'
}
reader_end() {
	exec 3>&- 4<&-
	wait $reader || :
}

# last FIELD...: of the newest whole line of landing.
last() {
	set -- $(printf 'landing.%s ' "$@")
	sed '$d' "$work/out" | tail -n 1 | "$HELPERS/jsonget" "$@" 2>/dev/null
}
knows() {
	[ -n "$(last "$1")" ] && [ "$(last "$1")" != null ]
}
lines() {
	wc -l <"$work/out"
}
more() {
	[ "$(lines)" -ge "$1" ]
}
settle() {
	poll_until 20 more $(($(lines) + 4))
}
all_landed() {
	set -- $(last minor major elsewhere)
	echo $(($1 + $2 + $3))
}
counting() {
	ls -l "/proc/$1/fd" 2>/dev/null | grep -q 'anon_inode:\[perf_event\]'
}

# faults FILE QUERY...: those that land while it is asked, against perf.
faults() {
	file=$1
	shift
	"$HELPERS/pages" evict "$file" 2>"$work/.stay"
	begin "$PAGETIDE" -p $reader -m "$file" --faults --ndjson -d 0.1 \
	    -n 3000
	poll_until 20 knows by
	[ "$(id -u)" != 0 ] || poll_until 20 knows named || :
	ask "0 1"
	settle
	before=$(all_landed)
	LC_ALL=C perf stat -x , -e minor-faults,major-faults -p $reader \
	    -o "$work/perf" -- sleep 3 >"$work/.perf" 2>&1 &
	perf=$!
	poll_until 10 counting $perf
	for query; do
		ask "$query"
	done
	wait $perf
	settle
	set -- $(last minor major named lost)
	is "$(($(all_landed) - before))" "$(awk -F , '/faults/ { n += $1 }
	    END { print n + 0 }' "$work/perf")" "faults as perf counts them"
	ok "in the mapping, too: $1 minor, $2 major" test $(($1 + $2)) -gt 10
	[ "$(last why_not_named)" != null ] || [ "$4" != 0 ] ||
	    is "$3" $(($1 + $2)) "each with a name"
	kill $pid
	wait $pid || :
}
# FILE: what is mapped and cached of it.
resident() {
	run "$PAGETIDE" -p $reader -m "$1" --json
	is "$("$HELPERS/jsonget" layers.mapped_pages <"$work/out")" \
	    "$(awk -v name="$1" '/^[0-9a-f]+-/ { on = $6 == name }
	    on && $1 == "Rss:" { n += $2 } END { print n * 1024 }' \
	    "/proc/$reader/smaps" | awk -v page="$(getconf PAGESIZE)" \
	    '{ print $1 / page }')" "mapped as smaps says"
	if command -v fincore >/dev/null; then
		is "$("$HELPERS/jsonget" layers.cached_pages <"$work/out")" \
		    "$(fincore -n -o PAGES "$1" | tr -d ' ')" \
		    "cached as fincore says"
	else
		skip "no fincore"
	fi
}
program() {
	reader "$1" "$2" "$3"
	file=$3
	shift 3
	if command -v perf >/dev/null && perf stat -e minor-faults true \
	    >"$work/.perf" 2>&1; then
		faults "$file" "$@"
	else
		for query; do
			ask "$query"
		done
	fi
	resident "$file"
	reader_end
}

undisturbed program python3 mmap "$dir/data" '0 300' '700 100' '5 900'

python=
for p in python3 /usr/bin/python3; do
	"$p" -c 'import lmdb' 2>/dev/null && python=$p && break
done
if [ -n "$python" ] && "$python" "$work/reader.py" lmdb "$dir/lmdb" make; then
	sync -f "$dir/lmdb"
	undisturbed program "$python" lmdb "$dir/lmdb" '0 500' '1500 400'
else
	skip "no LMDB for python3"
fi
done_testing
