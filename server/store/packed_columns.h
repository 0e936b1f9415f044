// The columns that hold several values in one blob: maps, and what is seldom set and never queried. Both stores keep
// the same bytes, written by base::Packer.
//
// Each Pack function returns an empty string when everything has its default value (stored as NULL); each Unpack
// function takes that string back, and returns false for bytes that no Pack function wrote.
#ifndef FLOWMESH_SERVER_STORE_PACKED_COLUMNS_H_
#define FLOWMESH_SERVER_STORE_PACKED_COLUMNS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "server/store/rows.h"

namespace flowmesh::store {

std::string PackLabels(const std::map<std::string, std::string>& labels);
bool UnpackLabels(std::string_view packed, std::map<std::string, std::string>* labels);

// Column `progress`.
std::string PackProgress(const Progress& progress);
bool UnpackProgress(std::string_view packed, Progress* progress);

// Column `failure`.
std::string PackFailure(const Failure& failure);
bool UnpackFailure(std::string_view packed, Failure* failure);

// Column `task_counts` of a task: failures, losses, output_ends, records, code_version, token_digest,
// with_errors, counterpart, same_input, reused.
std::string PackTaskCounts(const TaskRow& task);
bool UnpackTaskCounts(std::string_view packed, TaskRow* task);

// Column `counts` of an execution: dropped_logs, with_errors, behind_key.
std::string PackCounts(const ExecutionRow& row);
bool UnpackCounts(std::string_view packed, ExecutionRow* row);

// Column `origin` of an execution, which never changes: timeout, concurrency_key, concurrency_policy, retry_of,
// first_of_chain, traceparent, type and create_time of task 0. Those that equal the execution's id, flow and
// create_time are left out, so UnpackOrigin wants these three set in `row`.
std::string PackOrigin(const ExecutionRow& row);
bool UnpackOrigin(std::string_view packed, ExecutionRow* row);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_PACKED_COLUMNS_H_
