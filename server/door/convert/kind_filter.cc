#include "server/door/convert/kind_filter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/base/packing.h"

namespace flowmesh::door {
namespace {

// The names of Event's oneof members.
constexpr std::array<std::pair<const char*, engine::EventKind>, 7> kNames = {{
    {"log", engine::EventKind::kLog},
    {"output", engine::EventKind::kOutput},
    {"progress", engine::EventKind::kProgress},
    {"state", engine::EventKind::kState},
    {"child", engine::EventKind::kChild},
    {"usage", engine::EventKind::kUsage},
    {"artifact", engine::EventKind::kArtifact},
}};

constexpr size_t kMaxQuotedBytes = 64;  // of an unknown word in the violation

}  // namespace

bool IsTerminal(const engine::EventView& event) {
  if (event.kind != engine::EventKind::kState) return false;
  uint64_t state = 0;
  return base::Unpacker(event.payload).VarintUpTo(static_cast<uint64_t>(store::ExecutionState::kTimedOut), &state) &&
         store::IsFinal(static_cast<store::ExecutionState>(state));
}

KindFilter KindFilter::Parse(const google::protobuf::RepeatedPtrField<std::string>& kinds,
                             base::FieldViolations* violations) {
  uint32_t wanted = 0;
  for (int i = 0; i < kinds.size(); ++i) {
    for (absl::string_view word : absl::StrSplit(kinds[i], ',')) {
      word = absl::StripAsciiWhitespace(word);
      if (word.empty()) continue;
      const auto* known =
          std::find_if(kNames.begin(), kNames.end(), [&](const auto& name) { return word == name.first; });
      if (known == kNames.end()) {
        violations->Add(absl::StrCat("kinds[", i, "]"),
                        absl::StrCat("'", word.substr(0, kMaxQuotedBytes),
                                     "' is no kind: use log, output, progress, state, child, usage, artifact"));
      } else {
        wanted |= Bit(known->second);
      }
    }
  }
  KindFilter filter;
  if (wanted != 0) filter.kinds_ = wanted;
  return filter;
}

}  // namespace flowmesh::door
