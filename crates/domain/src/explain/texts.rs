//! The catalogue of sentences that explanations are made of, Chinese and English beside each other. The texts of
//! reasons are not here: they have a catalogue of their own.
//!
//! A place as in `{amount}` is filled with a value; a sentence whose value is missing is left out.

use super::{About, Said, Telling, Values};
use crate::burden::{Part, VisitKind};
use crate::decide::Source;
use crate::policy::{Bilingual, key_of};
use gongji_words::AreaCode;

const fn said(zh: &'static str, en: &'static str) -> Said {
    Said { zh, en }
}

fn both(said: Said) -> Bilingual {
    Values::none().put_into(said)
}

// To staff.

pub(super) const BILL: Said = said(
    "{date} {time}，{name}（{area}参保）在{place}的一笔{kind}。个人负担 ¥{amount}，统筹支付 ¥{fund}。",
    "On {date} at {time}: {name}, insured in {area}, a bill ({kind}) in {place}. \
     Personal burden ¥{amount}, pooled insurance ¥{fund}.",
);
pub(super) const PART: Said = said("其中{part} ¥{amount}。", "Of this, {part}: ¥{amount}.");
pub(super) const OWN_BALANCE: Said = said("本人个人账户可用 ¥{amount}。", "The patient's own account has ¥{amount}.");
pub(super) const WALLET: Said =
    said("本人医保钱包有 ¥{amount}，使用地{place}。", "The patient's wallet has ¥{amount}, for use in {place}.");
pub(super) const LAW: Said =
    said("按{area}当天的规则判定，摘要 {digest}。", "Judged by the law of {area} on that day, digest {digest}.");
pub(super) const SPONSOR_LAW: Said = said(
    "共济人参保地{area}的规则，摘要 {digest}。",
    "The law of {area}, where a sponsor is insured, digest {digest}.",
);
pub(super) const NO_LAW: Said = said(
    "这一天还没有成文规则，不猜，不共济。",
    "No law is formalised for this day; none was guessed, and there was no aid.",
);
pub(super) const LAW_CHANGED: Said = said(
    "注意：现在的规则与判定时不同，这里引用的依据是现在的。",
    "Note: the law is no longer what it was when this was judged; the sources are those of the present one.",
);
pub(super) const STEP_STOPS: Said = said("到此为止。", "It stopped here.");
pub(super) const STEP_STOPS_ONE: Said = said("{name}不能付。", "{name} could not pay.");
pub(super) const STEP_OWN: Said = said("{name}的个人账户付 ¥{amount}。", "The own account of {name} paid ¥{amount}.");
pub(super) const STEP_WALLET: Said = said("{name}的医保钱包付 ¥{amount}。", "The wallet of {name} paid ¥{amount}.");
pub(super) const STEP_AID: Said = said("{name}能付 ¥{amount}。", "{name} could pay ¥{amount}.");
pub(super) const STEP_PASSES: Said = said("通过。", "It passed.");
pub(super) const CANDIDATE: Said = said(
    "{name}（{area}参保，{date}绑定）。可用 ¥{available}，其中往年 ¥{previous}。已冻结额度还剩 ¥{quota}。\
     限额还剩 ¥{limit}。",
    "{name}, insured in {area}, bound on {date}. Available ¥{available}, of previous years ¥{previous}. \
     Of the frozen quota ¥{quota} is left. Of the limits ¥{limit} is left.",
);
pub(super) const TAKEN: Said = said("用了他的{source} ¥{amount}。", "Taken: ¥{amount} of the {source}.");
pub(super) const TAKEN_TO_LIMIT: Said = said("到了他自己设的限额。", "His own limit was reached.");
pub(super) const PASSED_OVER: Said = said("没有用他的钱。", "Passed over.");
pub(super) const NOT_ENOUGH_TOGETHER: Said = said(
    "没有用他的钱：能付 ¥{amount}，但合起来不够整笔，本地规定不够就不用。",
    "Passed over: he could pay ¥{amount}, but all together could not pay the whole, and the rule here then takes none.",
);
pub(super) const NOT_NAMED: Said = said("没有用他的钱：付款时指定了别人。", "Passed over: the payer named another.");
pub(super) const EXPIRED: Said = said("没有用他的钱：共济关系已经到期。", "Passed over: the binding is over.");
pub(super) const MOVED: Said =
    said("没有用他的钱：参保地变了，关系已经结束。", "Passed over: a move of insurance ended the binding.");
