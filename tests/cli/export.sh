#!/bin/sh
# Exports: each is opened by what reads it.
. "${srcdir:-.}/tests/lib.sh"

r=$work/r.pt
printf '%s\n' 'wait-samples 3' 'advise evict yes' 'wait-samples 9' \
    'work sequential touches=3000' 'wait-samples 22' step \
    'advise dontneed' 'wait-samples 10' 'mark say "so" \ and so' \
    'wait-samples 20' >"$work/script"
run "$PAGETIDE" --headless --fake 7 --size 120x40 --record "$r" \
    --script "$work/script"
is "$status" 0 "a session is recorded"
"$PAGETIDE" --replay "$r" --ndjson >"$work/all.ndjson"
for kind in csv cast json svg; do
	run timeout 60 "$PAGETIDE" --replay "$r" --export "$work/x.$kind"
	is "$status $(cat "$work/out" "$work/err")" '0 ' "exported as .$kind"
done

# The same numbers as the program prints of the same samples.
cat >"$work/columns.py" <<'P'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
samples = [json.loads(line) for line in open(sys.argv[2])]
assert len(rows) == len(samples), (len(rows), len(samples))
def get(o, name):
    for part in name.split('.'):
        o = None if o is None else o[part]
    return o
seen = 0
for row, sample in zip(rows, samples):
    for name, text in row.items():
        value = get(sample, name)
        if value is None:
            assert text == '', (name, text)
        elif isinstance(value, bool):
            assert text == str(value).lower(), (name, text)
        elif isinstance(value, str):
            assert text == value, (name, text)
        else:
            assert float(text) == value, (name, text, value)
            seen += 1
assert seen > 20 * len(rows), seen
P
cat >"$work/trace.py" <<'P'
import json, sys
trace = json.load(open(sys.argv[1]))
last = json.loads(open(sys.argv[2]).readlines()[-1])
counters, slices, instants = {}, [], []
for e in trace['traceEvents']:
    assert e['ph'] in 'MCXi' and e['pid'] == 1 and e['name'], e
    if e['ph'] == 'M':
        assert e['name'] in ('process_name', 'thread_name'), e
        continue
    assert isinstance(e['ts'], float) and e['ts'] >= 0, e
    if e['ph'] == 'C':
        assert all(isinstance(v, int) for v in e['args'].values()), e
        old = counters.get(e['name'])
        assert old is None or old[0] < e['ts'], e
        counters[e['name']] = (e['ts'], list(e['args'].values())[0])
    elif e['ph'] == 'X':
        assert e['dur'] >= 0, e
        slices.append(e['name'])
    else:
        assert e['s'] in 'gpt', e
        instants.append(e['name'])
for group in ('layers', 'counters', 'memory'):
    for name, value in last[group].items():
        told = counters.get(group + '.' + name)
        if isinstance(value, int) and not isinstance(value, bool):
            assert told and told[1] == value, (name, told, value)
        else:
            assert told is None or value is None, (name, told)
assert 'sequential' in slices, slices
assert any('MADV_DONTNEED' in i for i in instants), instants
P
if command -v python3 >/dev/null; then
	run python3 "$work/columns.py" "$work/x.csv" "$work/all.ndjson"
	is "$status$(tail -n 1 "$work/err")" 0 \
	    "csv: the columns are what --ndjson has, sample by sample"
	run python3 "$work/trace.py" "$work/x.json" "$work/all.ndjson"
	is "$status$(tail -n 1 "$work/err")" 0 \
	    "json: a trace, with the numbers of the last sample at its end"
else
	skip "csv, json: python3 is not installed"
fi
is "$(head -n 1 "$work/x.csv" | cut -d, -f1-3)" 'time,seq,target.path' \
    "csv: a line of names"
is "$(wc -l <"$work/x.csv")" $(($(wc -l <"$work/all.ndjson") + 1)) \
    "csv: a line a sample"

is "$(head -n 1 "$work/x.cast" | cut -c -42)" \
    '{"version":2,"width":120,"height":40,"time' "cast: version 2"
is "$(sed -n 's/^\[\([0-9.]*\),"m","\(.\)  .*/\2/p' "$work/x.cast" |
    tr -d '\n')" EffnD: "cast: a marker at each hint, walk and mark"
