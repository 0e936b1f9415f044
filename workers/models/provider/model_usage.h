#ifndef FLOWMESH_WORKERS_MODELS_PROVIDER_MODEL_USAGE_H_
#define FLOWMESH_WORKERS_MODELS_PROVIDER_MODEL_USAGE_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace flowmesh::models {

// What one call of a provider took.
struct ModelUsage {
  std::string provider;       // who answered, as in `openai`
  std::string model;          // the model that answered, as the provider names it
  int32_t input_tokens = 0;   // 0 when the provider does not say
  int32_t output_tokens = 0;  // 0 when the provider does not say
  double cost = 0;            // US dollars, 0 when the prices are unknown
  absl::Duration latency;     // from the request to the last byte
  bool fallback = false;      // the answer came from a fallback provider
};

// US dollars for a million tokens; 0 = unknown.
struct TokenPrices {
  double input = 0;
  double output = 0;
};

inline double CostOf(const TokenPrices& prices, int32_t input_tokens, int32_t output_tokens) {
  return (prices.input * input_tokens + prices.output * output_tokens) / 1e6;
}

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_PROVIDER_MODEL_USAGE_H_
