#include "gateway/transcode/update_mask.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/json_converter.h"
#include "gateway/transcode/message_from_json.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

constexpr int kPathsField = 1;

// The recursion is bounded by the depth of the document.
void AddLeaves(JsonValue object, const pb::Descriptor& type, const std::string& prefix,
               const std::set<std::string>& left_out, std::vector<std::string>* paths) {
  for (const JsonMember member : object.members()) {
    const pb::FieldDescriptor* field = FindFieldByEitherName(type, member.key);
    if (field == nullptr) continue;
    const std::string path = absl::StrCat(prefix, field->name());
    if (left_out.count(path) > 0) continue;
    const pb::Descriptor* message = field->is_repeated() ? nullptr : field->message_type();
    const bool inner = message != nullptr && !HasOwnJsonForm(*message) && member.value.kind() == JsonKind::kObject &&
                       member.value.size() > 0;
    if (inner) {
      AddLeaves(member.value, *message, path + ".", left_out, paths);
    } else {
      paths->push_back(path);
    }
  }
}

}  // namespace

const pb::FieldDescriptor* UpdateMaskField(const pb::Descriptor& request) {
  const pb::FieldDescriptor* mask = nullptr;
  for (int i = 0; i < request.field_count(); ++i) {
    const pb::FieldDescriptor* field = request.field(i);
    const bool is_mask = field->message_type() != nullptr && !field->is_repeated() &&
                         field->message_type()->well_known_type() == pb::Descriptor::WELLKNOWNTYPE_FIELDMASK;
    if (!is_mask) continue;
    if (mask != nullptr) return nullptr;
    mask = field;
  }
  return mask;
}

void DeriveUpdateMask(JsonValue body, const pb::Descriptor& body_type, const std::set<std::string>& left_out,
                      const pb::FieldDescriptor& mask_field, pb::Message* request) {
  std::vector<std::string> paths;
  AddLeaves(body, body_type, "", left_out, &paths);
  pb::Message* mask = request->GetReflection()->MutableMessage(request, &mask_field);
  const pb::FieldDescriptor* field = mask->GetDescriptor()->FindFieldByNumber(kPathsField);
  for (std::string& path : paths) mask->GetReflection()->AddString(mask, field, std::move(path));
}

}  // namespace flowmesh::transcode