ok "cast: times do not go back" awk -F '[[,]' \
    'NR > 1 { if ($2 < last) exit 1; last = $2 }' "$work/x.cast"
if command -v asciinema >/dev/null; then
	# It opens /dev/tty.
	"$HELPERS/ptytool" -s 120x40 -o "$work/raw" -- asciinema cat \
	    "$work/x.cast" >"$work/pty" 2>&1 <<'P'
expect-exit 0
P
	is "$?" 0 "asciinema plays it"
	ok "what was typed is in it" grep -qF 'say so \ and so' "$work/raw"
else
	skip "asciinema is not installed"
fi

ok "svg: the picture" grep -q '^<svg' "$work/x.svg"
printf '%s\n' 'later 1000' 'view waterfall' >"$work/fall"
run "$PAGETIDE" --replay "$r" --headless --script "$work/fall" \
    --export "$work/fall.svg"
is "$status" 0 "svg: what a script made of it, as the waterfall"
ok "which is in it" grep -q 'WATERFALL' "$work/fall.svg"
if command -v rsvg-convert >/dev/null; then
	for f in x fall; do
		ok "rsvg-convert makes a PNG of $f.svg" rsvg-convert \
		    "$work/$f.svg" -o "$work/$f.png"
		is "$(head -c 4 "$work/$f.png" | tail -c 3)" PNG "which is one"
	done
	ok "and a PDF" rsvg-convert -f pdf "$work/x.svg" -o "$work/x.pdf"
else
	skip "rsvg-convert is not installed"
fi

# In a session, of what is at hand; the picture stays as it was.
printf '%s\n' 'view both' "$(cat "$work/script")" \
    "save-screen $work/before.txt" "export $work/s.cast" \
    "export $work/s.csv" "export $work/s.json" "export $work/s.svg" \
    "save-screen $work/after.txt" 'at -2' "save-screen $work/then.txt" \
    "export $work/s2.cast" "save-screen $work/then2.txt" 'freeze' \
    'wait-samples 2' >"$work/session"
run "$PAGETIDE" --headless --fake 7 --size 120x40 --script "$work/session"
is "$status $(cat "$work/err")" '0 ' "exported in a session"
sed 39d "$work/before.txt" >"$work/a"
sed 39d "$work/after.txt" >"$work/b"
ok "the picture is what it was" cmp "$work/a" "$work/b"
sed 39d "$work/then.txt" >"$work/a"
sed 39d "$work/then2.txt" >"$work/b"
ok "the frozen one, too" cmp "$work/a" "$work/b"
head -n "$(wc -l <"$work/x.csv")" "$work/s.csv" >"$work/a"
ok "csv: as of the recording" cmp "$work/a" "$work/x.csv"
is "$(grep -c '"m"' "$work/s.cast")" 6 "cast: with its markers"

# Touches were timed where they are real.
if dir=$(realfs_dir); then
	head -c 4194304 /dev/urandom >"$dir/f"
	printf '%s\n' 'wait-samples 3' touch 'wait-idle' 'goto 50%' touch \
	    'wait-idle' 'wait-samples 2' >"$work/touches"
	run "$PAGETIDE" --headless --record "$work/real.pt" \
	    --script "$work/touches" "$dir/f"
	is "$status" 0 "touches of a real file"
	run "$PAGETIDE" --replay "$work/real.pt" --export "$work/real.json"
	is "$status" 0 "exported"
	is "$(grep -c '"ph":"X","pid":1,"tid":3,.*"dur":[0-9.]*[1-9]' \
	    "$work/real.json")" 2 "json: each is a slice as long as it took"
else
	skip "touches of a real file: no folder on storage"
fi

