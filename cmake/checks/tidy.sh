#!/usr/bin/env bash
# clang-tidy, with clang's lock analysis, on what changed since the last commit's parent; `tidy.sh --all` takes every file.
# It reads a build tree of its own: clang cannot use the precompiled headers that GCC made.
set -euo pipefail
readonly LIMIT=40  # files in one run; two cores need about five seconds each
skip() { echo "tidy skipped: $1"; exit 0; }
for tool in clang-tidy clang++ run-clang-tidy; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done

if [[ "${1:-}" == --all ]]; then
  mapfile -t files < <(git ls-files --cached --others --exclude-standard --deduplicate -- '*.cc')
else
  base="$(git rev-parse --verify --quiet HEAD~1)" || skip "there is no earlier commit; cmake/checks/tidy.sh --all checks every file"
  mapfile -t files < <({ git diff --name-only --diff-filter=d "$base" -- '*.cc'; git ls-files --others --exclude-standard -- '*.cc'; } | sort -u)
  ((${#files[@]})) || skip "nothing changed"
  ((${#files[@]} <= LIMIT)) || skip "${#files[@]} files changed, more than $LIMIT; cmake/checks/tidy.sh --all checks every file"
fi

tree="${FLOWMESH_BUILD:-$PWD/build}/tidy"
cmake -S . -B "$tree" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DFLOWMESH_PCH=OFF >/dev/null
cmake --build "$tree" --target flowmesh_protos_generated flowmesh_faults_protos_generated >/dev/null
pattern="^$PWD/($(IFS='|'; echo "${files[*]}" | sed 's/[.+]/\\&/g'))\$"
run-clang-tidy -quiet -p "$tree" "$pattern" 2>/dev/null
