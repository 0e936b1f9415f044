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
     "the ambulance/arrive;the alarm/go off;the operation/begin;the visitor/leave;the night shift/start;the "
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
     "the plane/land;the bus/arrive;the guest/check out;the storm/begin;the train/leave;the hotel/open",
     "water;food;fuel;time",
     "hotel:comfortable,cheap,modern;restaurant:clean,beautiful,crowded;flight:long,expensive,pleasant;room:large,"
     "quiet,bright;tour:short,busy,interesting",
     "according to the travel agency;according to the timetable;as the guest book shows;as the brochure says"},
    {"cooking", "cook kitchen chef bak food recipe cuisine culinary meal gastronom barista catering",
     "chef;cook;baker;waiter;kitchen assistant", "the head chef", "guest", "kitchen",
     "peel/potato*;bake/cake*;prepare/salad*;serve/dessert*;wash/pan*;sharpen/knife*;fill/sugar "
     "bowl*;taste/soup*;decorate/table*;clean/oven*;roast/chicken*;open/bottle*;fry/onion*",
     "the guest/arrive;the timer/ring;the fridge/break down;the restaurant/open;the inspector/come in;the delivery "
     "van/leave",
     "flour;salt;butter;oil",
     "knife:sharp,heavy,expensive;recipe:simple,famous,traditional;soup:hot,thick,delicious;oven:large,modern,"
     "efficient;dessert:sweet,light,popular",
     "according to the recipe;according to the order slip;as the menu shows;as the head chef explained"},
    {"daily life",
     "daily everyday life home family hous hobb friend garden sport fitness leisure neighbo shopping pet music film "
     "art weather",
     "babysitter;cleaner;gardener;caretaker;housekeeper", "the landlady", "visitor", "house",
     "clean/kitchen*;wash/window*;repair/bike*;water/plant*;paint/fence;pay/bill*;lock/door*;empty/bin*;collect/"
     "parcel*;sweep/path*;mow/lawn*;iron/shirt*;tidy/bedroom*",
     "the doorbell/ring;the rain/start;the visitor/arrive;the bus/leave;the film/begin;the shop/close",
     "money;milk;bread;time",
     "flat:small,bright,expensive;bike:light,fast,comfortable;garden:large,beautiful,quiet;dog:friendly,large,calm;"
     "kitchen:modern,clean,practical",
     "according to the neighbours;according to the weather forecast;as the photos show;as the landlady explained"},
};

}  // namespace

absl::Span<const DomainText> EverydayDomains() { return kDomains; }

}  // namespace flowmesh::models
