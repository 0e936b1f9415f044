#include "workers/models/builtin/objectives/topic_domain.h"

namespace flowmesh::models {
namespace {

constexpr TopicDomain kDomains[] = {
    {
        .name = "databases",
        .keywords = "database* sql postgres* mysql sqlite oracle nosql mongodb queries query normalization "
                    "normalisation relational bazy_danych",
        .concepts = "primary and foreign keys|normal forms|indexes and their cost|transactions and isolation levels",
        .skills = "write a query that joins several tables|model the data of a small business|"
                  "restore a database from a backup|change a schema without losing data",
        .tools = "a query planner|a migration tool",
        .troubles = "slow queries|deadlocks between transactions|anomalies caused by redundant data",
        .choices = "a relational and a document database|a natural and a surrogate key",
        .standards = "the rules of a sound table design|the requirements on backups and access rights",
        .products = "a database schema for a small shop|a set of reports from an existing database",
    },
    {
        .name = "data and machine learning",
        .keywords =
            "machine_learning data_science data_analysis data_analytics artificial_intelligence ai deep_learning "
            "neural* statistic* pandas big_data chatgpt llm llms prompt* generative",
        .concepts = "training, validation and test data|the meaning of probability in predictions|"
                    "overfitting and generalization|features and labels",
        .skills = "clean a data set with gaps and errors|train and test a simple model|"
                  "present a distribution in a suitable chart|measure how good a prediction is",
        .tools = "a notebook for data analysis|a baseline model",
        .troubles = "biases in training data|data leaks between training and test|misread correlations",
        .choices = "a simple and a complex model|precision and recall",
        .standards = "the criteria of a reproducible analysis|the rules for handling personal data",
        .products = "a report that answers a question from data|a small prediction service",
    },
    {
        .name = "information security",
        .keywords =
            "security cybersecurity cyber* phishing malware encryption cryptography password* firewall* hacking "
            "pentest*",
        .concepts = "confidentiality, integrity and availability|the principle of least privilege|"
                    "authentication and authorization|the attack surface of a system",
        .skills = "protect an account with strong sign-in methods|respond to a suspicious message|"
                  "report a security incident|close a known gap in a system",
        .tools = "a password manager|a threat model",
        .troubles = "phishing attempts|leaks of confidential data|misconfigured access rights",
        .choices = "symmetric and asymmetric encryption|convenience and protection",
        .standards = "the rules for handling confidential data|the requirements on passwords and updates",
        .products = "an incident response plan|a short security training for colleagues",
    },
    {
        .name = "cloud and operations",
        .keywords =
            "cloud devops kubernetes docker container* deployment* monitoring linux server* network* infrastructure "
            "terraform aws azure ansible sysadmin observability administration",
        .concepts = "processes, memory and storage|addresses, ports and protocols|availability and redundancy|"
                    "configuration kept as code",
        .skills = "release a new version without an outage|find the cause of a failing service in its logs|"
                  "restore a service from a backup|set an alert that fires in time",
        .tools = "a dashboard|a configuration file under version control",
        .troubles = "outages under load|misconfigured permissions|shortages of memory and disk space",
        .choices = "one large and several small machines|a managed and a self-run service",
        .standards = "the rules of a safe release|the criteria of a useful alert",
        .products = "a runbook for a common failure|an automated release of a small service",
    },
    {
        .name = "software",
        .keywords =
            "software programming programmer* programming_language python java javascript typescript rust golang "
            "c++ kotlin coding code algorithm* api apis web_development frontend backend "
            "git react node.js microservice* programowanie testing debugging",
        .concepts = "variables, types and scope|interfaces between modules|the life cycle of a program|"
                    "time and memory cost",
        .skills = "write a function that is covered by tests|find the cause of a failing test|"
                  "read and change unfamiliar code|release a new version without an outage",
        .tools = "a debugger|version control",
        .troubles = "errors at run time|regressions after a change|race conditions",
        .choices = "a quick fix and a redesign|a library and code of one's own",
        .standards = "the criteria of readable code|the rules of a careful code review",
        .products = "a small program with tests|an interface that other programs can call",
    },
    {
        .name = "mathematics",
        .keywords =
            "math* algebra geometry calculus equation* arithmetic trigonometry fractions logarithm* probability "
            "matrices vectors integrals derivatives алгебр* matemat* mathématiques",
        .concepts =
            "definitions and theorems|functions and their graphs|the idea of proof|units and orders of magnitude",
        .skills = "solve an equation step by step|turn a word problem into a formula|"
                  "estimate a result before calculating|check a solution by substitution",
        .tools = "a sketch or graph|a table of values",
        .troubles = "sign errors|unjustified steps in a proof|wrong units",
        .choices = "an exact and an approximate solution|an algebraic and a graphical method",
        .standards = "the criteria of a complete proof|the rules of clear notation",
        .products = "a set of exercises with solutions|a mathematical model of an everyday question",
    },
    {
        .name = "natural science",
        .keywords =
            "physic* chemistry biology science* astronomy genetic* quantum evolution cell cells ecology geology "
            "laboratory electricity thermodynamics climate* photosynthesis",
        .concepts = "observation, hypothesis and theory|cause and correlation|conservation laws|"
                    "models and their limits",
        .skills = "plan a controlled experiment|take measurements with known uncertainty|"
                  "present measurements in a graph|follow the safety rules of a laboratory",
        .tools = "measuring instruments|a laboratory notebook",
        .troubles = "systematic errors of measurement|hidden variables|misinterpreted graphs",
        .choices = "two competing explanations|a field study and a laboratory experiment",
        .standards = "the criteria of a valid experiment|the rules of scientific reporting",
        .products = "an experiment that tests a hypothesis|a poster that presents a result",
    },
};

}  // namespace

absl::Span<const TopicDomain> TechnicalTopicDomains() { return kDomains; }

}  // namespace flowmesh::models
