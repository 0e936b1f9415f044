#include "workers/models/builtin/objectives/topic_domain.h"

namespace flowmesh::models {
namespace {

constexpr TopicDomain kDomains[] = {
    {
        .name = "speaking and presenting",
        .keywords =
            "public_speaking speech speeches presentation* presenting rhetoric debate* debating slides stage_fright",
        .concepts = "the structure of a speech|the needs of an audience|voice, pauses and gestures|"
                    "stage fright and its causes",
        .skills = "open a talk so that the audience listens|explain a chart in one minute|"
                  "answer a critical question calmly|rehearse a talk with a stopwatch",
        .tools = "speaker's notes|slides with few words",
        .troubles = "overloaded slides|filler words and hurried passages|talks without a clear message",
        .choices = "a script and free speech|figures and stories as evidence",
        .standards = "the criteria of a clear talk|the rules of legible slides",
        .products = "a talk of five minutes with three slides|a short speech for a private or public occasion",
    },
    {
        .name = "crafts and trades",
        .keywords =
            "woodwork* carpent* joinery knit* crochet* sewing quilting weld* pottery ceramic* plumb* upholstery "
            "leather* metalwork* masonry tiling jewellery bookbinding diy weaving embroidery",
        .concepts = "the properties of materials|the choice and care of tools|the strength of a joint or seam|"
                    "the order of the steps of a piece of work",
        .skills = "measure and mark out a piece of work|read a working drawing or pattern|join two parts firmly|"
                  "correct a fault without starting again",
        .tools = "measuring and marking tools|a working drawing or pattern",
        .troubles = "measuring errors|weak or uneven joints|faults from worn or wrong tools",
        .choices = "working by hand and working by machine|repairing and replacing a part",
        .standards = "the rules of safe work with tools|the criteria of a clean finish",
        .products = "a small useful object after a drawing or pattern|a sample that shows four techniques",
    },
    {
        .name = "animals",
        .keywords = "dog dogs puppy puppies cat cats horse horses pet pets animal* veterinar* beekeep* bees hive hives "
                    "aquarium livestock bird birds poultry leash",
        .concepts = "the natural behaviour of the animals|the needs of the animals|signs of stress and illness|"
                    "the year of an animal keeper",
        .skills = "handle an animal calmly and safely|check an animal for signs of illness|"
                  "prepare a suitable place for an animal|keep a record of food and health",
        .tools = "a feeding plan|a health record",
        .troubles = "mistakes in feeding|signs of fear or aggression|infections and parasites",
        .choices = "treating an animal oneself and calling a vet|prevention and treatment of illness",
        .standards = "the rules of animal welfare|the rules of hygiene in animal care",
        .products = "a care plan for one year|a checklist for those who want to buy an animal",
    },
    {
        .name = "safety",
        .keywords = "safety fire fires evacuation hazard* occupational accident* protective_equipment risk_assessment*",
        .concepts = "hazard and risk|the order of protective measures|the duties of employers and employees|"
                    "escape routes and alarms",
        .skills = "check a workplace for hazards|use a fire extinguisher on a small fire|"
                  "lead others out of a building in good order|report a near miss",
        .tools = "a risk assessment form|protective equipment",
        .troubles = "blocked escape routes|near misses that nobody reports|gaps in protective equipment",
        .choices = "removing a hazard and warning of it|fighting a small fire and leaving at once",
        .standards = "the rules for escape routes|the criteria of a complete risk assessment",
        .products = "an evacuation plan for one floor|a safety briefing of ten minutes",
    },
    {
        .name = "children and family",
        .keywords = "parenting parent parents toddler* baby babies child children childhood childcare family families "
                    "upbringing tantrums preschool",
        .concepts = "stages of development|attachment and trust|play and its effect on learning|"
                    "rules, rituals and consequences",
        .skills = "respond calmly to a tantrum|set a limit in clear and friendly words|"
                  "plan a day with time for play and rest|observe a child without judging",
        .tools = "a daily routine|an observation sheet",
        .troubles = "conflicts at mealtimes and bedtimes|quarrels between children|signs of stress in parents",
        .choices = "helping a child and letting the child try|praise and reward",
        .standards = "the rules of safety at home|the criteria of a suitable game",
        .products = "a plan for one week with fixed rituals|a set of five games for one age",
    },
    {
        .name = "mind and wellbeing",
        .keywords = "mindfulness meditation relaxation resilience burnout self_care emotions positive_thinking",
        .concepts = "attention and distraction|the body's reaction to stress|thoughts, feelings and actions|"
                    "habits and how they form",
        .skills = "follow the breath for five minutes|notice and name a feeling|"
                  "interrupt a train of thought without force|keep a habit for two weeks",
        .tools = "a guided exercise|a diary of one's own practice",
        .troubles = "wandering thoughts|false expectations of the practice|relapses into old habits",
        .choices = "a short daily and a long weekly practice|practising alone and practising in a group",
        .standards = "the criteria of a safe exercise|the rules of safe practice",
        .products = "a practice plan for four weeks|a guided exercise of five minutes",
    },
    {
        .name = "games of strategy",
        .keywords = "chess bridge poker board_game* checkers backgammon openings endgame*",
        .concepts = "the value of pieces or cards|the initiative and its loss|the phases of a game|"
                    "patterns that come back",
        .skills = "write down a game in notation|calculate three moves ahead|recognize a threat in time|"
                  "play a won position to its end",
        .tools = "a database of games|a clock",
        .troubles = "blunders under time pressure|plans that ignore the opponent|gaps in the first moves",
        .choices = "attack and defence|a safe and a risky continuation",
        .standards = "the rules of the game|the criteria of a sound plan",
        .products = "a commented game of one's own|a collection of five exercises with solutions",
    },
};

}  // namespace

absl::Span<const TopicDomain> PracticalTopicDomains() { return kDomains; }

}  // namespace flowmesh::models
