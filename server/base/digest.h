#ifndef FLOWMESH_SERVER_BASE_DIGEST_H_
#define FLOWMESH_SERVER_BASE_DIGEST_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

extern "C" {
struct evp_md_ctx_st;
}

namespace flowmesh::base {

// SHA-256 (FIPS 180-4) of `data`: 32 raw bytes.
std::string Sha256(absl::string_view data);

// HMAC-SHA-256 (RFC 2104): 32 raw bytes.
std::string HmacSha256(absl::string_view key, absl::string_view data);

// Lower-case hexadecimal digits, two a byte.
std::string Hex(absl::string_view bytes);

// Whether both are equal, in a time that depends on their lengths only.
bool ConstantTimeEqual(absl::string_view a, absl::string_view b);

// SHA-256 of a list of fields. Each field goes in with its length before it (8 bytes, big-endian), so that different
// lists never meet: ("ab", "c") and ("a", "bc") differ. AddRaw is for the pieces of one large blob, whose digest must
// be that of the blob. Not thread-safe.
class Sha256Builder {
 public:
  Sha256Builder();
  ~Sha256Builder();
  Sha256Builder(Sha256Builder&&) noexcept;
  Sha256Builder& operator=(Sha256Builder&&) noexcept;

  Sha256Builder& Add(absl::string_view field);
  Sha256Builder& Add(uint64_t number);
  Sha256Builder& AddRaw(absl::string_view piece);

  // The 32 raw bytes. Call once, last.
  std::string Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_DIGEST_H_
