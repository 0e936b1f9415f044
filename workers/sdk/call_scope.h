#ifndef FLOWMESH_WORKERS_SDK_CALL_SCOPE_H_
#define FLOWMESH_WORKERS_SDK_CALL_SCOPE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace flowmesh::sdk {

// Where call keys are made. Every flow body that runs has a scope of its own; a key is the path of its scope and a name
// in it:
//
//   harvest#1              the first unnamed call of `harvest` in the flow's own body
//   cover                  a call that the author named
//   flow#2/harvest#1       the first call of `harvest` in the second flow that the body awaited
//   each#1/7               the eighth element of the body's first ForEach
//   each#1/7/harvest#1     a call in the flow that works on that element
//
// So a key depends on the code and on the order within one body, never on what happens elsewhere at the same time.
// Names of authors hold no '/' and no '#', so the two kinds never meet. Not thread-safe.
class CallScope {
 public:
  // `path`: empty, or what stands before every key, with its '/' at the end.
  explicit CallScope(std::string path = "") : path_(std::move(path)) {}

  // The next key of this kind: path, name, '#' and a number from 1 for each name.
  std::string Next(const std::string& name);

  // The key with a name of the author's.
  std::string Named(absl::string_view name) const;

  // The scope of everything below `key`.
  static std::shared_ptr<CallScope> Below(absl::string_view key);

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  std::map<std::string, int> used_;  // numbers given, by name
};

// The longest key, in bytes.
inline constexpr size_t kMaxCallKey = 512;

// What is wrong with a name that an author gave, INVALID_ARGUMENT with what to do; OK if nothing is.
absl::Status CheckCallName(absl::string_view name);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_CALL_SCOPE_H_