# What can't be is said.
run "$PAGETIDE" --replay "$r" --export "$work/x.gif"
is "$status $(wc -l <"$work/err")" '2 1' "another kind: status 2"
has '.cast, .json, .svg or .csv' "$work/err" "with those that there are"
run "$PAGETIDE" --fake 7 --export "$work/x.csv"
is "$status" 2 "without a recording there is nothing to export"
printf '%s\n' 'wait-samples 2' 'export x.gif' >"$work/gif"
run "$PAGETIDE" --headless --fake 7 --script "$work/gif"
is "$status" 1 "another kind in a session"
has '.cast, .json, .svg or .csv' "$work/err" "says those that there are"
printf '%s\n' 'wait-samples 2' "export $work/none.csv" >"$work/none"
run "$PAGETIDE" --headless --fake 7 --history 0 --script "$work/none"
is "$status" 1 "where nothing is kept there is nothing to export"
has 'no past sample is kept' "$work/err" "which is said"
{
	for i in $(seq 100); do
		printf '%s\n' 'advise evict yes' 'wait-samples 2' \
		    "work random touches=8000 seed=$i" 'wait-samples 20'
	done
} >"$work/large"
run "$PAGETIDE" --headless --fake 7 --record "$work/large.pt" \
    --script "$work/large"
# A recording of which not all can be kept: there is a picture all the same.
for kind in svg csv; do
	run "$PAGETIDE" --replay "$work/large.pt" --history 2M \
	    --export "$work/large.$kind"
	is "$status" "$([ $kind = svg ] && echo 0 || echo 1)" \
	    "not all is kept: .$kind"
done
run "$PAGETIDE" --replay "$r" --export "$work/no/x.csv"
is "$status $(wc -l <"$work/err")" '1 1' "a folder that is not there"
cp "$r" "$work/own.json"
run "$PAGETIDE" --replay "$work/own.json" --export "$work/own.json"
is "$status" 1 "never over the recording itself"
ok "which stays" cmp "$r" "$work/own.json"
is "$(cat "$work/err")" "pagetide: $work/own.json is the recording" "says so"
status=0
"$PAGETIDE" --replay - --export "$work/own.json" <"$work/own.json" \
    2>"$work/err" || status=$?
is "$status $(cat "$work/err")" "1 pagetide: $work/own.json is the recording" \
    "nor where it is read from standard input"
# over WHAT FILE [OPTION...]: a session that would write over FILE: refused.
over() {
	what=$1 file=$2 command=export first='wait-samples 2'
	shift 2
	[ "$1" != --replay ] || first=
	case $file in
	*.txt) command=save-screen ;;
	esac
	printf '%s\n' "$first" "$command $file" >"$work/over"
	run timeout 60 "$PAGETIDE" --headless "$@" --script "$work/over"
	is "$status $(sed 's/.* is //' "$work/err")" "1 $what" \
	    "never over $what: ${file##*/}"
}
over "the recording" "$work/own.json" --replay "$work/own.json"
ok "which stays" cmp "$r" "$work/own.json"
cp "$r" "$work/own.txt"
over "the recording" "$work/own.txt" --replay "$work/own.txt"
ok "which stays" cmp "$r" "$work/own.txt"
over "being recorded to" "$work/rec.json" --fake 7 \
    --record "$work/rec.json"
run "$PAGETIDE" --replay "$work/rec.json" --json
is "$status" 0 "which can be read"
over "the log" "$work/log.txt" --fake 7 --log "$work/log.txt"
run "$PAGETIDE" --headless --replay "$work/own.json" --log "$work/own.json" \
    --script /dev/null
is "$status $(cmp "$r" "$work/own.json" 2>&1)" "1 " \
    "nor is the recording logged to"
# Another file that has the device and inode which the recorded file had.
: >"$work/other.csv"
sed "s/\"device\":0,\"inode\":0/$(stat -c '"device":%d,"inode":%i' \
    "$work/other.csv")/" "$r" >"$work/same.pt"
run "$PAGETIDE" --replay "$work/same.pt" --export "$work/other.csv"
is "$status $(cat "$work/err")" "0 " \
    "a file that only looks like the recorded one may be replaced"
cp "$work/x.csv" "$work/old.csv"
run sh -c 'ulimit -f 8; trap "" XFSZ; exec "$@"' sh "$PAGETIDE" \
    --replay "$r" --export "$work/old.csv"
is "$status $(wc -l <"$work/err")" '1 1' "a file that may not be as large"
ok "what was there stays" cmp "$work/x.csv" "$work/old.csv"
is "$(find "$work" -name '*.pagetide.*' | wc -l)" 0 "and nothing is left"
done_testing
