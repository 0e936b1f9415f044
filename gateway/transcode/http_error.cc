#include "gateway/transcode/http_error.h"

#include <array>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/error.h"

namespace flowmesh::transcode {
namespace {

constexpr char kHttpStatusPayload[] = "flowmesh/http-status";
constexpr int kUnknown = 2;

struct GrpcCode {
  const char* name;
  int http_status;
};

// Indexed by the code. 6 and 10 are both 409, 9 and 11 are 400: what a client may do about them is in the body.
constexpr std::array<GrpcCode, 17> kCodes = {{
    {"OK", 200},
    {"CANCELLED", 499},
    {"UNKNOWN", 500},
    {"INVALID_ARGUMENT", 400},
    {"DEADLINE_EXCEEDED", 504},
    {"NOT_FOUND", 404},
    {"ALREADY_EXISTS", 409},
    {"PERMISSION_DENIED", 403},
    {"RESOURCE_EXHAUSTED", 429},
    {"FAILED_PRECONDITION", 400},
    {"ABORTED", 409},
    {"OUT_OF_RANGE", 400},
    {"UNIMPLEMENTED", 501},
    {"INTERNAL", 500},
    {"UNAVAILABLE", 503},
    {"DATA_LOSS", 500},
    {"UNAUTHENTICATED", 401},
}};

const GrpcCode& CodeOf(int code) {
  const bool known = code >= 0 && code < static_cast<int>(kCodes.size());
  return kCodes[static_cast<size_t>(known ? code : kUnknown)];
}

}  // namespace

int HttpStatusOf(int grpc_code) { return CodeOf(grpc_code).http_status; }

const char* GrpcCodeName(int grpc_code) { return CodeOf(grpc_code).name; }

const char* ReasonPhrase(int http_status) {
  struct Phrase {
    int status;
    const char* text;
  };
  static constexpr Phrase kPhrases[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {421, "Misdirected Request"},
      {426, "Upgrade Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {499, "Client Closed Request"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  for (const Phrase& phrase : kPhrases) {
    if (phrase.status == http_status) return phrase.text;
  }
  return "Error";
}

absl::Status HttpError(int http_status, absl::StatusCode code, std::string_view reason, std::string_view message) {
  absl::Status status = base::Error(code, std::string(reason), std::string(message));
  status.SetPayload(kHttpStatusPayload, absl::Cord(absl::StrCat(http_status)));
  return status;
}

absl::Status FieldViolation(std::string_view field, std::string_view description) {
  base::FieldViolations violations;
  violations.Add(std::string(field), std::string(description));
  return violations.ToStatus();
}

int HttpStatusOf(const absl::Status& status) {
  if (const auto payload = status.GetPayload(kHttpStatusPayload)) {
    int number = 0;
    if (absl::SimpleAtoi(std::string(*payload), &number)) return number;
  }
  return HttpStatusOf(static_cast<int>(status.code()));
}

}  // namespace flowmesh::transcode
