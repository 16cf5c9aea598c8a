#!/bin/sh
# Sourced by ./run and ./test: a virtual environment with what is pinned, and the system's parts where they can be had.
# usage: . scripts/prepare.sh   with WANTED set to the requirement files. Nothing is done again that is done already.

say() { printf '%s\n' "$*" >&2; }

# How apt-get may be run here: as root, or through sudo where that asks no password. Empty where it may not.
apt_get=
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        apt_get="env DEBIAN_FRONTEND=noninteractive apt-get"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        apt_get="sudo -n DEBIAN_FRONTEND=noninteractive apt-get"
    fi
fi

apt() {
    [ -n "$apt_get" ] && $apt_get -qq -y "$@" >/dev/null 2>&1
}

apt_install() {
    # Of several names for the same library (it was renamed between Debian releases) the first that exists is taken.
    [ -n "$apt_get" ] || return 1
    if [ -z "${apt_updated:-}" ]; then apt update || true; apt_updated=yes; fi
    for package in "$@"; do
        if apt install --no-install-recommends "$package"; then return 0; fi
    done
    return 1
}

make_environment() {
    python=${PYTHON:-python3}
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        say "Python 3.11 or newer is needed, and $python is not. Set PYTHON=/path/to/python3.11 or newer."
        exit 78
    fi
    if [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1; then return 0; fi
    say "Making .venv …"
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        # Debian's python3 comes without the part that puts pip into an environment.
        rm -rf .venv
        apt_install "$(basename "$(readlink -f "$(command -v "$python")")")-venv" python3-venv || true
        if ! "$python" -m venv .venv >/dev/null 2>&1; then
            rm -rf .venv
            say "This Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv"
            exit 78
        fi
    fi
}

pip_install() { .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check "$@"; }

# With the hashes of the lock, so that nothing else is installed than what was looked at; a lock that is older than its
# requirements (somebody is working on them) is left aside.
install_pinned() {
    lock="${1%.txt}.lock"
    if [ "$(sed -n 2p "$lock" 2>/dev/null)" = "# $1 $(cksum <"$1")" ]; then
        pip_install --require-hashes --no-deps -r "$lock"
    else
        [ ! -e "$lock" ] || say "$lock is older than $1: no hashes are compared. scripts/lock.sh writes it anew."
        pip_install $([ "$1" != requirements-models.txt ] || echo --no-deps) -r "$1"
    fi
}

install_requirements() {
    # Stamps are made of the files' content: a changed pin is installed, an unchanged one costs nothing.
    for file in $WANTED; do
        stamp=$(cat "$file" "${file%.txt}.lock" requirements-models.txt 2>/dev/null | cksum)
        if [ "$(cat ".venv/.installed-$file" 2>/dev/null)" = "$stamp" ]; then continue; fi
        say "Installing what $file pins (once, a minute or two) …"
        if ! install_pinned "$file" || ! install_pinned requirements-models.txt; then
            say "The packages could not be installed. Is this machine online? Run the command again to go on."
            exit 78
        fi
        rm -f .venv/.opencv
        printf '%s' "$stamp" >".venv/.installed-$file"
    done
}

# opencv-python wants two libraries of a desktop system. Where they cannot be had, its twin without windows is taken:
# the same version, and only one of the two is ever there.
check_opencv() {
    if [ -e .venv/.opencv ] || .venv/bin/python -c 'import cv2' 2>/dev/null; then touch .venv/.opencv; return 0; fi
    apt_install libgl1 && apt_install libglib2.0-0t64 libglib2.0-0 || true
    if ! .venv/bin/python -c 'import cv2' 2>/dev/null; then
        version=$(.venv/bin/python -c 'from importlib.metadata import version; print(version("opencv-python"))')
        .venv/bin/python -m pip uninstall --quiet -y opencv-python
        pip_install --no-deps --force-reinstall "opencv-python-headless==$version"
    fi
    touch .venv/.opencv
}

check_tesseract() {
    if [ -n "${TESSERACT_CMD:-}" ] || command -v tesseract >/dev/null 2>&1; then return 0; fi
    if [ -n "$apt_get" ] && [ ! -e .venv/.tesseract-tried ]; then
        touch .venv/.tesseract-tried
        say "Installing Tesseract …"
        # Greek and Cyrillic letters are worn for their looks; the languages only add to what it can read.
        apt_install tesseract-ocr && apt_install tesseract-ocr-ell && apt_install tesseract-ocr-rus || true
    fi
    command -v tesseract >/dev/null 2>&1 || say "No Tesseract: the neural reader goes on alone and doubts more." \
        "To add it: sudo apt install tesseract-ocr tesseract-ocr-ell tesseract-ocr-rus (Debian, Ubuntu)" \
        "or brew install tesseract tesseract-lang (macOS)."
}

make_environment
install_requirements
check_opencv
check_tesseract
