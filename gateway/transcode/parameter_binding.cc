#include "gateway/transcode/parameter_binding.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/transcode/field_error.h"
#include "gateway/transcode/message_from_json.h"
#include "gateway/transcode/message_to_json.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

// A text of the sender's for use as a field name in an answer.
std::string Shown(const std::string& name) {
  const std::string quoted = Excerpt(name);
  return quoted.substr(1, quoted.size() - 2);
}

bool IsOneValue(const pb::Descriptor& type) {
  switch (type.well_known_type()) {
    case pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
    case pb::Descriptor::WELLKNOWNTYPE_ANY:
    case pb::Descriptor::WELLKNOWNTYPE_VALUE:
    case pb::Descriptor::WELLKNOWNTYPE_LISTVALUE:
    case pb::Descriptor::WELLKNOWNTYPE_STRUCT:
      return false;
    default:
      return true;
  }
}

bool IsPlainMessage(const pb::FieldDescriptor& field) {
  return field.message_type() != nullptr && !field.is_repeated() &&
         field.message_type()->well_known_type() == pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
}

// The member of the field's oneof that is set already, if it is another one.
const pb::FieldDescriptor* OtherMember(const pb::Message& message, const pb::FieldDescriptor& field) {
  const pb::OneofDescriptor* oneof = field.real_containing_oneof();
  if (oneof == nullptr) return nullptr;
  const pb::FieldDescriptor* set = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
  return set == &field ? nullptr : set;
}

std::string PathOf(const Route::FieldPath& fields) {
  std::string path;
  for (const pb::FieldDescriptor* field : fields) absl::StrAppend(&path, path.empty() ? "" : ".", field->name());
  return path;
}

}  // namespace

ParameterBinder::ParameterBinder(const Route& route, pb::Message* message) : route_(route), message_(message) {
  for (const Route::FieldPath& capture : route.captures) by_path_.insert(PathOf(capture));
}

void ParameterBinder::Bind(const QueryParameter& parameter) {
  const size_t bracket = parameter.name.find('[');
  if (bracket == std::string::npos) return BindNamed(parameter.name, parameter);
  if (parameter.name.back() != ']') {
    return violations_.Add(Shown(parameter.name),
                           "a map entry is written name[key]=value, with the value's name in it");
  }
  BindMapEntry(parameter.name.substr(0, bracket),
               parameter.name.substr(bracket + 1, parameter.name.size() - bracket - 2), parameter);
}

void ParameterBinder::BindNamed(const std::string& name, const QueryParameter& parameter) {
  const Place place = Find(name, Shown(parameter.name));
  if (place.parent == nullptr) return;
  const pb::FieldDescriptor& field = *place.field;
  if (field.is_map()) return violations_.Add(place.path, absl::StrCat("is a map; send ", place.path, "[key]=value"));
  if (field.message_type() != nullptr && !IsOneValue(*field.message_type())) {
    return violations_.Add(
        place.path, IsPlainMessage(field) ? absl::StrCat("is a message; send its fields as ", place.path, ".name=value")
                                          : "cannot be sent in the query");
  }
  if (!field.is_repeated() && !seen_.insert(place.path).second)
    return violations_.Add(place.path, "sent twice; send one");
  Note(place, FieldFromText(parameter.value, field, place.parent));
}

void ParameterBinder::BindMapEntry(const std::string& name, const std::string& key, const QueryParameter& parameter) {
  const Place place = Find(name, Shown(parameter.name));
  if (place.parent == nullptr) return;
  const pb::FieldDescriptor& field = *place.field;
  if (!field.is_map()) return violations_.Add(place.path, "is no map; send it without [ ]");
  const pb::Descriptor* value = field.message_type()->map_value()->message_type();
  if (value != nullptr && !IsOneValue(*value)) return violations_.Add(place.path, "cannot be sent in the query");
  const FieldErrors errors = MapEntryFromText(key, parameter.value, field, place.parent);
  if (!errors.ok()) return Note(place, errors);
  // Compared as it was read, because 1 and 1.0 are one key of a map of numbers.
  const pb::Reflection& reflection = *place.parent->GetReflection();
  const int last = reflection.FieldSize(*place.parent, &field) - 1;
  std::string read = place.path;
  AppendFieldJson(reflection.GetRepeatedMessage(*place.parent, &field, last), *field.message_type()->map_key(),
                  PrintOptions{}, &read);
  if (!seen_.insert(read).second) {
    violations_.Add(absl::StrCat(place.path, "[", Excerpt(key), "]"), "sent twice; send one");
  }
}

ParameterBinder::Place ParameterBinder::Find(const std::string& name, const std::string& shown) {
  Place place{message_, nullptr, "", ""};
  const auto refused = [&](const std::string& field, const std::string& why) {
    violations_.Add(field, why);
    return Place{nullptr, nullptr, "", ""};
  };
  int depth = 0;
  for (const absl::string_view part : absl::StrSplit(name, '.')) {
    if (place.field != nullptr) {
      if (!IsPlainMessage(*place.field))
        return refused(shown, absl::StrCat("unknown field; ", place.path, " has no parts"));
      place.parent = place.parent->GetReflection()->MutableMessage(place.parent, place.field);
      place.parent_path = place.path + ".";
    }
    if (++depth > kMaxMessageDepth) return refused(shown, "nested too deep");
    place.field = FindFieldByEitherName(*place.parent->GetDescriptor(), std::string_view(part.data(), part.size()));
    if (place.field == nullptr) return refused(shown, "unknown field");
    place.path = place.parent_path + place.field->name();
    if (IsTaken(place)) return refused(place.path, "is filled by the path or the body; leave it out of the query");
    if (const pb::FieldDescriptor* other = OtherMember(*place.parent, *place.field)) {
      return refused(place.path, absl::StrCat("cannot be sent together with ", other->name(), "; send one of them"));
    }
  }
  return place;
}

bool ParameterBinder::IsTaken(const Place& place) const {
  const bool by_body = route_.takes_body && (route_.body_field == nullptr ||
                                             (place.parent_path.empty() && place.field == route_.body_field));
  return by_body || by_path_.count(place.path) > 0;
}

void ParameterBinder::Note(const Place& place, const FieldErrors& errors) {
  for (const FieldError& error : errors.errors()) violations_.Add(place.parent_path + error.path, error.message);
}

}  // namespace flowmesh::transcode
