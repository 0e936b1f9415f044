#include "server/door/wire_compatibility.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Types of one kind read each other's bytes.
int KindOf(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_UINT64:
    case FieldDescriptor::TYPE_BOOL:
    case FieldDescriptor::TYPE_ENUM:
      return FieldDescriptor::TYPE_INT64;
    case FieldDescriptor::TYPE_SINT32:
    case FieldDescriptor::TYPE_SINT64:
      return FieldDescriptor::TYPE_SINT64;
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32:
      return FieldDescriptor::TYPE_FIXED32;
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64:
      return FieldDescriptor::TYPE_FIXED64;
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
      return FieldDescriptor::TYPE_STRING;
    default:
      return field.type();
  }
}

std::string ShapeOf(const FieldDescriptor& field) {
  return absl::StrCat(field.is_repeated() ? "repeated " : "", field.type_name());
}

class Comparison {
 public:
  WireDifference difference;

  void Compare(const Descriptor& current, const Descriptor& next) {
    if (!difference.conflict.empty() || !done_.emplace(&current, &next).second) return;
    for (int i = 0; i < current.field_count(); ++i) {
      const FieldDescriptor& before = *current.field(i);
      if (const FieldDescriptor* after = next.FindFieldByNumber(before.number())) {
        CompareFields(before, *after);
      } else {
        difference.drops = true;
      }
    }
    for (int i = 0; i < next.field_count(); ++i) {
      difference.adds |= current.FindFieldByNumber(next.field(i)->number()) == nullptr;
    }
  }

 private:
  void CompareFields(const FieldDescriptor& before, const FieldDescriptor& after) {
    if (KindOf(before) != KindOf(after) || before.is_repeated() != after.is_repeated()) {
      if (difference.conflict.empty()) {
        difference.conflict =
            absl::StrCat("field ", before.number(), " of ", before.containing_type()->full_name(), " (", before.name(),
                         ") is ", ShapeOf(before), " and would become ", ShapeOf(after));
      }
      return;
    }
    if (before.message_type() != nullptr) Compare(*before.message_type(), *after.message_type());
  }

  std::set<std::pair<const Descriptor*, const Descriptor*>> done_;
};

}  // namespace

WireDifference CompareOnTheWire(const Descriptor& current, const Descriptor& next) {
  Comparison comparison;
  comparison.Compare(current, next);
  return std::move(comparison.difference);
}

}  // namespace flowmesh::door
