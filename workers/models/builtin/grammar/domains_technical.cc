#include "workers/models/builtin/grammar/domain.h"

namespace flowmesh::models {
namespace {

constexpr DomainText kDomains[] = {
    {"software development",
     "software debug program coding coder +code developer develop bug error exception test compil refactor frontend "
     "backend full javascript python java rust git qa mobile +app +engineer",
     "developer;tester;software engineer;team lead;intern", "the product owner", "user", "dev room",
     "fix/bug*;review/pull request*;test/patch*;merge/branch*;refactor/module;rewrite/function;release/new "
     "version*;debug/script*;update/library*;close/ticket*;reproduce/crash;deploy/hotfix*;document/workaround",
     "the build/fail;the app/crash;the demo/begin*;the code freeze/start*;the alarm/go off;the user/report/the problem",
     "memory;disk space;documentation;time",
     "framework:fast,flexible,complex;test "
     "suite:slow,reliable,useful;library:small,popular,modern;editor:easy,powerful,convenient;algorithm:fast,simple,"
     "efficient",
     "according to the bug report;according to the release notes;as the commit history shows;as the log file shows"},
    {"cloud and operations",
     "cloud aws azure gcp kubernetes docker container devops sre infrastructure operations monitoring hosting incident "
     "serverless terraform sysadmin administrator network linux server reliability +ops deployment",
     "on-call engineer;administrator;operator;cloud architect;contractor", "the service manager", "customer",
     "control room",
     "restart/server*;replace/load "
     "balancer;migrate/database;resize/cluster*;check/dashboard*;restore/backup;renew/certificate*;move/virtual "
     "machine*;automate/deployment*;expand/region;rotate/key*;upgrade/node*;silence/alert",
     "the alarm/go off;the website/go down;the data centre/lose/power;the maintenance window/begin*;the "
     "network/fail;the customer/open/a support ticket",
     "bandwidth;storage;memory;capacity",
     "server:fast,reliable,expensive;data "
     "centre:large,busy,cheap;network:slow,secure,complex;provider:cheap,popular,flexible;dashboard:clear,useful,"
     "detailed",
     "according to the incident report;according to the monitoring team;as the timeline shows;as the audit log shows"},
    {"API design",
     "api apis rest graphql grpc endpoint integration webhook microservice interface sdk openapi swagger protobuf json",
     "API designer;integrator;backend developer;technical writer;partner", "the platform lead", "client",
     "design studio",
     "publish/endpoint;document/parameter*;extend/interface;validate/request*;deprecate/method;rename/field;test/"
     "webhook*;revoke/token*;describe/error code*;review/schema*;simplify/response;register/client app*;limit/payload",
     "the connection/time out;the gateway/crash;the partner/report/an error;the review meeting/begin*;the old "
     "version/expire*;the client/ask for/help",
     "bandwidth;storage;documentation;time",
     "endpoint:fast,simple,reliable;specification:long,clear,detailed;protocol:safe,efficient,popular;response:small,"
     "slow,useful;gateway:secure,expensive,flexible",
     "according to the specification;according to the changelog;as the request log shows;as the design document says"},
    {"databases",
     "database sql query queries postgres mysql oracle nosql mongo index table data +dba analytics warehouse etl "
     "optimization",
     "database administrator;data engineer;analyst;consultant;developer", "the data architect", "client", "data office",
     "optimise/query*;create/index;back "
     "up/table*;delete/duplicate*;archive/record*;migrate/schema;import/file*;clean/data "
     "set*;design/report*;drop/view;tune/server;export/spreadsheet*;correct/entry*",
     "the system/crash;the disk/fill up;the import/fail;the nightly backup/begin*;the connection/break;the "
     "client/notice/the error",
     "storage;memory;disk space;time",
     "query:slow,complex,efficient;table:large,long,useful;report:long,clear,detailed;index:small,useful,effective;"
     "server:powerful,expensive,reliable",
     "according to the query log;according to the migration plan;as the execution plan shows;as the audit shows"},
    {"security",
     "security secure cyber hack encrypt password privacy penetration vulnerab malware threat authenticat authoriz "
     "firewall compliance phishing best",
     "security analyst;auditor;administrator;consultant;investigator", "the security officer", "customer",
     "operations centre",
     "change/password*;block/account*;scan/laptop*;encrypt/file*;patch/server*;report/vulnerability*;isolate/"
     "device;investigate/incident*;revoke/certificate*;update/firewall*;delete/suspicious email*;review/access "
     "log*;disable/port",
     "the attack/begin;the alarm/go off;the audit/start*;the certificate/expire*;the scanner/fail;the "
     "customer/report/the leak",
     "equipment;storage;money;time",
     "password:long,strong,secure;firewall:effective,expensive,reliable;alarm "
     "system:loud,expensive,complex;policy:strict,clear,useful;scanner:fast,modern,accurate",
     "according to the audit;according to the security policy;as the access log shows;as the incident report shows"},
    {"agile teams",
     "agile scrum sprint kanban standup retrospective backlog +product meeting stakeholder project planning methodolog "
     "facilitat coach",
     "developer;designer;tester;project manager;team member", "the scrum master", "stakeholder", "meeting room",
     "estimate/story*;close/ticket*;plan/sprint*;prepare/demo*;update/board*;present/prototype*;assign/task*;write/"
     "user story*;review/backlog*;finish/feature*;discuss/blocker*;record/decision*;cancel/daily meeting",
     "the quarter/end*;the workshop/begin*;the product owner/change/the priorities;the stakeholder/join/the call*;the "
     "release/slip;the retrospective/start*",
     "time;money;energy;paper",
     "sprint:short,busy,successful;meeting:long,useful,productive;board:clear,simple,convenient;backlog:long,complex,"
     "detailed;estimate:accurate,high,realistic",
     "according to the sprint report;according to the meeting notes;as the burndown chart shows;as the scrum master "
     "explained"},
    {"science",
     "science scientif research laborator biolog chemi physic experiment academic phd astronom geolog climate "
     "environment statistic mathemat universit",
     "researcher;scientist;lab technician;doctoral student;assistant", "the lab director", "sponsor", "laboratory",
     "analyse/sample*;repeat/experiment*;calibrate/instrument*;record/measurement*;test/hypothesis;publish/"
     "paper*;label/test "
     "tube*;clean/microscope*;verify/result*;design/survey;replace/sensor*;heat/solution*;submit/article*",
     "the experiment/fail;the conference/begin*;the sponsor/visit/the lab*;the freezer/break down;the "
     "journal/answer*;the power/go out",
     "equipment;funding;time;water",
     "microscope:powerful,expensive,modern;method:accurate,simple,reliable;sample:small,pure,heavy;theory:complex,"
     "convincing,elegant;instrument:precise,sensitive,cheap",
     "according to the lab report;according to the journal;as the measurements show;as the survey shows"},
    {"engineering and production",
     "manufactur factory mechanic engineering electric civil construct production industr machine robot automotive "
     "assembly logistic warehouse supply aviation aerospace energy hardware architect plumb technician",
     "technician;electrician;supervisor;inspector;mechanic", "the plant manager", "customer", "workshop",
     "repair/pump*;inspect/machine*;replace/filter*;test/prototype*;install/sensor*;measure/pipe*;order/spare "
     "part*;assemble/engine*;load/truck*;paint/panel*;weigh/container*;seal/valve*;repair/conveyor belt",
     "the main motor/stop;the alarm/go off;the inspection/begin*;the night shift/end*;the crane/break down;the "
     "customer/cancel/the order",
     "equipment;electricity;fuel;oil",
     "machine:heavy,noisy,reliable;engine:powerful,quiet,efficient;tool:light,strong,expensive;pump:strong,cheap,small;"
     "workshop:large,modern,safe",
     "according to the inspection report;according to the manual;as the maintenance log shows;as the test results "
     "show"},
};

}  // namespace

absl::Span<const DomainText> TechnicalDomains() { return kDomains; }

}  // namespace flowmesh::models
