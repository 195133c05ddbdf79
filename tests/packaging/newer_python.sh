#!/usr/bin/env bash
# The wheel for Python 3.12 and newer (the stable ABI), built and tested with Debian 13's Python 3.13 where the system's own is
# 3.11: `make newer-python`. Debian's own tool unpacks a Debian 13 into out/debian13; to enter it one must be root.
set -euo pipefail
cd "$(dirname "$0")/../.."
root="$PWD/out/debian13"
sdist="$(echo out/dist/backlit-*.tar.gz)"
[ -f "$sdist" ] || { echo "newer_python: no sdist in out/dist; make wheel builds it"; exit 1; }
[ "$(id -u)" = 0 ] || { echo "newer_python: to enter another Debian one must be root"; exit 1; }

inside() { env --unset=PIP_FIND_LINKS BACKLIT_NEEDS_ENGINE=1 chroot "$root" "$@"; }

if [ ! -x "$root/usr/bin/g++" ]; then
    command -v debootstrap > /dev/null || apt-get install -qq -y --no-install-recommends debootstrap > /dev/null
    mirror="$(apt-get indextargets --format '$(REPO_URI)' | awk '/\/debian\/$/ { found = $0 } END { print found }')"
    echo "Unpacking a Debian 13 into out/debian13 (minutes the first time) ..."
    mkdir -p out && rm -rf "$root"
    debootstrap --variant=minbase --include=python3,python3-venv,python3-dev,g++,ca-certificates trixie "$root" "$mirror" \
        > out/debian13.txt 2>&1 || { tail -5 out/debian13.txt; exit 1; }
fi
# names, certificates and pip's settings are this system's
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt "$HOME/.config/pip/pip.conf"; do
    if [ -f "$file" ]; then mkdir -p "$root$(dirname "$file")" && cp "$file" "$root$file"; fi
done

rm -rf "$root/work" && mkdir -p "$root/work/tests"
cp "$sdist" "$root/work/"
cp pyproject.toml "$root/work/"
cp -r tests/conftest.py tests/numeric.py tests/engine "$root/work/tests/"
inside bash -euc '
cd /work
python3 -m venv venv
venv/bin/pip wheel --quiet --no-deps --wheel-dir dist backlit-*.tar.gz
venv/bin/pip install --quiet dist/*.whl "pytest>=8" "hypothesis>=6.100"
venv/bin/backlit explain > /dev/null
venv/bin/python -m pytest tests/engine
'
built="$(basename "$root"/work/dist/backlit-*.whl)"
case "$built" in
    *-cp312-abi3-*) ;;
    *) echo "newer_python: expected a wheel of the stable ABI, got $built"; exit 1 ;;
esac
cp "$root/work/dist/$built" out/dist/
echo "$built: built and tested with $(inside python3 --version), and copied to out/dist"
