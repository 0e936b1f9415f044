#include "server/door/field_rules.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "flowmesh/v1/options.pb.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The options of a pool that does not link this extension keep it as an unknown field, or as a dynamic message: their
// bytes, read as generated options, show it either way.
v1::FieldRules RulesOf(const FieldDescriptor& field) {
  if (field.file()->pool() == DescriptorPool::generated_pool()) return field.options().GetExtension(v1::rules);
  google::protobuf::FieldOptions options;
  if (!options.ParsePartialFromString(field.options().SerializePartialAsString())) return {};
  return options.GetExtension(v1::rules);
}

bool IsNumber(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return true;
    default:
      return false;
  }
}

double NumberOf(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return repeated ? reflection.GetRepeatedInt32(message, &field, index) : reflection.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<double>(repeated ? reflection.GetRepeatedInt64(message, &field, index)
                                          : reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return repeated ? reflection.GetRepeatedUInt32(message, &field, index) : reflection.GetUInt32(message, &field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                                          : reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return repeated ? reflection.GetRepeatedDouble(message, &field, index) : reflection.GetDouble(message, &field);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return repeated ? reflection.GetRepeatedFloat(message, &field, index) : reflection.GetFloat(message, &field);
    default:
      return 0;
  }
}

const std::string& TextOf(const Message& message, const FieldDescriptor& field, int index, std::string& scratch) {
  const Reflection& reflection = *message.GetReflection();
  return index >= 0 ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
                    : reflection.GetStringReference(message, &field, &scratch);
}

}  // namespace

// What a type asks for: only fields that have rules or lead to some.
struct RuleBook::Type {
  struct Field {
    const FieldDescriptor* field;
    v1::FieldRules rules;
    bool ruled;              // `rules` says something
    Type* nested = nullptr;  // type of the message, the elements or the map's entries
  };
  std::vector<Field> fields;
  bool matters = false;  // it or a type within it has rules
};

// One walk over one message.
class RuleCheck {
 public:
  std::vector<base::FieldViolation> violations;

  void Walk(const Message& message, const RuleBook::Type& type, const std::string& prefix) {
    for (const RuleBook::Type::Field& entry : type.fields) {
      if (violations.size() >= base::FieldViolations::kMaxKept) return;
      if (!entry.ruled && !entry.nested->matters) continue;
      const std::string path = prefix + entry.field->name();
      if (entry.field->is_map()) {
        WalkMap(message, entry, path);
      } else if (entry.field->is_repeated()) {
        WalkList(message, entry, path);
      } else {
        WalkSingle(message, entry, path);
      }
    }
  }

 private:
  using Entry = RuleBook::Type::Field;

  void Add(const std::string& path, std::string description) {
    if (violations.size() < base::FieldViolations::kMaxKept) violations.push_back({path, std::move(description)});
  }

  void CheckCount(int count, const v1::FieldRules& rules, const std::string& path) {
    const auto items = static_cast<std::uint32_t>(count);
    if (rules.required() && items == 0) {
      Add(path, "must not be empty");
    } else if (items < rules.min_items()) {
      Add(path, absl::StrCat("must have at least ", rules.min_items(), " elements, has ", items));
    }
    if (rules.max_items() > 0 && items > rules.max_items()) {
      Add(path, absl::StrCat("must have at most ", rules.max_items(), " elements, has ", items));
    }
  }

  void CheckText(const std::string& text, bool is_bytes, bool may_be_empty, const v1::FieldRules& rules,
                 const std::string& path) {
    if (text.empty() && may_be_empty) return;
    const std::size_t length = is_bytes ? text.size() : CodePoints(text);
    const char* unit = is_bytes ? " bytes, has " : " characters, has ";
    if (length < rules.min_length()) Add(path, absl::StrCat("must have at least ", rules.min_length(), unit, length));
    if (rules.max_length() > 0 && length > rules.max_length()) {
      Add(path, absl::StrCat("must have at most ", rules.max_length(), unit, length));
    }
    if (!is_bytes && !rules.one_of().empty() &&
        std::find(rules.one_of().begin(), rules.one_of().end(), text) == rules.one_of().end()) {
      Add(path, absl::StrCat("must be one of ", absl::StrJoin(rules.one_of(), ", ")));
    }
  }

  void CheckNumber(double number, const v1::FieldRules& rules, const std::string& path) {
    // Written so that not-a-number breaks the rule.
    if (rules.has_minimum() && !(number >= rules.minimum())) {
      Add(path, absl::StrCat("must be at least ", rules.minimum(), ", is ", number));
    } else if (rules.has_maximum() && !(number <= rules.maximum())) {
      Add(path, absl::StrCat("must be at most ", rules.maximum(), ", is ", number));
    }
  }

