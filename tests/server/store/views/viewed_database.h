// A database of either store, written through the store and read with SQL, as an operator would.
#ifndef FLOWMESH_TESTS_SERVER_STORE_VIEWS_VIEWED_DATABASE_H_
#define FLOWMESH_TESTS_SERVER_STORE_VIEWS_VIEWED_DATABASE_H_

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/store/store.h"

namespace flowmesh::store {

// What a column of a view holds, which decides how it is made a text that is the same for both stores.
enum class Holds {
  kText,
  kTime,     // -> 2023-11-14T22:13:20.000123Z
  kSeconds,  // -> whole milliseconds
};

struct Column {
  const char* name;
  Holds holds = Holds::kText;
};

class ViewedDatabase {
 public:
  virtual ~ViewedDatabase() = default;

  virtual Store& store() = 0;

  // The rows that `from` (a view, maybe with a WHERE) has, as sorted lines with | between the columns and - for NULL.
  std::vector<std::string> Rows(const std::string& from, const std::vector<Column>& columns);

  // The names of the columns of a view, in order.
  virtual std::vector<std::string> Columns(const std::string& view) = 0;

 protected:
  virtual std::string Cell(const Column& column) const = 0;
  // The lines that a query answers in its one column, sorted.
  virtual std::vector<std::string> Lines(const std::string& query) = 0;
};

struct DatabaseKind {
  std::string name;
  std::unique_ptr<ViewedDatabase> (*make)(base::Clock* clock);
};

std::vector<DatabaseKind> DatabaseKinds();

inline void PrintTo(const DatabaseKind& kind, std::ostream* out) { *out << kind.name; }

}  // namespace flowmesh::store

#endif  // FLOWMESH_TESTS_SERVER_STORE_VIEWS_VIEWED_DATABASE_H_
