#ifndef FLOWMESH_WORKERS_FLOWS_POEM_POEM_PROMPT_H_
#define FLOWMESH_WORKERS_FLOWS_POEM_POEM_PROMPT_H_

#include <string>
#include <vector>

#include "workers/flows/poem/poem_writer.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::flows {

// What a model is asked for: the poem alone, its title as a heading, blank lines between stanzas. The order's texts are
// given as the subject, set apart from the instructions.
std::vector<models::ChatMessage> PoemPrompt(const PoemOrder& order);

// How many lines the form has; for free verse about how many.
int UsualLines(const std::string& form);

// Whether the form has exactly that many.
bool HasFixedLines(const std::string& form);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_POEM_POEM_PROMPT_H_
