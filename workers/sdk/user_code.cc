#include "workers/sdk/user_code.h"

#include <exception>

#include "workers/sdk/failure.h"

namespace flowmesh::sdk {

absl::Status CallUserCode(const std::function<absl::Status()>& code) {
  try {
    return code();
  } catch (const FlowFailure& failure) {
    return StatusFrom(failure.failure());
  } catch (const std::exception& exception) {
    return Fail("EXCEPTION", exception.what(), /*retryable=*/true);
  } catch (...) {
    return Fail("EXCEPTION", "something that is no std::exception was thrown", /*retryable=*/true);
  }
}

}  // namespace flowmesh::sdk
