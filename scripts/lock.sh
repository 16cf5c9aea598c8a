#!/bin/sh
# Writes requirements.lock and requirements-models.lock anew: everything that requirements.txt and requirements-models.txt
# bring in, at one version, with the hashes of its files for every machine. To be run after every change of those two.
set -eu
cd "$(dirname "$0")/.."
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
for name in requirements requirements-models; do
    more=$([ $name = requirements-models ] && echo --no-deps || true)
    new=$(.venv/bin/uv pip compile "$name.txt" --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --quiet $more)
    # The second line says what it was made of: ./run takes no lock that is older than its requirements.
    printf '# Made by scripts/lock.sh. Do not edit.\n# %s.txt %s\n%s\n' "$name" "$(cksum <"$name.txt")" "$new" >"$name.lock"
done
