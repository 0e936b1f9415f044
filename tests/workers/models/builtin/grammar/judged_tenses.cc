#include "tests/workers/models/builtin/grammar/judged_tenses.h"

namespace flowmesh::models {
namespace {

constexpr GapRule kPresent[] = {
    {"what time$|how often$|when$", "", "{does>}|did|will|can"},
    {"why$", "at the moment", "{is>}"},
    {"", "on sundays$", "{pres}|{does} not V|did not V|will not V|never {pres}"},
    {"but right now", "", "{is} I"},
    {"^look|^quiet please|^please wait", "", "{is} I|{has} D"},
    {"^at the moment", "^more", "{pres}"},
    {"", "^the reason", "{pres}|P"},
    {"^the new", "^to the", "{pres}|P"},
    {"of the plan$", "^on", "{pres}|P|will V"},
    {"^the daily meeting", "^at", "{pres}|P|{is} I|will V"},
    {"never$|rarely$|seldom$|hardly ever$", "", "{pres}|P|{has} D"},
    {"", "but today", "{pres}"},
    {"^as a rule|^normally|^usually|^generally", "every|once|twice", "{pres}"},
};

constexpr GapRule kPast[] = {
    {"^so far this|^over the past few|^up to now|^since the", "", "{has} D|{has} been I"},
    {"^this is the first time that", "", "{has} D"},
    {"^this is the second time|^this is the third time|^this is the fourth time", "", "{has} D"},
    {"when$|how long ago$", "", "did"},
    {"^$", "ever", "{has>}|had"},
    {"has not|have not", "^last|^tuesday|^the beginning", "since|before|after|on"},
    {"weeks$", "", "ago|later|earlier|before"},
    {"", "since", "{has} D|{has} been I"},
    {"", "but she left|but he left", "P|had D|had been I"},
    {"", "when she was new|when he was new", "P|{was} I"},
    {"^last|^three weeks ago|^on monday last week", "", "P|{was} I|did V"},
    {"", "yesterday$|last week$|two days ago$|last monday$|an hour ago$|last month$", "P|{was} I|did V|had D"},
};

constexpr GapRule kFuture[] = {
    // Time clauses: the main clause says that all of it is in the future.
    {"^as soon as|^when|^once|^after|^by the time", "will", "{pres}|{has} D"},
    {"will&after she$|after he$", "", "{has} D|{pres}"},
    {"will&as soon as|when|once|before|until", "", "{pres}|{has} D"},
    {"^by the time|^by next|^by the end of next|^by this time next", "", "will have D|will V|will be I"},
    {"^this time tomorrow|^this time next", "", "will be I|will have D"},
    {"going$|due$|certain$|likely$|unlikely$|sure$|about$", "", "to V"},
    {"away tomorrow|away next", "then", "will V|can V|must V|{is} I|{is} going to V|will be I"},
    {"^do not worry", "", "will V|will have D|{is} going to V|can V"},
    {"", "tomorrow|next", "will V|will be I|will have D|{is} I|{is} going to V|{pres}"},
};

constexpr GapRule kConditional[] = {
    {"^$", "would not have", "had|if"},
    {"^$", "tomorrow&will", "should|if"},
    {"were here now", "", "would V|could V|might V"},
    {"if i$", "", "were|was"},
    {"^if", "more time today&would", "had"},
    {"would be happier if", "", "P|could V"},
    {"less worried now", "", "had D|had been I"},
    {"would have&if", "", "had D"},
    {"^if the", "in time&would not have", "had D|had been I"},
    {"^if&had", "last week", "would not have D|might not have D|could not have D"},
    {"^what$", "^if&were", "would V|might V|could V"},
    {"^if it were possible", "", "would be|might be|could be"},
    {"always&if", "", "{pres}|{has} D"},
    {"will not&unless", "", "{pres}|{has} D"},
    {"^if|^provided that|^providing that|^on condition that|^as long as", "will", "{pres}|{has} D|{is} I|can V"},
    {"^if&today", "^satisfied$|^happy$|^grateful$|^pleased$", "will be|may be|can be|{is}|should be"},
};

constexpr GapRule kPassive[] = {
    // Who did it stands behind "by": only a passive form can come before.
    {"^when$", "last&by the", "{was>}|{is>}"},
    {"^$", "by the&yesterday|last|ago", "{was>}|had"},
    {"^the&was", "^the", "by"},
    {"must$|can easily$", "by the", "be D"},
    {"should have$|has not$", "by the", "been D"},
    {"expects", "by the", "to be D"},
    {"is going to have", "by the", "D"},
    {"had her|had his", "last week$", "D"},
    {"is said$|is reported$|is believed$|is known$|is thought$", "yesterday|last|ago", "to have D|to have been I"},
    {"^at the moment", "by the", "{is} being D"},
    {"^when", "by the", "{was} being D|{was} D|had been D"},
    {"^by the time", "by the", "had been D|{was} D"},
    {"", "by the&since", "{has} been D"},
    {"", "by the&every|once a|twice a", "{is} D"},
    {"", "by the&tomorrow|next", "will be D|{is} being D|{is} to be D|will have been D"},
    {"", "by the&yesterday|last|ago", "{was} D|{was} being D|had been D"},
};

constexpr GapRule kReported[] = {
    {"please&asked", "", "to V"},
    {"do not&told", "", "not to V"},
    {"^is the&asked", "", "whether S was *|if S was *|whether S had been *"},
    {"told us that", "the following day", "would V|{was} going to V|{was} I|should V"},
    {"^i can", "the following day", "could V|would be able to V"},
    {"^i am&said that", "at that moment", "was I"},
    {"asked&where the", "at that moment", "was"},
    {"i will&would do it$", "", "the next day|the following day"},
    {"i&yesterday said&had done it$", "", "the day before|the previous day"},
    {"yesterday said&said that", "the day before", "had D|P"},
    {"asked&whether she$|whether he$|if she$|if he$", "by the end of that week", "would have D|had D|would V"},
    {"asked when$|know why$", "", "S had D|S P|S would V|S was I"},
    {"wondered$", "", "whether S had D|if S had D|when S had D|why S had D|how S had D"},
    {"asked who$", "the week before", "had D|P"},
    {"asked", "^the&had", "whether|if|when|why|how|where"},
    {"asked", "", "how long ago S had D|how long ago S P|when S had D|whether S had D"},
    {"told the", "at once$", "to V|not to V|that S *"},
    {"warned the", "", "not to V|to V"},
    {"", "^to the&that", "said|explained|complained|mentioned|reported|suggested|pointed out"},
    {"", "^the&that she would|that he would", "promised|told|assured|informed|warned"},
    {"", "^the&that&had", "told|informed|assured|warned|reminded|promised"},
    {"that she$|that he$", "the previous week$", "had D|P|had been I"},
};

}  // namespace

Verdict JudgePresent(const Sentence& sentence, const Words& option) { return JudgeByRules(kPresent, sentence, option); }
Verdict JudgePast(const Sentence& sentence, const Words& option) { return JudgeByRules(kPast, sentence, option); }
Verdict JudgeFuture(const Sentence& sentence, const Words& option) { return JudgeByRules(kFuture, sentence, option); }
Verdict JudgeConditional(const Sentence& sentence, const Words& option) {
  return JudgeByRules(kConditional, sentence, option);
}
Verdict JudgePassive(const Sentence& sentence, const Words& option) { return JudgeByRules(kPassive, sentence, option); }
Verdict JudgeReported(const Sentence& sentence, const Words& option) {
  return JudgeByRules(kReported, sentence, option);
}

}  // namespace flowmesh::models
