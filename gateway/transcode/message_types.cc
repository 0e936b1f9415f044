#include "gateway/transcode/message_types.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>

#include <unordered_map>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

class FirstError : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const pb::Message*, ErrorLocation,
                const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(file, ": ", element, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

// One set of files with its own pool. Immutable after Build.
class MessageTypes::BroughtTypes {
 public:
  static absl::StatusOr<std::unique_ptr<const BroughtTypes>> Build(
      const pb::FileDescriptorSet& files, const std::unordered_set<std::string>& compiled_files) {
    if (files.file_size() > kMaxFilesInSet) {
      return absl::InvalidArgumentError(
          absl::StrCat("the set has ", files.file_size(), " files; at most ", kMaxFilesInSet));
    }
    std::unordered_map<std::string, const pb::FileDescriptorProto*> by_name;
    for (const pb::FileDescriptorProto& file : files.file()) {
      if (IsWellKnownFile(file.name())) continue;
      if (!by_name.emplace(file.name(), &file).second) {
        return absl::InvalidArgumentError(absl::StrCat("the set holds ", file.name(), " twice"));
      }
    }
    auto types = std::make_unique<BroughtTypes>();
    for (const pb::FileDescriptorProto& file : files.file()) {
      if (IsWellKnownFile(file.name())) continue;
      std::set<std::string> open;
      if (absl::Status built = types->BuildFile(file.name(), by_name, compiled_files, &open); !built.ok()) return built;
    }
    return std::unique_ptr<const BroughtTypes>(std::move(types));
  }

  const pb::Descriptor* Find(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  bool Owns(const pb::Descriptor& type) const { return type.file()->pool() == &pool_; }

  std::unique_ptr<pb::Message> New(const pb::Descriptor& type) const {
    return std::unique_ptr<pb::Message>(factory_.GetPrototype(&type)->New());
  }

 private:
  using FilesByName = std::unordered_map<std::string, const pb::FileDescriptorProto*>;

  static bool IsWellKnownFile(const std::string& name) { return absl::StartsWith(name, "google/protobuf/"); }

  // Builds the file after its imports. `open` holds the files being built, to notice a circle; the recursion is as deep
  // as the longest chain of imports, at most the files of the set and then compiled-in ones.
  absl::Status BuildFile(const std::string& name, const FilesByName& brought,
                         const std::unordered_set<std::string>& compiled_files, std::set<std::string>* open) {
    if (pool_.FindFileByName(name) != nullptr) return absl::OkStatus();
    const auto found = brought.find(name);
    const bool own = found != brought.end();
    pb::FileDescriptorProto compiled;
    if (!own) {
      if (compiled_files.count(name) == 0) {
        return absl::InvalidArgumentError(absl::StrCat("the set lacks the import ", name));
      }
      pb::DescriptorPool::generated_pool()->FindFileByName(name)->CopyTo(&compiled);
    }
    const pb::FileDescriptorProto& file = own ? *found->second : compiled;
    if (!open->insert(name).second) return absl::InvalidArgumentError(absl::StrCat(name, " imports itself"));
    for (const std::string& import : file.dependency()) {
      if (absl::Status built = BuildFile(import, brought, compiled_files, open); !built.ok()) return built;
    }
    open->erase(name);
    FirstError error;
    const pb::FileDescriptor* built = pool_.BuildFileCollectingErrors(file, &error);
    if (built == nullptr) return absl::InvalidArgumentError(absl::StrCat("descriptors do not build: ", error.text()));
    for (int i = 0; own && i < built->message_type_count(); ++i) {
      if (Index(built->message_type(i))) continue;
      return absl::InvalidArgumentError(absl::StrCat(name, " redefines a type of google.protobuf"));
    }
    return absl::OkStatus();
  }

  // The codec reads well-known types by their names and relies on their shape.
  bool Index(const pb::Descriptor* type) {
    if (type->well_known_type() != pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED) return false;
    by_name_.emplace(type->full_name(), type);
    for (int i = 0; i < type->nested_type_count(); ++i) {
      if (!Index(type->nested_type(i))) return false;
    }
    return true;
  }

  pb::DescriptorPool pool_;
  std::unordered_map<std::string, const pb::Descriptor*> by_name_;
  mutable pb::DynamicMessageFactory factory_;  // thread-safe; after the pool, because it must go first
};

MessageTypes::MessageTypes() {
  // The database sorts its index on first use, without a lock of its own. A question that only the database can answer
  // makes that happen here under the lock of the pool.
  pb::DescriptorPool::generated_pool()->FindFileByName("no/such/file");
  pb::DescriptorDatabase& database = *pb::DescriptorPool::internal_generated_database();
  std::vector<std::string> names;
  database.FindAllMessageNames(&names);
  compiled_messages_.insert(names.begin(), names.end());
  names.clear();
  database.FindAllFileNames(&names);
  compiled_files_.insert(names.begin(), names.end());
}

MessageTypes::~MessageTypes() = default;

absl::Status MessageTypes::Add(const pb::FileDescriptorSet& files) {
  std::string bytes = files.SerializeAsString();
  absl::MutexLock lock(&mutex_);
  if (seen_.count(bytes) > 0) return absl::OkStatus();
  if (brought_.size() >= kMaxSets || bytes.size() > kMaxBytes - bytes_) {
    return absl::ResourceExhaustedError(absl::StrCat("no room for more message types: ", brought_.size(), " sets, ",
                                                     bytes_, " bytes are held; at most ", kMaxSets, " and ",
                                                     kMaxBytes));
  }
  absl::StatusOr<std::unique_ptr<const BroughtTypes>> types = BroughtTypes::Build(files, compiled_files_);
  if (!types.ok()) return types.status();
  brought_.push_back(*std::move(types));
  bytes_ += bytes.size();
  seen_.insert(std::move(bytes));
  return absl::OkStatus();
}

const pb::Descriptor* MessageTypes::FindMessage(const std::string& full_name) const {
  if (compiled_messages_.count(full_name) > 0) {
    return pb::DescriptorPool::generated_pool()->FindMessageTypeByName(full_name);
  }
  absl::ReaderMutexLock lock(&mutex_);
  for (auto types = brought_.rbegin(); types != brought_.rend(); ++types) {
    if (const pb::Descriptor* found = (*types)->Find(full_name)) return found;
  }
  return nullptr;
}

std::unique_ptr<pb::Message> MessageTypes::NewMessage(const pb::Descriptor& type) const {
  if (type.file()->pool() == pb::DescriptorPool::generated_pool()) {
    return std::unique_ptr<pb::Message>(pb::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  }
  absl::ReaderMutexLock lock(&mutex_);
  for (const auto& types : brought_) {
    if (types->Owns(type)) return types->New(type);
  }
  return nullptr;
}

const TypeResolver& CompiledTypes() {
  static const MessageTypes types;
  return types;
}

}  // namespace flowmesh::transcode
