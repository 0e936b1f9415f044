#ifndef FLOWMESH_SERVER_BASE_PACKING_H_
#define FLOWMESH_SERVER_BASE_PACKING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace flowmesh::base {

// Writes a sequence of values in a compact binary form that is the same on every machine. The reader must ask for the
// same types in the same order; nothing in the bytes says what they are. Not thread-safe.
class Packer {
 public:
  // Base-128, least significant group first (as Protobuf's varint): 1 to 10 bytes.
  Packer& Varint(uint64_t value);
  // Zigzag, then varint: small magnitudes of either sign are short.
  Packer& SignedVarint(int64_t value);
  // Little-endian, 4 and 8 bytes.
  Packer& Fixed32(uint32_t value);
  Packer& Fixed64(uint64_t value);
  // The bits of an IEEE 754 double as Fixed64.
  Packer& Double(double value);
  Packer& Bool(bool value);
  // Length as varint, then the bytes.
  Packer& Bytes(std::string_view value);
  // The bytes alone; the reader must know how many.
  Packer& Raw(std::string_view value);

  size_t size() const { return out_.size(); }
  const std::string& view() const { return out_; }
  // What was written; the packer is empty afterwards.
  std::string Take() { return std::exchange(out_, std::string()); }

 private:
  std::string out_;
};

// Reads what a Packer wrote. Every method returns false, for ever after the first time, when the input is too short or
// malformed, and then leaves its argument alone; hostile input cannot make it read out of bounds or allocate. Views it
// returns point into the input, which must outlive them. Not thread-safe.
class Unpacker {
 public:
  explicit Unpacker(std::string_view input) : rest_(input) {}

  bool Varint(uint64_t* value);
  bool SignedVarint(int64_t* value);
  bool Fixed32(uint32_t* value);
  bool Fixed64(uint64_t* value);
  bool Double(double* value);
  bool Bool(bool* value);
  bool Bytes(std::string_view* value);
  bool Bytes(std::string* value);
  bool Raw(size_t size, std::string_view* value);

  // A varint that must be at most `limit`: for counts before a loop, and for enums.
  bool VarintUpTo(uint64_t limit, uint64_t* value);

  bool ok() const { return ok_; }
  bool AtEnd() const { return rest_.empty(); }
  // All reads succeeded and nothing is left.
  bool Done() const { return ok_ && rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  bool Fail();

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_PACKING_H_
