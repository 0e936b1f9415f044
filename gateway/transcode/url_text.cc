#include "gateway/transcode/url_text.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/field_error.h"
#include "gateway/transcode/http_error.h"
#include "server/base/error.h"

namespace flowmesh::transcode {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Why the piece is no parameter, or null.
const char* DecodePart(std::string_view piece, std::string* out) {
  std::string blanks(piece);
  for (char& c : blanks) {
    if (c == '+') c = ' ';
  }
  if (!PercentDecode(blanks, false, out)) return "has a % that two hexadecimal digits do not follow; a % itself is %25";
  if (!IsUtf8(*out)) return "is not valid UTF-8";
  return nullptr;
}

}  // namespace

absl::StatusOr<Target> SplitTarget(std::string_view target) {
  if (target.size() > kMaxTargetBytes) {
    return HttpError(414, absl::StatusCode::kInvalidArgument, "URI_TOO_LONG",
                     absl::StrCat("the URL has ", target.size(), " bytes, at most ", kMaxTargetBytes,
                                  " are read; send the data in the body"));
  }
  if (target.empty() || target.front() != '/' || target.find('#') != std::string_view::npos) {
    return base::Error(absl::StatusCode::kInvalidArgument, "TARGET_INVALID",
                       "the request target must be a path that begins with / and has no fragment");
  }
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return Target{target, {}};
  return Target{target.substr(0, mark), target.substr(mark + 1)};
}

bool PercentDecode(std::string_view text, bool keep_slash, std::string* decoded) {
  decoded->clear();
  decoded->reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      *decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return false;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return false;
    const char byte = static_cast<char>(high * 16 + low);
    if (keep_slash && byte == '/') {
      decoded->append(text.substr(i, 3));
    } else {
      *decoded += byte;
    }
    i += 2;
  }
  return true;
}

bool IsUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned first = byte(i);
    if (first < 0x80) {
      ++i;
      continue;
    }
    const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() - i < size) return false;
    // The second byte alone decides about overlong forms, surrogates and what lies beyond U+10FFFF.
    const unsigned lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (byte(i + 1) < lowest || byte(i + 1) > highest) return false;
    for (size_t k = 2; k < size; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    i += size;
  }
  return true;
}

absl::StatusOr<std::vector<QueryParameter>> ParseQuery(std::string_view query) {
  std::vector<QueryParameter> parameters;
  while (!query.empty()) {
    const std::string_view piece = query.substr(0, query.find('&'));
    query.remove_prefix(piece.size() + (piece.size() < query.size() ? 1 : 0));
    if (piece.empty()) continue;
    if (parameters.size() == kMaxQueryParameters) {
      return base::Error(absl::StatusCode::kInvalidArgument, "TOO_MANY_PARAMETERS",
                         absl::StrCat("a query has at most ", kMaxQueryParameters, " parameters"));
    }
    const size_t equals = piece.find('=');
    const std::string_view name = piece.substr(0, equals);
    QueryParameter parameter;
    if (const char* wrong = DecodePart(name, &parameter.name)) {
      const std::string shown = Excerpt(IsUtf8(name) ? name : "?");
      return FieldViolation(shown.substr(1, shown.size() - 2), absl::StrCat("the name ", wrong));
    }
    if (equals != std::string_view::npos) {
      if (const char* wrong = DecodePart(piece.substr(equals + 1), &parameter.value)) {
        return FieldViolation(parameter.name, absl::StrCat("the value ", wrong));
      }
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

}  // namespace flowmesh::transcode
