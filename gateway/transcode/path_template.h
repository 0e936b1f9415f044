#ifndef FLOWMESH_GATEWAY_TRANSCODE_PATH_TEMPLATE_H_
#define FLOWMESH_GATEWAY_TRANSCODE_PATH_TEMPLATE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace flowmesh::transcode {

// A path template in the grammar of google/api/http.proto:
//   Template = "/" Segments [ ":" Verb ];   Segments = Segment { "/" Segment };
//   Segment = "*" | "**" | Literal | "{" FieldPath [ "=" Segments ] "}";   FieldPath = Name { "." Name }
// Literals may be percent-encoded. Immutable.
class PathTemplate {
 public:
  enum class Kind { kLiteral, kOneSegment, kAnySegments };
  struct Segment {
    Kind kind = Kind::kLiteral;
    std::string literal;  // decoded
    friend bool operator==(const Segment&, const Segment&) = default;
  };
  struct Variable {
    std::string field_path;  // as it is written, e.g. book.name
    size_t begin = 0;        // its segments: [begin, end)
    size_t end = 0;
    bool multi = false;  // it stands for more than one segment, so its %2F stay encoded
  };

  // INVALID_ARGUMENT with the reason: no leading `/`, an empty segment (so a trailing `/` too), `{}`, an empty verb, a
  // verb inside a variable or before the end, a variable or wildcard glued to text, a nested or unclosed variable, a
  // field path captured twice, anything but literals after `**` (a second `**` is that), `?`, `#`, a blank or anything
  // else that is not visible ASCII, a bad percent escape.
  static absl::StatusOr<PathTemplate> Parse(std::string_view text);

  const std::string& text() const { return text_; }
  const std::vector<Segment>& segments() const { return segments_; }
  const std::vector<Variable>& variables() const { return variables_; }
  const std::string& verb() const { return verb_; }  // decoded; empty = none

  // The place of `**`, or segments().size().
  size_t FixedSegments() const;

  // The template with its names left out, e.g. /v1/*/events:list. Two templates with one shape match the same paths.
  std::string Shape() const;

 private:
  friend class PathTemplateParser;

  std::string text_;
  std::vector<Segment> segments_;
  std::vector<Variable> variables_;
  std::string verb_;
};

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_PATH_TEMPLATE_H_
