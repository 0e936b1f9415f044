#include "workers/models/builtin/grammar/domain.h"

namespace flowmesh::models {
namespace {

constexpr DomainText kDomains[] = {
    {"general", "office business work workplace administrat secretar manag email company career professional human hr",
     "manager;assistant;secretary;accountant;trainee", "the director", "client", "office",
     "sign/contract*;check/report*;send/invoice*;book/meeting "
     "room*;update/calendar*;prepare/presentation*;answer/email*;order/desk "
     "lamp;correct/mistake*;translate/letter*;organise/workshop*;file/document*;cancel/appointment",
     "the meeting/begin*;the director/arrive*;the client/call*;the fire alarm/go off;the printer/break down;the "
     "deadline/pass*",
     "paper;ink;coffee;time",
     "office:large,modern,quiet;printer:fast,cheap,reliable;report:long,detailed,interesting;chair:comfortable,"
     "expensive,light;contract:complex,short,important",
     "according to the minutes;according to the report;as the calendar shows;as the director's email says"},
    {"sales and marketing",
     "sale sell seller marketing market advertis brand campaign customer retail shop social +seo commerce promotion "
     "negotiat",
     "sales representative;marketing manager;designer;account manager;copywriter", "the sales director", "customer",
     "showroom",
     "launch/campaign*;visit/trade fair*;write/slogan*;design/leaflet*;prepare/offer*;close/deal*;update/price "
     "list*;present/product*;redesign/website;negotiate/price*;print/catalogue*;answer/complaint*;send/newsletter*",
     "the exhibition/open*;the customer/call;the sale/begin*;the competitor/lower/the price;the offer/expire*;the "
     "shop/close*",
     "paper;space;money;time",
     "product:popular,expensive,attractive;campaign:successful,long,creative;offer:cheap,generous,interesting;brand:"
     "strong,famous,popular;shop:big,busy,elegant",
     "according to the sales figures;according to the survey;as the quarterly report shows;as the customer survey "
     "shows"},
    {"finance",
     "financ bank account audit tax invest budget money accounting econom stock insurance trading payroll controller",
     "accountant;auditor;bank clerk;financial adviser;controller", "the chief auditor", "client", "bank",
     "check/invoice*;approve/loan*;close/account*;calculate/tax "
     "bill*;prepare/budget*;transfer/payment*;sign/contract*;file/tax return*;correct/balance "
     "sheet;verify/receipt*;update/ledger*;estimate/expense*;insure/building",
     "the audit/begin*;the market/crash;the client/cancel/the order;the bank/close*;the system/crash;the tax year/end*",
     "money;cash;paper;time",
     "bank:small,large,safe;loan:cheap,small,risky;budget:tight,generous,realistic;report:long,accurate,detailed;"
     "investment:safe,risky,profitable",
     "according to the audit report;according to the bank;as the annual report shows;as the figures show"},
    {"law",
     "law legal lawyer attorney court justice judge contract solicitor paralegal police criminal government politic "
     "public",
     "lawyer;solicitor;legal assistant;notary;clerk", "the judge", "client", "courthouse",
     "draft/contract*;review/clause*;sign/statement*;update/case "
     "file*;present/document*;file/complaint*;postpone/hearing*;copy/file*;negotiate/settlement*;translate/"
     "certificate*;register/trademark*;send/reminder*;check/signature*",
     "the trial/begin*;the witness/arrive*;the client/call*;the deadline/pass*;the court/adjourn*;the offer/expire*",
     "evidence;paper;money;time",
     "contract:long,complex,detailed;clause:clear,important,strict;law "
     "firm:small,famous,expensive;argument:strong,convincing,weak;courtroom:large,busy,quiet",
     "according to the contract;according to the court record;as the files show;as the judge explained"},
    {"teaching",
     "teach education school student course classroom lesson learn tutor professor lectur exam pedagog homework "
     "kindergarten language",
     "teacher;tutor;lecturer;librarian;trainee teacher", "the head teacher", "student", "staff room",
     "mark/test*;prepare/lesson*;correct/essay*;explain/rule*;organise/school "
     "trip*;borrow/projector*;update/timetable*;collect/exercise "
     "book*;design/worksheet*;repeat/exercise*;order/textbook*;decorate/classroom;record/lecture*",
     "the bell/ring*;the exam/begin*;the inspector/arrive*;the term/end*;the power/go out;the student/ask/a question",
     "paper;chalk;equipment;time",
     "lesson:long,interesting,useful;textbook:heavy,modern,boring;exam:easy,difficult,fair;classroom:large,bright,"
     "noisy;exercise:short,simple,effective",
     "according to the timetable;according to the head teacher;as the exam results show;as the class register shows"},
};

}  // namespace

absl::Span<const DomainText> OfficeDomains() { return kDomains; }

}  // namespace flowmesh::models
