#include "server/store/postgres/parameters.h"

#include <bit>
#include <cstdlib>

#include "server/store/postgres/statements.h"

namespace flowmesh::store::postgres {
namespace {

// ndim, flags, element type, then size and lower bound of the one dimension (src/backend/utils/adt/arrayfuncs.c,
// array_send).
constexpr size_t kListHeader = 20;

// pg_type.dat; these never change.
int32_t OidOf(Kind kind) {
  switch (kind) {
    case Kind::kNumber:
      return 20;
    case Kind::kId:
      return 2950;
    case Kind::kBytes:
      return 17;
    case Kind::kDouble:
      return 701;
  }
  return 0;
}

void Put32(char* to, uint32_t value) {
  for (int i = 3; i >= 0; --i, value >>= 8) to[i] = static_cast<char>(value);
}

void Append64(std::string& to, uint64_t value) {
  char bytes[8];
  for (int i = 7; i >= 0; --i, value >>= 8) bytes[i] = static_cast<char>(value);
  to.append(bytes, sizeof(bytes));
}

void AppendLength(std::string& to, int32_t length) {
  char bytes[4];
  Put32(bytes, static_cast<uint32_t>(length));
  to.append(bytes, sizeof(bytes));
}

}  // namespace

const char* NameOf(Kind kind) {
  switch (kind) {
    case Kind::kNumber:
      return "int8";
    case Kind::kId:
      return "uuid";
    case Kind::kBytes:
      return "bytea";
    case Kind::kDouble:
      return "float8";
  }
  return "";
}

Parameters::Parameters(const Statement& statement) : in_scalars_(statement.lists.empty()) {
  lists_.reserve(statement.lists.size());
  for (const Kind kind : statement.lists) lists_.push_back(NewList(kind));
}

Parameters::List Parameters::NewList(Kind kind) {
  List list;
  list.kind = kind;
  list.bytes.assign(kListHeader, '\0');
  return list;
}

void Parameters::Complete(List& list) {
  char* header = list.bytes.data();
  Put32(header, list.rows == 0 ? 0 : 1);
  Put32(header + 4, list.nulls ? 1 : 0);
  Put32(header + 8, static_cast<uint32_t>(OidOf(list.kind)));
  Put32(header + 12, static_cast<uint32_t>(list.rows));
  Put32(header + 16, 1);
  // An array without elements has no dimension.
  if (list.rows == 0) list.bytes.resize(12);
}

Parameters& Parameters::Row() {
  if (in_scalars_ || (rows_ > 0 && column_ != lists_.size())) std::abort();
  ++rows_;
  column_ = 0;
  return *this;
}

Parameters& Parameters::Scalars() {
  if (!in_scalars_ && rows_ > 0 && column_ != lists_.size()) std::abort();
  in_scalars_ = true;
  return *this;
}

std::string& Parameters::Next(Kind kind, size_t length) {
  if (in_scalars_) return scalars_.emplace_back().bytes;
  if (column_ >= lists_.size() || lists_[column_].kind != kind) std::abort();
  List& list = lists_[column_++];
  ++list.rows;
  AppendLength(list.bytes, static_cast<int32_t>(length));
  return list.bytes;
}

Parameters& Parameters::Bind(int64_t value) {
  Append64(Next(Kind::kNumber, 8), static_cast<uint64_t>(value));
  return *this;
}

Parameters& Parameters::Bind(double value) {
  Append64(Next(Kind::kDouble, 8), std::bit_cast<uint64_t>(value));
  return *this;
}

Parameters& Parameters::Bind(const base::Id& id) {
  std::string& to = Next(Kind::kId, 16);
  Append64(to, id.hi);
  Append64(to, id.lo);
  return *this;
}

Parameters& Parameters::BindBlob(std::string_view blob) {
  Next(Kind::kBytes, blob.size()).append(blob);
  return *this;
}

Parameters& Parameters::BindNull() {
  if (in_scalars_) {
    scalars_.emplace_back().null = true;
    return *this;
  }
  if (column_ >= lists_.size()) std::abort();
  List& list = lists_[column_++];
  ++list.rows;
  list.nulls = true;
  AppendLength(list.bytes, -1);
  return *this;
}

Parameters& Parameters::BindBlobs(const std::vector<std::string>& blobs) {
  List list = NewList(Kind::kBytes);
  for (const std::string& blob : blobs) {
    ++list.rows;
    AppendLength(list.bytes, static_cast<int32_t>(blob.size()));
    list.bytes.append(blob);
  }
  Complete(list);
  scalars_.emplace_back().bytes = std::move(list.bytes);
  return *this;
}

Parameters& Parameters::BindNumbers(const std::vector<int64_t>& numbers) {
  List list = NewList(Kind::kNumber);
  for (const int64_t number : numbers) {
    ++list.rows;
    AppendLength(list.bytes, 8);
    Append64(list.bytes, static_cast<uint64_t>(number));
  }
  Complete(list);
  scalars_.emplace_back().bytes = std::move(list.bytes);
  return *this;
}

Parameters::Raw Parameters::raw() {
  Raw raw;
  const auto add = [&](const std::string& bytes, bool null) {
    raw.values.push_back(null ? nullptr : bytes.data());
    raw.lengths.push_back(static_cast<int>(bytes.size()));
    raw.formats.push_back(1);
  };
  for (List& list : lists_) {
    Complete(list);
    add(list.bytes, false);
  }
  for (const Scalar& scalar : scalars_) add(scalar.bytes, scalar.null);
  return raw;
}

}  // namespace flowmesh::store::postgres
