#include "gateway/transcode/json_value.h"

#include <utility>

namespace flowmesh::transcode {

JsonKind JsonValue::kind() const { return document_->node(index_).kind; }

bool JsonValue::boolean() const { return document_->node(index_).boolean; }

std::string_view JsonValue::text() const { return document_->text(document_->node(index_)); }

size_t JsonValue::size() const { return document_->node(index_).size; }

JsonElements JsonValue::elements() const { return JsonElements(*this); }

JsonMembers JsonValue::members() const { return JsonMembers(*this); }

std::optional<JsonValue> JsonValue::Find(std::string_view key) const {
  for (const JsonMember member : members()) {
    if (member.key == key) return member.value;
  }
  return std::nullopt;
}

JsonDocument JsonDocument::OfString(std::string text) {
  Node node;
  node.kind = JsonKind::kString;
  node.text_size = static_cast<uint32_t>(text.size());
  node.end = 1;
  return JsonDocument({node}, std::move(text));
}

JsonElements::Iterator JsonElements::begin() const {
  if (array_.kind() != JsonKind::kArray) return end();
  return {array_.document_, array_.index_ + 1};
}

JsonElements::Iterator JsonElements::end() const {
  return {array_.document_, array_.document_->node(array_.index_).end};
}

JsonMembers::Iterator JsonMembers::begin() const {
  if (object_.kind() != JsonKind::kObject) return end();
  return {object_.document_, object_.index_ + 1};
}

JsonMembers::Iterator JsonMembers::end() const {
  return {object_.document_, object_.document_->node(object_.index_).end};
}

}  // namespace flowmesh::transcode
