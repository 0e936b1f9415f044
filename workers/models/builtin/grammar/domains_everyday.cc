#include "workers/models/builtin/grammar/domain.h"

namespace flowmesh::models {
namespace {

constexpr DomainText kDomains[] = {
    {"healthcare",
     "health medic hospital nurs doctor clinic patient pharma dent surg care physio therap veterinar midwi paramedic",
     "nurse;doctor;pharmacist;physiotherapist;paramedic", "the senior consultant", "patient", "ward",
     "treat/infection*;change/bandage*;clean/wound*;check/prescription*;order/blood "
     "test*;prepare/syringe*;update/patient "
     "record*;sterilise/instrument*;collect/sample*;move/bed*;write/referral*;cancel/appointment;adjust/dose*",
     "the ambulance/arrive*;the alarm/go off;the operation/begin*;the visitor/leave*;the night shift/start*;the "
     "fever/return",
     "medicine;equipment;oxygen;time",
     "ward:quiet,busy,modern;treatment:effective,painful,expensive;clinic:small,clean,famous;bandage:soft,tight,"
     "comfortable;instrument:precise,sharp,modern",
     "according to the patient record;according to the duty roster;as the test results show;as the duty doctor "
     "explained"},
    {"travel and hospitality",
     "travel touris hotel hospitality flight airport airline reception guest vacation holiday trip cruise guide "
     "restaurant waiter",
     "receptionist;tour guide;travel agent;porter;flight attendant", "the hotel manager", "guest", "lobby",
     "clean/room*;book/flight*;confirm/reservation*;carry/suitcase*;check/passport*;fold/towel*;cancel/tour*;print/"
     "boarding pass*;order/taxi*;organise/excursion*;repair/air conditioner*;change/seat;lock/safe*",
     "the plane/land*;the bus/arrive*;the guest/check out*;the storm/begin;the train/leave*;the hotel/open*",
     "water;food;fuel;time",
     "hotel:comfortable,cheap,modern;restaurant:clean,beautiful,crowded;flight:long,expensive,pleasant;room:large,"
     "quiet,bright;tour:short,busy,interesting",
     "according to the travel agency;according to the timetable;as the guest book shows;as the brochure says"},
    {"cooking", "cook kitchen chef bak food recipe cuisine culinary meal gastronom barista catering",
     "chef;cook;baker;waiter;kitchen assistant", "the head chef", "guest", "kitchen",
     "peel/potato*;bake/cake*;prepare/salad*;serve/dessert*;wash/pan*;sharpen/knife*;fill/sugar "
     "bowl*;taste/soup*;decorate/table*;clean/oven*;roast/chicken*;open/bottle*;fry/onion*",
     "the guest/arrive*;the timer/ring*;the fridge/break down;the restaurant/open*;the inspector/come in;the delivery "
     "van/leave*",
     "flour;salt;butter;oil",
     "knife:sharp,heavy,expensive;recipe:simple,famous,traditional;soup:hot,thick,delicious;oven:large,modern,"
     "efficient;dessert:sweet,light,popular",
     "according to the recipe;according to the order slip;as the menu shows;as the head chef explained"},
    {"daily life", "daily everyday life home family hous hobb friend garden leisure neighbo shopping +pet weather",
     "babysitter;cleaner;gardener;caretaker;housekeeper", "the landlady", "visitor", "house",
     "clean/kitchen*;wash/window*;repair/bike*;water/plant*;paint/fence;pay/bill*;lock/door*;empty/bin*;collect/"
     "parcel*;sweep/path*;mow/lawn*;iron/shirt*;tidy/bedroom*",
     "the doorbell/ring;the rain/start;the visitor/arrive*;the bus/leave*;the film/begin*;the shop/close*",
     "money;milk;bread;time",
     "flat:small,bright,expensive;bike:light,fast,comfortable;garden:large,beautiful,quiet;dog:friendly,large,calm;"
     "kitchen:modern,clean,practical",
     "according to the neighbours;according to the weather forecast;as the photos show;as the landlady explained"},
    {"sport and fitness",
     "sport fitness football soccer tennis basketball volleyball gym yoga athlet swimming swimmer running runner "
     "workout cycling olympic",
     "coach;trainer;physiotherapist;club secretary;groundskeeper", "the head coach", "player", "gym",
     "plan/training session*;book/pitch*;check/score sheet*;order/jersey*;clean/changing "
     "room*;repair/net*;film/match*;record/result*;pack/kit bag*;rent/minibus*;write/training "
     "plan*;inflate/ball*;cancel/friendly match",
     "the match/begin*;the rain/start;the team bus/arrive*;the scoreboard/fail;the season/end*;the gym/close*",
     "equipment;water;energy;time",
     "gym:modern,large,expensive;match:long,exciting,difficult;racket:light,strong,expensive;exercise:simple,effective,"
     "hard;pitch:large,dry,expensive",
     "according to the match report;according to the club;as the score sheet shows;as the head coach explained"},
    {"music and stage",
     "music musician song sing choir orchestra band piano guitar concert theat opera danc ballet stage acting actor",
     "musician;singer;conductor;pianist;sound engineer", "the artistic director", "producer", "studio",
     "record/song*;tune/instrument*;print/programme*;copy/score*;book/venue*;test/microphone*;write/melody*;practise/"
     "piece*;upload/recording*;organise/rehearsal*;pack/loudspeaker*;repair/amplifier*;cancel/concert",
     "the concert/begin*;the curtain/fall*;the light/go out;the string/break;the producer/call*;the microphone/fail",
     "equipment;money;space;time",
     "studio:small,modern,quiet;song:long,popular,beautiful;instrument:light,expensive,precise;concert:long,successful,"
     "expensive;loudspeaker:loud,powerful,cheap",
     "according to the programme;according to the producer;as the recordings show;as the conductor explained"},
    {"farming and animals",
     "farm agricult animal livestock bee beekeep crop harvest forest zoo horse cattle breeding vineyard wildlife",
     "farmer;farm worker;beekeeper;apprentice;seasonal worker", "the farm owner", "buyer", "barn",
     "feed/horse*;repair/fence*;clean/stable*;plant/tree*;load/trailer*;check/water "
     "tank*;weigh/sack*;label/jar*;open/gate*;inspect/beehive*;spray/field*;vaccinate/cow*;order/spare wheel",
     "the storm/begin;the truck/arrive*;the tractor/break down;the harvest/start*;the rain/stop;the buyer/call*",
     "hay;water;fuel;time",
     "barn:large,modern,clean;tractor:powerful,expensive,reliable;fence:high,strong,cheap;horse:fast,calm,strong;field:"
     "large,small,fertile",
     "according to the farm diary;according to the weather forecast;as the records show;as the vet explained"},
    {"media",
     "journalis media news newspaper radio television broadcast podcast blog editor publishing magazine photo film "
     "video cinema art",
     "journalist;editor;photographer;reporter;presenter", "the chief editor", "reader", "newsroom",
     "edit/article*;check/fact*;write/headline*;publish/report*;record/interview*;crop/photo*;film/scene*;correct/"
     "caption*;translate/quotation*;confirm/source*;archive/recording*;upload/video*;cancel/photo shoot",
     "the broadcast/begin*;the deadline/pass*;the camera/fail;the minister/resign;the press conference/end*;the "
     "source/call*",
     "paper;money;space;time",
     "article:long,interesting,clear;headline:short,clear,effective;photo:sharp,large,expensive;camera:light,expensive,"
     "modern;magazine:popular,cheap,serious",
     "according to the press release;according to the news agency;as the recordings show;as the chief editor "
     "explained"},
};

}  // namespace

absl::Span<const DomainText> EverydayDomains() { return kDomains; }

}  // namespace flowmesh::models
