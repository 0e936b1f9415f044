#!/usr/bin/env bash
# Names, sizes and the borders between folders.
set -uo pipefail
failed=0
complain() {  # complain <rule> <offending lines>
  [[ -n "$2" ]] || return 0
  printf '%s:\n%s\n' "$1" "$2" >&2
  failed=1
}
sources() { git ls-files --cached --others --exclude-standard --deduplicate -- "$@" | while read -r file; do [[ -f "$file" ]] && echo "$file"; done; }
cpp() { sources "$@" | grep -E '\.(h|cc)$'; }
find_in() { cpp "$2" "${@:3}" | xargs -r -d '\n' grep -nHE "$1"; }  # find_in <pattern> <pathspec>...
longer_than() { xargs -r -d '\n' wc -l | awk -v limit="$1" '$2 != "total" && $1 > limit { print $2 ": " $1 " lines, limit " limit }'; }

complain "a file or folder must be named after what is in it" \
  "$(sources | grep -iE '(^|/|_)(utils?|common|helpers?|misc|manager)(_[^/]*)?(\.|/)')"

complain "header too long" "$(cpp '*.h' ':!tests' | longer_than 250)"
complain "source too long" "$(cpp '*.cc' ':!tests' | longer_than 400)"
complain "test too long" "$(cpp tests | longer_than 700)"

complain "wire types stop at the door" \
  "$(find_in '#include [<"](grpcpp/|grpc/|google/|.*\.pb\.h[">])' server/base server/engine server/store)"
complain "sqlite3.h belongs to the SQLite store" \
  "$(find_in '#include [<"]sqlite3' . ':!server/store/sqlite' ':!tests')"
complain "libpq-fe.h belongs to the PostgreSQL store" \
  "$(find_in '#include [<"].*libpq' . ':!server/store/postgres' ':!tests')"
complain "Beast belongs to gateway/http and gateway/stream" \
  "$(find_in '#include [<"]boost/beast' . ':!gateway/http' ':!gateway/stream' ':!tests')"
complain "the engine, the stores, the SDK and the models know no Prometheus" \
  "$(find_in '#include [<"](prometheus|server/metrics)/' server/base server/engine server/store workers/sdk workers/models)"
complain "workers and gateway know the server through protos and base only" \
  "$(find_in '#include "server/(engine|store|door|rpc|apps|cli|artifacts)/' workers gateway)"

complain "time comes from base::Clock" \
  "$(find_in 'absl::Now\(|system_clock|(^|[^_[:alnum:]])time\((NULL|nullptr|0)\)|gettimeofday' server/engine server/store)"
sleeps='sleep_for|sleep_until|absl::SleepFor|(^|[^_[:alnum:]])(u|nano)?sleep\('
complain "the engine and the stores never sleep" "$(find_in "$sleeps" server/engine server/store)"
complain "tests wait for events, never for time" "$(find_in "$sleeps" tests ':!tests/bench')"

complain "GCC 12 corrupts the heap on ?: around co_await; name the value first" \
  "$(find_in 'co_await[^;]* \? [^;]* : ' workers tests/workers)"
complain "unfinished" "$(find_in 'TODO|FIXME|XXX:' .)"
exit "$failed"
