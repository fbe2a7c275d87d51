//! Four families. Each story is played against the real use cases; nothing that is printed is written here but the
//! titles and what people do.

use gongji_domain::binding::Channel;
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::institution::{InstitutionKind, Takes};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::{
    Bill, BindRequest, Command, Consented, Pair, Urgency, Using, Verdict as Reviewed, WalletOrder,
};
use gongji_domain::person::Scheme;
use gongji_domain::policy::Proof;
use gongji_words::{AreaCode, Day, Fen, InstitutionId, PersonId};

use super::stage::{Cast, Stage};
use super::telling::{Story, Words};
use crate::output::Failure;

const HEBEI: AreaCode = AreaCode::from_number(130_100);
const BORTALA: AreaCode = AreaCode::from_number(652_700);
const XINJIANG: AreaCode = AreaCode::from_number(650_100);
const BAYANNUR: AreaCode = AreaCode::from_number(150_800);
const SUZHOU: AreaCode = AreaCode::from_number(320_500);

const fn yuan(yuan: i64) -> Fen {
    Fen::from_fen(yuan * 100)
}

/// Plays all, in the order of their days.
pub fn all(stage: &mut Stage) -> Result<Vec<Story>, Failure> {
    Ok(vec![hebei(stage)?, bortala(stage)?, xinjiang(stage)?, bayannur(stage)?])
}

fn employee(name: &'static str, certificate: &'static str, (area, balance): (AreaCode, i64)) -> Cast {
    Cast { name, certificate, scheme: Scheme::Employee, area, balance: Some(yuan(balance)) }
}

fn resident(name: &'static str, certificate: &'static str, area: AreaCode) -> Cast {
    Cast { name, certificate, scheme: Scheme::Resident, area, balance: None }
}

/// Who binds whom; limits, last day and proof are added where a story needs them.
fn bind((sponsor, beneficiary): (PersonId, PersonId), relation: Relation, beneficiary_area: AreaCode) -> BindRequest {
    BindRequest {
        sponsor,
        beneficiary,
        beneficiary_area,
        relation,
        from: None,
        until: None,
        limits: Limits::default(),
        purposes: None,
        proof: Proof::Promise,
        channel: Channel::Portal,
    }
}

fn with_quota(request: BindRequest, quota: i64) -> BindRequest {
    BindRequest { limits: Limits { quota: Some(yuan(quota)), ..request.limits }, ..request }
}

/// A patient and where he is insured.
type Patient = (PersonId, AreaCode);

fn bill((patient, patient_area): Patient, institution: InstitutionId, kind: VisitKind, parts: &[(Part, i64)]) -> Bill {
    let mut burden = Burden::nothing();
    parts.iter().for_each(|(part, amount)| burden.add(*part, yuan(*amount)));
    Bill {
        patient,
        patient_area,
        institution,
        kind,
        burden,
        fund: Fen::ZERO,
        using: Using::Auto,
        code_of: patient,
        urgency: Urgency::Ordinary,
    }
}

fn with_fund(bill: Bill, fund: i64) -> Bill {
    Bill { fund: yuan(fund), ..bill }
}

fn hebei(stage: &mut Stage) -> Result<Story, Failure> {
    stage.clock("2025-03-08T10:00")?;
    let granny = stage.person(&resident("刘桂兰", "170101194804020223", HEBEI))?;
    let son = stage.person(&employee("赵建国", "170101197206150312", (HEBEI, 1500)))?;
    let daughter = stage.person(&employee("赵秀英", "170101197509300461", (HEBEI, 900)))?;
    let hospital = stage.institution(1301, HEBEI, InstitutionKind::Hospital, Takes::Yes)?;
    let mut story = Story::begin(Words {
        zh: "一、河北：奶奶的账，余额最多的一个人付",
        en: "1. Hebei: grandmother's bill, and the richest alone pays",
    });
    for sponsor in [daughter, son] {
        let request = bind((sponsor, granny), Relation::Parent, HEBEI);
        story.step(stage, (HEBEI, Words { zh: "绑定母亲", en: "binds the mother" }), Command::Bind(request))?;
    }
    let parts = [(Part::Copay, 620)];
    let small = with_fund(bill((granny, HEBEI), hospital, VisitKind::Outpatient, &parts), 300);
    story.settle(stage, (HEBEI, "hebei-1", "till.sponsor-order"), small)?;
    let parts = [(Part::Deductible, 500), (Part::Copay, 1300)];
    let large = with_fund(bill((granny, HEBEI), hospital, VisitKind::Inpatient, &parts), 6000);
    story.settle(stage, (HEBEI, "hebei-2", "till.shortfall"), large)?;
    Ok(story)
}

