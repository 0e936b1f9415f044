#include "gateway/transcode/path_template.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/transcode/url_text.h"

namespace flowmesh::transcode {
namespace {

absl::Status Refused(const std::string& reason) { return absl::InvalidArgumentError(reason); }

bool IsFieldPath(std::string_view text) {
  char before = '.';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool name_starts = before == '.';
    if (c == '.' ? name_starts
                 : !absl::ascii_isalpha(byte) && c != '_' && (name_starts || !absl::ascii_isdigit(byte))) {
      return false;
    }
    before = c;
  }
  return before != '.';
}

// What no part of a template may hold.
absl::Status CheckCharacters(std::string_view text) {
  for (const char c : text) {
    if (c == '?' || c == '#') return Refused(absl::StrCat("has a ", std::string(1, c), "; a template is only a path"));
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) {
      return Refused("has a blank, a control character or a non-ASCII character; percent-encode it");
    }
  }
  return absl::OkStatus();
}

}  // namespace

class PathTemplateParser {
 public:
  explicit PathTemplateParser(std::string_view text) : rest_(text) { parsed_.text_ = std::string(text); }

  absl::StatusOr<PathTemplate> Parse() {
    if (absl::Status status = CheckCharacters(rest_); !status.ok()) return status;
    if (rest_.empty() || rest_.front() != '/') return Refused("does not begin with /");
    rest_.remove_prefix(1);
    if (absl::Status status = CutVerb(); !status.ok()) return status;
    while (true) {
      absl::Status status = !rest_.empty() && rest_.front() == '{' ? ReadVariable() : ReadPlain(TakeUntilSlash());
      if (!status.ok()) return status;
      if (rest_.empty()) break;
      rest_.remove_prefix(1);
    }
    return std::move(parsed_);
  }

 private:
  // The verb follows the last colon outside of variables.
  absl::Status CutVerb() {
    const size_t colon = rest_.rfind(':');
    const size_t brace = rest_.rfind('}');
    if (colon == std::string_view::npos || (brace != std::string_view::npos && colon < brace)) return absl::OkStatus();
    const std::string_view verb = rest_.substr(colon + 1);
    if (verb.empty()) return Refused("has an empty verb after :");
    if (verb.find_first_of("/{}*") != std::string_view::npos) {
      return Refused("has a : before its end; a verb is a word that ends the template");
    }
    if (!PercentDecode(verb, false, &parsed_.verb_)) return Refused("has a bad percent escape in its verb");
    rest_ = rest_.substr(0, colon);
    return absl::OkStatus();
  }

  std::string_view TakeUntilSlash() {
    const std::string_view segment = rest_.substr(0, rest_.find('/'));
    rest_.remove_prefix(segment.size());
    return segment;
  }

  absl::Status ReadPlain(std::string_view segment) {
    PathTemplate::Segment read;
    if (segment.empty()) return Refused("has an empty segment");
    if (segment.find_first_of("{}") != std::string_view::npos) {
      return Refused("has a variable glued to text, or a brace without its partner");
    }
    if (segment.find(':') != std::string_view::npos) return Refused("has a : before its end");
    if (segment == "*") {
      read.kind = PathTemplate::Kind::kOneSegment;
    } else if (segment == "**") {
      read.kind = PathTemplate::Kind::kAnySegments;
    } else if (segment.find('*') != std::string_view::npos) {
      return Refused("has a * glued to text; a wildcard is a whole segment");
    } else if (!PercentDecode(segment, false, &read.literal)) {
      return Refused("has a bad percent escape");
    }
    if (after_any_ && read.kind == PathTemplate::Kind::kAnySegments) return Refused("has a second **");
    if (after_any_ && read.kind != PathTemplate::Kind::kLiteral) return Refused("has more than literals after **");
    after_any_ |= read.kind == PathTemplate::Kind::kAnySegments;
    parsed_.segments_.push_back(std::move(read));
    return absl::OkStatus();
  }

  absl::Status ReadVariable() {
    const size_t close = rest_.find('}');
    if (close == std::string_view::npos) return Refused("has a variable that is not closed");
    std::string_view inside = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    if (inside.find('{') != std::string_view::npos) return Refused("has a variable inside a variable");
    if (!rest_.empty() && rest_.front() != '/') return Refused("has a variable glued to text");
    if (inside.find(':') != std::string_view::npos) return Refused("has a verb inside a variable");
    const size_t equals = inside.find('=');
    PathTemplate::Variable variable;
    variable.field_path = std::string(inside.substr(0, equals));
    variable.begin = parsed_.segments_.size();
    if (variable.field_path.empty()) return Refused("has a variable without a name");
    if (!IsFieldPath(variable.field_path)) {
      return Refused(absl::StrCat("has the variable ", variable.field_path, ", which is no field path"));
    }
    for (const PathTemplate::Variable& other : parsed_.variables_) {
      if (other.field_path == variable.field_path) {
        return Refused(absl::StrCat("has the variable ", variable.field_path, " twice"));
      }
    }
    if (absl::Status status = ReadPattern(equals == std::string_view::npos ? "*" : inside.substr(equals + 1));
        !status.ok()) {
      return status;
    }
    variable.end = parsed_.segments_.size();
    variable.multi =
        variable.end - variable.begin > 1 || parsed_.segments_.back().kind == PathTemplate::Kind::kAnySegments;
    parsed_.variables_.push_back(std::move(variable));
    return absl::OkStatus();
  }

  absl::Status ReadPattern(std::string_view pattern) {
    while (true) {
      const std::string_view segment = pattern.substr(0, pattern.find('/'));
      if (absl::Status status = ReadPlain(segment); !status.ok()) return status;
      if (segment.size() == pattern.size()) return absl::OkStatus();
      pattern.remove_prefix(segment.size() + 1);
    }
  }

  std::string_view rest_;
  bool after_any_ = false;
  PathTemplate parsed_;
};

absl::StatusOr<PathTemplate> PathTemplate::Parse(std::string_view text) { return PathTemplateParser(text).Parse(); }

size_t PathTemplate::FixedSegments() const {
  size_t fixed = 0;
  while (fixed < segments_.size() && segments_[fixed].kind != Kind::kAnySegments) ++fixed;
  return fixed;
}

std::string PathTemplate::Shape() const {
  std::string shape;
  for (const Segment& segment : segments_) {
    shape += '/';
    switch (segment.kind) {
      case Kind::kOneSegment:
        shape += '*';
        break;
      case Kind::kAnySegments:
        shape += "**";
        break;
      case Kind::kLiteral:
        // A literal may hold a decoded slash or star; its length keeps it apart from what it looks like.
        absl::StrAppend(&shape,
                        segment.literal.find_first_of("/*:") == std::string::npos
                            ? std::string()
                            : absl::StrCat("(", segment.literal.size(), ")"),
                        segment.literal);
        break;
    }
  }
  return verb_.empty() ? shape : absl::StrCat(shape, ":", verb_);
}

}  // namespace flowmesh::transcode
