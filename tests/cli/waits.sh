#!/bin/sh
# wait EXPR in scripts, on the simulated file.
. "${srcdir:-.}/tests/lib.sh"

# runs LINE...: a session of that script; its log is in $work/log.
runs() {
	rm -f "$work/log"
	printf '%s\n' "$@" >"$work/s"
	run timeout 60 "$PAGETIDE" --fake 1 --headless --log "$work/log" \
	    --ndjson --script "$work/s"
}
# The sample in which the script came to that line, by the log's clock.
when() {
	awk -v line="command: $1" 'index($0, line) {
		split($1, t, ":")
		print int(t[3] * 10 + 0.5)
		exit }' "$work/log"
}
get() {
	"$HELPERS/jsonget" "$@" <"$work/out"
}

runs 'pace 200' 'wait seq == 4' 'note four' 'wait seq >= 2' 'note five' \
    'work sequential touches=100' 'wait worker.running' 'note walks' \
    'wait counters.touches >= 60 && layers.mapped_pages>=60' 'note sixty' \
    'wait !worker.running' 'note still' 'wait idle' 'note done'
is "$status" 0 'a script that waits for conditions'
is "$(when 'note four') $(when 'note five')" '4 5' \
    'the first sample from there on of which it holds'
is "$(get counters.touches | sed -n "$(when 'note walks')p;$(when 'note sixty')p" |
    awk 'NR == 1 { print ($1 < 60) } NR == 2 { print ($1 >= 60) }' | xargs)" \
    '1 1' 'a walk at work, then as far as was asked for'
is "$(get worker.running | sed -n "$(when 'note still')p")" false 'then at its end'
ok 'idle comes after that' \
    [ "$(when 'note done')" -gt "$(when 'note still')" ]

runs 'wait layers.cached_pages == target.pages || seq == 3' 'note three' \
    'wait target.filesystem == "ext4" && worker.pattern != random || seq > 5' \
    'note six'
is "$(when 'note three') $(when 'note six')" '3 6' \
    'what is not known does not hold, nor does its opposite'
has 'wait: worker.pattern is not known' "$work/log" 'and that is said'
is "$(grep -c 'is not known' "$work/log")" 1 'once'

# The session ends at a line that fails.
refused() {
	runs 'wait-samples 1' "$1"
	is "$status $(cat "$work/err")" "1 pagetide: $work/s:2: $2" "$1"
}
refused 'wait' 'usage: wait EXPR'
refused 'wait   ' 'usage: wait EXPR'
refused 'wait layers.cached > 1' \
    'wait: character 1: there is no field layers.cached'
refused 'wait  idle && worker.pattern == "randm"' \
    "wait: character 27: worker.pattern can't be \"randm\""
refused 'wait idle and idle' \
    'wait: character 6: && or || should stand here'

# What is kept of the past: each sample, within --history.
runs 'wait-samples 5' 'wait history.samples == seq' 'note all' \
    'wait history.bytes < 8M && history.span_ns >= 400ms'
is "$status $(when 'note all')" '0 7' 'all samples so far are kept'
# kept SIZE: runs a busy session with so much room.
kept() {
	printf '%s\n' 'pace 2000' 'work random' "$2" 'note held' \
	    'wait-samples 1' >"$work/s"
	run timeout 60 "$PAGETIDE" --fake 1 --headless --log "$work/log" \
	    --history "$1" --script "$work/s"
	is "$status" 0 "--history $1: $2"
}
kept 0 'wait history.samples == 0 && history.bytes < 64K && seq >= 5'
kept 2M 'wait seq > 900 && history.samples >= 60 && history.bytes <= 2M'

# A line is as long as it has to be.
terms=idle
for i in 1 2 3 4 5 6 7 8 9; do
	terms="$terms || seq == $i"
done
runs "wait $terms" 'note long'
is "$status" 0 'a long one'
done_testing
