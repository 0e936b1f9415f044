// What PostgreSQL's errors mean to the engine.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_FAILURE_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_FAILURE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace flowmesh::store::postgres {

// Of an error that the server reported, by its SQLSTATE (PostgreSQL manual, appendix A) and the table that it names, if
// any. Logs `detail`, the server's message, and answers in words that may reach a client:
//   ABORTED             a conflict, also with a row that another replica wrote at this moment, a timeout, or the server
//                       stops or is no primary any more; nothing happened
//   RESOURCE_EXHAUSTED  no space or no memory; nothing happened
//   INTERNAL            a statement was wrong (a row twice, ...); nothing happened
//   DATA_LOSS           I/O error or damaged data: nothing more may be acknowledged
absl::Status FailureStatus(std::string_view sqlstate, std::string_view table, std::string_view detail);

// Whether a connection that reported this error is of no more use: its server is no primary any more, or what it
// prepared is gone.
bool EndsConnection(std::string_view sqlstate);

// The connection broke, not during a COMMIT: ABORTED.
absl::Status ConnectionLost(std::string_view detail);

// What everything answers after a DATA_LOSS.
absl::Status LostStatus();

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_FAILURE_H_
