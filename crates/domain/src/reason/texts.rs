//! The texts of the reasons and notices, in both languages.
//!
//! GENERATED from `catalogue/reasons.toml` by `cargo xtask reasons`. Do not edit: change the catalogue.

use super::{Audience, Language, Notice, Reason, Text};

/// All that is said about one reason in one language.
pub(super) struct Spoken {
    full: Text,
    /// `None`: the full text.
    sponsor: Option<Text>,
    /// `None`: the full text.
    beneficiary: Option<Text>,
    cashier: &'static str,
}

impl Spoken {
    pub(super) const fn for_audience(self, audience: Audience) -> Text {
        let own = match audience {
            Audience::Staff => None,
            Audience::Sponsor => self.sponsor,
            Audience::Beneficiary => self.beneficiary,
            Audience::Cashier => Some(Text { what: self.cashier, why: "", remedy: "" }),
        };
        match own {
            Some(text) => text,
            None => self.full,
        }
    }
}

pub(super) const fn spoken(reason: Reason, language: Language) -> Spoken {
    match language {
        Language::Zh => zh(reason),
        Language::En => en(reason),
    }
}

pub(super) const fn notice(notice: Notice, language: Language) -> &'static str {
    match language {
        Language::Zh => notice_zh(notice),
        Language::En => notice_en(notice),
    }
}

