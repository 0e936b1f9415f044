#ifndef FLOWMESH_WORKERS_SDK_UTF8_H_
#define FLOWMESH_WORKERS_SDK_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace flowmesh::sdk {

// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF).
bool IsUtf8(absl::string_view text);

// `text` with every byte that belongs to no code point replaced by U+FFFD. Well-formed text comes back as it is.
std::string ToUtf8(std::string text);

// Length of `text` without a code point that has begun at its end and is not complete: size() - 3 to size().
size_t CompleteLength(absl::string_view text);

// Length of the longest prefix of well-formed `text` that has at most `limit` bytes and ends on a code-point boundary.
size_t PrefixLength(absl::string_view text, size_t limit);

// `text` as UTF-8, cut to at most `limit` bytes on a code-point boundary.
std::string ToUtf8(std::string text, size_t limit);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_UTF8_H_
