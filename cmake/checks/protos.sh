#!/usr/bin/env bash
# The protos follow the lint rules of protos/buf.yaml and stay compatible with the last tagged release.
set -euo pipefail
buf="$PWD/tests/e2e/node_modules/@bufbuild/buf-linux-x64/bin/buf"
if [[ ! -x "$buf" ]]; then
  echo "buf is not installed (cd tests/e2e && npm ci --ignore-scripts)" >&2
  exit $([[ -n "${CI:-}" ]] && echo 1 || echo 0)
fi
cd protos
"$buf" lint
if release="$(git describe --tags --abbrev=0 2>/dev/null)"; then
  "$buf" breaking --against "../.git#tag=$release,subdir=protos"
else
  echo "no tagged release to compare the protos with"
fi
