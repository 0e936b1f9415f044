#include "gateway/http/request_head.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/transcode/http_error.h"

namespace flowmesh::gateway {
namespace {

using transcode::HttpError;

absl::Status Bad(std::string_view message) {
  return HttpError(400, absl::StatusCode::kInvalidArgument, "REQUEST_MALFORMED", message);
}

bool IsTokenCharacter(char c) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || kMarks.find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter); }

bool SameName(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()), absl::string_view(b.data(), b.size()));
}

std::string_view Strip(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Lines without their CRLF; nothing when a CR or LF stands alone.
std::optional<std::vector<std::string_view>> Lines(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const size_t end = bytes.find_first_of("\r\n");
    if (end == std::string_view::npos || bytes.substr(end, 2) != "\r\n") return std::nullopt;
    lines.push_back(bytes.substr(0, end));
    bytes.remove_prefix(end + 2);
  }
  if (lines.size() < 2 || !lines.back().empty()) return std::nullopt;
  lines.pop_back();
  return lines;
}

absl::Status ReadRequestLine(std::string_view line, const Limits& limits, RequestHead* head) {
  if (line.size() > limits.request_line_bytes) {
    return HttpError(414, absl::StatusCode::kInvalidArgument, "URL_TOO_LONG", "the URL is longer than 8 KiB");
  }
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Bad("the request line must be: METHOD target HTTP/1.1");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!IsToken(method)) return Bad("the method is no token");
  if (std::any_of(method.begin(), method.end(), [](char c) { return absl::ascii_islower(c); })) {
    return Bad("methods are upper case");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool is_http = version.size() == 8 && version.substr(0, 5) == "HTTP/";
    if (!is_http) return Bad("the version must be HTTP/1.1");
    return HttpError(505, absl::StatusCode::kUnimplemented, "VERSION_NOT_SUPPORTED", "use HTTP/1.1");
  }
  const bool visible = std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f; });
  const bool asterisk = target == "*" && method == "OPTIONS";
  if (target.empty() || !visible || (target.front() != '/' && !asterisk)) {
    return Bad("the target must be a path that begins with /");
  }
  head->method = std::string(method);
  head->target = std::string(target);
  head->minor_version = version.back() - '0';
  return absl::OkStatus();
}

absl::Status ReadFields(const std::vector<std::string_view>& lines, const Limits& limits, RequestHead* head) {
  size_t bytes = 0;
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    bytes += line.size() + 2;
    if (bytes > limits.header_bytes || i > limits.headers) {
      return HttpError(431, absl::StatusCode::kInvalidArgument, "HEADER_TOO_LARGE",
                       absl::StrCat("header fields may take ", limits.header_bytes, " bytes and be ", limits.headers));
    }
    if (line.front() == ' ' || line.front() == '\t') return Bad("folded header lines are not accepted");
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return Bad("a header name is no token");
    const std::string_view value = Strip(line.substr(colon + 1));
    const bool clean = std::none_of(value.begin(), value.end(), [](char c) {
      return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
    });
    if (!clean) return Bad("a header value has control characters");
    head->headers.emplace_back(std::string(line.substr(0, colon)), std::string(value));
  }
  return absl::OkStatus();
}

absl::Status ReadLength(const std::string& value, const Limits& limits, RequestHead* head) {
  const bool digits = !value.empty() && value.size() <= 18 &&
                      std::all_of(value.begin(), value.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
  uint64_t length = 0;
  if (!digits || !absl::SimpleAtoi(value, &length)) return Bad("Content-Length must be a plain number");
  if (head->content_length.has_value()) return Bad("Content-Length must be sent once");
  if (length > limits.body_bytes) {
    return HttpError(413, absl::StatusCode::kInvalidArgument, "BODY_TOO_LARGE",
                     absl::StrCat("a body may have ", limits.body_bytes, " bytes; use an artifact for larger data"));
  }
  head->content_length = length;
  return absl::OkStatus();
}

// Where the body ends, and where the request is meant for.
absl::Status ReadFraming(const Limits& limits, RequestHead* head) {
  int hosts = 0;
  bool coded = false;
  for (const auto& [name, value] : head->headers) {
    if (SameName(name, "host")) {
      ++hosts;
      head->host = value;
    } else if (SameName(name, "content-length")) {
      if (absl::Status status = ReadLength(value, limits, head); !status.ok()) return status;
    } else if (SameName(name, "transfer-encoding")) {
      if (coded) return Bad("Transfer-Encoding must be sent once");
      coded = true;
      if (!SameName(value, "chunked")) {
        return HttpError(501, absl::StatusCode::kUnimplemented, "TRANSFER_CODING_UNKNOWN",
                         "the only transfer coding here is: chunked");
      }
      head->chunked = true;
    } else if (SameName(name, "expect")) {
      if (!SameName(value, "100-continue")) {
        return HttpError(417, absl::StatusCode::kInvalidArgument, "EXPECTATION_UNKNOWN",
                         "the only expectation here is: 100-continue");
      }
      head->expects_continue = head->minor_version >= 1;
    }
  }
  if (head->chunked && head->content_length.has_value())
    return Bad("Transfer-Encoding and Content-Length exclude each other");
  if (head->chunked && head->minor_version == 0) return Bad("HTTP/1.0 has no Transfer-Encoding");
  if (hosts != 1 && (hosts > 1 || head->minor_version > 0)) return Bad("Host must be sent once");
  return absl::OkStatus();
}

}  // namespace

std::optional<std::string_view> RequestHead::Find(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (SameName(key, name)) return value;
  }
  return std::nullopt;
}

std::optional<std::string> RequestHead::Joined(std::string_view name) const {
  std::optional<std::string> joined;
  for (const auto& [key, value] : headers) {
    if (SameName(key, name)) joined = joined.has_value() ? absl::StrCat(*joined, ", ", value) : value;
  }
  return joined;
}

bool RequestHead::HasToken(std::string_view name, std::string_view token) const {
  const std::optional<std::string> joined = Joined(name);
  if (!joined.has_value()) return false;
  std::string_view rest = *joined;
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    if (SameName(Strip(rest.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return false;
}

bool RequestHead::WantsWebSocket() const {
  return method == "GET" && HasToken("connection", "upgrade") && HasToken("upgrade", "websocket");
}

absl::StatusOr<RequestHead> ParseRequestHead(std::string_view bytes, const Limits& limits) {
  const auto lines = Lines(bytes);
  if (!lines.has_value()) return Bad("lines must end with CR LF");
  RequestHead head;
  if (absl::Status status = ReadRequestLine(lines->front(), limits, &head); !status.ok()) return status;
  if (absl::Status status = ReadFields(*lines, limits, &head); !status.ok()) return status;
  if (absl::Status status = ReadFraming(limits, &head); !status.ok()) return status;
  head.keep_alive = head.minor_version > 0 && !head.HasToken("connection", "close");
  return head;
}

}  // namespace flowmesh::gateway
