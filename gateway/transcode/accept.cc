#include "gateway/transcode/accept.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/media_type.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

constexpr char kJsonType[] = "application/json";
constexpr char kProblemType[] = "application/problem+json";
constexpr char kProtobufType[] = "application/x-protobuf";
constexpr char kNdjsonType[] = "application/x-ndjson";
constexpr char kEventStreamType[] = "text/event-stream";
constexpr char kHttpBody[] = "google.api.HttpBody";
constexpr int kFullQuality = 1000;

bool IsHttpBody(const pb::Descriptor* type) { return type != nullptr && type->full_name() == kHttpBody; }

// What the body of a request fills, when that is a message.
const pb::Descriptor* BodyType(const Route& route) {
  if (!route.takes_body) return nullptr;
  if (route.body_field == nullptr) return route.method->input_type();
  return route.body_field->is_repeated() ? nullptr : route.body_field->message_type();
}

const pb::Descriptor* ResponseType(const Route& route) {
  if (route.response_field == nullptr) return route.method->output_type();
  return route.response_field->is_repeated() ? nullptr : route.response_field->message_type();
}

std::string_view Strip(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Splits at commas outside of quotes.
std::vector<std::string_view> Elements(std::string_view list) {
  std::vector<std::string_view> elements;
  size_t begin = 0;
  bool quoted = false;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '\\' && quoted) {
      ++i;
    } else if (i < list.size() && list[i] == '"') {
      quoted = !quoted;
    } else if (i >= list.size() || (list[i] == ',' && !quoted)) {
      const std::string_view element = Strip(list.substr(begin, std::min(i, list.size()) - begin));
      if (!element.empty()) elements.push_back(element);
      begin = i + 1;
    }
  }
  return elements;
}

// Thousandths, by RFC 9110 section 12.4.2: 0 or 1 with up to three decimals.
std::optional<int> ParseQuality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int quality = (text[0] - '0') * kFullQuality;
  int unit = kFullQuality / 10;
  for (size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
    quality += (text[i] - '0') * unit;
  }
  if (quality > kFullQuality) return std::nullopt;
  return quality;
}

struct MediaRange {
  MediaType type;
  int quality = kFullQuality;

  // 0 = does not fit; the more, the more specific.
  int Fits(std::string_view essence) const {
    if (!IsUtf8Charset(type)) return 0;
    if (type.type == "*") return type.subtype == "*" ? 1 : 0;
    if (type.subtype == "*") return absl::StartsWith(std::string(essence), type.type + "/") ? 2 : 0;
    return type.Essence() == essence ? 3 : 0;
  }
};

std::vector<MediaRange> ParseAccept(std::string_view accept) {
  std::vector<MediaRange> ranges;
  for (const std::string_view element : Elements(accept)) {
    absl::StatusOr<MediaType> type = ParseMediaType(element);
    if (!type.ok()) continue;
    MediaRange range{*std::move(type)};
    const auto weight = range.type.parameters.find("q");
    if (weight != range.type.parameters.end()) {
      const std::optional<int> quality = ParseQuality(weight->second);
      if (!quality.has_value()) continue;
      range.quality = *quality;
    }
    ranges.push_back(std::move(range));
  }
  return ranges;
}

int QualityOf(std::string_view essence, const std::vector<MediaRange>& ranges) {
  int best_fit = 0;
  int quality = 0;
  for (const MediaRange& range : ranges) {
    const int fit = range.Fits(essence);
    if (fit > best_fit || (fit == best_fit && fit > 0 && range.quality > quality)) {
      best_fit = fit;
      quality = range.quality;
    }
  }
  return quality;
}

}  // namespace

absl::StatusOr<BodyFormat> ChooseBodyFormat(const Route& route, std::optional<std::string_view> content_type) {
  const pb::Descriptor* message = BodyType(route);
  if (IsHttpBody(message)) return BodyFormat::kRaw;
  if (!content_type.has_value()) return BodyFormat::kJson;
  const bool takes_file = !route.rules.file_field().empty();
  const absl::StatusOr<MediaType> type = ParseMediaType(*content_type);
  if (type.ok()) {
    const std::string essence = type->Essence();
    if (essence == kJsonType && IsUtf8Charset(*type)) return BodyFormat::kJson;
    if (essence == kProtobufType && message != nullptr) return BodyFormat::kProtobuf;
    if (essence == "multipart/form-data" && takes_file) return BodyFormat::kMultipart;
  }
  std::vector<std::string> fitting = {absl::StrCat(kJsonType, " in UTF-8")};
  if (message != nullptr) fitting.emplace_back(kProtobufType);
  if (takes_file) fitting.emplace_back("multipart/form-data");
  return HttpError(415, absl::StatusCode::kInvalidArgument, "CONTENT_TYPE_UNSUPPORTED",
                   absl::StrCat("this Content-Type is not read here; send ", absl::StrJoin(fitting, " or ")));
}

