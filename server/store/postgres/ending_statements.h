// What follows from retries and ends in deletion.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_ENDING_STATEMENTS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_ENDING_STATEMENTS_H_

#include "server/store/postgres/statements.h"

namespace flowmesh::store::postgres {

// Without text for a statement that is not of this kind. The measures are (key, bytes, rows) of one execution in key
// order; the length of bytes that stand apart is known without reading them.
Statement EndStatement(Sql sql);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_ENDING_STATEMENTS_H_
