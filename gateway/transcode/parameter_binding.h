#ifndef FLOWMESH_GATEWAY_TRANSCODE_PARAMETER_BINDING_H_
#define FLOWMESH_GATEWAY_TRANSCODE_PARAMETER_BINDING_H_

#include <google/protobuf/message.h>

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/transcode/field_error.h"
#include "gateway/transcode/route.h"
#include "gateway/transcode/url_text.h"
#include "server/base/error.h"

namespace flowmesh::transcode {

// Parameters of a query, or text parts of a form, on their way into a message. Names are dotted proto or JSON names;
// `name[key]` is an entry of a map. A repeated scalar grows by one value each time; its values are not split at commas,
// a field that takes lists documents and splits them itself. A value may be a scalar, an enum (name or known number),
// bytes in either base64, Timestamp, Duration, FieldMask or a wrapper; other messages are filled field by field.
// Not thread-safe.
class ParameterBinder {
 public:
  // Marks what the path and the body of the route fill as taken. Both outlive the binder.
  ParameterBinder(const Route& route, google::protobuf::Message* message);

  // Binds one, or notes why not: no such field, a field that cannot be sent like this, one that path or body fill, a
  // singular field or a map key twice, two members of a oneof, a value that does not fit.
  void Bind(const QueryParameter& parameter);

  // OK, or 400 naming every field that is wrong.
  absl::Status Finish() const { return violations_.ToStatus(); }

 private:
  struct Place {
    google::protobuf::Message* parent;
    const google::protobuf::FieldDescriptor* field;
    std::string parent_path;  // with a dot behind it, or empty
    std::string path;
  };

  void BindNamed(const std::string& name, const QueryParameter& parameter);
  void BindMapEntry(const std::string& name, const std::string& key, const QueryParameter& parameter);
  // Finds the field and makes the messages on the way; null parent when there is none, noted under `shown`.
  Place Find(const std::string& name, const std::string& shown);
  bool IsTaken(const Place& place) const;
  void Note(const Place& place, const FieldErrors& errors);

  const Route& route_;
  google::protobuf::Message* const message_;
  std::set<std::string> by_path_;
  std::set<std::string> seen_;  // singular fields, and map fields with their keys
  base::FieldViolations violations_;
};

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_PARAMETER_BINDING_H_
