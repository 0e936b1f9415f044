#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_CODE_POINT_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_CODE_POINT_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace flowmesh::models {

inline constexpr char32_t kInvalidCodePoint = 0xFFFFFFFF;

// The code point at `at`, which moves behind it; kInvalidCodePoint (one byte consumed) for anything that is not
// well-formed UTF-8. `at` is inside `text`.
char32_t NextCodePoint(absl::string_view text, size_t& at);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_CODE_POINT_H_
