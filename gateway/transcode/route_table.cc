#include "gateway/transcode/route_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/transcode/field_error.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/url_text.h"
#include "google/api/annotations.pb.h"
#include "server/base/error.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

using Methods = std::map<std::string, const Route*>;

// What follows a `**`: literals, perhaps a verb.
struct Tail {
  std::vector<std::string> literals;
  std::string verb;
  Methods methods;

  // More literals, then a verb, is more specific.
  auto Order() const { return std::tuple(-static_cast<int>(literals.size()), verb.empty(), literals, verb); }
};

// A path cut into segments. The last one may also be read as `<stem>:<verb>`.
struct PathText {
  std::vector<std::string_view> raw;
  std::vector<std::string> decoded;
  bool has_verb = false;
  std::string_view raw_stem;
  std::string stem;
  std::string verb;
};

absl::Status BadPath(const char* what) {
  return base::Error(absl::StatusCode::kInvalidArgument, "PATH_INVALID", absl::StrCat("the path ", what));
}

absl::StatusOr<PathText> CutPath(std::string_view path) {
  PathText text;
  if (!path.empty()) path.remove_prefix(1);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    text.raw.push_back(segment);
    if (!PercentDecode(segment, false, &text.decoded.emplace_back())) {
      return BadPath("has a % that two hexadecimal digits do not follow; a % itself is %25");
    }
    if (!IsUtf8(text.decoded.back())) return BadPath("is not valid UTF-8");
    if (segment.size() == path.size()) break;
    path.remove_prefix(segment.size() + 1);
    if (path.empty()) {  // the path ended with //, of which one / is ignored
      text.raw.emplace_back();
      text.decoded.emplace_back();
    }
  }
  if (text.raw.empty()) return text;
  const size_t colon = text.raw.back().rfind(':');
  if (colon == std::string_view::npos) return text;
  text.has_verb = true;
  text.raw_stem = text.raw.back().substr(0, colon);
  PercentDecode(text.raw_stem, false, &text.stem);
  PercentDecode(text.raw.back().substr(colon + 1), false, &text.verb);
  return text;
}

constexpr std::array<const char*, 7> kStandardMethods = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"};

// A stream of messages has no head of its own; one of raw bytes has the head of its content.
bool ImpliesHead(const Route& route) {
  const bool raw = route.method->output_type()->full_name() == "google.api.HttpBody";
  return route.http_method == "GET" && (raw || !route.method->server_streaming());
}

}  // namespace

struct RouteTable::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> one;
  std::vector<Tail> tails;               // in their order
  std::map<std::string, Methods> verbs;  // "" = without verb

  const Node* Literal(const std::string& text) const {
    const auto found = literals.find(text);
    return found == literals.end() ? nullptr : found->second.get();
  }
  const Methods* Verb(const std::string& verb) const {
    const auto found = verbs.find(verb);
    return found == verbs.end() ? nullptr : &found->second;
  }
};

namespace {

// One template that fits.
struct Fit {
  const Methods* methods;
  bool verb_used;
};

// Collects the templates that fit, the most specific first. A node of the tree stands for a fixed number of segments,
// so the work is bounded by the tree, whatever the path, and the stack holds places, not calls.
template <typename Node>
class Search {
 public:
  Search(const Node& root, const PathText& path) : path_(path) { open_.push_back({&root, 0, false, false}); }

  std::vector<Fit> Run() {
    while (!open_.empty()) {
      const Place place = open_.back();
      open_.pop_back();
      if (place.tails) {
        TryTails(*place.node, place.depth);
      } else if (place.depth == path_.raw.size()) {
        End(*place.node, place.verb_used);
      } else {
        Descend(*place.node, place.depth);
      }
    }
    return std::move(fits_);
  }

 private:
  struct Place {
    const Node* node;
    size_t depth;    // segments that led here
    bool verb_used;  // the last of them was read as <stem>:<verb>
    bool tails;      // only the node's tails are still to be tried
  };

