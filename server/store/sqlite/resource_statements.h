// The statements about resources and aliases.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_RESOURCE_STATEMENTS_H_
#define FLOWMESH_SERVER_STORE_SQLITE_RESOURCE_STATEMENTS_H_

#include "server/store/sqlite/statements.h"

namespace flowmesh::store {

// Null if `sql` is another one.
const char* ResourceText(Sql sql);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_RESOURCE_STATEMENTS_H_