const fn zh(reason: Reason) -> Spoken {
    match reason {
        Reason::BindSelf => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "您填的是自己的身份证号。",
                remedy: "自己的账户本来就能用，请改填家人的号码。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindSponsorNoAccount => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "只有职工医保才有个人账户，您参加的不是。",
                remedy: "请家里有职工医保的人来添加您。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindSponsorInactive => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "您的职工医保现在不是正常参保。",
                remedy: "请单位或医保窗口帮您恢复，恢复后再来。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindSponsorArrears => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "您的职工医保还有欠费。",
                remedy: "补上欠费以后，再来添加家人。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindSponsorFrozen => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "您的个人账户被冻结了。",
                remedy: "请打医保电话或到窗口，问怎样解冻。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindSponsorExcluded => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "参加这种医保的人，本地规定不能加入家庭共济。",
                remedy: "请家里别的参保人来添加，或到窗口问一问。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindAreaNotOpen => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "参保的地方还没有开通家庭共济。没有开通的是{area}。",
                remedy: "可以留一个提醒，开通那天给您发短信。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindMemberNotInsured => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "这位家人没有参加基本医保。",
                remedy: "先帮家人参保，再来添加。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindMemberInactive => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "这位家人的医保现在不是正常参保。",
                remedy: "等家人的参保恢复以后，再来添加。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindMemberOtherPool => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "你们不在同一个地方参保，本地规定不能跨地方添加。家人在{area}参保。",
                remedy: "现在请家人用别的方式付；规定变了再来添加。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindMemberOtherProvince => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "这位家人在外省参保，两边还不能共济。参保的地方是{area}。",
                remedy: "可以看看医保钱包能不能用到那里。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindRelationNotAllowed => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "这种亲属关系，本地规定不能共济。可以添加的是{list}。",
                remedy: "请再看看关系有没有选错。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindDuplicate => Spoken {
            full: Text {
                what: "没有再添加一次。",
                why: "这位家人已经在您的共济里了。添加的日子是{date}。",
                remedy: "可以直接去看他（她）的限额和记录。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有再添加一次。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindRoleConflict => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "本地规定一个人不能又给家人用、又用家人的。",
                remedy: "先解绑原来的那一边，再来添加。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindRelationCount => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "这种关系的家人已经添加满了。{relation}最多添加 {max} 位。",
                remedy: "先解绑一位，再添加新的。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindMemberLimit => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "您能添加的家人已经满了。本地最多添加 {max} 位。",
                remedy: "先解绑一位，再添加新的。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindSponsorLimit => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "给这位家人共济的人已经满了。每个人最多有 {max} 位共济人。",
                remedy: "请家人先解绑原来的共济人，再来添加。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindReserveBelow => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "您个人账户的钱没有超过本地规定要留的数。要多于 ¥{amount} 才行。",
                remedy: "等账户里的钱够了，再来添加。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindCooldown => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "你们解绑的时间还不长，本地规定要等一等。{date}起可以再添加。",
                remedy: "到时候再来，材料不用再带。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindPeriodInvalid => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "开始的日子不能早于今天，结束不能早于开始。",
                remedy: "请改一下日子，再添加一次。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindProofRequired => Spoken {
            full: Text {
                what: "还差一份证明。",
                why: "我们查不到你们是亲属，本地规定要看证明。",
                remedy: "请拍户口本、结婚证或出生证明中的一样。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "还差一份证明。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindConsentExpired => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "邀请过了期限，家人没有确认。期限是{date}。",
                remedy: "再发一次邀请，或者一起到窗口确认。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindNotFound => Spoken {
            full: Text {
                what: "没有改动什么。",
                why: "你们两个人之间没有这样的共济。",
                remedy: "请看看选的是不是这位家人。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindProofUnreadable => Spoken {
            full: Text {
                what: "证明没有收下。",
                why: "照片上的字看不清。",
                remedy: "把证件放平，避开反光，再拍一张。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "证明没有收下。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindNameIdMismatch => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "姓名和身份证号不是同一个人的。",
                remedy: "请拿着身份证再填一次；少见的字可以到窗口填。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindIdInvalid => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "身份证号里有数字填错了。",
                remedy: "请对着证件，一位一位再看一遍。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindMemberBlocked => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "登记的资料说，这个人的参保已经注销。",
                remedy: "要是登记错了，请带证件到窗口改。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindMemberUnavailable => Spoken {
            full: Text {
                what: "没有添加成功。",
                why: "现在不能添加这个人，原因只告诉本人。",
                remedy: "请家人自己登录看，或者一起到窗口。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindConsentPending => Spoken {
            full: Text {
                what: "还没有生效。",
                why: "要等家人确认。{date}以前确认都有效。",
                remedy: "家人可以点短信里的链接，也可以到窗口确认。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindConsentDeclined => Spoken {
            full: Text {
                what: "没有添加成功。", why: "家人选了不同意。", remedy: "跟家人说好了，可以再邀请一次。"
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有添加成功。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::BindGuardianNeeded => Spoken {
            full: Text {
                what: "还差一步。",
                why: "这位家人还没有成年，要由父母或监护人来添加。",
                remedy: "请孩子的父母来，或带监护证明到窗口。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "还差一步。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReviewReturned => Spoken {
            full: Text {
                what: "材料要补一下。",
                why: "看材料的人觉得还缺一点。请在{date}以前补好。",
                remedy: "只补缺的那一样，别的不用重填。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "材料要补一下。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReviewRejected => Spoken {
            full: Text {
                what: "审核没有通过。",
                why: "看过材料，还不能说明你们的关系。",
                remedy: "觉得不对，可以提出疑问，或到窗口当面说。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "审核没有通过。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::UnbindMinTerm => Spoken {
            full: Text {
                what: "还没有解绑。",
                why: "本地规定要绑满一段时间才能解绑。{date}起可以解绑。",
                remedy: "共济人可以先暂停，暂停后不再用账户的钱。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::UnbindNotYours => Spoken {
            full: Text {
                what: "没有解绑。",
                why: "本地规定要由另一方来解绑。",
                remedy: "请那位家人自己解绑，或者一起到窗口。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::UnbindInFlight => Spoken {
            full: Text {
                what: "还要等一下才解绑。",
                why: "正好有一笔钱在付，付完才能解绑。",
                remedy: "不用再点一次，解绑后会发短信。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::OrderNotYours => Spoken {
            full: Text {
                what: "先后没有改。",
                why: "本地规定好了先用谁的钱，自己不能选。",
                remedy: "不用做什么；付钱时可以选不用某一位的。",
            },
            sponsor: Some(Text {
                what: "先后没有改。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::SettleNotOwnCode => Spoken {
            full: Text {
                what: "这一笔没有结算。",
                why: "亮出来的医保码不是看病人自己的。",
                remedy: "请亮看病人自己的码或社保卡；钱可以共济，码不能借。",
            },
            sponsor: Some(Text {
                what: "这一笔没有结算。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "没有结算：医保码不是患者本人的。请让患者亮自己的码。",
        },
        Reason::SettleInstNotDesignated => Spoken {
            full: Text {
                what: "这一笔没有结算。",
                why: "这家医院或药店不是医保定点机构。名称是{inst}。",
                remedy: "请到定点机构看病买药，“找机构”里能查到。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "没有结算：本机构不是医保定点。请患者用其他方式付。",
        },
        Reason::SettleInstSuspended => Spoken {
            full: Text {
                what: "这一笔没有结算。",
                why: "这家机构的医保服务暂停了。名称是{inst}。",
                remedy: "请换一家定点机构。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "没有结算：本机构医保服务暂停。请患者用其他方式付。",
        },
        Reason::SettlePatientInactive => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "看病的人现在不是正常参保。",
                remedy: "这次用别的方式付，再打医保电话或到窗口恢复参保。",
            },
            sponsor: Some(Text {
                what: "这次没有用家庭共济。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleChoseNot => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "付钱的时候选了不用家人的钱。",
                remedy: "下次付钱时选“用家庭共济”就行。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettlePurposeExcluded => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "这一类看病买药，不能用家人的钱付。",
                remedy: "这次用别的方式付；能付哪几类，规则里能看到。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleItemExcluded => Spoken {
            full: Text {
                what: "有一部分没有用家庭共济。",
                why: "本地规定这几样不能用家人的钱付。一共 ¥{rest}。",
                remedy: "这部分用现金、银行卡或手机付。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleBenefitLinked => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "这一笔医保已经报了一部分，本地规定就不再用家人的钱。",
                remedy: "自己付的部分，请用别的方式付。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleFamilyCodeOnly => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "你们只绑了亲情账户，它只能帮家人亮码，不能付钱。",
                remedy: "请家人再点“添加家人”，加上家庭共济。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleNoBinding => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "还没有家人把您添加进家庭共济。",
                remedy: "这次先自己付；请有职工医保的家人添加您，下次能用。",
            },
            sponsor: Some(Text {
                what: "这次没有用家庭共济。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleConsentPending => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "邀请还没有确认，所以还没有生效。",
                remedy: "使用人点短信里的链接同意，下次就能用。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleReviewPending => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "证明还在审核，所以还没有生效。",
                remedy: "审核通过会发短信，之后就能用。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleNotEffective => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "家庭共济还没有到开始的日子。从{date}起能用。",
                remedy: "这次用别的方式付，到日子再用。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleExpired => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "您给家人的共济已经到期。最后一天是{date}。",
                remedy: "想继续，就再添加一次家人。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "这次没有用家庭共济。",
                why: "家人给您的共济已经到期。最后一天是{date}。",
                remedy: "这次用别的方式付；想继续，请家人再添加您一次。",
            }),
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettlePaused => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "您暂停了给这位家人的共济。",
                remedy: "想继续，点“恢复”就行。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "这次没有用家庭共济。",
                why: "家人暂停了共济。",
                remedy: "这次用别的方式付，再和家人说一说。",
            }),
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleRebindNeeded => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "有一方的参保地换了，原来的共济就结束了。",
                remedy: "在新的参保地再添加一次家人。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleAreaNotOpen => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "有一边的参保地还没有开通。没有开通的是{area}。",
                remedy: "这次用别的方式付；开通的地方可以在地图上查。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "没用家庭共济：参保地没有开通。应收请患者用其他方式付。",
        },
        Reason::SettleNoQuota => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "你们不在一个省参保，要先在医保钱包里留出钱。现在没有留出的钱。",
                remedy: "共济人在医保钱包里设好金额，下次能用。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleNotRegisteredAway => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "在外地看病，要先有异地就医备案。",
                remedy: "现在就可以在手机上填异地就医备案，再请收费窗口重新结算。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleInstChannel => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "这家机构还不能收家人的钱。名称是{inst}。",
                remedy: "问问收费窗口能不能付，不行就用别的方式付。",
            },
            sponsor: Some(Text {
                what: "这次没有用家庭共济。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "没用家庭共济：本机构还不能收。请患者用其他方式付。",
        },
        Reason::SettleSponsorUnavailable => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "您的个人账户现在不能用，可能是欠费、停保或冻结。",
                remedy: "请登录看账户状态，再打医保电话或到窗口。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "这次没有用家庭共济。",
                why: "家人的账户这会儿用不了。",
                remedy: "这次用别的方式付，原因请家人自己登录看。",
            }),
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleOwnNotZero => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "您自己的个人账户里还有钱，本地规定用完才能用家人的。",
                remedy: "剩下的用别的方式付；自己的用完，下次就能用家人的。",
            },
            sponsor: Some(Text {
                what: "这次没有用家庭共济。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettlePreviousYearsZero => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "本地规定只能用往年存下的钱，您的已经用完。",
                remedy: "不用做什么；今年的钱到明年就能给家人用。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "这次没有用家庭共济。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleReserve => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "本地规定账户里要留一笔钱，留出后不够付。要留 ¥{amount}。",
                remedy: "不用做什么；超出的部分多了，家人就能用。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "这次没有用家庭共济。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleSponsorZero => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "您的个人账户里没有钱了。",
                remedy: "不用做什么；账户里有钱以后，家人又能用。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "这次没有用家庭共济。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleQuota => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "您给家人设的限额不够付这一笔。{kind}还剩 ¥{left}，要付 ¥{due}。",
                remedy: "想让家人多用一点，可以把限额改大。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "这次没有用家庭共济。",
                why: "家人设的限额不够付这一笔。{kind}还剩 ¥{left}，要付 ¥{due}。",
                remedy: "这次用别的方式付，也可以请家人把限额改大。",
            }),
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleItemLimit => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "本地给这类费用定了限额，已经用完。限额是 ¥{max}。",
                remedy: "这部分用现金、银行卡或手机付。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleInsufficientWhole => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "本地规定要一位家人付清整笔，没有人够付。要付 ¥{due}。",
                remedy: "这一笔用现金、银行卡或手机付。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettlePartial => Spoken {
            full: Text {
                what: "家庭共济付了一部分。",
                why: "能用的钱只够付一部分。已付 ¥{paid}，还差 ¥{rest}。",
                remedy: "差的这部分用现金、银行卡或手机付。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "家庭共济付了一部分。已付 ¥{paid}，再收 ¥{rest}。",
        },
        Reason::SettleOwnFirst => Spoken {
            full: Text {
                what: "这次没有用到家人的钱。",
                why: "您自己账户或钱包里的钱已经够付。",
                remedy: "不用做什么；自己的用完后会用家人的。",
            },
            sponsor: Some(Text {
                what: "这次没有用到家人的钱。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "没有用到家庭共济：患者自己的钱已付清。",
        },
        Reason::SettleSponsorShort => Spoken {
            full: Text {
                what: "这次没有用家庭共济。",
                why: "家人的账户这次不够付。",
                remedy: "请用别的方式付，也可以问问家人。",
            },
            sponsor: Some(Text {
                what: "这次没有用家庭共济。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleUnknown => Spoken {
            full: Text {
                what: "还不知道付成没有。",
                why: "网络断了一下，我们正在查这一笔。",
                remedy: "先不要再付一次，查到结果会发短信。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "结果还不知道。先不要再收，请按编号 {id} 查。",
        },
        Reason::SettleDuplicate => Spoken {
            full: Text {
                what: "没有再扣钱。",
                why: "这一笔之前已经付好了。",
                remedy: "可以看上一次的记录。编号是 {id}。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这一笔已经付过，没有再扣钱。",
        },
        Reason::SettleRefunded => Spoken {
            full: Text {
                what: "钱已经退回。",
                why: "医院或药店退了这一笔。退了 ¥{amount}。",
                remedy: "不用做什么，钱回到原来的账户。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这一笔已经退好，钱回原账户。",
        },
        Reason::SettleRefundLate => Spoken {
            full: Text {
                what: "没有退成。",
                why: "已经过了能退的日子。最后一天是{date}。",
                remedy: "请到医保窗口，由工作人员来退。",
            },
            sponsor: Some(Text {
                what: "没有退成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: Some(Text {
                what: "没有退成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "没有退成：已过能退的日子。请到医保窗口退。",
        },
        Reason::SettleOnHold => Spoken {
            full: Text {
                what: "这一笔先没有付。",
                why: "工作人员要先看一看。{date}以前给您打电话。",
                remedy: "等不了，可以先用别的方式付。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这次没有用家庭共济。应收 ¥{due}，请患者用其他方式付。",
        },
        Reason::SettleTrialStale => Spoken {
            full: Text {
                what: "试算过时了。",
                why: "试算以后账户变过，结果可能不同。",
                remedy: "请再试算一次，再结算。",
            },
            sponsor: Some(Text {
                what: "试算过时了。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: Some(Text {
                what: "试算过时了。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "试算过时了，请再试算一次。",
        },
        Reason::SettleStopped => Spoken {
            full: Text {
                what: "现在用不了家庭共济。",
                why: "医保部门暂时停了这里的家庭共济，自己的账户照常能用。",
                remedy: "这次用别的方式付；恢复以后不用重新绑定。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "没用家庭共济：医保部门暂时停用。应收请患者用其他方式付。",
        },
        Reason::ReverseNotFound => Spoken {
            full: Text {
                what: "没有退成。",
                why: "找不到要退的那一笔。编号是 {id}。",
                remedy: "请看看编号和机构对不对。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "没有退成：找不到这一笔。请核对编号 {id}。",
        },
        Reason::ReverseTwice => Spoken {
            full: Text {
                what: "没有再退一次。",
                why: "这一笔之前已经退过了。编号是 {id}。",
                remedy: "不用再退，可以看上一次退的记录。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "没有再退：这一笔已经退过。",
        },
        Reason::WalletMode => Spoken {
            full: Text {
                what: "没有转成。",
                why: "从这一天起，医保钱包改成先留出钱再用，不再转钱。改的日子是{date}。",
                remedy: "请在钱包里给家人设一个金额。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletNotOpenSelf => Spoken {
            full: Text {
                what: "没有转成。",
                why: "您自己的医保钱包还没有开通。",
                remedy: "先开通自己的医保钱包，再来转。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletAreaNotOpen => Spoken {
            full: Text {
                what: "没有转成。",
                why: "有一边的参保地还没有医保钱包。没有开通的是{area}。",
                remedy: "可以留一个提醒，开通那天给您发短信。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletNotOpenReceiver => Spoken {
            full: Text {
                what: "没有转成。",
                why: "这位家人还没有开通医保钱包。",
                remedy: "请家人先开通；没有手机可以到窗口开。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletRelation => Spoken {
            full: Text {
                what: "没有转成。", why: "没有查到你们是近亲属。", remedy: "请补一份关系证明，再来转。"
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletClosed => Spoken {
            full: Text {
                what: "没有转成。",
                why: "晚上 10 点到早上 6 点不能转。",
                remedy: "早上 6 点以后再来，填好的都还在。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletOverSingle => Spoken {
            full: Text {
                what: "没有转成。",
                why: "一笔转得太多了。每笔最多 ¥{max}。",
                remedy: "请改小一点，或者分几笔转。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletPending => Spoken {
            full: Text {
                what: "没有转成。",
                why: "上一笔还在等家人收下。金额是 ¥{amount}。",
                remedy: "请家人先收下；不收的话，第二天早上 6 点退回。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletOverCount => Spoken {
            full: Text {
                what: "没有转成。",
                why: "今天转的笔数已经满了。一天最多 {max} 笔。",
                remedy: "明天早上 6 点以后再转。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletBalance => Spoken {
            full: Text {
                what: "没有转成。",
                why: "您个人账户里能用的钱不够。要用 ¥{amount}。",
                remedy: "请把金额改小一点。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有转成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletPlace => Spoken {
            full: Text {
                what: "钱包里的钱这次没有用。",
                why: "看病的地方不在钱包的使用地。看病在{area}。",
                remedy: "可以改钱包的使用地，或用别的方式付。",
            },
            sponsor: Some(Text {
                what: "钱包里的钱这次没有用。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            beneficiary: None,
            cashier: "没用医保钱包：使用地不是这里。请患者用其他方式付。",
        },
        Reason::WalletNoWayBack => Spoken {
            full: Text {
                what: "没有改动什么。",
                why: "这一笔已经收下、退回或取消了。",
                remedy: "不用再点；可以在记录里看到钱在哪里。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::WalletReturned => Spoken {
            full: Text {
                what: "钱退回转账人的个人账户了。",
                why: "到了时间，家人没有收下。退回 ¥{amount}。",
                remedy: "跟家人说好，白天再转一次。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::PremiumNotPayable => Spoken {
            full: Text {
                what: "没有交成。",
                why: "没有查到这个人要交的这种费。",
                remedy: "先到社区、村里或窗口登记参保，再来交。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有交成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::PremiumClosed => Spoken {
            full: Text {
                what: "没有交成。",
                why: "现在不在能交能退的时间里。",
                remedy: "请看好时间再来，到时候也会发短信。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有交成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::PremiumPaid => Spoken {
            full: Text {
                what: "没有再交一次。",
                why: "这个人的这一年已经交过了。交的是 {year} 年。",
                remedy: "不用再交，可以看凭证。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有再交一次。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::PremiumNoBinding => Spoken {
            full: Text {
                what: "没有交成。",
                why: "您还没有添加这位家人，或没有选“可以交费”。",
                remedy: "先添加家人，选上“可以交费”，再来交。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有交成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::PremiumShort => Spoken {
            full: Text {
                what: "没有交成。",
                why: "账户里能用的钱不够，这种费要一次交齐。要交 ¥{due}。",
                remedy: "请用别的方式交，或者等钱够了再来。",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "没有交成。",
                why: "原因只能告诉对方本人。",
                remedy: "请他（她）自己登录看，或者一起到窗口。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::SysUpstream => Spoken {
            full: Text {
                what: "现在查不到。",
                why: "对方的医保系统没有回答。没有回答的是{area}。",
                remedy: "不用一直点；看病可以先用别的方式付。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "没用家庭共济：外省系统没有回答。请患者用其他方式付。",
        },
        Reason::SysMaintenance => Spoken {
            full: Text {
                what: "现在正在维护。",
                why: "有些页面暂时打不开，看病买药照常。",
                remedy: "恢复以后再来，填好的都还在。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "页面正在维护，收费照常。",
        },
        Reason::SysOffline => Spoken {
            full: Text {
                what: "手机没有连上网。", why: "看到的可能不是最新的。", remedy: "连上网以后，点“重新查”。"
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::AuthFaceFailed => Spoken {
            full: Text {
                what: "没有认出您的脸。",
                why: "可能光线太暗，或者戴了眼镜、口罩。",
                remedy: "可以换成短信验证码，或到窗口拿一个号码。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::AuthCodeWrong => Spoken {
            full: Text {
                what: "没有登录成功。",
                why: "验证码不对。还可以试 {left} 次。",
                remedy: "请看最新的那条短信，也可以听语音。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::AuthLocked => Spoken {
            full: Text {
                what: "现在不能登录。",
                why: "试的次数太多了。{date}以后可以再试。",
                remedy: "急用请打医保电话，或到窗口。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::AuthExpired => Spoken {
            full: Text {
                what: "登录过期了。",
                why: "有一段时间没有动。",
                remedy: "重新登录就能接着填，填好的都还在。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::AccessNotAllowed => Spoken {
            full: Text {
                what: "这一条您看不到。",
                why: "它不是您的记录，也不是您家人的共济记录。",
                remedy: "要是您的，请打医保电话。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::DisputeLate => Spoken {
            full: Text {
                what: "提疑问的时间已经过了。",
                why: "从付钱那天起，过了能提的日子。最后一天是{date}。",
                remedy: "可以到窗口说，我们会记下来。",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReconFileHash => Spoken {
            full: Text {
                what: "对账文件没有收下。", why: "文件的摘要和内容对不上。", remedy: "请对方再传一次文件。"
            },
            sponsor: Some(Text {
                what: "对账文件没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "对账文件没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReconTotals => Spoken {
            full: Text {
                what: "对账还没有平。",
                why: "两边的笔数或总额不同。",
                remedy: "请按清单一笔一笔看，改好再对一次。",
            },
            sponsor: Some(Text {
                what: "对账还没有平。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "对账还没有平。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ClearUnbalanced => Spoken {
            full: Text {
                what: "清算没有出结果。",
                why: "各地的净额加起来不是零。",
                remedy: "请先对账，找出差的那一笔。",
            },
            sponsor: Some(Text {
                what: "清算没有出结果。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "清算没有出结果。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqIdempotencyConflict => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "同一个编号已经用在别的内容上。编号是 {id}。",
                remedy: "新的内容请用新的编号；重发请和第一次一样。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "没有结算：这个编号已经用过。请换新编号再结算。",
        },
        Reason::ReqSignatureInvalid => Spoken {
            full: Text {
                what: "这条消息没有收下。", why: "签名和内容对不上。", remedy: "请看密钥和签名的字段顺序。"
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqTimestampSkew => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "消息的时间和这里相差太多。",
                remedy: "请校准时钟，再发一次。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqSchema => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "有字段缺少，或写法不对。",
                remedy: "请照接口说明改好这个字段。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqEncoding => Spoken {
            full: Text {
                what: "这条消息没有收下。", why: "内容的编码和头部写的不一样。", remedy: "请都用 UTF-8。"
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqInfnoUnsupported => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "这里没有这个交易编号。",
                remedy: "请看接口说明里的编号表。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqNotSignedIn => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "还没有签到，或签到已经过期。",
                remedy: "请先用 9001 签到，再发一次。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqRateLimit => Spoken {
            full: Text {
                what: "这条消息没有收下。", why: "发得太快了。", remedy: "请等一分钟，再慢一点发。"
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqVersionGone => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "这个版本的接口已经停用。",
                remedy: "请换成说明里的新版本。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqJson => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "内容不是写对的 JSON。",
                remedy: "请看这个位置前后的逗号、引号和括号。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqMediaType => Spoken {
            full: Text {
                what: "这条消息没有收下。", why: "内容的类型这里不认识。", remedy: "请发 application/json。"
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqNotFound => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "这里没有这一条，或者不归您看。",
                remedy: "请看地址和编号写对没有。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqMethod => Spoken {
            full: Text {
                what: "这条消息没有收下。", why: "这个地址不能这样用。", remedy: "请用 Allow 里写的方法。"
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqTooLarge => Spoken {
            full: Text { what: "这条消息没有收下。", why: "内容太大。", remedy: "请分成几次发。" },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqKeyMissing => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "没有写 Idempotency-Key，或者写得不对。",
                remedy: "请加上 1 到 64 个字母、数字或 - _ . : ~；重发时不要换。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqToken => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "没有带令牌，或者令牌不能用了。",
                remedy: "请在 Authorization 里写 Bearer 和令牌，或者重新登录。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqRole => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "您的身份或地区不能办这件事。",
                remedy: "请让有这个身份的人来办。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqReference => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "这里没有这个编号的人或机构。",
                remedy: "请看这个字段的编号，或者先登记。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqVisit => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "试算要先登记就诊，而且当天有效。",
                remedy: "请先登记这次就诊，再试算。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqTimeout => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "在规定的时间里没有办完。",
                remedy: "请用同一个编号再发一次。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqBusy => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "现在请求太多，或者数据库暂时不在。",
                remedy: "请过几秒用同一个编号再发一次。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqFailed => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "这里出了错，什么也没有改。",
                remedy: "请把编号告诉维护的人。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqSignIn => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "名字或密码不对。",
                remedy: "请再试一次，或者请运维重设密码。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqSecondPerson => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "这件事要另一个人来批准。",
                remedy: "请让另一个有这个身份的人批准。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqPrecondition => Spoken {
            full: Text {
                what: "这条消息没有收下。", why: "现在的状态办不了这件事。", remedy: "请先看现在的状态。"
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqTries => Spoken {
            full: Text {
                what: "这条消息没有收下。",
                why: "密码试错的次数太多了。",
                remedy: "请过十五分钟再试。忘了密码，请运维重设。",
            },
            sponsor: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有收下。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
        Reason::ReqUpstream => Spoken {
            full: Text {
                what: "这条消息没有办成。", why: "上级中心没有回答。", remedy: "请稍后用同一报文重发。"
            },
            sponsor: Some(Text {
                what: "这条消息没有办成。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            beneficiary: Some(Text {
                what: "这条消息没有办成。",
                why: "这是机构之间的事，由工作人员来看。",
                remedy: "您不用做什么；急用请打医保电话。",
            }),
            cashier: "这件事请参保人自己在手机或窗口看。",
        },
    }
}

const fn en(reason: Reason) -> Spoken {
    match reason {
        Reason::BindSelf => Spoken {
            full: Text {
                what: "Not added.",
                why: "The ID number is your own.",
                remedy: "You can already use your own account. Enter your relative's number.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindSponsorNoAccount => Spoken {
            full: Text {
                what: "Not added.",
                why: "Only employee insurance has a personal account, and yours is another kind.",
                remedy: "Ask a relative with employee insurance to add you.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindSponsorInactive => Spoken {
            full: Text {
                what: "Not added.",
                why: "Your employee insurance is not active at present.",
                remedy: "Ask your employer or the counter to restore it, then come back.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindSponsorArrears => Spoken {
            full: Text {
                what: "Not added.",
                why: "Your employee insurance has unpaid contributions.",
                remedy: "Pay what is overdue, then add your relative.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindSponsorFrozen => Spoken {
            full: Text {
                what: "Not added.",
                why: "Your personal account is frozen.",
                remedy: "Call the insurance line or ask at the counter how to lift it.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindSponsorExcluded => Spoken {
            full: Text {
                what: "Not added.",
                why: "The rule here leaves people with this kind of insurance out of family sharing.",
                remedy: "Ask another insured relative to do it, or ask at the counter.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindAreaNotOpen => Spoken {
            full: Text {
                what: "Not added.",
                why: "The place of insurance has not opened family sharing. It is {area}.",
                remedy: "Leave a reminder and we will text you on the day it opens.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindMemberNotInsured => Spoken {
            full: Text {
                what: "Not added.",
                why: "This relative has no basic medical insurance.",
                remedy: "Get your relative insured first, then add again.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindMemberInactive => Spoken {
            full: Text {
                what: "Not added.",
                why: "This relative's insurance is not active at present.",
                remedy: "Add your relative again once the insurance is active.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindMemberOtherPool => Spoken {
            full: Text {
                what: "Not added.",
                why: "You are insured in different places, and the rule here needs the same one. Your relative is insured in {area}.",
                remedy: "For now your relative pays another way. Come back when the rule changes.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindMemberOtherProvince => Spoken {
            full: Text {
                what: "Not added.",
                why: "This relative is insured in another province, out of reach for now. The place is {area}.",
                remedy: "See whether the insurance wallet reaches that place.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindRelationNotAllowed => Spoken {
            full: Text {
                what: "Not added.",
                why: "The rule here does not cover this relation. It covers {list}.",
                remedy: "Check whether you chose the right relation.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindDuplicate => Spoken {
            full: Text {
                what: "Nothing was added again.",
                why: "This relative is already in your family sharing. The day was {date}.",
                remedy: "Go straight to the limits and records instead.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Nothing was added again.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindRoleConflict => Spoken {
            full: Text {
                what: "Not added.",
                why: "Under the rule here nobody can both share with relatives and use theirs.",
                remedy: "Unbind the other side first, then add again.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindRelationCount => Spoken {
            full: Text {
                what: "Not added.",
                why: "You have added all the relatives allowed for this relation. For {relation} the most is {max}.",
                remedy: "Unbind one, then add the new one.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindMemberLimit => Spoken {
            full: Text {
                what: "Not added.",
                why: "You have no places left for relatives. The most allowed here is {max}.",
                remedy: "Unbind one, then add the new one.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindSponsorLimit => Spoken {
            full: Text {
                what: "Not added.",
                why: "This relative has no place left for another sponsor. The most is {max}.",
                remedy: "Ask your relative to unbind an earlier sponsor first.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindReserveBelow => Spoken {
            full: Text {
                what: "Not added.",
                why: "Your personal account does not exceed what the rule here keeps back. It must hold more than ¥{amount}.",
                remedy: "Add your relative once the account holds enough.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindCooldown => Spoken {
            full: Text {
                what: "Not added.",
                why: "You unbound not long ago, and the rule here asks you to wait. You can add again from {date}.",
                remedy: "Come back then. You need no new papers.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindPeriodInvalid => Spoken {
            full: Text {
                what: "Not added.",
                why: "The start cannot be before today, nor the end before the start.",
                remedy: "Change the dates and add again.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindProofRequired => Spoken {
            full: Text {
                what: "A proof is still missing.",
                why: "We found no record that you are related, and the rule here asks for proof.",
                remedy: "Photograph a household book, a marriage or a birth certificate.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "A proof is still missing.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindConsentExpired => Spoken {
            full: Text {
                what: "Not added.",
                why: "The invitation ran out before it was confirmed. It ran until {date}.",
                remedy: "Send a new invitation, or confirm together at the counter.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindNotFound => Spoken {
            full: Text {
                what: "Nothing was changed.",
                why: "There is no such family sharing between the two of you.",
                remedy: "Check whether you chose the right relative.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindProofUnreadable => Spoken {
            full: Text {
                what: "The proof was not accepted.",
                why: "The writing on the photo cannot be read.",
                remedy: "Lay the paper flat, avoid glare, and take another photo.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "The proof was not accepted.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindNameIdMismatch => Spoken {
            full: Text {
                what: "Not added.",
                why: "The name and the ID number do not belong together.",
                remedy: "Fill it in again from the card. The counter can enter rare characters.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindIdInvalid => Spoken {
            full: Text {
                what: "Not added.",
                why: "A digit of the ID number is wrong.",
                remedy: "Compare it with the card, digit by digit.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindMemberBlocked => Spoken {
            full: Text {
                what: "Not added.",
                why: "The register says that this person's insurance is closed.",
                remedy: "If that is wrong, bring the ID to the counter to have it changed.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindMemberUnavailable => Spoken {
            full: Text {
                what: "Not added.",
                why: "This person cannot be added now, and only that person may be told why.",
                remedy: "Ask your relative to sign in and look, or come to the counter together.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindConsentPending => Spoken {
            full: Text {
                what: "Not active yet.",
                why: "Your relative has to confirm. That can be done until {date}.",
                remedy: "Your relative can open the link in the text message or confirm at the counter.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindConsentDeclined => Spoken {
            full: Text {
                what: "Not added.",
                why: "Your relative chose not to agree.",
                remedy: "Talk it over, then invite again if you both wish.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not added.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::BindGuardianNeeded => Spoken {
            full: Text {
                what: "One more step.",
                why: "This relative is under age, so a parent or guardian must do it.",
                remedy: "Let a parent do it, or bring proof of guardianship to the counter.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "One more step.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReviewReturned => Spoken {
            full: Text {
                what: "Please complete your papers.",
                why: "The reviewer found something missing. Complete it by {date}.",
                remedy: "Add only what is missing. The rest is kept.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Please complete your papers.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReviewRejected => Spoken {
            full: Text {
                what: "The review did not approve it.",
                why: "The papers do not show the relation.",
                remedy: "If you disagree, raise an objection or come to the counter.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "The review did not approve it.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::UnbindMinTerm => Spoken {
            full: Text {
                what: "Not unbound yet.",
                why: "The rule here sets a minimum time before unbinding. It is possible from {date}.",
                remedy: "The sponsor can pause it now, and no more money is used.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::UnbindNotYours => Spoken {
            full: Text {
                what: "Not unbound.",
                why: "The rule here leaves unbinding to the other side.",
                remedy: "Ask that relative to unbind, or come to the counter together.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::UnbindInFlight => Spoken {
            full: Text {
                what: "Unbinding waits a little.",
                why: "A payment is running, and unbinding follows it.",
                remedy: "No need to press again. You will get a text message.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::OrderNotYours => Spoken {
            full: Text {
                what: "The order was not changed.",
                why: "The rule here sets whose money comes first, so it cannot be chosen.",
                remedy: "Nothing to do. At payment you can still name one sponsor only.",
            },
            sponsor: Some(Text {
                what: "The order was not changed.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::SettleNotOwnCode => Spoken {
            full: Text {
                what: "This bill was not settled.",
                why: "The insurance code shown is not the patient's own.",
                remedy: "Show the patient's own code or card. Money can be shared, a code cannot be lent.",
            },
            sponsor: Some(Text {
                what: "This bill was not settled.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "Not settled: the code is not the patient's. Ask for the patient's own code.",
        },
        Reason::SettleInstNotDesignated => Spoken {
            full: Text {
                what: "This bill was not settled.",
                why: "This hospital or pharmacy is not designated. Its name is {inst}.",
                remedy: "Go to a designated hospital or pharmacy. \"Find a place\" lists them.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Not settled: this place is not designated. The patient pays another way.",
        },
        Reason::SettleInstSuspended => Spoken {
            full: Text {
                what: "This bill was not settled.",
                why: "Insurance services of this institution are suspended. Its name is {inst}.",
                remedy: "Choose another designated hospital or pharmacy.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Not settled: insurance services here are suspended. The patient pays another way.",
        },
        Reason::SettlePatientInactive => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The patient's insurance is not active at present.",
                remedy: "Pay another way, then call or visit the counter to restore the insurance.",
            },
            sponsor: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleChoseNot => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "At payment the choice was not to use a relative's money.",
                remedy: "Next time choose \"use family sharing\" when paying.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettlePurposeExcluded => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "This kind of visit cannot be paid with a relative's money.",
                remedy: "Pay another way this time. The rules page lists what can be paid.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleItemExcluded => Spoken {
            full: Text {
                what: "One part was not paid by family sharing.",
                why: "The rule here does not let a relative's money pay for these items. They come to ¥{rest}.",
                remedy: "Pay this part in cash, by card or by phone.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleBenefitLinked => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "Insurance already paid part of this bill, and the rule here then stops sharing.",
                remedy: "Pay your part another way.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleFamilyCodeOnly => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "You have only a family code, which shows a code and pays nothing.",
                remedy: "Ask your relative to choose \"add a relative\" and set up family sharing.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleNoBinding => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "No relative has added you to family sharing yet.",
                remedy: "Pay yourself this time. A relative with employee insurance can add you for the next.",
            },
            sponsor: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleConsentPending => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The invitation is not confirmed, so it is not active yet.",
                remedy: "The family member agrees by the link in the text message. Then it works next time.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleReviewPending => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The proof is still under review, so it is not active yet.",
                remedy: "A text message tells you when it is approved. It works from then on.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleNotEffective => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "Family sharing has not reached its first day. It works from {date}.",
                remedy: "Pay another way this time and use it from that day.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleExpired => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "Your sharing with this relative has ended. The last day was {date}.",
                remedy: "To go on, add your relative once more.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Your relative's sharing with you has ended. The last day was {date}.",
                remedy: "Pay another way this time. To go on, ask your relative to add you again.",
            }),
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettlePaused => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "You have paused sharing with this relative.",
                remedy: "To go on, choose \"resume\".",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Your relative has paused sharing.",
                remedy: "Pay another way this time and talk to your relative.",
            }),
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleRebindNeeded => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The place of insurance of one side changed, which ended the sharing.",
                remedy: "Add the relative again at the new place of insurance.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleAreaNotOpen => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "One of the places of insurance has not opened it. It is {area}.",
                remedy: "Pay another way this time. The map shows which places are open.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing not used: not open yet. The patient pays another way.",
        },
        Reason::SettleNoQuota => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "You are insured in different provinces, so money must first be set aside in the wallet. None is set aside now.",
                remedy: "The sponsor sets an amount in the insurance wallet. It works next time.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleNotRegisteredAway => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "Care away from home needs a filing for care elsewhere first.",
                remedy: "Fill in the filing on your phone now, then ask the till to settle again.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleInstChannel => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "This institution cannot take a relative's money yet. Its name is {inst}.",
                remedy: "Ask at the till whether it can; if not, pay another way.",
            },
            sponsor: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "Family sharing not used: not possible here yet. The patient pays another way.",
        },
        Reason::SettleSponsorUnavailable => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "Your personal account cannot be used now: overdue, suspended or frozen.",
                remedy: "Sign in to see the account's status, then call or visit the counter.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Your relative's account cannot be used now.",
                remedy: "Pay another way this time. Your relative can sign in to see why.",
            }),
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleOwnNotZero => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "Your own account still holds money, and the rule here wants it used up first.",
                remedy: "Pay the rest another way. Once yours is used up, your relative's can be used.",
            },
            sponsor: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettlePreviousYearsZero => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The rule here uses only money of earlier years, and yours is used up.",
                remedy: "Nothing to do. This year's money can be shared next year.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleReserve => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The rule here keeps some money in your account, and what is above it is too little. ¥{amount} must stay.",
                remedy: "Nothing to do. Your relative can use what comes in above it.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleSponsorZero => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "There is no money left in your personal account.",
                remedy: "Nothing to do. Your relative can use it again when money comes in.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleQuota => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The limit you set does not cover this bill. Of the {kind} limit ¥{left} is left; ¥{due} is due.",
                remedy: "To let your relative use more, raise the limit.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Family sharing was not used this time.",
                why: "The limit your relative set does not cover this bill. Of the {kind} limit ¥{left} is left; ¥{due} is due.",
                remedy: "Pay another way this time, or ask your relative to raise the limit.",
            }),
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleItemLimit => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The limit of the rule here for such costs is used up. It is ¥{max}.",
                remedy: "Pay this part in cash, by card or by phone.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleInsufficientWhole => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "The rule here wants one relative to pay the whole bill, and none can. ¥{due} is due.",
                remedy: "Pay this bill in cash, by card or by phone.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettlePartial => Spoken {
            full: Text {
                what: "Family sharing paid a part.",
                why: "The money that could be used covers only a part. ¥{paid} is paid and ¥{rest} is left.",
                remedy: "Pay the rest in cash, by card or by phone.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing paid a part. ¥{paid} is paid; collect ¥{rest}.",
        },
        Reason::SettleOwnFirst => Spoken {
            full: Text {
                what: "No money of a relative was needed.",
                why: "Your own account or wallet covered it.",
                remedy: "Nothing to do. Once yours is used up, your relative's follows.",
            },
            sponsor: Some(Text {
                what: "No money of a relative was needed.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "Family sharing was not needed: the patient's own money paid all.",
        },
        Reason::SettleSponsorShort => Spoken {
            full: Text {
                what: "Family sharing was not used this time.",
                why: "Your relative's account does not cover it this time.",
                remedy: "Pay another way, or ask your relative.",
            },
            sponsor: Some(Text {
                what: "Family sharing was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleUnknown => Spoken {
            full: Text {
                what: "It is not known yet whether it was paid.",
                why: "The connection broke and we are checking this payment.",
                remedy: "Do not pay again. A text message brings the result.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Outcome not known yet. Do not charge again; look it up by {id}.",
        },
        Reason::SettleDuplicate => Spoken {
            full: Text {
                what: "Nothing was charged again.",
                why: "This bill was already paid.",
                remedy: "See the earlier record. Its number is {id}.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "This bill is already paid; nothing was charged again.",
        },
        Reason::SettleRefunded => Spoken {
            full: Text {
                what: "The money has been returned.",
                why: "The hospital or pharmacy refunded this bill. ¥{amount} was returned.",
                remedy: "Nothing to do. The money is back where it came from.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "This bill is refunded; the money went back where it came from.",
        },
        Reason::SettleRefundLate => Spoken {
            full: Text {
                what: "Not refunded.",
                why: "The time for refunds is over. The last day was {date}.",
                remedy: "Go to the insurance counter, where staff can refund it.",
            },
            sponsor: Some(Text {
                what: "Not refunded.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: Some(Text {
                what: "Not refunded.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "Not refunded: too late. Please refund at the insurance counter.",
        },
        Reason::SettleOnHold => Spoken {
            full: Text {
                what: "This bill is not paid for now.",
                why: "Staff will look at it first. They call you before {date}.",
                remedy: "If you cannot wait, pay another way.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing was not used. Collect ¥{due}; the patient pays another way.",
        },
        Reason::SettleTrialStale => Spoken {
            full: Text {
                what: "The trial result is out of date.",
                why: "The account changed after the trial, so the result may differ.",
                remedy: "Run the trial again, then settle.",
            },
            sponsor: Some(Text {
                what: "The trial result is out of date.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: Some(Text {
                what: "The trial result is out of date.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The trial result is out of date. Run it again.",
        },
        Reason::SettleStopped => Spoken {
            full: Text {
                what: "Family sharing cannot be used now.",
                why: "The insurance office has stopped family sharing here for a while. Your own account works as usual.",
                remedy: "Pay another way this time. Once it is resumed, nothing needs to be bound again.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing not used: stopped for a while by the insurance office. The patient pays another way.",
        },
        Reason::ReverseNotFound => Spoken {
            full: Text {
                what: "Not reversed.",
                why: "The settlement to be reversed is not on record. Its number is {id}.",
                remedy: "Check the number and the institution.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Not reversed: no such settlement. Check the number {id}.",
        },
        Reason::ReverseTwice => Spoken {
            full: Text {
                what: "Nothing was reversed again.",
                why: "This settlement was already reversed. Its number is {id}.",
                remedy: "Nothing to do. See the record of the first reversal.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Not reversed again: it was reversed before.",
        },
        Reason::WalletMode => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "The wallet now sets money aside for use and transfers no more. The change was on {date}.",
                remedy: "Set an amount for your relative in the wallet instead.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletNotOpenSelf => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "Your own insurance wallet is not open yet.",
                remedy: "Open your insurance wallet first, then transfer.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletAreaNotOpen => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "One of the places of insurance has no insurance wallet yet. It is {area}.",
                remedy: "Leave a reminder and we will text you on the day it opens.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletNotOpenReceiver => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "This relative has not opened an insurance wallet.",
                remedy: "Ask your relative to open one; the counter can do it without a phone.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletRelation => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "There is no record that you are close relatives.",
                remedy: "Add a proof of the relation, then transfer.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletClosed => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "No transfers are made from 22:00 to 06:00.",
                remedy: "Come back after 06:00. Your entries are kept.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletOverSingle => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "One transfer cannot be this large. The most is ¥{max}.",
                remedy: "Make it smaller, or split it into several.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletPending => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "An earlier transfer is waiting to be accepted. It is ¥{amount}.",
                remedy: "Ask your relative to accept it. If not, it returns at 06:00 the next day.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletOverCount => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "You have made all transfers of today. The most is {max} a day.",
                remedy: "Transfer again after 06:00 tomorrow.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletBalance => Spoken {
            full: Text {
                what: "Not transferred.",
                why: "Your personal account has too little to use. ¥{amount} is needed.",
                remedy: "Choose a smaller amount.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Not transferred.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletPlace => Spoken {
            full: Text {
                what: "The wallet's money was not used this time.",
                why: "The place of care is not the place that the wallet is set for. It is {area}.",
                remedy: "Change the wallet's place, or pay another way.",
            },
            sponsor: Some(Text {
                what: "The wallet's money was not used this time.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            beneficiary: None,
            cashier: "Wallet not used: set for another place. The patient pays another way.",
        },
        Reason::WalletNoWayBack => Spoken {
            full: Text {
                what: "Nothing was changed.",
                why: "This transfer was already accepted, returned or cancelled.",
                remedy: "No need to press again. The records show where the money is.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::WalletReturned => Spoken {
            full: Text {
                what: "The money is back in the sender's personal account.",
                why: "It was not accepted in time. ¥{amount} was returned.",
                remedy: "Agree on a time and transfer again by day.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::PremiumNotPayable => Spoken {
            full: Text {
                what: "The premium was not paid.",
                why: "No such premium is due for this person on record.",
                remedy: "Register at the community office, the village or the counter, then pay.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "The premium was not paid.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::PremiumClosed => Spoken {
            full: Text {
                what: "The premium was not paid.",
                why: "It is outside the time for paying or refunding.",
                remedy: "Check the dates and come back. A text message will remind you.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "The premium was not paid.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::PremiumPaid => Spoken {
            full: Text {
                what: "Nothing was paid again.",
                why: "This year is already paid for this person. It is {year}.",
                remedy: "Nothing to do. You can see the receipt.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "Nothing was paid again.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::PremiumNoBinding => Spoken {
            full: Text {
                what: "The premium was not paid.",
                why: "You have not added this relative, or not allowed premiums.",
                remedy: "Add your relative, allow premiums, then pay.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "The premium was not paid.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::PremiumShort => Spoken {
            full: Text {
                what: "The premium was not paid.",
                why: "There is too little to use in the account, and this must be paid whole. ¥{due} is due.",
                remedy: "Pay another way, or come back when there is enough.",
            },
            sponsor: None,
            beneficiary: Some(Text {
                what: "The premium was not paid.",
                why: "Only the other person may be told why.",
                remedy: "Ask that person to sign in and look, or come to the counter together.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::SysUpstream => Spoken {
            full: Text {
                what: "It cannot be looked up now.",
                why: "The other insurance system does not answer. It is {area}.",
                remedy: "No need to keep pressing. At a hospital, pay another way for now.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Family sharing not used: the other province does not answer. The patient pays another way.",
        },
        Reason::SysMaintenance => Spoken {
            full: Text {
                what: "Maintenance is under way.",
                why: "Some pages are closed for a while. Paying for care works as usual.",
                remedy: "Come back afterwards. Your entries are kept.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "Pages are under maintenance; the till works as usual.",
        },
        Reason::SysOffline => Spoken {
            full: Text {
                what: "Your phone is offline.",
                why: "What you see may be out of date.",
                remedy: "Connect, then choose \"look again\".",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::AuthFaceFailed => Spoken {
            full: Text {
                what: "Your face was not recognised.",
                why: "The light may be low, or glasses or a mask in the way.",
                remedy: "Use a text message code, or get a code at the counter.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::AuthCodeWrong => Spoken {
            full: Text {
                what: "Not signed in.",
                why: "The code is wrong. You can try {left} more times.",
                remedy: "Look at the latest text message, or listen to the code.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::AuthLocked => Spoken {
            full: Text {
                what: "You cannot sign in now.",
                why: "There were too many tries. You can try again after {date}.",
                remedy: "If it is urgent, call the insurance line or visit the counter.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::AuthExpired => Spoken {
            full: Text {
                what: "You have been signed out.",
                why: "Nothing happened for a while.",
                remedy: "Sign in again and go on. Your entries are kept.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::AccessNotAllowed => Spoken {
            full: Text {
                what: "You cannot see this record.",
                why: "It is neither yours nor about your family sharing.",
                remedy: "If it is yours, call the insurance line.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::DisputeLate => Spoken {
            full: Text {
                what: "The time for objections is over.",
                why: "Too much time has passed since the payment. The last day was {date}.",
                remedy: "You can still tell the counter, and it is noted down.",
            },
            sponsor: None,
            beneficiary: None,
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReconFileHash => Spoken {
            full: Text {
                what: "The reconciliation file was not accepted.",
                why: "The file's digest does not match its content.",
                remedy: "Ask the other side to send the file again.",
            },
            sponsor: Some(Text {
                what: "The reconciliation file was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "The reconciliation file was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReconTotals => Spoken {
            full: Text {
                what: "The reconciliation does not balance yet.",
                why: "The counts or totals of the two sides differ.",
                remedy: "Go through the list record by record, then reconcile again.",
            },
            sponsor: Some(Text {
                what: "The reconciliation does not balance yet.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "The reconciliation does not balance yet.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ClearUnbalanced => Spoken {
            full: Text {
                what: "The clearing was not closed.",
                why: "The net positions of all areas do not add up to zero.",
                remedy: "Reconcile first and find the record that differs.",
            },
            sponsor: Some(Text {
                what: "The clearing was not closed.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "The clearing was not closed.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqIdempotencyConflict => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The same id already stands for another content. The id is {id}.",
                remedy: "Use a new id for a new content; repeat the first message unchanged.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "Not settled: this id is used. Settle again under a new id.",
        },
        Reason::ReqSignatureInvalid => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The signature does not match the content.",
                remedy: "Check the key and the order of the signed fields.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqTimestampSkew => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The message's time is too far from the time here.",
                remedy: "Set the clock right and send again.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqSchema => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "A field is missing or written in the wrong form.",
                remedy: "Correct the field as the interface description says.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqEncoding => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The bytes are not in the encoding that the header names.",
                remedy: "Use UTF-8 for both.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqInfnoUnsupported => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "This transaction number is not offered here.",
                remedy: "See the list of numbers in the interface description.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqNotSignedIn => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "There is no sign-in, or it has run out.",
                remedy: "Sign in with 9001 first, then send again.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqRateLimit => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "Messages came too fast.",
                remedy: "Wait one minute, then send more slowly.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqVersionGone => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "This version of the interface is no longer offered.",
                remedy: "Move to the newer version in the description.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqJson => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The body is not well-formed JSON.",
                remedy: "Look at the comma, quote or bracket near this place.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqMediaType => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The media type of the body is not taken here.",
                remedy: "Send application/json.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqNotFound => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "There is no such thing here, or it is not yours to see.",
                remedy: "Check the address and the id.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqMethod => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "This address does not take this method.",
                remedy: "Use a method that Allow names.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqTooLarge => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The body is too large.",
                remedy: "Send it in smaller parts.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqKeyMissing => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The header Idempotency-Key is missing or malformed.",
                remedy: "Give 1 to 64 letters, digits or - _ . : ~, and keep it when you repeat.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqToken => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "There is no token, or it is not valid any more.",
                remedy: "Send Authorization: Bearer and the token, or sign in again.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqRole => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "Your role or area does not allow this.",
                remedy: "Ask somebody who has the role.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqReference => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "Nobody and nothing here has this number.",
                remedy: "Check the number in this field, or register it first.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqVisit => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "A preview needs a visit that was registered today.",
                remedy: "Register the visit first, then ask again.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqTimeout => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "It was not done within the time allowed.",
                remedy: "Send it again under the same key.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqBusy => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "There are too many requests now, or the database is away.",
                remedy: "Wait some seconds and send it again under the same key.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqFailed => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "Something failed here, and nothing was changed.",
                remedy: "Tell the operators the number of this answer.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqSignIn => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "The name or the password is wrong.",
                remedy: "Try again, or have the password set anew.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqSecondPerson => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "Another person has to approve this.",
                remedy: "Have somebody else who has the role approve it.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqPrecondition => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "What is there now does not allow this.",
                remedy: "Look at its state first.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqTries => Spoken {
            full: Text {
                what: "This message was not accepted.",
                why: "Wrong passwords were tried too often.",
                remedy: "Try again in fifteen minutes. If the password is lost, have it set anew.",
            },
            sponsor: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not accepted.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
        Reason::ReqUpstream => Spoken {
            full: Text {
                what: "This message was not done.",
                why: "The centre behind does not answer.",
                remedy: "Send the same message again later.",
            },
            sponsor: Some(Text {
                what: "This message was not done.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            beneficiary: Some(Text {
                what: "This message was not done.",
                why: "This is a matter between institutions, and staff look after it.",
                remedy: "Nothing to do. If it is urgent, call the insurance line.",
            }),
            cashier: "The insured person can see this by phone or at the counter.",
        },
    }
}

const fn notice_zh(notice: Notice) -> &'static str {
    match notice {
        Notice::Invite => "{name}想让您看病时用医保个人账户的钱。请在{date}前看一看，同意或拒绝都可以。",
        Notice::Effective => "共济生效了。看病请用自己的医保码，家人的账户会付个人那部分。",
        Notice::Spent => "{name}用了您 ¥{amount}。不是家人用的，请打 12393。",
        Notice::PaidFor => "这次家人的账户付了 ¥{amount}。还要自己付 ¥{rest}。",
        Notice::NotUsed => "这次没有用到家人的钱。原因和怎么办，点开就能看。",
        Notice::Partial => "{name}用了您 ¥{amount}，您设的限额到了。家人自己付了 ¥{rest}。",
        Notice::Quota80 => "{name}已经用了 ¥{amount}，限额是 ¥{max}，快到了。",
        Notice::Expiring => "共济到{date}为止。还想用，请再添加一次。",
        Notice::ReviewBack => "材料还要补一点。请在{date}前补好，别的不用重填。",
        Notice::Unbound => "已经解绑，以后看病不再用家人的钱。以前付的不变。",
        Notice::WalletIn => "{name}转来 ¥{amount}。请在{date}前收下，不收会退回。",
        Notice::WalletRemind => "还有 ¥{amount} 没有收下，早上 6 点会退回。",
        Notice::WalletBack => "¥{amount} 没有被收下，退回您的个人账户了。",
        Notice::Refund => "{inst}退了费，¥{amount} 回到您的个人账户。",
        Notice::Frozen => "您的个人账户冻结了，家人现在不能用。怎么办请打 12393。",
        Notice::Dispute => "您的疑问收到了，编号 {id}。{date}前回答您。",
    }
}

const fn notice_en(notice: Notice) -> &'static str {
    match notice {
        Notice::Invite => "{name} wants to let you use a personal account for care. Agree or decline before {date}.",
        Notice::Effective => {
            "Family sharing is active. Use your own code; your relative's account pays the personal part."
        }
        Notice::Spent => "{name} used ¥{amount} of yours. If it was not your relative, call 12393.",
        Notice::PaidFor => "Your relative's account paid ¥{amount}. You pay ¥{rest}.",
        Notice::NotUsed => "No money of a relative was used. Open the link for the reason and what to do.",
        Notice::Partial => "{name} used ¥{amount} of yours and reached your limit. Your relative paid ¥{rest}.",
        Notice::Quota80 => "{name} has used ¥{amount} of a limit of ¥{max}.",
        Notice::Expiring => "Family sharing runs until {date}. To go on, add the relative again.",
        Notice::ReviewBack => "Your papers need one more thing. Complete them by {date}; the rest is kept.",
        Notice::Unbound => "Unbound. A relative's money is no longer used; earlier payments stay.",
        Notice::WalletIn => "{name} sent you ¥{amount}. Accept it before {date} or it goes back.",
        Notice::WalletRemind => "¥{amount} is still waiting and goes back at 06:00.",
        Notice::WalletBack => "¥{amount} was not accepted and is back in your personal account.",
        Notice::Refund => "{inst} made a refund: ¥{amount} is back in your personal account.",
        Notice::Frozen => "Your personal account is frozen, so your relatives cannot use it. Call 12393.",
        Notice::Dispute => "We have your question, number {id}. The answer comes before {date}.",
    }
}
