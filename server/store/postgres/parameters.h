// Values on their way to the server, in PostgreSQL's binary formats.
//
//   Parameters parameters(StatementOf(Sql::kInsertPayloads));
//   for (const PayloadRow& row : rows) parameters.Row().Bind(row.key.execution_id)...BindBlob(row.bytes);
//   connection.Send(Sql::kInsertPayloads, parameters);
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_PARAMETERS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_PARAMETERS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "server/base/ids.h"

namespace flowmesh::store::postgres {

// What a value is to PostgreSQL. Narrower columns take numbers by assignment.
enum class Kind : uint8_t { kNumber, kId, kBytes, kDouble };

// "int8", "uuid", "bytea", "float8".
const char* NameOf(Kind kind);

struct Statement;

// The parameters of one run of a statement: rows for its lists, then its scalars. Binding goes from the first column
// on. All values are copied. A Bind that does not fit the column's kind is a mistake in the caller and aborts.
class Parameters {
 public:
  // Without lists.
  Parameters() = default;
  explicit Parameters(const Statement& statement);

  // Begins the next row of the lists; every column must be bound before the next call.
  Parameters& Row();
  // What is bound from now on are scalars.
  Parameters& Scalars();

  Parameters& Bind(int64_t value);
  Parameters& Bind(int32_t value) { return Bind(int64_t{value}); }
  Parameters& Bind(uint64_t value) { return Bind(static_cast<int64_t>(value)); }  // the same bits, in signed order
  Parameters& Bind(double value);
  Parameters& Bind(bool value) { return Bind(int64_t{value}); }
  // InfinitePast and InfiniteFuture are the ends of the number range.
  Parameters& Bind(absl::Time time) { return Bind(absl::ToUnixMicros(time)); }
  Parameters& Bind(absl::Duration duration) { return Bind(absl::ToInt64Microseconds(duration)); }
  Parameters& Bind(const base::Id& id);
  // Shard and id: two columns.
  Parameters& BindKey(const base::Id& id) { return Bind(static_cast<int64_t>(id.shard())).Bind(id); }
  Parameters& BindBlob(std::string_view blob);
  Parameters& BindNull();
  // NULL in place of the default that most rows have.
  Parameters& BindUnless(absl::Time usual, absl::Time time) { return time == usual ? BindNull() : Bind(time); }
  Parameters& BindNumberOrNull(uint64_t value) { return value == 0 ? BindNull() : Bind(value); }
  Parameters& BindBlobOrNull(std::string_view blob) { return blob.empty() ? BindNull() : BindBlob(blob); }
  Parameters& BindIdOrNull(const base::Id& id) { return id.is_zero() ? BindNull() : Bind(id); }
  // A whole list of blobs as one scalar.
  Parameters& BindBlobs(const std::vector<std::string>& blobs);
  Parameters& BindNumbers(const std::vector<int64_t>& numbers);

  // For libpq; valid until the next call of anything else. Completes the lists.
  struct Raw {
    std::vector<const char*> values;  // nullptr = NULL
    std::vector<int> lengths;
    std::vector<int> formats;  // all binary
  };
  Raw raw();

  size_t rows() const { return rows_; }

 private:
  struct List {
    Kind kind = Kind::kNumber;
    std::string bytes;  // the array with its header
    size_t rows = 0;
    bool nulls = false;
  };
  struct Scalar {
    bool null = false;
    std::string bytes;
  };

  // Where the next value goes; with its length before it in a list.
  std::string& Next(Kind kind, size_t length);
  static List NewList(Kind kind);
  static void Complete(List& list);

  std::vector<List> lists_;
  std::vector<Scalar> scalars_;
  size_t rows_ = 0;
  size_t column_ = 0;
  bool in_scalars_ = true;
};

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_PARAMETERS_H_
