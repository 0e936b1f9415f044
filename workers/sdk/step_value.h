#ifndef FLOWMESH_WORKERS_SDK_STEP_VALUE_H_
#define FLOWMESH_WORKERS_SDK_STEP_VALUE_H_

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/wrappers.pb.h"
#include "workers/sdk/utf8.h"

namespace flowmesh::sdk {

// How a local step's result is recorded: a message as it is, a std::string, bool, int64_t, int32_t or double in its
// message of google/protobuf/wrappers.proto (a string that is not UTF-8 as BytesValue).
template <typename T>
google::protobuf::Any PackStepValue(const T& value) {
  google::protobuf::Any packed;
  if constexpr (std::derived_from<T, google::protobuf::Message>) {
    packed.PackFrom(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (IsUtf8(value)) {
      google::protobuf::StringValue text;
      text.set_value(value);
      packed.PackFrom(text);
    } else {
      google::protobuf::BytesValue bytes;
      bytes.set_value(value);
      packed.PackFrom(bytes);
    }
  } else if constexpr (std::is_same_v<T, bool>) {
    google::protobuf::BoolValue truth;
    truth.set_value(value);
    packed.PackFrom(truth);
  } else if constexpr (std::is_same_v<T, double>) {
    google::protobuf::DoubleValue number;
    number.set_value(value);
    packed.PackFrom(number);
  } else {
    static_assert(std::is_same_v<T, int64_t> || std::is_same_v<T, int32_t>,
                  "a step gives a Protobuf message, std::string, bool, int64_t, int32_t or double");
    google::protobuf::Int64Value number;
    number.set_value(value);
    packed.PackFrom(number);
  }
  return packed;
}

// False: `packed` holds something else.
template <typename T>
bool UnpackStepValue(const google::protobuf::Any& packed, T* value) {
  if constexpr (std::derived_from<T, google::protobuf::Message>) {
    return packed.UnpackTo(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    google::protobuf::StringValue text;
    google::protobuf::BytesValue bytes;
    if (packed.UnpackTo(&text)) {
      *value = text.value();
    } else if (packed.UnpackTo(&bytes)) {
      *value = bytes.value();
    } else {
      return false;
    }
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    google::protobuf::BoolValue truth;
    if (!packed.UnpackTo(&truth)) return false;
    *value = truth.value();
    return true;
  } else if constexpr (std::is_same_v<T, double>) {
    google::protobuf::DoubleValue number;
    if (!packed.UnpackTo(&number)) return false;
    *value = number.value();
    return true;
  } else {
    google::protobuf::Int64Value number;
    if (!packed.UnpackTo(&number)) return false;
    *value = static_cast<T>(number.value());
    return true;
  }
}

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_STEP_VALUE_H_
