// The statements about resources and aliases.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_RESOURCE_STATEMENTS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_RESOURCE_STATEMENTS_H_

#include "server/store/postgres/statements.h"

namespace flowmesh::store::postgres {

// Without a text if `sql` is another one. The lists end with the last row seen and the limit; what they may be narrowed
// to comes before and may be NULL.
Statement ResourceStatement(Sql sql);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_RESOURCE_STATEMENTS_H_
