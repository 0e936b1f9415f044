#include "gateway/transcode/headers_policy.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/transcode/base64.h"
#include "gateway/transcode/http_error.h"

namespace flowmesh::transcode {
namespace {

constexpr char kMetadataPrefix[] = "grpc-metadata-";
constexpr char kRequestId[] = "x-request-id";
constexpr char kHttpStatus[] = "x-http-status";
constexpr size_t kMaxRequestIdBytes = 256;

constexpr const char* kPassedUp[] = {
    "authorization",       "idempotency-key", "if-match", "if-modified-since", "if-none-match", "if-range",
    "if-unmodified-since", "prefer",          "range",    "x-idempotency-key", "x-workflow-id"};

// Every hop has its own (https://www.w3.org/TR/trace-context/): whoever makes the call adds them.
constexpr const char* kTrace[] = {"traceparent", "tracestate"};

constexpr std::pair<const char*, const char*> kPassedDown[] = {{"accept-ranges", "Accept-Ranges"},
                                                               {"cache-control", "Cache-Control"},
                                                               {"concurrency-joined", "Concurrency-Joined"},
                                                               {"content-disposition", "Content-Disposition"},
                                                               {"content-range", "Content-Range"},
                                                               {"etag", "ETag"},
                                                               {"idempotency-replayed", "Idempotency-Replayed"},
                                                               {"last-modified", "Last-Modified"},
                                                               {"location", "Location"},
                                                               {"retry-after", "Retry-After"},
                                                               {"x-workflow-id", "X-Workflow-Id"}};

// RFC 9110 section 7.6.1, with the names that older proxies know.
constexpr const char* kHopByHop[] = {"connection",          "http2-settings",   "keep-alive", "proxy-authenticate",
                                     "proxy-authorization", "proxy-connection", "te",         "trailer",
                                     "transfer-encoding",   "upgrade"};

// The connection's own: gRPC sets them upwards, the gateway downwards.
constexpr const char* kOfTheConnection[] = {
    "accept", "accept-encoding", "content-encoding", "content-length", "content-type", "cookie", "date",
    "host",   "server",          "set-cookie",       "user-agent",     "vary"};

// By these, proxies tell a server who the caller is. Nobody outside is believed.
constexpr const char* kIdentity[] = {"client-cert",   "forwarded",   "remote-user", "x-auth-user",
                                     "x-client-cert", "x-client-dn", "x-owner",     "x-real-ip",
                                     "x-remote-user", "x-role",      "x-roles",     "x-subject",
                                     "x-tenant",      "x-user",      "x-user-id",   "x-username"};
constexpr const char* kIdentityPrefixes[] = {"x-authenticated-",      "x-envoy-", "x-flowmesh-",  "x-forwarded-",
                                             "x-goog-authenticated-", "x-jwt-",   "x-ssl-client-"};

template <size_t n>
bool IsOneOf(const std::string& name, const char* const (&names)[n]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool OfTransport(const std::string& name) {
  return absl::StartsWith(name, "grpc-") || absl::StartsWith(name, ":") || IsOneOf(name, kHopByHop);
}

bool TellsIdentity(const std::string& name) {
  return IsOneOf(name, kIdentity) || std::any_of(std::begin(kIdentityPrefixes), std::end(kIdentityPrefixes),
                                                 [&](const char* prefix) { return absl::StartsWith(name, prefix); });
}

bool IsMetadataName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           c == '-' || c == '_' || c == '.';
  });
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::set<std::string> NamedByConnection(const HeaderList& headers) {
  std::set<std::string> names;
  for (const auto& [name, value] : headers) {
    if (!absl::EqualsIgnoreCase(name, "connection")) continue;
    for (absl::string_view token : absl::StrSplit(value, ',')) {
      names.insert(absl::AsciiStrToLower(absl::StripAsciiWhitespace(token)));
    }
  }
  return names;
}

class MetadataBuilder {
 public:
  explicit MetadataBuilder(const v1::MethodRules& rules) {
    for (const std::string& name : rules.request_headers()) declared_.insert(absl::AsciiStrToLower(name));
    if (!rules.credential_header().empty()) declared_.insert(rules.credential_header());
  }

  absl::Status Add(const std::string& name, const std::string& value) {
    if (name == kRequestId) return AddRequestId(value);
    if (absl::StartsWith(name, kMetadataPrefix)) return AddPrefixed(name, value);
    // A method that declares an identity header knows why.
    const bool passed = declared_.count(name) > 0 ? !OfTransport(name) : IsOneOf(name, kPassedUp);
    if (!passed) return absl::OkStatus();
    if (name == "authorization" && std::exchange(has_authorization_, true)) {
      return FieldViolation(name, "must be sent once");
    }
    return Append(name, name, value);
  }

