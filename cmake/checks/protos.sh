#!/usr/bin/env bash
# The protos follow the lint rules of protos/buf.yaml and stay compatible with what landed.
#
# They are compared with every state of protos/ in the landed history (origin/main as far as it is in HEAD; HEAD where there is none)
# since the last break on purpose: a commit whose message has a line `Protos-Break: <why>`. At most the newest 20 states are looked
# at. A tree without history (a tarball) has nothing to compare with, and a shallow clone only what it has; both are said.
set -euo pipefail
buf="${BUF:-$PWD/tests/e2e/node_modules/@bufbuild/buf-linux-x64/bin/buf}"
if [[ ! -x "$buf" ]]; then
  echo "buf is not installed (cd tests/e2e && npm ci --ignore-scripts)" >&2
  exit $([[ -n "${CI:-}" ]] && echo 1 || echo 0)
fi
(cd protos && "$buf" lint)

if ! git rev-parse --verify --quiet HEAD >/dev/null || [[ "$(git rev-parse --show-prefix)" ]]; then
  echo "protos: no history here, so compatibility with earlier ones is not checked"
  exit 0
fi
landed="$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD)"
break="$(git log -n 1 --format=%H --grep='^Protos-Break: .' HEAD)"
mapfile -t states < <(git log -n 20 --format=%H ${break:+"^$break"} "$landed" -- protos)
[[ -z "$break" ]] || states+=("$break")

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
incompatible=()
for state in "${states[@]}"; do
  mkdir "$scratch/$state"
  git archive "$state" protos | tar -x -C "$scratch/$state"
  (cd protos && "$buf" breaking --against "$scratch/$state/protos") || incompatible+=("$(git log -n 1 --format='%h (%s)' "$state")")
done
if ((${#incompatible[@]})); then
  printf 'protos: not compatible with those of %s\n' "${incompatible[@]}" >&2
  echo "protos: reserve what goes and add what comes; if it must break, say in the commit message: Protos-Break: <why>" >&2
  exit 1
fi
shallow="$([[ "$(git rev-parse --is-shallow-repository)" == true ]] && echo ', all that a shallow clone has' || true)"
echo "protos: compatible with ${#states[@]} earlier states$shallow"
