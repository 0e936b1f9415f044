#!/usr/bin/env bash
# No two libraries of ours define the same function or object: the linker would take either without a word. Looks at what is built.
set -euo pipefail
tree="${FLOWMESH_BUILD:-$PWD/build}"
mapfile -t libraries < <(find "$tree" \( -path "$tree/tidy" -o -path '*/tests' \) -prune -o -name 'libflowmesh_*.a' -print)
if ((!${#libraries[@]})); then
  echo "one_definition skipped: nothing is built"
  exit 0
fi
# Weak ones (templates, inline functions) may stand anywhere; test programs choose their fakes themselves.
twice=$(for library in "${libraries[@]}"; do
  nm --demangle --defined-only --extern-only "$library" 2>/dev/null | sed -n 's/^[0-9a-f]* [TDBR] //p' | grep flowmesh | sort -u | sed "s|\$| (${library#"$tree"/})|"
done | sort | awk -F ' \\(' '{ name = $0; sub(/ \([^(]*\)$/, "", name) } name == last { print before; print $0 } { last = name; before = $0 }' | sort -u)
if [[ -n "$twice" ]]; then
  printf 'defined in two libraries:\n%s\n' "$twice" >&2
  exit 1
fi
