#!/usr/bin/env bash
# Names that pages take from the sources are in the sources.
set -uo pipefail
page=server/store/README.md
missing=$(grep -oE '`k[A-Z][A-Za-z]+`' "$page" | tr -d '`' | sort -u | while read -r name; do
  grep -qE "^  $name,$" server/store/postgres/statements.h || echo "$page: $name is no statement of the PostgreSQL store"
done)
missing+=$(grep -oE '`[a-z]+_view`' "$page" | tr -d '`' | sort -u | while read -r name; do
  for store in postgres/migration_0006.h sqlite/migration_0006.cc; do
    grep -q "CREATE VIEW $name " "server/store/$store" || echo "$page: there is no $name in server/store/$store"
  done
done)
[[ -z "$missing" ]] || { printf '%s\n' "$missing" >&2; exit 1; }
