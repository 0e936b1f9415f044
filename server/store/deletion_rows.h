// What goes, and what is found that may go.
#ifndef FLOWMESH_SERVER_STORE_DELETION_ROWS_H_
#define FLOWMESH_SERVER_STORE_DELETION_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "server/store/rows.h"

namespace flowmesh::store {

// An execution that goes. Its own row, its place among the retries of another one and its root's token go at once;
// everything else that belongs to it is left to Transaction::Purge.
struct DeletedExecution {
  Id id;
  Id retry_of;               // nil = none
  std::string token_digest;  // of task 0; empty = none
};

struct Purged {
  int rows = 0;
  bool left = false;  // there is more to remove
};

struct EndedPage {
  std::vector<Id> ids;
  std::optional<Id> next;  // set when more may follow, also after a page without any
};

struct ExpiredKeysPage {
  std::vector<IdempotencyRow> rows;    // owner, method, key and expire_time alone
  std::optional<IdempotencyRow> next;  // set when more may follow, also after a page without any
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_DELETION_ROWS_H_
