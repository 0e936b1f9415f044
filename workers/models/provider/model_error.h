#ifndef FLOWMESH_WORKERS_MODELS_PROVIDER_MODEL_ERROR_H_
#define FLOWMESH_WORKERS_MODELS_PROVIDER_MODEL_ERROR_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "server/base/error.h"

namespace flowmesh::models {

// How a call of a model provider fails. Every provider reports one of these, so that retry, breaker and fallback need
// not know providers. A cancelled call is no failure: it ends with a plain CANCELLED.
enum class ModelFailure {
  kRateLimited,            // asked to slow down, often with a retry delay
  kQuotaExhausted,         // the account has no credit left
  kAuth,                   // the key is missing, wrong or not allowed to do this
  kModelUnknown,           // the provider does not serve the model
  kProviderMisconfigured,  // the endpoint is not what the options say: redirect, untrusted certificate, no such path
  kProviderUnavailable,    // cannot be reached, or says itself that it cannot answer now
  kProviderTimeout,        // connects, answers or goes on too slowly
  kCutStream,              // the answer ended in the middle
  kBadAnswer,              // the answer is not what the protocol or the task asks for
  kAnswerTooLarge,         // more than the caller's limits
  kContextTooLong,         // the request does not fit into the model
  kContentRefused,         // the provider's rules or the model itself refuse the subject
  kRequestRefused,         // the provider calls the request wrong
};

// What follows from a failure.
struct ModelFailureTraits {
  const char* reason;  // of base::Error, UPPER_SNAKE_CASE
  absl::StatusCode code;
  bool retryable;           // the same request to the same provider may succeed later
  bool counts_for_breaker;  // says something about the provider, not about the request
};

const ModelFailureTraits& TraitsOf(ModelFailure failure);

// The status of a failed call: `<who> <message>`, with the traits' code and reason and `model` = `who` as metadata.
// `who` is provider/model. The message says what to do next where something can be done.
base::Error ModelError(ModelFailure failure, const std::string& who, const std::string& message);

// The failure that ModelError put into `status`; nullopt for any other status.
std::optional<ModelFailure> ModelFailureOf(const absl::Status& status);

// Traits of a status; false for one that is no ModelError.
bool IsRetryable(const absl::Status& status);
bool CountsForBreaker(const absl::Status& status);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_PROVIDER_MODEL_ERROR_H_
