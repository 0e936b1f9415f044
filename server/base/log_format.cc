#include "server/base/log_format.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/base/log_context.h"
#include "spdlog/formatter.h"
#include "spdlog/pattern_formatter.h"

namespace flowmesh::base {
namespace {

// How many bytes the UTF-8 sequence at the beginning of `text` has; 0 = there is none (RFC 3629).
size_t SequenceAt(absl::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = byte(1);
  const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                     (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return wrong ? 0 : size;
}

void AppendQuoted(absl::string_view text, std::string* out) {
  out->push_back('"');
  while (!text.empty()) {
    const char c = text[0];
    const size_t size = SequenceAt(text);
    if (size == 0) {
      out->append("\\ufffd");
    } else if (c == '"' || c == '\\') {
      out->append({'\\', c});
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(out, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      out->append(text.data(), size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out->push_back('"');
}

class JsonFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& out) override {
    const auto level = spdlog::level::to_string_view(line.level);
    std::string text = absl::StrCat(
        R"({"time":")", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromChrono(line.time), absl::UTCTimeZone()),
        R"(","level":")", absl::string_view(level.data(), level.size()), R"(","message":)");
    AppendQuoted(absl::string_view(line.payload.data(), line.payload.size()), &text);
    for (const auto& [name, value] : LogContext::Current()) {
      text.push_back(',');
      AppendQuoted(name, &text);
      text.push_back(':');
      AppendQuoted(value, &text);
    }
    text.append("}\n");
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

bool NeedsQuotes(absl::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~' || c == '"' || c == '=') return true;
  }
  return false;
}

class TextFields : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg&, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string text;
    for (const auto& [name, value] : LogContext::Current()) {
      absl::StrAppend(&text, " ", name, "=");
      if (NeedsQuotes(value)) {
        AppendQuoted(value, &text);
      } else {
        text.append(value);
      }
    }
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<TextFields>(); }
};

}  // namespace

std::unique_ptr<spdlog::formatter> MakeLogFormatter(LogFormat format) {
  if (format == LogFormat::kJson) return std::make_unique<JsonFormatter>();
  auto text = std::make_unique<spdlog::pattern_formatter>();
  text->add_flag<TextFields>('*').set_pattern("[%Y-%m-%d %H:%M:%S.%e] [%n] [%l] %v%*");
  return text;
}

}  // namespace flowmesh::base
