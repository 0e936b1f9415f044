#include "server/rpc/reflection/answers.h"

#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/support/status_code_enum.h>

#include <algorithm>
#include <utility>

namespace flowmesh::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using Request = ReflectionAnswers::Request;
using Response = ReflectionAnswers::Response;

void AddWithImports(const FileDescriptor& file, ReflectionAnswers::Sent& sent,
                    grpc::reflection::v1::FileDescriptorResponse& out) {
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  file.CopyJsonNameTo(&proto);
  out.add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) {
    const FileDescriptor& import = *file.dependency(i);
    if (sent.insert(&import).second) AddWithImports(import, sent, out);
  }
}

void Fail(Response& response, grpc::StatusCode code, const std::string& message) {
  response.mutable_error_response()->set_error_code(code);
  response.mutable_error_response()->set_error_message(message);
}

void AnswerFile(const FileDescriptor* file, const std::string& asked, ReflectionAnswers::Sent& sent,
                Response& response) {
  if (file == nullptr) return Fail(response, grpc::StatusCode::NOT_FOUND, asked + " is not known here");
  // The file that was asked for is sent in any case: the client may not have kept it.
  sent.insert(file);
  AddWithImports(*file, sent, *response.mutable_file_descriptor_response());
}

}  // namespace

ReflectionAnswers::ReflectionAnswers(std::vector<std::string> services, const google::protobuf::DescriptorPool* pool)
    : services_(std::move(services)), pool_(pool) {
  std::sort(services_.begin(), services_.end());
}

Response ReflectionAnswers::Answer(const Request& request, Sent& sent) const {
  Response response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kListServices:
      response.mutable_list_services_response();
      for (const std::string& name : services_)
        response.mutable_list_services_response()->add_service()->set_name(name);
      break;
    case Request::kFileByFilename:
      AnswerFile(pool_->FindFileByName(request.file_by_filename()), request.file_by_filename(), sent, response);
      break;
    case Request::kFileContainingSymbol:
      AnswerFile(pool_->FindFileContainingSymbol(request.file_containing_symbol()), request.file_containing_symbol(),
                 sent, response);
      break;
    case Request::kFileContainingExtension: {
      const auto& asked = request.file_containing_extension();
      const Descriptor* extended = pool_->FindMessageTypeByName(asked.containing_type());
      const FieldDescriptor* extension =
          extended == nullptr ? nullptr : pool_->FindExtensionByNumber(extended, asked.extension_number());
      AnswerFile(extension == nullptr ? nullptr : extension->file(),
                 "extension " + std::to_string(asked.extension_number()) + " of " + asked.containing_type(), sent,
                 response);
      break;
    }
    case Request::kAllExtensionNumbersOfType: {
      const std::string& name = request.all_extension_numbers_of_type();
      const Descriptor* extended = pool_->FindMessageTypeByName(name);
      if (extended == nullptr) {
        Fail(response, grpc::StatusCode::NOT_FOUND, name + " is not known here");
        break;
      }
      std::vector<const FieldDescriptor*> extensions;
      pool_->FindAllExtensions(extended, &extensions);
      auto& numbers = *response.mutable_all_extension_numbers_response();
      numbers.set_base_type_name(name);
      for (const FieldDescriptor* extension : extensions) numbers.add_extension_number(extension->number());
      std::sort(numbers.mutable_extension_number()->begin(), numbers.mutable_extension_number()->end());
      break;
    }
    case Request::MESSAGE_REQUEST_NOT_SET:
      Fail(response, grpc::StatusCode::INVALID_ARGUMENT, "the request asks nothing; set one of its questions");
      break;
  }
  return response;
}

}  // namespace flowmesh::rpc
