#!/usr/bin/env bash
# Every C++ file is formatted as .clang-format says.
set -euo pipefail
mapfile -t files < <(git ls-files --cached --others --exclude-standard --deduplicate -- '*.h' '*.cc' | while read -r file; do
  [[ -f "$file" ]] && echo "$file"; done)
((${#files[@]})) || exit 0
clang-format --dry-run -Werror --ferror-limit=1 "${files[@]}"