fn bortala(stage: &mut Stage) -> Result<Story, Failure> {
    stage.clock("2025-05-06T09:00")?;
    let mother = stage.person(&employee("李娜", "17010119880312028X", (BORTALA, 320)))?;
    let child = stage.person(&resident("王小雨", "170101201609010241", BORTALA))?;
    let clinic = stage.institution(6501, BORTALA, InstitutionKind::Hospital, Takes::Yes)?;
    let pharmacy = stage.institution(6502, BORTALA, InstitutionKind::Pharmacy, Takes::Yes)?;
    let mut story = Story::begin(Words {
        zh: "二、博尔塔拉：孩子，证明与审核，不够的付现金，额度",
        en: "2. Bortala: a child, proof and review, a part in cash, a quota",
    });
    let until = Some(Day::new(2026, 5, 5).expect("a calendar day"));
    let request = with_quota(bind((mother, child), Relation::Child, BORTALA), 250);
    let request = BindRequest { until, proof: Proof::Upload, ..request };
    story.step(
        stage,
        (
            BORTALA,
            Words {
                zh: "上传证明，绑定孩子，额度 250.00", en: "uploads proof and binds the child, quota 250.00"
            },
        ),
        Command::Bind(request),
    )?;
    let at_pharmacy = |amount| bill((child, BORTALA), pharmacy, VisitKind::Pharmacy, &[(Part::Drug, amount)]);
    let at_clinic = |amount| bill((child, BORTALA), clinic, VisitKind::Outpatient, &[(Part::Copay, amount)]);
    story.settle(stage, (BORTALA, "bortala-1", "bind.review"), at_pharmacy(30))?;
    let pair = Pair { sponsor: mother, beneficiary: child };
    let reviewed = Words { zh: "审核通过", en: "the agency approves" };
    story.step(stage, (BORTALA, reviewed), Command::Review(pair, Reviewed::Approve))?;
    story.settle(stage, (BORTALA, "bortala-2", "till.own-account"), at_pharmacy(80))?;
    story.settle(stage, (BORTALA, "bortala-3", "till.own-account"), with_fund(at_clinic(200), 100))?;
    story.settle(stage, (BORTALA, "bortala-4", "till.own-account"), at_clinic(10))?;
    Ok(story)
}

