// The columns of the tables, in the order in which the row codec binds and reads them, and the statements that are made
// of nothing but a table's columns.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_COLUMNS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_COLUMNS_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/store/postgres/parameters.h"
#include "server/store/postgres/statements.h"

namespace flowmesh::store::postgres {

struct Column {
  const char* name;
  Kind kind = Kind::kNumber;
};

using Columns = std::vector<Column>;

Columns operator+(Columns first, const Columns& second);

const Columns& ExecutionKey();  // also of what belongs to an execution as a whole
const Columns& ExecutionChanges();
const Columns& ExecutionOrigin();
const Columns& TaskKeyColumns();
const Columns& TaskChanges();
const Columns& TaskOrigin();
const Columns& IdempotencyKey();
const Columns& IdempotencyObject();
const Columns& ConcurrencyNameColumns();
const Columns& ReadyKey();
const Columns& TimerColumns();
const Columns& AssignedColumns();
const Columns& SignalColumns();
const Columns& FlowColumns();
const Columns& ArtifactColumns();
const Columns& ResourceColumns();  // without the shard
const Columns& AliasName();

// "t.a, t.b"; without a table "a, b".
std::string Names(const Columns& columns, std::string_view table = "");

// "unnest($1::int8[], $2::uuid[])".
std::string Unnest(const Columns& columns);

// "t.a = u.a AND t.b = u.b".
std::string Joined(const Columns& columns, std::string_view table);

// Statements over lists of rows. `changes` are set in rows with these keys. Deleting a row that is not there is no
// error.
Statement InsertInto(const char* table, const Columns& columns, const char* ending = "");
Statement Update(const char* table, const Columns& keys, const Columns& changes, const char* ending = "");
Statement DeleteFrom(const char* table, const Columns& keys);

// Reads `columns` of the rows with these keys; the first column of the answer is the place of the key in the list, from
// 1 on.
Statement ReadOf(const char* table, const Columns& keys, const Columns& columns, const char* ending = "");

std::vector<Kind> KindsOf(const Columns& columns);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_COLUMNS_H_