  void End(const Node& node, bool verb_used) {
    const std::string verb = verb_used ? path_.verb : "";
    if (const Methods* methods = node.Verb(verb)) fits_.push_back({methods, verb_used});
    for (const Tail& tail : node.tails) {  // with nothing for the `**`
      if (tail.literals.empty() && tail.verb == verb) fits_.push_back({&tail.methods, verb_used});
    }
  }

  void Descend(const Node& node, size_t depth) {
    const std::string& segment = path_.decoded[depth];
    const bool verb = path_.has_verb && depth + 1 == path_.raw.size();
    // In reverse: the place pushed last is visited first.
    if (!node.tails.empty()) open_.push_back({&node, depth, false, true});
    if (node.one != nullptr && !segment.empty()) {
      const bool verb_counts = verb && !path_.stem.empty() && node.one->Verb(path_.verb) != nullptr;
      open_.push_back({node.one.get(), depth + 1, verb_counts, false});
    }
    if (const Node* next = node.Literal(segment)) open_.push_back({next, depth + 1, false, false});
    if (const Node* next = verb ? node.Literal(path_.stem) : nullptr) open_.push_back({next, depth + 1, true, false});
  }

  // At least one segment is left.
  void TryTails(const Node& node, size_t depth) {
    bool verb_counts = false;
    for (const Tail& tail : node.tails) {
      const bool verb = !tail.verb.empty();
      if (verb && (!path_.has_verb || tail.verb != path_.verb)) continue;
      if (tail.literals.empty() && !verb && verb_counts) continue;  // the colon is no data here
      if (!EndsWith(tail.literals, verb, depth)) continue;
      verb_counts |= verb && tail.literals.empty();
      fits_.push_back({&tail.methods, verb});
    }
  }

  bool EndsWith(const std::vector<std::string>& literals, bool verb, size_t depth) const {
    const size_t count = path_.raw.size();
    if (literals.size() > count - depth) return false;
    for (size_t i = 0; i < literals.size(); ++i) {
      const bool stem = verb && i + 1 == literals.size();
      if (literals[i] != (stem ? path_.stem : path_.decoded[count - literals.size() + i])) return false;
    }
    return true;
  }

  const PathText& path_;
  std::vector<Place> open_;
  std::vector<Fit> fits_;
};

std::vector<std::string> CapturesOf(const PathTemplate& path, const PathText& text, bool verb_used) {
  const size_t fixed = path.FixedSegments();
  const size_t after = path.segments().size() - std::min(fixed + 1, path.segments().size());
  const auto place = [&](size_t segment) {
    return segment <= fixed ? segment : text.raw.size() - after + segment - fixed - 1;
  };
  std::vector<std::string> captures;
  for (const PathTemplate::Variable& variable : path.variables()) {
    std::string& value = captures.emplace_back();
    const size_t begin = place(variable.begin);
    for (size_t i = begin; i < place(variable.end); ++i) {
      const bool stem = verb_used && i + 1 == text.raw.size();
      std::string piece;
      PercentDecode(stem ? text.raw_stem : text.raw[i], variable.multi, &piece);
      absl::StrAppend(&value, i == begin ? "" : "/", piece);
    }
  }
  return captures;
}

}  // namespace

RouteTable::RouteTable()
    : root_(std::make_unique<Node>()), known_methods_(kStandardMethods.begin(), kStandardMethods.end()) {}
RouteTable::RouteTable(RouteTable&&) noexcept = default;
RouteTable& RouteTable::operator=(RouteTable&&) noexcept = default;
RouteTable::~RouteTable() = default;

absl::StatusOr<RouteTable> RouteTable::Build(const std::vector<const pb::ServiceDescriptor*>& services) {
  RouteTable table;
  std::vector<std::string> errors;
  for (const pb::ServiceDescriptor* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const pb::MethodDescriptor& method = *service->method(i);
      if (!method.options().HasExtension(google::api::http)) continue;
      std::vector<Route> routes;
      absl::Status status = AddRoutes(method, method.options().GetExtension(google::api::http), &routes);
      if (!status.ok()) errors.emplace_back(status.message());
      for (Route& route : routes) {
        table.routes_.push_back(std::make_unique<const Route>(std::move(route)));
        status = table.Insert(*table.routes_.back());
        if (!status.ok()) errors.emplace_back(status.message());
      }
    }
  }
  if (!errors.empty()) return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
  return table;
}

