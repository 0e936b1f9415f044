#!/usr/bin/env bash
# No two libraries of ours define the same function or object: the linker would take either without a word. Looks at what is built.
set -euo pipefail
tree="${FLOWMESH_BUILD:-$PWD/build}"
# Those that the tree builds now, not what lies there from before; test programs choose their fakes themselves.
mapfile -t libraries < <(cd "$tree" 2>/dev/null && sed -nE 's/^build ([^ ]*libflowmesh_[^ ]*\.a):.*/\1/p' build.ninja 2>/dev/null |
  grep -v '^tests/' | while read -r library; do [[ -f "$library" ]] && echo "$tree/$library"; done)
if ((!${#libraries[@]})); then
  echo "one_definition skipped: nothing is built"
  exit 0
fi
# Weak ones (templates, inline functions) may stand anywhere.
twice=$(for library in "${libraries[@]}"; do
  nm --demangle --defined-only --extern-only "$library" 2>/dev/null | sed -n 's/^[0-9a-f]* [TDBR] //p' | grep flowmesh | sort -u | sed "s|\$| (${library#"$tree"/})|"
done | sort | awk -F ' \\(' '{ name = $0; sub(/ \([^(]*\)$/, "", name) } name == last { print before; print $0 } { last = name; before = $0 }' | sort -u)
if [[ -n "$twice" ]]; then
  printf 'defined in two libraries:\n%s\n' "$twice" >&2
  exit 1
fi
