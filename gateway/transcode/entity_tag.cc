#include "gateway/transcode/entity_tag.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace flowmesh::transcode {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

bool NamesTag(std::string_view if_none_match, std::string_view etag) {
  absl::string_view rest = View(if_none_match);
  const absl::string_view opaque = absl::StripPrefix(View(etag), "W/");
  if (absl::StripAsciiWhitespace(rest) == "*") return true;
  // A tag may hold commas, so the list is walked by its quotes.
  for (size_t begin = rest.find('"'); begin != absl::string_view::npos; begin = rest.find('"')) {
    const size_t end = rest.find('"', begin + 1);
    if (end == absl::string_view::npos) return false;
    if (rest.substr(begin, end - begin + 1) == opaque) return true;
    rest.remove_prefix(end + 1);
  }
  return false;
}

bool IsTag(std::string_view if_range, std::string_view etag) {
  const absl::string_view tag = absl::StripAsciiWhitespace(View(if_range));
  return absl::StartsWith(tag, "\"") && tag == View(etag);
}

}  // namespace flowmesh::transcode
