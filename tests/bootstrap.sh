#!/bin/sh
# What bootstrap finds, installs and runs, with package managers, compiler
# and tools that only write down how they were called.
. "${srcdir:-.}/tests/lib.sh"

real_path=$PATH
log=$work/log
bin=$work/bin

# fake NAME: a program in $bin; its script comes on standard input.
fake() {
	rm -f "$bin/$1"
	{
		echo '#!/bin/sh'
		cat
	} >"$bin/$1"
	chmod +x "$bin/$1"
}

# logged NAME: a program that only writes its arguments down.
logged() {
	echo "echo '$1' \"\$*\" >>'$log'" | fake "$1"
}

# What an installed package brings: everything that bootstrap looks for.
# $work/provide says which; libraries are files in $work/lib.
provide() {
	for what; do
		case $what in
		libevent) touch "$work/lib/libevent_core" ;;
		ncursesw | jansson | cmocka) touch "$work/lib/$what" ;;
		dw | traceevent | zstd) touch "$work/lib/lib$what" ;;
		compiler) echo 'cat >/dev/null' | fake cc ;;
		pkg-config)
			echo "set -- \$2; [ -e '$work/lib/'\$1 ]" |
			    fake pkg-config
			;;
		autoconf)
			fake autoreconf <<END
echo autoreconf "\$*" >>'$log'
touch Makefile.in
cat >configure <<'CONF'
#!/bin/sh
echo configure "\$*" >>'$log'
printf '#!/bin/sh\necho config.status "\$*" >>"$log"\ntouch config.status\n' \
    >config.status
chmod +x config.status
CONF
chmod +x configure
END
			;;
		automake) logged automake; logged aclocal ;;
		find | diff) ln -sf "$(PATH=$real_path command -v "$what")" \
		    "$bin/$what" ;;
		*) logged "$what" ;;
		esac
	done
}

# manager NAME: installing with it brings all that $work/provides names.
manager() {
	fake "$1" <<END
echo $1 "\$*" >>'$log'
case " \$* " in
*" install "* | *" add "* | *" -S "*) . '$work/provides' ;;
esac
END
}

everything='compiler make find diff autoconf automake pkg-config libevent
ncursesw jansson cmocka tmux mandoc prove traceevent dw zstd'

# machine MANAGER PRESENT...: a machine with nothing but these.
machine() {
	rm -rf "$bin" "$work/lib" "$work/tree"
	mkdir "$bin" "$work/lib" "$work/tree"
	for tool in sh cat grep sed awk dirname touch chmod env rm ln; do
		ln -s "$(PATH=$real_path command -v $tool)" "$bin/$tool"
	done
	echo 'echo 0' | fake id
	cp "$srcdir/bootstrap" "$work/tree"
	mkdir "$work/tree/tests"
	touch "$work/tree/configure.ac" "$work/tree/Makefile.am" \
	    "$work/tree/tests/Makemodule.am"
	[ "$1" = none ] || manager "$1"
	shift
	provide "$@"
	: >"$log"
	declare_provides
}

# The functions above for the fake managers, which are other processes.
declare_provides() {
	cat >"$work/provides" <<END
PATH=\$PATH:$real_path
$(sed -n '/^fake() {/,/^}/p; /^logged() {/,/^}/p; /^provide() {/,/^}/p' \
    "$srcdir/tests/bootstrap.sh")
work='$work' log='$log' bin='$bin' real_path='$real_path'
provide ${1-$(echo $everything)}
END
}

# bootstrap ARGUMENT...: on that machine; $status, $work/out, $log.
bootstrap() {
	run env -i PATH="$bin" HOME="$work" sh -c \
	    'cd "$0" && exec ./bootstrap "$@" 2>&1' "$work/tree" "$@"
}

calls() {
	tr '\n' ';' <"$log"
}

# older: all files of the tree are old, what configure reads the oldest.
older() {
	touch -t 202601010001 "$work/tree/configure.ac" \
	    "$work/tree/Makefile.am" "$work/tree/tests/Makemodule.am"
	touch -t 202601010002 "$work/tree/configure"
	touch -t 202601010003 "$work/tree/config.status"
	: >"$log"
}

build="apt-get update;apt-get install -y --no-install-recommends"
apt_build="build-essential make findutils diffutils autoconf automake"
apt_build="$apt_build pkg-config libevent-dev libncurses-dev libjansson-dev"
apt_tests="libcmocka-dev tmux mandoc perl"
apt_more="libtraceevent-dev libdw-dev libzstd-dev"
made="autoreconf -fi;configure ;make -j2;"

# 1. A bare machine of each kind.
machine apt-get
bootstrap
is "$status" 0 'apt: a bare machine is made ready'
is "$(calls)" "$build $apt_build;apt-get install -y \
--no-install-recommends $apt_tests;apt-get install -y \
--no-install-recommends $apt_more;$made" 'apt: these calls, in this order'
has "installing: $apt_build $apt_tests $apt_more" "$work/out" \
    'apt: the packages are said'
has "+ env DEBIAN_FRONTEND=noninteractive apt-get install -y \
--no-install-recommends $apt_build" "$work/out" \
    'apt: the command is said'

machine dnf
bootstrap
is "$status" 0 'dnf: a bare machine is made ready'
is "$(calls)" "dnf install -y gcc make findutils diffutils autoconf automake \
pkgconf-pkg-config libevent-devel ncurses-devel jansson-devel;\
dnf install -y libcmocka-devel tmux mandoc perl-Test-Harness;\
dnf install -y libtraceevent-devel elfutils-devel libzstd-devel;$made" \
    'dnf: these calls, in this order'

