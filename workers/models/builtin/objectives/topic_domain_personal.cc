#include "workers/models/builtin/objectives/topic_domain.h"

namespace flowmesh::models {
namespace {

constexpr TopicDomain kDomains[] = {
    {
        .name = "languages",
        .keywords =
            "english spanish french german polish italian portuguese russian japanese chinese korean arabic ukrainian "
            "language language_learning business_english grammar vocabulary pronunciation conversation* tense tenses "
            "translation "
            "język* angielski* deutsch français español",
        .concepts = "word order in statements and questions|formal and informal register|"
                    "the sounds of the language and their spelling|the use of tenses",
        .skills = "introduce oneself and others|ask for and give directions|write a short formal message|"
                  "follow a conversation at normal speed",
        .tools = "a learner's dictionary|flash cards",
        .troubles = "false friends|errors carried over from the first language|misunderstandings caused by intonation",
        .choices = "a literal and a free translation|formal and informal address",
        .standards = "the rules of word order and agreement|the criteria of a clear message",
        .products = "a dialogue for an everyday situation|a short article in the language",
    },
    {
        .name = "writing",
        .keywords =
            "writing writer* essay* storytelling poetry novel* journalism blog* editing literature fiction screenplay*",
        .concepts = "the purpose and the readers of a text|point of view and tone|the structure of a text|"
                    "the rhythm of sentences",
        .skills = "outline a text before writing|write an opening that holds the reader|shorten a text by a third|"
                  "quote and name sources",
        .tools = "an outline|a style guide",
        .troubles = "breaks in the line of thought|clichés and empty phrases|changes of point of view by mistake",
        .choices = "showing and telling|an active and a passive wording",
        .standards = "the criteria of a clear paragraph|the rules of punctuation",
        .products = "a short story of two pages|an article for a general audience",
    },
    {
        .name = "teaching",
        .keywords =
            "teach* pedagog* didactic* classroom* curriculum instructional tutor* school* education e-learning lesson* "
            "kindergarten",
        .concepts = "learning objectives|prior knowledge of learners|feedback and its effect|motivation in lessons",
        .skills = "plan a lesson with a clear goal|ask questions that make learners think|"
                  "check understanding during a lesson|adapt a task to different learners",
        .tools = "a lesson plan|short quizzes",
        .troubles = "disruptions in lessons|gaps in prior knowledge|tasks without a clear goal",
        .choices = "direct instruction and discovery|individual and group work",
        .standards = "the criteria of a measurable objective|the rules of fair marking",
        .products = "a teaching unit of four lessons|a test with a marking key",
    },
    {
        .name = "first aid",
        .keywords = "first_aid emergency emergencies resuscitation cpr defibrillat* life_support cardiac_arrest rescue "
                    "paramedic* burns choking bleeding "
                    "unconscious*",
        .concepts =
            "the chain of survival|vital signs and their normal values|shock and its signs|the law on helping others",
        .skills = "make the scene of an accident safe|put an unconscious person into the recovery position|"
                  "give chest compressions in the right rhythm|call for help with all the facts that are needed",
        .tools = "a first-aid kit|an automated defibrillator",
        .troubles = "complications such as shock|wrong reactions of helpers|risks to the helpers themselves",
        .choices = "an urgent and a less urgent injury|moving and not moving an injured person",
        .standards = "the rules of self-protection|the criteria of effective chest compressions",
        .products = "an emergency plan for a workplace|a short first-aid exercise for colleagues",
    },
    {
        .name = "health and care",
        .keywords = "health* nurs* medic* patient* wound* cardi* diabet* surg* drug* arrhythm* midwi* pregnan* dental "
                    "dentist*  anatomy disease* hygiene therapy mental_health stress pharmac* "
                    "clinic* hospital* vaccin* caregiv* wellbeing sleep",
        .concepts = "vital signs and their normal values|risk factors and protective factors|infection and hygiene|"
                    "the needs of patients",
        .skills = "measure pulse and blood pressure|respond to an emergency|hand over a patient to a colleague|"
                  "clean hands and surfaces in the proper way",
        .tools = "a care plan|a symptom diary",
        .troubles = "complications noticed too late|errors with medicines|infections passed on by contact",
        .choices = "an urgent and a non-urgent case|prevention and treatment",
        .standards = "the rules of hygiene|the requirements on confidentiality and consent",
        .products = "a care plan for one week|an information leaflet for patients",
    },
    {
        .name = "sport and fitness",
        .keywords =
            "sport* fitness yoga running football soccer tennis swimming training_plan gym strength_training cycling "
            "marathon basketball athlete* stretching pilates dance dancing climbing bouldering hiking skiing warm-ups "
            "drills "
            "fair_play",
        .concepts =
            "load, rest and progress|technique and coordination|the rules of the game|endurance, strength and mobility",
        .skills = "warm up in a suitable way|perform a basic movement with clean technique|"
                  "plan a training week|react to an injury in training",
        .tools = "a training diary|video recordings of movements",
        .troubles = "injuries from overload|faults of technique|accidents in training",
        .choices = "endurance and strength training|training alone and training in a group",
        .standards = "the criteria of clean technique|the rules of fair play",
        .products = "a training plan for six weeks|an exercise programme for a group",
    },
    {
        .name = "food and cooking",
        .keywords = "cook* baking bake bread food* recipe* knife chef*  nutrition* cuisine kitchen diet* wine coffee "
                    "pastry vegan "
                    "vegetarian "
                    "fermentation sourdough",
        .concepts = "nutrients and their tasks in the body|heat and its effect on food|flavour, texture and balance|"
                    "seasonal and regional ingredients",
        .skills = "plan a balanced meal|prepare ingredients safely|adjust a recipe to the number of guests|"
                  "store food without loss of quality",
        .tools = "knives and measuring tools|a recipe with exact quantities",
        .troubles = "spoiled ingredients|faults of dough or sauce|allergic reactions of guests",
        .choices = "fresh and preserved ingredients|slow and fast methods of cooking",
        .standards = "the rules of kitchen hygiene|the criteria of a balanced meal",
        .products = "a menu of three courses|a meal plan for one week",
    },
    {
        .name = "visual arts and design",
        .keywords = "art arts painting drawing design* photograph* illustrat* sculpture architecture typography ux ui "
                    "user_experience graphic* film animation fashion watercolo*",
        .concepts = "light, colour and contrast|composition and proportion|the needs of users and viewers|"
                    "styles and their history",
        .skills = "sketch an idea in several variants|lead the eye by composition|choose colours for a mood|"
                  "present a draft and collect reactions",
        .tools = "a sketchbook|a mood board",
        .troubles = "weak contrasts|overloaded compositions|misread symbols",
        .choices = "a realistic and an abstract style|symmetry and asymmetry",
        .standards = "the criteria of a balanced composition|the rules of legible type",
        .products = "a poster for a public event|a series of three pictures on one theme",
    },
    {
        .name = "music",
        .keywords =
            "music* guitar piano violin singing choir drums harmony melody rhythm compos* orchestra jazz songwriting",
        .concepts = "rhythm and metre|scales and keys|harmony and tension|the form of a piece",
        .skills = "keep a steady beat|play a short piece from notation|tune an instrument by ear|"
                  "practise a difficult passage in small steps",
        .tools = "a metronome|recordings of one's own playing",
        .troubles = "unsteady tempo and late entries|habits that strain the body|wrong notes in fast passages",
        .choices = "major and minor keys|playing from memory and playing from notation",
        .standards = "the criteria of a convincing performance|the rules of voice leading",
        .products = "a short piece with a contrasting middle part|a concert programme of thirty minutes",
    },
    {
        .name = "plants and gardens",
        .keywords =
            "garden* plants planting houseplant* soil compost* flowers vegetables pruning orchard* horticultur* "
            "agriculture farming",
        .concepts = "the needs of plants|soil and its nutrients|the growing seasons|useful insects and other helpers",
        .skills = "examine the condition of soil|sow and transplant seedlings|prune a plant at the right time|"
                  "water plants as much as they need",
        .tools = "a calendar of tasks through the year|garden tools in good condition",
        .troubles = "pests and diseases|shortages of water or nutrients|losses from frost",
        .choices = "native and foreign species|chemical and natural protection of plants",
        .standards = "the criteria of healthy soil|the rules of careful use of water and fertilizer",
        .products = "a planting plan for one year|a bed with plants that suit each other",
    },
    {
        .name = "environment",
        .keywords = "environment* sustainab* recycling biodiversity renewable energy waste forest* ecosystem* carbon "
                    "emissions pollution conservation",
        .concepts = "cycles of water and carbon|the use of energy and resources|balance in an ecosystem|"
                    "the path of a product from raw material to waste",
        .skills = "measure the energy use of a household|separate and reduce waste|"
                  "calculate the emissions of a journey|keep a record of observations in nature",
        .tools = "an energy meter|a life cycle assessment",
        .troubles = "losses of biodiversity|hidden uses of energy|misleading claims in advertising",
        .choices = "renewable and fossil energy|repairing and replacing",
        .standards = "the rules of careful use of resources|the criteria of an honest environmental claim",
        .products = "an energy-saving plan for a household|a campaign against waste at school or work",
    },
};

}  // namespace

absl::Span<const TopicDomain> PersonalTopicDomains() { return kDomains; }

}  // namespace flowmesh::models
