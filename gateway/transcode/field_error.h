#ifndef FLOWMESH_GATEWAY_TRANSCODE_FIELD_ERROR_H_
#define FLOWMESH_GATEWAY_TRANSCODE_FIELD_ERROR_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace flowmesh::transcode {

// One thing that is wrong with a JSON value, ready to become a field violation of google.rpc.BadRequest.
struct FieldError {
  std::string path;     // proto names, e.g. input.stanzas[3].text, labels["colour"]; empty = the whole value
  std::string message;  // says what is wrong and what is expected, for the author of the JSON
};

// Where a conversion stands, as a chain on the stack: it costs nothing until an error renders it. A step refers to the
// step before and to the name it was given; both must outlive it.
class FieldPath {
 public:
  FieldPath() = default;
  FieldPath Field(std::string_view name) const { return {this, Kind::kField, name, 0}; }
  FieldPath Index(size_t index) const { return {this, Kind::kIndex, {}, index}; }
  FieldPath Key(std::string_view key) const { return {this, Kind::kKey, key, 0}; }
  std::string ToString() const;

 private:
  enum class Kind { kRoot, kField, kIndex, kKey };
  FieldPath(const FieldPath* parent, Kind kind, std::string_view name, size_t index)
      : parent_(parent), kind_(kind), name_(name), index_(index) {}
  void AppendTo(std::string* out) const;

  const FieldPath* parent_ = nullptr;
  Kind kind_ = Kind::kRoot;
  std::string_view name_;
  size_t index_ = 0;
};

// What a conversion found wrong, in the order of the JSON; the conversion goes on after an error to report as many as
// fit.
class [[nodiscard]] FieldErrors {
 public:
  static constexpr size_t kMaxErrors = 20;  // further ones are dropped

  bool ok() const { return errors_.empty(); }
  bool full() const { return errors_.size() >= kMaxErrors; }
  const std::vector<FieldError>& errors() const { return errors_; }
  void Add(const FieldPath& path, std::string message);
  // OK, or INVALID_ARGUMENT with all errors as "path: message; path: message".
  absl::Status ToStatus() const;

 private:
  std::vector<FieldError> errors_;
};

// The text in double quotes for use inside a message: at most 40 bytes, cut between characters, without control
// characters.
std::string Excerpt(std::string_view text);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_FIELD_ERROR_H_