pub(super) const NO_RELATION: Said =
    said("没有用他的钱：现在没有有效的共济关系。", "Passed over: there is no binding in force.");
pub(super) const NOT_REACHED: Said =
    said("没有用他的钱：还没有轮到共济人，事情就定了。", "Passed over: it was decided before any sponsor was asked.");
pub(super) const ONLY_THE_FIRST: Said =
    said("没有用他的钱：本地规定只问排在最前的一位。", "Passed over: the rule here asks only the first in order.");
pub(super) const NOT_NEEDED: Said =
    said("没有用他的钱：排在前面的已经付清。", "Not needed: those before him paid all that aid may pay.");
pub(super) const REASON: Said = said("{code}（告知本人“{text}”）。", "{code} (the person concerned reads \"{text}\").");
pub(super) const PAID_OWN: Said = said("本人个人账户付 ¥{amount}。", "The own account pays ¥{amount}.");
pub(super) const PAID_AID: Said = said("{name}的{source}付 ¥{amount}。", "{name} pays ¥{amount} from the {source}.");
pub(super) const PAID_WALLET: Said = said("本人医保钱包付 ¥{amount}。", "The own wallet pays ¥{amount}.");
pub(super) const PAID_CASH: Said = said("现金付 ¥{amount}。", "Cash pays ¥{amount}.");
pub(super) const COUNTED_ITEMS: Said =
    said("计入本地项目限额 ¥{amount}。", "¥{amount} counts against the area's limit on items.");

// To the till: own account, wallet, aid, cash.

pub(super) const CASHIER_PURSES: [Said; 4] = [
    said("患者个人账户付 ¥{amount}。", "The patient's own account pays ¥{amount}."),
    said("患者医保钱包付 ¥{amount}。", "The patient's wallet pays ¥{amount}."),
    said("家庭共济付 ¥{amount}。", "Family sharing pays ¥{amount}."),
    said("请收 ¥{amount}。", "Collect ¥{amount}."),
];

pub(super) const NOTHING_TO_COLLECT: Said = said("不用再收钱。", "Nothing to collect.");

// To the patient.

pub(super) const YOUR_BILL: Said = said(
    "{date}，您的一笔{kind}，自己要付的一共 ¥{amount}。",
    "On {date}: your bill ({kind}); your own part is ¥{amount}.",
);
pub(super) const YOUR_PURSES: [Said; 4] = [
    said("您的个人账户付了 ¥{amount}。", "Your own account paid ¥{amount}."),
    said("您的医保钱包付了 ¥{amount}。", "Your wallet paid ¥{amount}."),
    said("家人的账户付了 ¥{amount}。", "Relatives' accounts paid ¥{amount}."),
    said("您用别的方式付 ¥{amount}。", "You pay ¥{amount} another way."),
];

// To a sponsor.

pub(super) const NOTHING_OF_YOURS: Said = said("这一笔没有用您的钱。", "No money of yours was used for this.");
pub(super) const YOUR_LIMIT: Said = said("用到了您设的限额。", "The limit that you set was reached.");

pub(super) const fn of_your_money(source: Source) -> Said {
    match source {
        Source::Account => said(
            "{date}，您的个人账户为{name}付了 ¥{amount}。",
            "On {date} your personal account paid ¥{amount} for {name}.",
        ),
        Source::Quota => said(
            "{date}，您留给{name}的额度付了 ¥{amount}。",
            "On {date} the quota that you set aside for {name} paid ¥{amount}.",
        ),
    }
}

// Sources.

pub(super) const SOURCE_DOCUMENT: Said =
    said("依据：《{document}》，{authority}，{date}。", "Source: {document}, {authority}, {date}.");
pub(super) const SOURCE_REPRINT: Said = said(
    "依据：{authority}刊载，{date}，未写文件名。",
    "Source: published by {authority}, {date}, document not named.",
);
pub(super) const SOURCE_REQUIREMENT: Said = said(
    "依据：需求文件《{document}》，{authority}，{date}；它不是公布的政策。",
    "Source: a requirement document, {document}, {authority}, {date}; it is no published policy.",
);
pub(super) const SOURCE_DEFAULT: Said =
    said("依据：各来源都没有说，按本系统的默认。", "Source: none speaks; this is the default of this system.");
