#ifndef FLOWMESH_GATEWAY_TRANSCODE_JSON_NUMBER_H_
#define FLOWMESH_GATEWAY_TRANSCODE_JSON_NUMBER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace flowmesh::transcode {

enum class NumberFault {
  kNone,
  kSyntax,    // not a number by the grammar of RFC 8259
  kFraction,  // a number, but not a whole one
  kRange,     // does not fit the type
};

// Exact conversions from a number's text, in the grammar of RFC 8259 (so no blanks, no plus sign, no leading zeros, no
// hex). 1.0 and 1e3 are whole numbers. `value` is written on kNone only.
NumberFault ParseInteger(std::string_view text, int32_t* value);
NumberFault ParseInteger(std::string_view text, uint32_t* value);
NumberFault ParseInteger(std::string_view text, int64_t* value);
NumberFault ParseInteger(std::string_view text, uint64_t* value);

// Correctly rounded. A number too large for the type is kRange, one too small becomes zero or a subnormal.
NumberFault ParseReal(std::string_view text, double* value);
NumberFault ParseReal(std::string_view text, float* value);

// The shortest text that reads back as the same value, valid as a JSON number. The value must be finite.
void AppendReal(double value, std::string* out);
void AppendReal(float value, std::string* out);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_JSON_NUMBER_H_
