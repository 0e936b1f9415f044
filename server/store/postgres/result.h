// What a statement answered, in PostgreSQL's binary formats.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_RESULT_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_RESULT_H_

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "server/base/ids.h"

namespace flowmesh::store::postgres {

// One row; columns count from 0, or from `first` on. Lives no longer than its Result.
class Row {
 public:
  Row(const PGresult* result, int row, int first = 0) : result_(result), row_(row), first_(first) {}

  // The same row, whose columns count from `first` on.
  Row From(int first) const { return {result_, row_, first_ + first}; }

  bool IsNull(int column) const { return PQgetisnull(result_, row_, first_ + column) != 0; }
  // Of a number of any width; 0 for NULL.
  int64_t Number(int column) const {
    const std::string_view bytes = View(column);
    if (bytes.empty()) return 0;
    uint64_t value = (bytes[0] & 0x80) != 0 ? ~uint64_t{0} : 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return static_cast<int64_t>(value);
  }
  int32_t Int(int column) const { return static_cast<int32_t>(Number(column)); }
  uint64_t Unsigned(int column) const { return static_cast<uint64_t>(Number(column)); }
  double Double(int column) const;
  absl::Time Time(int column) const;
  absl::Time TimeOr(int column, absl::Time if_null) const { return IsNull(column) ? if_null : Time(column); }
  absl::Duration Duration(int column) const;
  // Zero if the column does not hold 16 bytes.
  base::Id ReadId(int column) const;
  // Empty for NULL.
  std::string_view View(int column) const {
    return {PQgetvalue(result_, row_, first_ + column),
            static_cast<size_t>(PQgetlength(result_, row_, first_ + column))};
  }
  std::string String(int column) const { return std::string(View(column)); }

 private:
  const PGresult* result_;
  int row_;
  int first_;
};

class Result {
 public:
  explicit Result(PGresult* result) : result_(result) {}

  const PGresult* get() const { return result_.get(); }
  ExecStatusType status() const { return PQresultStatus(result_.get()); }
  int rows() const { return PQntuples(result_.get()); }
  Row row(int number) const { return {result_.get(), number}; }
  // Rows that the statement inserted, updated, deleted or read.
  int64_t affected() const;
  // The name of the command that ran: "COMMIT", "ROLLBACK", "UPDATE 3".
  std::string_view command() const { return PQcmdStatus(result_.get()); }

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_RESULT_H_