pub(super) const SOURCE_EXAMPLE: Said =
    said("依据：虚构的示例，不是任何地方的政策。", "Source: an invented example, no area's policy.");
pub(super) const RULE_OWN: Said =
    said("{area}自己的规则，{from}起。", "A rule of {area} itself, in force from {from}.");
pub(super) const RULE_INHERITED: Said =
    said("{area}沿用{level}的规则，{from}起。", "{area} inherits this rule from {level}, in force from {from}.");

// Words of the law.

pub(super) fn source(source: Source) -> Bilingual {
    both(match source {
        Source::Account => said("个人账户", "personal account"),
        Source::Quota => said("冻结额度", "frozen quota"),
    })
}

pub(super) fn kind(kind: VisitKind) -> Bilingual {
    both(match kind {
        VisitKind::Outpatient => said("普通门诊", "outpatient"),
        VisitKind::Emergency => said("急诊", "emergency"),
        VisitKind::Chronic => said("门诊慢特病", "chronic disease"),
        VisitKind::Inpatient => said("住院", "inpatient"),
        VisitKind::Pharmacy => said("药店购药", "pharmacy"),
        VisitKind::Birth => said("生育", "birth"),
    })
}

pub(super) fn part(part: Part) -> Bilingual {
    both(match part {
        Part::Deductible => said("起付线以下", "below the deductible"),
        Part::ClassB => said("乙类先行自付", "first part of class B"),
        Part::Copay => said("共付段个人负担", "share of the covered part"),
        Part::OverCap => said("封顶线以上", "above the cap"),
        Part::OverLimit => said("超限价", "above the price limit"),
        Part::OutOfCatalogue => said("目录外自费", "outside the catalogue"),
        Part::Drug => said("药品", "drugs"),
        Part::Device => said("医疗器械", "devices"),
        Part::Consumable => said("医用耗材", "consumables"),
        Part::Vaccine => said("非免疫规划疫苗", "vaccines outside the programme"),
        Part::Exam => said("体检", "check-ups"),
        Part::Fitness => said("体育健身", "fitness"),
        Part::Wellness => said("养生保健", "wellness"),
        Part::PublicHealth => said("公共卫生", "public health"),
    })
}

impl Telling<'_, '_> {
    /// What a rule says, as an area has it on the day.
    pub(super) fn meaning(&self, key: &'static str, area: Option<AreaCode>) -> Bilingual {
        let day = self.trace.case.at.day();
        match area.and_then(|area| self.law.provenance(area, day, key)) {
            Some(provenance) => meaning(key, provenance.value),
            None => both(Said { zh: "", en: "" }),
        }
    }