  HeaderList Finish(std::string_view made_request_id) {
    if (!has_request_id_) metadata_.emplace_back(kRequestId, std::string(made_request_id));
    return std::move(metadata_);
  }

 private:
  absl::Status AddRequestId(const std::string& value) {
    if (std::exchange(has_request_id_, true)) return FieldViolation(kRequestId, "must be sent once");
    const bool visible = std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (value.empty() || value.size() > kMaxRequestIdBytes || !visible) {
      return FieldViolation(kRequestId, absl::StrCat("must be 1 to ", kMaxRequestIdBytes,
                                                     " visible ASCII characters; leave it out to have one made"));
    }
    metadata_.emplace_back(kRequestId, value);
    return absl::OkStatus();
  }

  absl::Status AddPrefixed(const std::string& header, const std::string& value) {
    const std::string name = header.substr(sizeof(kMetadataPrefix) - 1);
    const bool has_other_source =
        name == kRequestId || IsOneOf(name, kPassedUp) || IsOneOf(name, kTrace) || declared_.count(name) > 0;
    const bool left_out = !IsMetadataName(name) || has_other_source || OfTransport(name) || TellsIdentity(name) ||
                          IsOneOf(name, kOfTheConnection);
    if (left_out) return absl::OkStatus();
    if (!absl::EndsWith(name, "-bin")) return Append(header, name, value);
    std::string bytes;
    if (!DecodeBase64(value, &bytes)) return FieldViolation(header, "must be base64, because its name ends in -bin");
    metadata_.emplace_back(name, std::move(bytes));
    return absl::OkStatus();
  }

  absl::Status Append(const std::string& header, const std::string& name, const std::string& value) {
    if (!IsPrintable(value)) return FieldViolation(header, "must be printable ASCII");
    metadata_.emplace_back(name, value);
    return absl::OkStatus();
  }

  std::set<std::string> declared_;
  HeaderList metadata_;
  bool has_authorization_ = false;
  bool has_request_id_ = false;
};

std::optional<int> SuccessStatus(const std::string& text) {
  static constexpr int kAllowed[] = {200, 201, 202, 204, 206, 304};
  int status = 0;
  if (!absl::SimpleAtoi(text, &status)) return std::nullopt;
  if (std::find(std::begin(kAllowed), std::end(kAllowed), status) == std::end(kAllowed)) return std::nullopt;
  return status;
}

}  // namespace

absl::StatusOr<HeaderList> RequestMetadata(const HeaderList& headers, const v1::MethodRules& rules,
                                           std::string_view made_request_id) {
  const std::set<std::string> of_this_hop = NamedByConnection(headers);
  MetadataBuilder builder(rules);
  for (const auto& [header, value] : headers) {
    const std::string name = absl::AsciiStrToLower(header);
    if (of_this_hop.count(name) > 0) continue;
    if (absl::Status status = builder.Add(name, value); !status.ok()) return status;
  }
  return builder.Finish(made_request_id);
}

ResponseHeaders ResponseHeadersOf(const HeaderList& initial_metadata) {
  ResponseHeaders response;
  std::set<std::string> seen;
  for (const auto& [key, value] : initial_metadata) {
    const std::string name = absl::AsciiStrToLower(key);
    const bool binary = absl::EndsWith(name, "-bin");
    if (!binary && !IsPrintable(value)) continue;
    if (name == kHttpStatus) {
      if (!response.http_status.has_value()) response.http_status = SuccessStatus(value);
      continue;
    }
    const auto raw = std::find_if(std::begin(kPassedDown), std::end(kPassedDown),
                                  [&](const auto& passed) { return name == passed.first; });
    if (raw != std::end(kPassedDown)) {
      if (seen.insert(name).second) response.headers.emplace_back(raw->second, value);
      continue;
    }
    if (!IsMetadataName(name) || name == kRequestId || OfTransport(name) || IsOneOf(name, kOfTheConnection)) continue;
    std::string text = value;
    if (binary) {
      text.clear();
      AppendBase64(value, &text);
    }
    response.headers.emplace_back(absl::StrCat("Grpc-Metadata-", name), std::move(text));
  }
  return response;
}

}  // namespace flowmesh::transcode
