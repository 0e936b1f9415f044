#include "server/door/descriptor_set.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::DescriptorProto;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

absl::Status Invalid(std::string message) {
  return base::Error(absl::StatusCode::kInvalidArgument, "DESCRIPTORS_INVALID",
                     absl::StrCat("the descriptors are no usable google.protobuf.FileDescriptorSet: ", message))
      .Violation("descriptors", std::move(message));
}

std::size_t CountMessages(const DescriptorProto& message) {
  std::size_t count = 1;
  for (const DescriptorProto& nested : message.nested_type()) count += CountMessages(nested);
  return count;
}

// Keeps the first thing that DescriptorPool complains about.
class FirstError : public DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(file, ": ", element, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Adds files to a pool, imports first, which is the order that DescriptorPool::BuildFile asks for.
class PoolBuilder {
 public:
  PoolBuilder(const FileDescriptorSet& set, DescriptorPool* pool) : pool_(pool) {
    for (const FileDescriptorProto& file : set.file()) files_.emplace(file.name(), &file);
  }

  absl::Status AddAll() {
    for (const auto& [name, ignored] : files_) {
      if (absl::Status added = Add(name, 0); !added.ok()) return added;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Add(const std::string& name, int depth) {
    constexpr int kMaxImportDepth = 200;
    if (pool_->FindFileByName(name) != nullptr) return absl::OkStatus();
    if (depth > kMaxImportDepth || !open_.insert(name).second) {
      return Invalid(absl::StrCat(name, " imports itself, or too deeply"));
    }
    FileDescriptorProto compiled_in;
    const FileDescriptorProto* file = &compiled_in;
    if (const auto found = files_.find(name); found != files_.end()) {
      file = found->second;
    } else if (const FileDescriptor* known = DescriptorPool::generated_pool()->FindFileByName(name)) {
      known->CopyTo(&compiled_in);
    } else {
      return Invalid(absl::StrCat(name, " is imported and not in the set"));
    }
    for (const std::string& import : file->dependency()) {
      if (absl::Status added = Add(import, depth + 1); !added.ok()) return added;
    }
    FirstError error;
    if (pool_->BuildFileCollectingErrors(*file, &error) == nullptr) return Invalid(error.text());
    return absl::OkStatus();
  }

  DescriptorPool* const pool_;
  std::map<std::string, const FileDescriptorProto*> files_;
  std::set<std::string> open_;
};

void AddWithImports(const FileDescriptor& file, std::set<const FileDescriptor*>& done, FileDescriptorSet& out) {
  if (!done.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), done, out);
  file.CopyTo(out.add_file());
}

}  // namespace

DescriptorSet::DescriptorSet()
    : pool_(DescriptorPool::generated_pool()),
      factory_(google::protobuf::MessageFactory::generated_factory()),
      rules_(std::make_unique<RuleBook>()) {}

std::shared_ptr<const DescriptorSet> DescriptorSet::Generated() {
  static const auto& generated = *new std::shared_ptr<const DescriptorSet>(new DescriptorSet);
  return generated;
}

absl::StatusOr<std::shared_ptr<const DescriptorSet>> DescriptorSet::Parse(const std::string& bytes) {
  if (bytes.size() > kMaxDescriptorBytes) {
    return Invalid(absl::StrCat("must have at most ", kMaxDescriptorBytes, " bytes, has ", bytes.size()));
  }
  FileDescriptorSet files;
  if (!files.ParseFromString(bytes)) return Invalid("does not parse");
  std::size_t messages = 0;
  for (const FileDescriptorProto& file : files.file()) {
    for (const DescriptorProto& message : file.message_type()) messages += CountMessages(message);
  }
  if (messages > kMaxDescriptorMessages) {
    return Invalid(absl::StrCat("must have at most ", kMaxDescriptorMessages, " messages, has ", messages));
  }
  std::shared_ptr<DescriptorSet> set(new DescriptorSet);
  set->own_pool_ = std::make_unique<DescriptorPool>();
  set->pool_ = set->own_pool_.get();
  if (absl::Status added = PoolBuilder(files, set->own_pool_.get()).AddAll(); !added.ok()) return added;
  auto factory = std::make_unique<google::protobuf::DynamicMessageFactory>(set->pool_);
  set->factory_ = factory.get();
  set->own_factory_ = std::move(factory);
  return set;
}

const Descriptor* DescriptorSet::Find(const std::string& full_name) const {
  return pool_->FindMessageTypeByName(full_name);
}

std::unique_ptr<google::protobuf::Message> DescriptorSet::New(const Descriptor& type) const {
  return std::unique_ptr<google::protobuf::Message>(factory_->GetPrototype(&type)->New());
}

std::string ClosureOf(const Descriptor& a, const Descriptor& b) {
  FileDescriptorSet out;
  std::set<const FileDescriptor*> done;
  AddWithImports(*a.file(), done, out);
  AddWithImports(*b.file(), done, out);
  return out.SerializeAsString();
}

}  // namespace flowmesh::door