absl::Status RouteTable::Insert(const Route& route) {
  const std::vector<PathTemplate::Segment>& segments = route.path.segments();
  const size_t fixed = route.path.FixedSegments();
  Node* node = root_.get();
  for (size_t i = 0; i < fixed; ++i) {
    const bool literal = segments[i].kind == PathTemplate::Kind::kLiteral;
    std::unique_ptr<Node>& next = literal ? node->literals[segments[i].literal] : node->one;
    if (next == nullptr) next = std::make_unique<Node>();
    node = next.get();
  }
  Methods* methods = nullptr;
  if (fixed == segments.size()) {
    methods = &node->verbs[route.path.verb()];
  } else {
    Tail tail;
    tail.verb = route.path.verb();
    for (size_t i = fixed + 1; i < segments.size(); ++i) tail.literals.push_back(segments[i].literal);
    auto at = std::lower_bound(node->tails.begin(), node->tails.end(), tail,
                               [](const Tail& a, const Tail& b) { return a.Order() < b.Order(); });
    if (at == node->tails.end() || at->Order() != tail.Order()) at = node->tails.insert(at, std::move(tail));
    methods = &at->methods;
  }
  const auto [there, added] = methods->emplace(route.http_method, &route);
  if (!added) {
    const pb::MethodDescriptor& other = *there->second->method;
    return RouteError(*route.method, route.http_method, route.path.text(),
                      absl::StrCat("the same as ", there->second->path.text(), " of ", other.full_name(), " in ",
                                   other.file()->name()));
  }
  known_methods_.insert(route.http_method);
  return absl::OkStatus();
}

absl::StatusOr<RouteMatch> RouteTable::Match(std::string_view http_method, std::string_view path) const {
  if (known_methods_.find(http_method) == known_methods_.end()) {
    return HttpError(501, absl::StatusCode::kUnimplemented, "METHOD_UNKNOWN",
                     absl::StrCat("the HTTP method ", Excerpt(http_method), " is not known here"));
  }
  absl::StatusOr<PathText> text = CutPath(path);
  if (!text.ok()) return text.status();
  const std::vector<Fit> fits = Search<Node>(*root_, *text).Run();
  if (fits.empty()) {
    return base::Error(absl::StatusCode::kNotFound, "ROUTE_UNKNOWN", "nothing is served at this path");
  }
  RouteMatch match;
  std::set<std::string, std::less<>> allowed = {"OPTIONS"};
  const Fit* chosen = nullptr;
  for (const Fit& fit : fits) {
    for (const auto& [method, route] : *fit.methods) {
      allowed.insert(method);
      const bool head = ImpliesHead(*route);
      if (head) allowed.insert("HEAD");
      const bool serves = method == http_method || (head && http_method == "HEAD" && fit.methods->count("HEAD") == 0);
      if (!serves || match.route != nullptr) continue;
      match.route = route;
      match.head = method != http_method;
      chosen = &fit;
    }
  }
  match.allow = absl::StrJoin(allowed, ", ");
  if (match.route == nullptr) {
    match.kind = http_method == "OPTIONS" ? RouteMatch::Kind::kOptions : RouteMatch::Kind::kNotAllowed;
    match.label = fits.front().methods->begin()->second->label();
    return match;
  }
  match.label = match.route->label();
  match.captures = CapturesOf(match.route->path, *text, chosen->verb_used);
  return match;
}

std::vector<const Route*> RouteTable::routes() const {
  std::vector<const Route*> sorted;
  for (const auto& route : routes_) sorted.push_back(route.get());
  std::sort(sorted.begin(), sorted.end(), [](const Route* a, const Route* b) {
    return std::tie(a->path.text(), a->http_method) < std::tie(b->path.text(), b->http_method);
  });
  return sorted;
}

}  // namespace flowmesh::transcode
