// The statements about replicas and their mail.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_REPLICA_STATEMENTS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_REPLICA_STATEMENTS_H_

#include "server/store/postgres/statements.h"

namespace flowmesh::store::postgres {

// The name of the schema's channel, in SQL. A hash of it, because neither name may be longer than the other.
inline constexpr char kHintChannelName[] = "'flowmesh_' || md5(current_schema())";

// Without a text if `sql` is another one.
Statement ReplicaStatement(Sql sql);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_REPLICA_STATEMENTS_H_