absl::StatusOr<ResponseFormat> ChooseResponseFormat(const Route& route, std::optional<std::string_view> accept) {
  const pb::Descriptor* message = ResponseType(route);
  if (IsHttpBody(message)) return ResponseFormat::kRaw;
  std::vector<ResponseFormat> offers = {ResponseFormat::kJson};
  if (route.method->server_streaming()) {
    offers = {ResponseFormat::kNdjson, ResponseFormat::kEventStream, ResponseFormat::kJson};
  } else if (message != nullptr) {
    offers.push_back(ResponseFormat::kProtobuf);
  }
  if (!accept.has_value() || Strip(*accept).empty()) return offers.front();
  const std::vector<MediaRange> ranges = ParseAccept(*accept);
  int best = 0;
  ResponseFormat chosen = offers.front();
  std::vector<std::string> offered;
  for (const ResponseFormat offer : offers) {
    offered.emplace_back(ContentTypeOf(offer));
    const int quality = QualityOf(ContentTypeOf(offer), ranges);
    if (quality > best) {
      best = quality;
      chosen = offer;
    }
  }
  if (best > 0) return chosen;
  // Who names nothing but the format of errors takes the answers as they come.
  if (ChooseErrorFormat(accept) == ErrorFormat::kProblem) return offers.front();
  return HttpError(406, absl::StatusCode::kInvalidArgument, "NOT_ACCEPTABLE",
                   absl::StrCat("nothing here fits this Accept; there is ", absl::StrJoin(offered, ", ")));
}

ErrorFormat ChooseErrorFormat(std::optional<std::string_view> accept) {
  if (!accept.has_value()) return ErrorFormat::kJson;
  for (const MediaRange& range : ParseAccept(*accept)) {
    if (range.type.Essence() == kProblemType && range.quality > 0) return ErrorFormat::kProblem;
  }
  return ErrorFormat::kJson;
}

absl::StatusOr<ContentEncoding> ReadContentEncoding(std::optional<std::string_view> content_encoding) {
  const std::string name(content_encoding.has_value() ? Strip(*content_encoding) : "");
  if (name.empty() || absl::EqualsIgnoreCase(name, "identity")) return ContentEncoding::kIdentity;
  if (absl::EqualsIgnoreCase(name, "gzip") || absl::EqualsIgnoreCase(name, "x-gzip")) return ContentEncoding::kGzip;
  return HttpError(415, absl::StatusCode::kInvalidArgument, "CONTENT_ENCODING_UNSUPPORTED",
                   "this Content-Encoding is not read here; send gzip or none");
}

bool AcceptsGzip(std::optional<std::string_view> accept_encoding) {
  if (!accept_encoding.has_value()) return false;
  std::optional<bool> named, any;
  for (const std::string_view element : Elements(*accept_encoding)) {
    const size_t semicolon = element.find(';');
    const std::string coding(Strip(element.substr(0, semicolon)));
    bool wanted = true;
    if (semicolon != std::string_view::npos) {
      const std::string_view weight = Strip(element.substr(semicolon + 1));
      const bool is_weight = absl::StartsWithIgnoreCase(std::string(weight), "q=");
      wanted = is_weight && ParseQuality(weight.substr(2)).value_or(0) > 0;
    }
    if (coding == "*") any = wanted;
    if (absl::EqualsIgnoreCase(coding, "gzip") || absl::EqualsIgnoreCase(coding, "x-gzip")) named = wanted;
  }
  return named.value_or(any.value_or(false));
}

const char* ContentTypeOf(ResponseFormat format) {
  switch (format) {
    case ResponseFormat::kJson:
      return kJsonType;
    case ResponseFormat::kProtobuf:
      return kProtobufType;
    case ResponseFormat::kNdjson:
      return kNdjsonType;
    case ResponseFormat::kEventStream:
      return kEventStreamType;
    case ResponseFormat::kRaw:
      break;
  }
  return "";
}

}  // namespace flowmesh::transcode
