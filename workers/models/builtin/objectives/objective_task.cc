#include "workers/models/builtin/objectives/objective_task.h"

namespace flowmesh::models {
namespace {

constexpr BloomLevel kR = BloomLevel::kRemember;
constexpr BloomLevel kU = BloomLevel::kUnderstand;
constexpr BloomLevel kA = BloomLevel::kApply;
constexpr BloomLevel kN = BloomLevel::kAnalyze;
constexpr BloomLevel kE = BloomLevel::kEvaluate;
constexpr BloomLevel kC = BloomLevel::kCreate;

constexpr ObjectiveTask kTerms[] = {
    {kR, "Given two lists", "match {x} with their definitions", "with no more than two mistakes"},
    {kR, "Given a list of twenty expressions", "identify {x}", "with no more than two mistakes"},
    {kR, "Without notes", "recall the meanings of {x}", "with at least eight out of ten correct"},
    {kR, "Given a text of one page{on}", "locate {x}", "missing no more than two"},
    {kU, "In conversation with a beginner", "explain {x} in plain words", "without relying on other unexplained terms"},
    {kU, "Without a dictionary", "paraphrase the definitions of {x}",
     "with the meaning kept in at least eight out of ten"},
    {kU, "Using examples of one's own", "illustrate {x}", "with at least one fitting example for each"},
    {kU, "Given a set of cards", "classify {x} by theme", "with a reason for every group"},
};

constexpr ObjectiveTask kConcept[] = {
    {kR, "Without notes", "list five facts about {x}", "without a factual error"},
    {kR, "Given a list of twenty expressions", "identify those that have to do with {x}",
     "with no more than two mistakes"},
    {kR, "Given a text of one page{on}", "locate every passage that deals with {x}", "missing no more than one"},
    {kR, "In a test of ten questions", "recall the main points about {x}", "with at least eight right answers"},
    {kU, "In a talk of two minutes", "explain {x} in plain words",
     "so that a listener new to the subject answers three out of four questions correctly"},
    {kU, "After reading a text of one page{on}", "summarize what the text says about {x}",
     "in no more than five sentences and without a factual error"},
    {kU, "Using an example of one's own", "illustrate {x}",
     "so that a second person recognizes every part of the example"},
    {kU, "Given two short descriptions{on}", "compare what the descriptions say about {x}",
     "naming at least two points in common and two differences"},
    {kU, "Given three short examples{on}", "describe how each example relates to {x}",
     "with at least two of the three descriptions correct"},
    {kA, "Given four tasks from practice{on}", "apply knowledge of {x} to each task",
     "with at least three correct results"},
    {kA, "Given a problem not met before", "use knowledge of {x} to solve the problem",
     "without help and with a reason for every step"},
    {kA, "Given a faulty piece of work{on}", "apply what is known about {x} to correct the work",
     "with a reason for every correction"},
    {kA, "In front of a small group", "demonstrate {x} by an example",
     "answering at least two out of three questions correctly"},
    {kN, "Given ten unfamiliar examples{on}", "distinguish those that have to do with {x} from the others",
     "with at least eight decisions correct"},
    {kN, "Given notes taken from several sources", "organize the facts about {x} under at least four headings",
     "with no fact in the wrong place"},
    {kN, "Given a documented case{on}", "examine the influence of {x} on the outcome",
     "naming at least three effects with evidence from the case"},
    {kN, "Given two solutions to the same task", "differentiate the solutions by their handling of {x}",
     "with at least three differences named"},
    {kE, "Given a finished piece of work{on}", "judge how well the work deals with {x}",
     "with evidence from the work for each of three judgments"},
    {kE, "In a debate of five minutes{on}", "defend a decision that depends on {x}",
     "with at least two arguments and an answer to one objection"},
    {kE, "Given two texts{on}", "assess how well each text treats {x}", "by at least three criteria stated beforehand"},
    {kE, "Given five statements of others", "rate the statements about {x} from certain to wrong",
     "with a source or a reason for each"},
    {kC, "Given a free choice of means", "design a lesson of fifteen minutes on {x}",
     "after which a beginner passes a test of five questions"},
    {kC, "For a situation of one's own choice", "develop a plan that draws on {x}",
     "covering the aim, the steps, the means and a check of the result"},
};

constexpr ObjectiveTask kSkill[] = {
    {kR, "Without notes", "list the steps needed to {x}", "all of them and in order"},
    {kR, "Given a selection of materials and tools", "identify what is needed to {x}", "leaving out nothing essential"},
    {kR, "In an oral check", "name three things to make sure of before starting to {x}", "all three of them relevant"},
    {kR, "Given two lists", "match the steps needed to {x} with their purposes", "with no more than one mistake"},
    {kU, "In conversation with a beginner", "explain why and when to {x}", "with one example for and one against"},
    {kU, "After watching a demonstration", "describe how to {x}", "without leaving out an essential step"},
    {kU, "Given the instructions of an expert", "paraphrase how to {x}", "without a change in meaning"},
    {kA, "Given a realistic task{on}", "demonstrate how to {x}", "without help and with a usable result"},
    {kA, "Given written instructions", "perform the steps needed to {x}", "with no more than one error"},
    {kA, "Within an agreed time", "complete three tasks that require the learner to {x}",
     "with at least two correct results"},
    {kA, "Under observation", "perform every step needed to {x}", "with no step left out and no help asked for"},
    {kA, "Given two cases of different difficulty", "use one method twice to {x}", "with a usable result in each case"},
    {kN, "Given the work of an expert", "examine how the expert manages to {x}",
     "naming at least three decisions and the reason for each"},
    {kN, "Given the record of an attempt that failed", "trace the failed attempt to {x} back to its cause",
     "with evidence for each step of the reasoning"},
    {kN, "Given two records from practice", "distinguish two ways to {x} by effort, risk and result",
     "with at least one finding for each"},
    {kE, "Given the result of somebody else's work", "assess an attempt to {x}",
     "by at least four criteria stated beforehand"},
    {kE, "After an attempt of one's own", "judge one's own attempt to {x}",
     "by at least three criteria and with one improvement named"},
    {kE, "Given three possible methods", "recommend a method to {x}", "with two reasons and one known drawback"},
    {kC, "For a group of beginners", "compose a guide that shows how to {x}",
     "so clear that a beginner can follow it without asking"},
    {kC, "For a setting not met before", "plan how to {x} there",
     "naming the steps, the means, the risks and a check of the result"},
    {kC, "After a review of present practice", "devise a better way to {x}",
     "saving at least one step without loss of quality"},
};

constexpr ObjectiveTask kTool[] = {
    {kR, "Without notes", "name the main uses of {x}", "with at least four out of five correct"},
    {kR, "Given a set of ten tasks{on}", "identify those for which {x} can be used", "with no more than one mistake"},
    {kR, "In a test of ten questions", "recall the rules for working with {x}", "with at least eight right answers"},
    {kU, "In a talk of two minutes", "explain the purpose of {x}",
     "so that a listener new to the subject can repeat the explanation"},
    {kU, "During a short demonstration", "describe the effect of {x} at each step", "without a factual error"},
    {kU, "Using two situations from practice", "illustrate the benefit of {x}",
     "with a before and an after for each situation"},
    {kA, "Given a realistic task{on}", "use {x} to complete the task", "without help and within the agreed time"},
    {kA, "Given material not seen before", "demonstrate the correct use of {x}", "with no more than one hint"},
    {kA, "Given a task and a time limit", "complete the task with the help of {x}",
     "within the limit and without a serious error"},
    {kA, "Under observation", "perform two different tasks with the help of {x}", "with both results usable"},
    {kN, "Given work from practice", "contrast work done with {x} and work done without", "in at least three respects"},
    {kN, "Given two results of the same task", "distinguish what is owed to {x} from what is not",
     "with evidence for at least three points"},
    {kN, "Given a problem that arose in practice", "examine the part played by {x} in the problem",
     "with at least two possible causes kept apart"},
    {kE, "Given three tasks{on}", "judge the value of {x} for each task", "by criteria stated beforehand"},
    {kE, "After a trial of one's own", "assess how far the work was helped by {x}",
     "with at least two results that were measured or observed"},
    {kE, "Given an aim and a budget", "justify the use of {x}", "with at least two advantages and one drawback"},
    {kC, "For a task of one's own choice", "plan a way of working that builds on {x}",
     "with the means and the check named for every step"},
    {kC, "For a group of beginners", "produce a guide of one page to {x}",
     "so clear that a beginner can follow it without asking"},
};

constexpr ObjectiveTask kTrouble[] = {
    {kR, "Without notes", "list four examples of {x}", "all of them to the point"},
    {kR, "Given ten short descriptions", "recognize {x}", "with no more than one mistake"},
    {kR, "Given a report from practice", "locate the signs of {x}", "missing no more than one"},
    {kU, "In a talk of two minutes", "explain how {x} come about", "naming at least two causes"},
    {kU, "Given six reports from practice", "classify {x} by cause", "with no more than one mistake"},
    {kU, "Using an example from practice", "describe the consequences of {x}",
     "for at least two of the people or things affected"},
    {kA, "Given a sample of work and a checklist", "use the checklist to find {x}",
     "with at least four out of five found"},
    {kA, "Given a faulty example{on}", "demonstrate how to deal with {x}", "with a visible improvement of the example"},
    {kN, "Given a case in which something went wrong", "trace {x} back to their causes",
     "with evidence for each cause"},
    {kN, "Given reports on five cases", "distinguish the causes of {x} from the symptoms",
     "with at least four cases judged correctly"},
    {kN, "Given six short cases", "differentiate true cases of {x} from those that only look so",
     "with at least five decisions correct"},
    {kE, "Given a record of recent work", "judge which cases of {x} matter most",
     "by harm and by frequency, with figures from the record"},
    {kE, "Given three possible measures", "rank the measures against {x} by effect and effort",
     "with a reason for each rank"},
    {kE, "Given a plan{on}", "assess the danger of {x}", "by likelihood and by harm, with a measure for each"},
    {kC, "For a situation of one's own choice", "devise a procedure that prevents {x}",
     "covering early signs, duties and a check of the result"},
    {kC, "Given the lessons of past cases", "compose a checklist against {x}",
     "with at least six points that can be answered with yes or no"},
};

constexpr ObjectiveTask kChoice[] = {
    {kR, "Without notes", "name the defining features of {x}", "with at least three for each"},
    {kR, "Given a list of twelve features", "match the features with {x}", "with no more than two mistakes"},
    {kR, "In a test of ten questions", "recall the main points about {x}", "with at least eight right answers"},
    {kU, "In a table of two columns", "compare {x}", "in at least four respects"},
    {kU, "In a talk of two minutes", "describe the difference between {x}", "with one example for each side"},
    {kU, "Using situations from practice", "illustrate the contrast between {x}",
     "with one fitting situation for each side"},
    {kA, "Given four situations from practice", "apply the difference between {x} to each situation",
     "with at least three correct decisions"},
    {kA, "Given a realistic task{on}", "demonstrate the practical difference between {x}",
     "with both variants carried out correctly"},
    {kN, "Given a case with its background", "contrast the effects of {x}",
     "with evidence from the case for each effect"},
    {kN, "Given three cases from practice", "differentiate {x} by benefit, cost and risk",
     "with at least one finding for each"},
    {kN, "Given a decision of the past", "trace the choice between {x} back to its reasons",
     "with evidence for at least two of the reasons"},
    {kE, "Given three situations from practice", "judge the choice between {x} in each situation",
     "with a reason for every judgment"},
    {kE, "Given a case with its constraints", "justify a choice between {x}",
     "with two reasons and a condition under which the other choice would be better"},
    {kE, "Given somebody else's decision", "critique the choice between {x}",
     "with at least two reasons drawn from the situation"},
    {kC, "For a group of beginners", "formulate rules for the choice between {x}",
     "with at least four questions that lead to a clear answer"},
    {kC, "Given a new situation", "design a trial that helps to decide between {x}",
     "naming what is observed and what result would settle the matter"},
};

constexpr ObjectiveTask kStandard[] = {
    {kR, "Without notes", "list {x}", "with at least four named correctly"},
    {kR, "Given a set of ten statements", "identify those that agree with {x}", "with no more than one mistake"},
    {kR, "In an oral check", "state {x} from memory", "with no more than one left out"},
    {kU, "In a talk of two minutes", "explain the reasons behind {x}", "naming what follows when they are ignored"},
    {kU, "Using one good and one bad example", "illustrate {x}", "so that a listener can tell which is which and why"},
    {kU, "Given a formal wording", "paraphrase {x}", "in plain words and without a change in meaning"},
    {kA, "Given a draft{on}", "apply {x} to the draft", "with at least four out of five flaws corrected"},
    {kA, "During a task of one's own", "use {x} to check the work",
     "so that a second person finds no more than one flaw"},
    {kN, "Given two finished pieces of work", "examine both pieces for departures from {x}",
     "with at least four out of five found"},
    {kN, "Given a report on several faults", "distinguish serious from minor departures from {x}",
     "with a reason for each decision"},
    {kE, "Given a finished piece of work{on}", "judge the work by {x}", "with evidence for each judgment"},
    {kE, "Given two competing proposals", "rate both proposals by {x}",
     "so that a second judge arrives at the same order"},
    {kE, "Given earlier work of one's own", "critique the work by {x}",
     "with at least three points and a correction for each"},
    {kE, "Given three finished pieces of work", "rank the pieces by {x}", "with a reason for each rank"},
    {kC, "For a common task{on}", "produce a model example that satisfies {x}",
     "with every point marked where it is satisfied"},
    {kC, "For a group that works together", "formulate a checklist that builds on {x}",
     "with at least six points that can be answered with yes or no"},
    {kC, "For a group of beginners", "develop an exercise that trains the use of {x}",
     "with a task, a model answer and a marking key"},
};

constexpr ObjectiveTask kProduct[] = {
    {kR, "Without notes", "list the parts of {x}", "with no essential part missing"},
    {kR, "Given a finished example", "label the parts of {x}", "with no more than one mistake"},
    {kR, "In an oral check", "name the steps that lead to {x}", "all of them and in order"},
    {kU, "In a talk of two minutes", "explain the purpose of {x}", "naming who needs the result and for what"},
    {kU, "Given a finished example", "describe how the parts of {x} fit together", "without a factual error"},
    {kU, "After looking at three examples", "summarize what a good version of {x} has to offer",
     "in no more than five sentences"},
    {kA, "Given an unfinished version", "complete {x}", "so that no essential part is missing"},
    {kA, "Given a template", "use the template to prepare {x}", "without help and within the agreed time"},
    {kN, "Given a good and a weak example", "examine what makes {x} succeed or fail",
     "with at least three reasons and evidence for each"},
    {kN, "Given a description of needs", "organize the work on {x} into steps",
     "so that each need is met by one of the steps"},
    {kE, "Given criteria stated beforehand", "assess {x} made by somebody else", "with evidence for each judgment"},
    {kE, "Given two versions", "recommend one of the two versions of {x}", "with at least three reasons"},
    {kC, "Given a need from practice", "design {x}", "meeting at least four out of five requirements"},
    {kC, "With the usual means and in an agreed time", "produce {x}",
     "usable by a second person without further explanation"},
    {kC, "Starting from an idea of one's own", "construct {x}",
     "passing a review by at least four criteria stated beforehand"},
    {kC, "Given a brief of half a page", "develop {x}", "meeting every point of the brief"},
    {kC, "For readers or users of one's own choice", "plan and make {x}",
     "naming its purpose, its parts and the steps, and showing the result"},
};

}  // namespace

absl::Span<const ObjectiveTask> TasksFor(AspectKind kind) {
  switch (kind) {
    case AspectKind::kTerms:
      return kTerms;
    case AspectKind::kConcept:
      return kConcept;
    case AspectKind::kSkill:
      return kSkill;
    case AspectKind::kTool:
      return kTool;
    case AspectKind::kTrouble:
      return kTrouble;
    case AspectKind::kChoice:
      return kChoice;
    case AspectKind::kStandard:
      return kStandard;
    case AspectKind::kProduct:
      break;
  }
  return kProduct;
}

}  // namespace flowmesh::models
