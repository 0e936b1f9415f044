#ifndef FLOWMESH_GATEWAY_TRANSCODE_JSON_VALUE_H_
#define FLOWMESH_GATEWAY_TRANSCODE_JSON_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flowmesh::transcode {

class JsonDocument;
class JsonElements;
class JsonMembers;

enum class JsonKind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

// A place in a JsonDocument: a small handle, copied freely, valid as long as the document neither moves nor dies.
class JsonValue {
 public:
  JsonValue(const JsonDocument* document, uint32_t index) : document_(document), index_(index) {}

  JsonKind kind() const;
  bool is_null() const { return kind() == JsonKind::kNull; }
  // The value of a kBool.
  bool boolean() const;
  // kString: the decoded UTF-8 text. kNumber: the number as it was written, so that nothing is lost to rounding.
  std::string_view text() const;
  // Elements of a kArray, members of a kObject; otherwise 0.
  size_t size() const;
  // Iterate with range-for; empty for a value of another kind.
  JsonElements elements() const;
  JsonMembers members() const;
  // The member of an object with this key; nothing for another kind. Linear in the number of members.
  std::optional<JsonValue> Find(std::string_view key) const;

 private:
  friend class JsonElements;
  friend class JsonMembers;

  const JsonDocument* document_;
  uint32_t index_;
};

struct JsonMember {
  std::string_view key;
  JsonValue value;
};

// A parsed JSON text: nodes in document order in one array, all text in one buffer. Immutable once it is built, so any
// number of threads may read it. Made by ParseJson (json_reader.h).
class JsonDocument {
 public:
  // Preorder: a container is followed by its descendants up to `end`; a member is a kString node (the key) and its
  // value.
  struct Node {
    JsonKind kind = JsonKind::kNull;
    bool boolean = false;
    uint32_t text_begin = 0;
    uint32_t text_size = 0;
    uint32_t end = 0;
    uint32_t size = 0;
  };

  JsonDocument(std::vector<Node> nodes, std::string text) : nodes_(std::move(nodes)), text_(std::move(text)) {}

  // A document that is one string, for values that arrive outside JSON (a query parameter).
  static JsonDocument OfString(std::string text);

  JsonValue root() const { return {this, 0}; }
  const Node& node(uint32_t index) const { return nodes_[index]; }
  std::string_view text(const Node& node) const {
    return std::string_view(text_).substr(node.text_begin, node.text_size);
  }

 private:
  std::vector<Node> nodes_;
  std::string text_;
};

class JsonElements {
 public:
  class Iterator {
   public:
    Iterator(const JsonDocument* document, uint32_t index) : document_(document), index_(index) {}
    JsonValue operator*() const { return {document_, index_}; }
    Iterator& operator++() {
      index_ = document_->node(index_).end;
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const JsonDocument* document_;
    uint32_t index_;
  };

  explicit JsonElements(JsonValue array) : array_(array) {}
  Iterator begin() const;
  Iterator end() const;

 private:
  JsonValue array_;
};

class JsonMembers {
 public:
  class Iterator {
   public:
    Iterator(const JsonDocument* document, uint32_t index) : document_(document), index_(index) {}
    JsonMember operator*() const { return {document_->text(document_->node(index_)), {document_, index_ + 1}}; }
    Iterator& operator++() {
      index_ = document_->node(index_ + 1).end;
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const JsonDocument* document_;
    uint32_t index_;
  };

  explicit JsonMembers(JsonValue object) : object_(object) {}
  Iterator begin() const;
  Iterator end() const;

 private:
  JsonValue object_;
};

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_JSON_VALUE_H_
