// Hints as the text of notifications: words with a space between them,
//
//   0192f0c4-8d1e-7001-9abc-0123456789ab   an execution
//   mail:18446744073709551615              a replica
//   ready flows replicas everything
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_HINT_TEXT_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_HINT_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/replica_rows.h"

namespace flowmesh::store::postgres {

// Of executions and replicas together; a hint that would name more says `everything` instead.
inline constexpr size_t kMaxHintNames = 1000;

// PostgreSQL takes payloads below 8000 bytes.
inline constexpr size_t kMaxHintTextBytes = 7900;

// Adds `more` to `hint`, which never holds more than twice kMaxHintNames.
void AddHint(const Hint& more, Hint* hint);

// The texts that together say what the hint says, each thing once; none for an empty hint.
std::vector<std::string> HintTexts(Hint hint);

// What is no text of ours, or one of a newer program, means `everything`.
Hint ReadHintText(std::string_view text);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_HINT_TEXT_H_