machine pacman
bootstrap
is "$status" 0 'pacman: a bare machine is made ready'
is "$(calls)" "pacman -Sy;pacman -S --needed --noconfirm gcc make findutils \
diffutils autoconf automake pkgconf libevent ncurses jansson;\
pacman -S --needed --noconfirm cmocka tmux mandoc perl;\
pacman -S --needed --noconfirm libtraceevent libelf zstd;$made" \
    'pacman: these calls, in this order'

machine apk
bootstrap
is "$status" 0 'apk: a bare machine is made ready'
is "$(calls)" "apk update;apk add build-base linux-headers make findutils \
diffutils autoconf automake pkgconf libevent-dev ncurses-dev jansson-dev;\
apk add cmocka-dev tmux mandoc perl-utils;apk add libtraceevent-dev elfutils-dev zstd-dev;$made" \
    'apk: these calls, in this order'

# 2. Only what is missing, and nothing when nothing is.
machine apt-get $everything
rm "$work/lib/jansson" "$bin/tmux"
bootstrap
is "$(calls)" "$build libjansson-dev;apt-get install -y \
--no-install-recommends tmux;$made" 'only what is missing is installed'
machine apt-get $everything
bootstrap
is "$(calls)" "$made" 'nothing missing: the package manager is not called'
is "$(cat "$work/out")" '' 'nothing missing: nothing is said'
machine apt-get $everything
echo 'cat >/dev/null; exit 1' | fake cc
bootstrap
is "$(calls)" "$build build-essential;$made" \
    'a compiler without headers is no compiler'

# 3. Idempotent and quick.
older
bootstrap
is "$(calls)" 'make -j2;' 'the second run only runs make'
older
bootstrap --enable-werror --prefix=/opt/p
is "$(calls)" 'configure --enable-werror --prefix=/opt/p;make -j2;' \
    'arguments go to configure'
older
touch "$work/tree/tests/Makemodule.am"
bootstrap
is "$(calls)" \
    'autoreconf -fi;config.status --recheck;config.status ;make -j2;' \
    'a newer makefile part runs all again, with the old options'
older
touch "$work/tree/configure"
bootstrap
is "$(calls)" 'config.status --recheck;config.status ;make -j2;' \
    'a newer configure is run again'
older
echo '# S["HAVE_CMOCKA_TRUE"]="#"' >>"$work/tree/config.status"
older
bootstrap
is "$(calls)" 'config.status --recheck;config.status ;make -j2;' \
    'cmocka that came after configure is noticed'

# 4. --no-install.
machine apt-get
bootstrap --no-install
is "$status" 1 '--no-install on a bare machine fails'
is "$(calls)" '' '--no-install calls nothing'
has 'cannot build, missing: compiler make' "$work/out" \
    '--no-install says what is missing'
machine apt-get $everything
rm "$work/lib/cmocka" "$bin/mandoc"
bootstrap --enable-werror --no-install
is "$status" 0 '--no-install builds without the test programs'
is "$(calls)" 'autoreconf -fi;configure --enable-werror;make -j2;' \
    '--no-install may stand anywhere'
has 'its tests will not run: cmocka mandoc' "$work/out" \
    '--no-install says which tests will not run'
machine apt-get $everything
rm "$work/lib/libtraceevent"
declare_provides tmux
bootstrap
is "$status" 0 'what one feature needs may be missing'
has 'missing, what needs it says so: traceevent' "$work/out" \
    'and that is said'

# 5. Who is not root.
machine apt-get $everything
rm "$bin/tmux"
echo 'echo 1000' | fake id
bootstrap
is "$status" 1 'neither root nor sudo: fails'
has 'or install these yourself: tmux' "$work/out" \
    'neither root nor sudo: says what to install'
is "$(calls)" '' 'neither root nor sudo: calls nothing'
echo "echo sudo >>'$log'; exec \"\$@\"" | fake sudo
bootstrap
is "$(calls)" "sudo;apt-get update;sudo;apt-get install -y \
--no-install-recommends tmux;$made" 'who is not root uses sudo'
has '+ sudo apt-get update' "$work/out" 'sudo is said'

# 6. When it goes wrong.
machine none
bootstrap
is "$status" 1 'no package manager: fails'
has 'please install: compiler make' "$work/out" \
    'no package manager: says what is missing'
machine apt-get
declare_provides 'compiler make find diff autoconf automake pkg-config'
bootstrap
is "$status" 1 'a package that did not come: fails'
has 'cannot build, missing: libevent ncursesw jansson' "$work/out" \
    'a package that did not come is named'
machine apt-get
echo "echo apt-get \"\$*\" >>'$log'; exit 100" | fake apt-get
bootstrap
is "$status" 1 'no package lists: fails'
is "$(calls)" 'apt-get update;' 'no package lists: stops there'
machine apt-get $everything
echo 'exit 2' | fake make
bootstrap
is "$status" 2 'a failed make is a failure'
machine apt-get $everything
echo 'exit 2' | fake autoreconf
bootstrap
is "$status" 1 'a failed autoreconf is a failure'

# 7. Help.
machine none
bootstrap --help
is "$status" 0 '--help succeeds'
has 'usage: ./bootstrap' "$work/out" '--help shows the usage'
is "$(calls)" '' '--help calls nothing'
done_testing
