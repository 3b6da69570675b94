#!/bin/sh
# Resolves the four lock files anew: hashes, and no download addresses.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .tools/bin/uv pip compile --universal --generate-hashes --no-header --quiet \
        --exclude-newer 2026-11-17T00:00:00Z --exclude-newer-package anthropic=2026-11-24T00:00:00Z \
        --python-version 3.11 "$@"
}
compile infra/requirements/setup.in -o infra/requirements/setup.txt
compile --override infra/requirements/overrides.txt pyproject.toml sdk/pyproject.toml --no-emit-package draftworks -o infra/requirements/server.txt
compile --override infra/requirements/overrides.txt pyproject.toml sdk/pyproject.toml --group development --no-emit-package draftworks \
    -o infra/requirements/development.txt
compile sandbox/toolchains/python-web.in -o sandbox/toolchains/python-web.txt