    /// Says what a rule of an area means, with its source.
    pub(super) fn say_rule(&mut self, about: About, (key, area): (&'static str, AreaCode)) {
        let text = self.meaning(key, Some(area));
        self.say_by(about, (key, Some(area)), text);
    }
}

/// What a value of a key means: a sentence where it is one of few, else the question and the value.
pub(super) fn meaning(key: &str, value: &str) -> Bilingual {
    if let Some(said) = rule(key, value) {
        return both(said);
    }
    let (zh, en) = key_of(key).map_or((key, key), |known| (known.zh, known.en));
    Bilingual { zh: format!("{zh}：{}。", value_zh(value)), en: format!("Rule on {en}: {value}.") }
}

fn rule(key: &str, value: &str) -> Option<Said> {
    Some(match (key, value) {
        ("till.open", "true") => said("本地已开通家庭共济。", "Family sharing is open here."),
        ("till.open", _) => said("本地还没有开通家庭共济。", "Family sharing is not open here."),
        ("till.own-account", "own-first") => said("先用本人个人账户，再用家人的。", "The own account pays before aid."),
        ("till.own-account", "aid-first") => said("先用家人的，再用本人个人账户。", "Aid pays before the own account."),
        ("till.own-account", "own-must-be-zero") => {
            said("本人个人账户没有钱了，才能用家人的。", "Aid is for those whose own account is empty.")
        }
        ("till.sponsor-order", "binding-order") => said("先绑定的先付。", "The earliest binding pays first."),
        ("till.sponsor-order", "latest-bound") => said("最近绑定的先付。", "The latest binding pays first."),
        ("till.sponsor-order", "balance-descending") => said("余额最多的先付。", "The highest balance pays first."),
        ("till.sponsor-order", "beneficiary-order") => said("按使用人排的顺序付。", "The patient's own order holds."),
        ("till.sponsor-order", "random") => said("共济人先后由系统抽定。", "The system draws the order of sponsors."),
        ("till.sponsors-per-settlement", "one") => said("一笔只用一位共济人的钱。", "One sponsor pays for one bill."),
        ("till.sponsors-per-settlement", _) => said("一位不够，下一位接着付。", "Sponsors pay one after another."),
        ("till.shortfall", "part") => {
            said("家人的钱不够时，能付多少付多少。", "Where relatives' money is short, it pays what it can.")
        }
        ("till.shortfall", _) => {
            said("家人的钱付不清整笔时，一分也不用。", "Where relatives' money cannot pay the whole, none is taken.")
        }
        ("till.pooled-benefit", "allowed") => {
            said("医保报过一部分的费用也能共济。", "Bills that pooled insurance shares may be paid by aid.")
        }
        ("till.pooled-benefit", _) => {
            said("医保报过一部分的费用不能共济。", "Bills that pooled insurance shares cannot be paid by aid.")
        }
        ("till.filing-for-aid", "none") => said("异地使用共济不用备案。", "Aid away from home needs no filing."),
        ("till.filing-for-aid", "outside-province") => {
            said("出省看病要先备案，才能共济。", "Aid outside the province needs a filing.")
        }
        ("till.filing-for-aid", _) => said("出统筹区看病要先备案，才能共济。", "Aid outside the area needs a filing."),
        ("bind.reach", "same-pool") => said("双方在同一统筹区参保才能共济。", "Both must be insured in the same area."),
        ("bind.reach", "same-province") => {
            said("双方在同一省参保就能共济。", "Both insured in the same province is enough.")
        }
        ("bind.reach", _) => said("双方在全国任何地方参保都能共济。", "Both may be insured anywhere."),
        ("wallet.open", "true") => said("本地已开通医保钱包。", "The insurance wallet is open here."),
        ("wallet.open", _) => said("本地还没有开通医保钱包。", "The insurance wallet is not open here."),
        ("wallet.mode", "closed") => said("这时还没有医保钱包。", "There is no insurance wallet on this day."),
        ("wallet.mode", "transfer") => {
            said("跨省把钱转进家人的医保钱包。", "Across provinces money is sent to a wallet.")
        }
        ("wallet.mode", _) => said("跨省在共济人账户里先冻结额度。", "Across provinces a quota is frozen beforehand."),
        ("money.usable", "all") => said("账户里的钱都能共济。", "The whole account may be used."),
        ("money.usable", _) => said("只有往年结余能共济。", "Only money of previous years may be used."),
        ("limits.one-for-all", "true") => {
            said("共济人设的限额全家合着算。", "A limit that a sponsor sets holds for the whole family together.")
        }
        ("limits.one-for-all", _) => {
            said("共济人给每位家人设的限额分开算。", "A sponsor's limits count for each relative.")
        }
        _ => return None,
    })
}

/// A canonical value for a reader of Chinese: each known word in Chinese, the rest as it stands.
fn value_zh(value: &str) -> String {
    let Some((list, rest)) = value.strip_prefix('[').and_then(|inside| inside.split_once(']')) else {
        return word_zh(value);
    };
    let words: Vec<String> = list.split(", ").map(word_zh).collect();
    format!("{}{}", words.join("、"), rest.replace(" a month", " 元（每月）"))
}

fn word_zh(word: &str) -> String {
    let of_bill = VisitKind::from_word(word).map(kind).or_else(|| Part::from_word(word).map(part));
    if let Some(known) = of_bill {
        return known.zh;
    }
    let zh = match word {
        "true" => "是",
        "false" => "否",
        "none" => "无",
        "unlimited" => "不限",
        "from-age" => "满一定年龄的使用人",
        "spouse" => "配偶",
        "everybody" => "每位使用人",
        "before-effect" => "审核后生效",
        "at-once" => "即时",
        "next-day" => "次日",
        "moved" => "参保地变更",
        "insurance-ended" => "终止参保",
        "death" => "死亡",
        "kinship-change" => "亲属关系变化",
        other => other,
    };
    zh.to_owned()
}
