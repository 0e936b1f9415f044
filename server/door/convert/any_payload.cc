#include "server/door/convert/any_payload.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::door {
namespace {

constexpr char kTypeUrlPrefix[] = "type.googleapis.com/";

}  // namespace

void ToProto(const store::Payload& payload, google::protobuf::Any* any) {
  any->Clear();
  if (payload.type.empty()) return;
  any->set_type_url(absl::StrCat(kTypeUrlPrefix, payload.type));
  any->set_value(payload.bytes);
}

void ToProto(store::Payload&& payload, google::protobuf::Any* any) {
  any->Clear();
  if (payload.type.empty()) return;
  any->set_type_url(absl::StrCat(kTypeUrlPrefix, payload.type));
  any->set_value(std::move(payload.bytes));
}

store::Payload FromProto(google::protobuf::Any&& any) {
  store::Payload payload;
  const std::string& url = any.type_url();
  payload.type = url.substr(url.rfind('/') + 1);  // npos + 1 is 0: without a slash the whole is the name
  if (!payload.type.empty()) payload.bytes = std::move(*any.mutable_value());
  return payload;
}

}  // namespace flowmesh::door
