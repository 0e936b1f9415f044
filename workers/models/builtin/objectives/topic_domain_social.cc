#include "workers/models/builtin/objectives/topic_domain.h"

namespace flowmesh::models {
namespace {

constexpr TopicDomain kDomains[] = {
    {
        .name = "project management",
        .keywords = "project_management scrum agile kanban sprint* stakeholder* milestone* project_planning backlog "
                    "zarządzanie_projektami",
        .concepts =
            "scope, time and cost|roles and responsibilities|dependencies between tasks|the needs of stakeholders",
        .skills = "break a goal down into tasks|estimate the effort of a task|lead a short daily meeting|"
                  "keep a list of risks up to date",
        .tools = "a task board|a project schedule",
        .troubles = "delays caused by dependencies|silent changes of scope|conflicts about priorities",
        .choices = "an iterative and a sequential approach|a fixed scope and a fixed date",
        .standards = "the criteria of a well-formed goal|the rules for decisions in the team",
        .products = "a project plan for three months|a communication plan for stakeholders",
    },
    {
        .name = "leadership and communication",
        .keywords = "leadership management manager* team_building teamwork communication negotiat* feedback coaching "
                    "conflict* human_resources recruit* meeting* time_management",
        .concepts = "roles in a group|motives and expectations|active listening|trust and accountability",
        .skills = "give feedback on a piece of work|lead a meeting to a decision|delegate a task|"
                  "settle a disagreement between two colleagues",
        .tools = "open questions|a written agenda",
        .troubles = "misunderstandings between colleagues|hidden conflicts|meetings without a result",
        .choices = "directing and supporting|a written and a spoken message",
        .standards = "the criteria of helpful feedback|the rules of a productive meeting",
        .products = "a development plan for an employee|a short talk that persuades an audience",
    },
    {
        .name = "marketing and sales",
        .keywords =
            "marketing sales brand* advertis* seo social_media customer* e-commerce ecommerce copywriting campaign* "
            "market_research selling",
        .concepts =
            "target groups and their needs|the value of an offer|the path of a customer from interest to purchase|"
            "positioning against competitors",
        .skills = "describe a target group from data|write a message for one target group|"
                  "measure the success of a campaign|handle a customer's objection",
        .tools = "a customer survey|a campaign calendar",
        .troubles = "messages that miss the target group|misleading figures|lost customers",
        .choices = "a broad and a narrow target group|paid and organic reach",
        .standards = "the criteria of an effective message|the rules of honest advertising",
        .products = "a campaign for a new product|a landing page for a single offer",
    },
    {
        .name = "finance and accounting",
        .keywords =
            "financ* accounting accountant* tax taxes budget* invest* banking bookkeeping stocks bonds money economic* "
            "economy inflation pension* insurance payroll "
            "buchhaltung rachunkowość księgow*",
        .concepts = "income, cost and profit|assets and liabilities|interest and compound growth|risk and return",
        .skills = "read a balance sheet|draw up a monthly budget|compare the cost of two loans|"
                  "record a transaction in the accounts",
        .tools = "a spreadsheet|a cash flow forecast",
        .troubles = "liquidity shortages|booking errors|misjudged risks",
        .choices = "fixed and variable costs|saving and investing",
        .standards = "the rules of proper bookkeeping|the criteria of a sound investment",
        .products = "a budget for one year|a financial plan for a small company",
    },
    {
        .name = "business",
        .keywords =
            "business entrepreneur* startup* strategy strategic company companies supply_chain logistic* procurement "
            "operations innovation consulting lean",
        .concepts = "the business model of a company|supply and demand|processes and their bottlenecks|"
                    "competitive advantage",
        .skills = "draw a map of a process|calculate the break-even point|interview a customer about a need|"
                  "set goals that can be measured",
        .tools = "a business model canvas|key figures",
        .troubles = "bottlenecks in a process|untested assumptions|waste of time and material",
        .choices = "growth and profit|making and buying",
        .standards = "the criteria of a viable business idea|the rules of fair competition",
        .products = "a business plan of five pages|an improved process for a small company",
    },
    {
        .name = "law",
        .keywords =
            "law legal contract* court copyright legislation constitution* compliance rights litigation employment_law "
            "data_protection gdpr personal_data data_subjects criminal procedure",
        .concepts = "the sources of law|rights and duties|burden of proof|liability for damage",
        .skills = "find the rule that governs a case|draft a simple contract|apply a rule to the facts of a case|"
                  "cite a source correctly",
        .tools = "a commentary on the law|a checklist for contracts",
        .troubles = "unclear clauses in contracts|missed deadlines|conflicts between rules",
        .choices = "a settlement and a lawsuit|civil and criminal liability",
        .standards = "the criteria of a valid contract|the rules of legal argument",
        .products = "a legal opinion on a short case|a contract for a simple sale",
    },
    {
        .name = "history and society",
        .keywords =
            "history historical war wars revolution empire medieval ancient politic* government* democracy society "
            "histoire geschichte historia révolution* rewolucj* sociology geography philosoph* ethic* culture* "
            "religion* psycholog* archaeolog*",
        .concepts = "causes and consequences of events|continuity and change|points of view in sources|"
                    "institutions and their tasks",
        .skills = "place events on a time line|question a source about its origin and purpose|"
                  "support a claim with evidence|present two sides of a controversy",
        .tools = "primary sources|maps and time lines",
        .troubles = "biases in sources|judgments by present-day standards|oversimplified explanations",
        .choices = "a primary and a secondary source|long-term and short-term causes",
        .standards = "the criteria of a reliable source|the rules of fair argument",
        .products = "an essay that answers an open question|an exhibition panel for visitors",
    },
};

}  // namespace

absl::Span<const TopicDomain> SocialTopicDomains() { return kDomains; }

}  // namespace flowmesh::models
