#!/bin/sh
# The colours of each scheme, as saved screens have them: which there are at
# which moment. The text is screens.sh's.
# UPDATE_SCREENS=1 rewrites tests/screens/colours-*.txt.
. "${srcdir:-.}/tests/lib.sh"

# Moments that show as much as can be: each role at least once.
moments() {
	shot() {
		echo "save-screen $work/shot.$1.ans"
		echo "save-screen $work/shot.$1.svg"
	}
	echo 'wait-samples 3'
	shot start
	printf '%s\n' 'key ?'
	shot help
	printf '%s\n' 'key Esc' 'key E'
	shot asked
	printf '%s\n' 'key y' wait-idle 'work sequential' 'wait-samples 12' \
	    'key T'
	shot walk
	for view in mapped both cost changed touched; do
		echo "view $view"
		shot $view
	done
	printf '%s\n' stop wait-idle 'advise dontneed' wait-idle \
	    'advise evict yes' 'wait-samples 3' 'view changed'
	shot went
	for age in 1 2 3 4; do
		printf '%s\n' 'wait-samples 8'
		shot fading$age
	done
	printf '%s\n' wait-idle 'wait-samples 25' 'outside 9000 3000 write' \
	    'wait-samples 2'
	shot outside
	for age in 1 2 3 4; do
		printf '%s\n' 'wait-samples 8'
		shot outsider$age
	done
	printf '%s\n' 'view dirty' 'goto 25%' select 'goto 60%' 'key T'
	shot range
	printf '%s\n' 'key : x Enter'
	shot error
	printf '%s\n' 'key Esc' 'key Space' 'view cache'
	shot paused
	printf '%s\n' 'key Space' 'work random touches=64' wait-idle
	shot diagnosis
	printf '%s\n' 'graph sets' 'wait-samples 10'
	shot sets
	printf '%s\n' 'key a'
	shot events
	printf '%s\n' 'key : a b'
	shot prompt
	printf '%s\n' 'key Esc' 'zoom pages' 'goto 40M' 'view cost'
	shot zoomed
	printf '%s\n' 'key +' 'key -' 'zoom fit' 'view inflight' 'work random touches=2000' \
	    'wait-samples 3'
	shot inflight
}

# The attributes of an .ans, the fills of an .svg.
colours_of() {
	case $1 in
	*.ans) tr '\033' '\n' <"$1" | sed -n 's/^\[\([0-9;]*\)m.*/\1/p' ;;
	*) tr ' ' '\n' <"$1" | sed -n 's/^fill="\(#[0-9a-f]*\)".*/\1/p' ;;
	esac | sort -u | tr '\n' ' '
}

for scheme in cividis light grey 16 8 mono; do
	rm -f "$work"/shot.*
	moments | timeout 60 "$PAGETIDE" --headless --fake 7 --size 120x40 \
	    --scheme $scheme --script - >"$work/out" 2>&1 ||
	    diag <"$work/out"
	moments | sed -n 's/^save-screen //p' | while read -r shot; do
		echo "${shot##*/shot.}: $(colours_of "$shot")"
	done >"$work/colours-$scheme.txt"
	echo "map of the zoomed:" >>"$work/colours-$scheme.txt"
	tr '\033' '\n' <"$work/shot.zoomed.ans" | sed 's/^\[[0-9;]*m//' |
	    tr -d '\n' | grep -o 'whole.*LEGEND' >>"$work/colours-$scheme.txt"
	screen_is colours-$scheme.txt "$work/colours-$scheme.txt"
done
done_testing
