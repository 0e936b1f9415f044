#include "server/base/packing.h"

#include <cstring>

namespace flowmesh::base {
namespace {

template <typename T>
void AppendLittleEndian(T value, std::string& out) {
  for (size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

template <typename T>
T LittleEndian(std::string_view bytes) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value |= static_cast<T>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

}  // namespace

Packer& Packer::Varint(uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<char>(value));
  return *this;
}

Packer& Packer::SignedVarint(int64_t value) {
  return Varint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
}

Packer& Packer::Fixed32(uint32_t value) {
  AppendLittleEndian(value, out_);
  return *this;
}

Packer& Packer::Fixed64(uint64_t value) {
  AppendLittleEndian(value, out_);
  return *this;
}

Packer& Packer::Double(double value) {
  uint64_t bits = 0;
  static_assert(sizeof(bits) == sizeof(value));
  std::memcpy(&bits, &value, sizeof(bits));
  return Fixed64(bits);
}

Packer& Packer::Bool(bool value) {
  out_.push_back(value ? '\1' : '\0');
  return *this;
}

Packer& Packer::Bytes(std::string_view value) { return Varint(value.size()).Raw(value); }

Packer& Packer::Raw(std::string_view value) {
  out_.append(value);
  return *this;
}

bool Unpacker::Fail() {
  ok_ = false;
  return false;
}

bool Unpacker::Varint(uint64_t* value) {
  if (!ok_) return false;
  uint64_t result = 0;
  for (size_t i = 0; i < rest_.size() && i < 10; ++i) {
    const uint64_t group = static_cast<unsigned char>(rest_[i]);
    if (i == 9 && group > 1) return Fail();
    result |= (group & 0x7F) << (7 * i);
    if (group < 0x80) {
      rest_.remove_prefix(i + 1);
      *value = result;
      return true;
    }
  }
  return Fail();
}

bool Unpacker::SignedVarint(int64_t* value) {
  uint64_t zigzag = 0;
  if (!Varint(&zigzag)) return false;
  *value = static_cast<int64_t>(zigzag >> 1 ^ (~(zigzag & 1) + 1));
  return true;
}

bool Unpacker::Fixed32(uint32_t* value) {
  std::string_view bytes;
  if (!Raw(sizeof(*value), &bytes)) return false;
  *value = LittleEndian<uint32_t>(bytes);
  return true;
}

bool Unpacker::Fixed64(uint64_t* value) {
  std::string_view bytes;
  if (!Raw(sizeof(*value), &bytes)) return false;
  *value = LittleEndian<uint64_t>(bytes);
  return true;
}

bool Unpacker::Double(double* value) {
  uint64_t bits = 0;
  if (!Fixed64(&bits)) return false;
  std::memcpy(value, &bits, sizeof(bits));
  return true;
}

bool Unpacker::Bool(bool* value) {
  std::string_view byte;
  if (!Raw(1, &byte)) return false;
  if (byte[0] != '\0' && byte[0] != '\1') return Fail();
  *value = byte[0] == '\1';
  return true;
}

bool Unpacker::Bytes(std::string_view* value) {
  uint64_t size = 0;
  return Varint(&size) && Raw(size, value);
}

bool Unpacker::Bytes(std::string* value) {
  std::string_view bytes;
  if (!Bytes(&bytes)) return false;
  value->assign(bytes);
  return true;
}

bool Unpacker::Raw(size_t size, std::string_view* value) {
  if (!ok_ || size > rest_.size()) return Fail();
  *value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

bool Unpacker::VarintUpTo(uint64_t limit, uint64_t* value) {
  uint64_t read = 0;
  if (!Varint(&read)) return false;
  if (read > limit) return Fail();
  *value = read;
  return true;
}

}  // namespace flowmesh::base