fn xinjiang(stage: &mut Stage) -> Result<Story, Failure> {
    stage.clock("2025-11-05T11:00")?;
    let husband = stage.person(&resident("艾力・买买提", "170101196501010174", XINJIANG))?;
    let wife = stage.person(&employee("阿依古丽•吐尔逊", "170101196705200447", (XINJIANG, 390)))?;
    let son = stage.person(&employee("艾尼.艾力", "170101199208080353", (XINJIANG, 900)))?;
    let hospital = stage.institution(6503, XINJIANG, InstitutionKind::Hospital, Takes::Yes)?;
    let mut story = Story::begin(Words {
        zh: "三、新疆：本人同意，由使用人排定谁先付，依次付",
        en: "3. Xinjiang: consent, and the beneficiary says who pays first",
    });
    for (sponsor, relation, quota) in [(wife, Relation::Spouse, 200), (son, Relation::Parent, 500)] {
        let request = with_quota(bind((sponsor, husband), relation, XINJIANG), quota);
        story.step(
            stage,
            (XINJIANG, Words { zh: "设额度，邀请", en: "sets a quota and invites" }),
            Command::Bind(request),
        )?;
        let pair = Pair { sponsor, beneficiary: husband };
        let agreed = Words { zh: "同意", en: "agrees" };
        story.step(stage, (XINJIANG, agreed), Command::Consent(pair, Consented::Yes))?;
    }
    let order = |sponsors: [PersonId; 2]| Command::Order { beneficiary: husband, sponsors: sponsors.to_vec() };
    let first = Words { zh: "排定：先妻子，后儿子", en: "orders: the wife, then the son" };
    story.step(stage, (XINJIANG, first), order([wife, son]))?;
    let parts = [(Part::Deductible, 300), (Part::Copay, 300)];
    let stay = with_fund(bill((husband, XINJIANG), hospital, VisitKind::Inpatient, &parts), 4000);
    story.settle(stage, (XINJIANG, "xinjiang-1", "till.sponsor-order"), stay)?;
    let then = Words { zh: "改为：先儿子，后妻子", en: "orders anew: the son, then the wife" };
    story.step(stage, (XINJIANG, then), order([son, wife]))?;
    let visit = bill((husband, XINJIANG), hospital, VisitKind::Outpatient, &[(Part::Copay, 80)]);
    story.settle(stage, (XINJIANG, "xinjiang-2", "till.sponsor-order"), visit)?;
    Ok(story)
}

fn bayannur(stage: &mut Stage) -> Result<Story, Failure> {
    stage.clock("2026-03-02T10:00")?;
    let worker = stage.person(&employee("乌云其其格", "170101198502180625", (BAYANNUR, 3000)))?;
    let father = stage.person(&resident("朝鲁", "170101195511030115", SUZHOU))?;
    let home = stage.institution(1501, BAYANNUR, InstitutionKind::Hospital, Takes::Yes)?;
    let hospital = stage.institution(3201, SUZHOU, InstitutionKind::Hospital, Takes::Yes)?;
    let pharmacy = stage.institution(3202, SUZHOU, InstitutionKind::Pharmacy, Takes::No)?;
    let mut story = Story::begin(Words {
        zh: "四、巴彦淖尔跨省：父亲在江苏苏州看病，用女儿留在内蒙古的额度",
        en: "4. Bayannur across provinces: the father in Suzhou, paid from a quota kept in Inner Mongolia",
    });
    let opens = Words { zh: "开通医保钱包", en: "opens the wallet" };
    for (person, place) in [(worker, BAYANNUR), (father, SUZHOU)] {
        story.step(stage, (place, opens), Command::OpenWallet { person, place })?;
    }
    let request = bind((worker, father), Relation::Parent, SUZHOU);
    story.step(stage, (BAYANNUR, Words { zh: "绑定父亲", en: "binds the father" }), Command::Bind(request))?;
    let pair = Pair { sponsor: worker, beneficiary: father };
    let quota = WalletOrder { pair, receiver_area: SUZHOU, amount: yuan(1200) };
    let keeps = Words { zh: "给父亲留额度 1200.00", en: "keeps 1200.00 for the father" };
    story.step(stage, (BAYANNUR, keeps), Command::SetQuota(quota))?;
    let own = bill((worker, BAYANNUR), home, VisitKind::Outpatient, &[(Part::Copay, 2000)]);
    story.settle(stage, (BAYANNUR, "bayannur-1", "till.own-account"), own)?;
    let parts = [(Part::ClassB, 120), (Part::Copay, 380)];
    let away = with_fund(bill((father, SUZHOU), hospital, VisitKind::Outpatient, &parts), 700);
    story.settle(stage, (SUZHOU, "bayannur-2", "wallet.mode"), away)?;
    let drugs = bill((father, SUZHOU), pharmacy, VisitKind::Pharmacy, &[(Part::Drug, 60)]);
    story.settle(stage, (SUZHOU, "bayannur-3", "wallet.mode"), drugs)?;
    Ok(story)
}
