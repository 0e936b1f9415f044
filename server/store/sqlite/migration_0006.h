// Views for the people who run it.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0006_H_
#define FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0006_H_

namespace flowmesh::store {

// Views of the same names and columns are in the other store. No statement of the program reads them, so they cost
// nothing while nobody looks. States and kinds are the words of the public protos, times ISO 8601 in UTC, replicas and
// sessions 16 hexadecimal digits. A name that is no UTF-8 shows its bytes as PostgreSQL's encode(name, 'escape') does.
// Labels, progress and the message of a failure are packed bytes and not here: `flowmesh inspect --json` shows them.
//
// A later step that changes a column that stands here drops the view and makes it anew. The text never changes.
const char* Migration0006();

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0006_H_