  // A value that is there: `index` in a list, or -1.
  void CheckValue(const Message& message, const Entry& entry, int index, bool may_be_empty, const std::string& path) {
    const FieldDescriptor& field = *entry.field;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      std::string scratch;
      CheckText(TextOf(message, field, index, scratch), field.type() == FieldDescriptor::TYPE_BYTES, may_be_empty,
                entry.rules, path);
    } else if (IsNumber(field)) {
      CheckNumber(NumberOf(message, field, index), entry.rules, path);
    }
  }

  // Whether a field without presence, or one that is set, counts as empty for `required`.
  bool IsEmpty(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    std::string scratch;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return TextOf(message, field, -1, scratch).empty();
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.GetEnumValue(message, &field) == 0;
      default:
        return IsNumber(field) && !field.has_presence() && NumberOf(message, field, -1) == 0;
    }
  }

  void WalkSingle(const Message& message, const Entry& entry, const std::string& path) {
    const FieldDescriptor& field = *entry.field;
    const Reflection& reflection = *message.GetReflection();
    const bool set = !field.has_presence() || reflection.HasField(message, &field);
    if (entry.ruled && entry.rules.required()) {
      if (!set) return Add(path, "must be set");
      if (IsEmpty(message, field)) {
        return Add(path, field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ? "must not be empty" : "must be set");
      }
    }
    if (!set) return;
    if (entry.ruled) CheckValue(message, entry, -1, /*may_be_empty=*/true, path);
    if (entry.nested != nullptr) Walk(reflection.GetMessage(message, &field), *entry.nested, path + ".");
  }

  void WalkList(const Message& message, const Entry& entry, const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    const int count = reflection.FieldSize(message, entry.field);
    if (entry.ruled) CheckCount(count, entry.rules, path);
    for (int i = 0; i < count && violations.size() < base::FieldViolations::kMaxKept; ++i) {
      const std::string element = absl::StrCat(path, "[", i, "]");
      if (entry.ruled) CheckValue(message, entry, i, /*may_be_empty=*/false, element);
      if (entry.nested != nullptr) {
        Walk(reflection.GetRepeatedMessage(message, entry.field, i), *entry.nested, element + ".");
      }
    }
  }

  static std::string KeyText(const Message& entry, const FieldDescriptor& key) {
    std::string scratch;
    if (key.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return "\"" + TextOf(entry, key, -1, scratch) + "\"";
    if (key.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      return entry.GetReflection()->GetBool(entry, &key) ? "true" : "false";
    }
    return absl::StrCat(static_cast<std::int64_t>(NumberOf(entry, key, -1)));
  }

  void WalkMap(const Message& message, const Entry& entry, const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    const int count = reflection.FieldSize(message, entry.field);
    if (entry.ruled) CheckCount(count, entry.rules, path);
    const Descriptor& pair = *entry.field->message_type();
    const Entry value{pair.map_value(), entry.rules, entry.ruled};
    for (int i = 0; i < count && violations.size() < base::FieldViolations::kMaxKept; ++i) {
      const Message& element = reflection.GetRepeatedMessage(message, entry.field, i);
      const std::string where = absl::StrCat(path, "[", KeyText(element, *pair.map_key()), "]");
      if (entry.ruled) CheckValue(element, value, -1, /*may_be_empty=*/true, where);
      if (entry.nested != nullptr && pair.map_value()->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Walk(element.GetReflection()->GetMessage(element, pair.map_value()), *entry.nested, where + ".");
      }
    }
  }
};

RuleBook::RuleBook() = default;
RuleBook::~RuleBook() = default;

std::vector<base::FieldViolation> RuleBook::Check(const Message& message, const std::string& prefix) {
  const Type* type = Learn(message.GetDescriptor());
  if (!type->matters) return {};
  RuleCheck check;
  check.Walk(message, *type, prefix);
  return std::move(check.violations);
}

const RuleBook::Type* RuleBook::Learn(const Descriptor* descriptor) {
  base::MutexLock lock(mutex_);
  if (const auto known = types_.find(descriptor); known != types_.end()) return known->second.get();
  const Type* type = Collect(descriptor);
  // Types may contain each other, so what matters spreads until nothing changes.
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& [ignored, each] : types_) {
      const bool matters = std::any_of(each->fields.begin(), each->fields.end(), [](const Type::Field& field) {
        return field.ruled || (field.nested != nullptr && field.nested->matters);
      });
      // Types learnt before are complete and do not change, so others may read them meanwhile.
      if (matters == each->matters) continue;
      each->matters = true;
      changed = true;
    }
  }
  return type;
}

RuleBook::Type* RuleBook::Collect(const Descriptor* descriptor) {
  std::unique_ptr<Type>& slot = types_[descriptor];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<Type>();
  Type* const type = slot.get();
  if (descriptor->full_name() == "google.protobuf.Any") return type;
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    Type::Field entry{field, RulesOf(*field), false};
    entry.ruled = entry.rules.ByteSizeLong() > 0;
    const Descriptor* nested =
        field->is_map() ? field->message_type()->map_value()->message_type() : field->message_type();
    if (nested != nullptr) entry.nested = Collect(nested);
    if (entry.ruled || entry.nested != nullptr) type->fields.push_back(std::move(entry));
  }
  return type;
}

std::vector<base::FieldViolation> CheckRules(const Message& message, const std::string& prefix) {
  if (message.GetDescriptor()->file()->pool() != DescriptorPool::generated_pool()) {
    return RuleBook().Check(message, prefix);
  }
  static auto& generated = *new RuleBook();  // what it remembers never changes
  return generated.Check(message, prefix);
}

absl::Status ValidateRequest(const Message& request) {
  base::FieldViolations violations;
  violations.Add(CheckRules(request));
  return violations.ToStatus();
}

std::size_t CodePoints(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace flowmesh::door
