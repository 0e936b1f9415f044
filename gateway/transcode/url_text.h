#ifndef FLOWMESH_GATEWAY_TRANSCODE_URL_TEXT_H_
#define FLOWMESH_GATEWAY_TRANSCODE_URL_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace flowmesh::transcode {

inline constexpr size_t kMaxTargetBytes = 8 * 1024;  // path and query as they arrive
inline constexpr size_t kMaxQueryParameters = 256;

// A request target in origin form, cut at the first `?`. Both parts refer to the target and are still encoded.
struct Target {
  std::string_view path;
  std::string_view query;
};

// 414 over kMaxTargetBytes; 400 for a target that does not begin with `/` or has a fragment.
absl::StatusOr<Target> SplitTarget(std::string_view target);

// Decodes %XX; the text may hold any bytes afterwards. With `keep_slash` every %2F stays as it was written. False for a
// bad escape.
bool PercentDecode(std::string_view text, bool keep_slash, std::string* decoded);

// Well-formed by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view text);

struct QueryParameter {
  std::string name;
  std::string value;
};

// Splits at `&` and the first `=`, then decodes both sides, `+` being a space. Empty pieces are skipped; a piece
// without `=` has an empty value. 400 naming the parameter: a bad escape, text that is not UTF-8; 400: more than
// kMaxQueryParameters.
absl::StatusOr<std::vector<QueryParameter>> ParseQuery(std::string_view query);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_URL_TEXT_H_
