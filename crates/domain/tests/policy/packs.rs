//! What the packs of the project say, on both sides of every dated change, and by whose authority.

use super::support::{area, day, load, pack_files, whole_law};
use gongji_domain::policy::{
    DIMENSIONS, Grade, KEYS, Law, Reach, SponsorOrder, WalletMode, key_of, key_reference_markdown,
};
use gongji_words::AreaCode;

const THREE: &str = "[spouse, parent, child]";
const EIGHT: &str =
    "[spouse, parent, child, sibling, grandparent, maternal-grandparent, grandchild, daughter-grandchild]";
const NINE: &str = "[spouse, parent, child, sibling, grandparent, maternal-grandparent, grandchild, \
    daughter-grandchild, paired-household]";

fn check(law: &Law, rows: &[(&str, &str, &str, &str, &str)]) {
    for (code, on, key, value, from) in rows {
        let found = law.provenance(area(code), day(on), key).unwrap_or_else(|| panic!("{code} {on} {key}"));
        let found = (found.value, found.inherited_from.to_string());
        assert_eq!(found, (*value, (*from).to_owned()), "{key} of {code} on {on}");
    }
}

#[test]
fn relatives_change_on_their_days() {
    check(
        &whole_law(),
        &[
            ("610100", "2021-05-01", "bind.relations", THREE, "000000"),
            ("610100", "2024-12-08", "bind.relations", THREE, "000000"),
            ("610100", "2024-12-09", "bind.relations", EIGHT, "000000"),
            ("110000", "2022-11-30", "bind.relations", THREE, "000000"),
            ("110105", "2024-12-09", "bind.relations", THREE, "110000"),
            ("110105", "2024-12-10", "bind.relations", EIGHT, "110000"),
            ("130200", "2024-12-08", "bind.relations", THREE, "000000"),
            ("130200", "2024-12-09", "bind.relations", EIGHT, "000000"),
            ("440300", "2024-12-31", "bind.relations", THREE, "440300"),
            ("440300", "2025-01-01", "bind.relations", EIGHT, "440300"),
            ("440100", "2024-12-09", "bind.relations", EIGHT, "000000"),
            ("140100", "2024-08-31", "bind.relations", THREE, "140000"),
            ("140100", "2024-09-01", "bind.relations", EIGHT, "140000"),
            ("370900", "2024-12-08", "bind.relations", "[spouse, parent, child, parent-in-law]", "370000"),
            ("370900", "2024-12-09", "bind.relations", EIGHT, "000000"),
            ("650100", "2021-05-01", "bind.relations", NINE, "650000"),
            ("652701", "2024-12-08", "bind.relations", THREE, "652700"),
            ("652701", "2024-12-09", "bind.relations", EIGHT, "652700"),
            ("150800", "2024-12-09", "bind.relations", EIGHT, "000000"),
            ("320500", "2021-05-01", "bind.relations", EIGHT, "320000"),
            ("420100", "2021-05-01", "bind.relations", EIGHT, "420000"),
            ("320500", "2021-05-01", "bind.relations-across", EIGHT, "000000"),
        ],
    );
}

#[test]
fn reach_widens_on_its_days() {
    check(
        &whole_law(),
        &[
            ("610100", "2024-11-24", "bind.reach", "same-pool", "000000"),
            ("610100", "2024-11-25", "bind.reach", "same-province", "000000"),
            ("130100", "2021-05-01", "bind.reach", "same-province", "130000"),
            ("320100", "2021-05-01", "bind.reach", "same-province", "320000"),
            ("420100", "2021-05-01", "bind.reach", "same-province", "420000"),
            ("652700", "2021-05-01", "bind.reach", "same-province", "652700"),
            ("660000", "2024-09-15", "bind.reach", "same-pool", "000000"),
            ("659001", "2024-09-16", "bind.reach", "same-province", "660000"),
            ("150800", "2026-03-02", "bind.reach", "same-province", "000000"),
            ("990200", "2021-05-01", "bind.reach", "nation", "990200"),
            ("990100", "2021-05-01", "bind.reach", "same-pool", "000000"),
        ],
    );
}

#[test]
fn the_wallet_opens_area_by_area() {
    let early = ["130100", "540100", "340100", "410100"];
    let summer = ["110000", "150800", "310000", "350100", "420100", "450100", "510100", "650100", "659001"];
    let law = whole_law();
    let is_open = |code: &str, on: &str| law.on(area(code), day(on)).expect("a formalised day").wallet.open;
    for (codes, before, first) in [
        (&["320500"][..], "2024-12-01", "2024-12-02"),
        (&early[..], "2025-01-15", "2025-01-16"),
        (&summer[..], "2025-06-29", "2025-06-30"),
        (&["370100", "320100", "630100", "120000"][..], "2025-09-21", "2025-09-22"),
    ] {
        for code in codes {
            assert!(!is_open(code, before), "{code} on {before}");
            assert!(is_open(code, first), "{code} on {first}");
        }
    }
    for code in ["440100", "440300"] {
        assert!(!is_open(code, "2026-04-30"), "{code}");
    }
}

#[test]
fn the_wallet_changes_its_nature_everywhere_at_once() {
    let law = whole_law();
    for code in ["130100", "440300", "659001", "990100"] {
        for (on, mode) in [
            ("2024-12-01", WalletMode::Closed),
            ("2024-12-02", WalletMode::Transfer),
            ("2026-01-08", WalletMode::Transfer),
            ("2026-01-09", WalletMode::Quota),
        ] {
            assert_eq!(law.on(area(code), day(on)).expect("a formalised day").wallet.mode, mode, "{code} {on}");
        }
    }
    check(
        &law,
        &[
            ("130100", "2025-09-18", "wallet.transfers-a-day", "3", "000000"),
            ("130100", "2025-09-18", "wallet.transfer-max", "2000.00", "000000"),
            ("130100", "2025-09-18", "wallet.day-max", "none", "000000"),
            ("130100", "2025-09-18", "wallet.closed-from", "22:00", "000000"),
            ("130100", "2025-09-18", "wallet.closed-until", "06:00", "000000"),
            ("130100", "2025-09-18", "wallet.return-at", "06:00", "000000"),
            ("130100", "2025-09-18", "wallet.pending-blocks", "true", "000000"),
        ],
    );
}

#[test]
fn each_area_keeps_its_own_rules() {
    let wuhan = "[outpatient, emergency, inpatient, pharmacy]";
    check(
        &whole_law(),
        &[
            ("130100", "2024-10-08", "bind.max-members", "8", "130000"),
            ("130100", "2024-10-08", "till.sponsor-order", "balance-descending", "130000"),
            ("130100", "2024-10-08", "till.sponsors-per-settlement", "one", "130000"),
            ("130100", "2024-10-08", "till.shortfall", "all-or-nothing", "130000"),
            ("130100", "2024-10-08", "unbind.by", "sponsor", "130000"),
            ("650100", "2024-11-05", "bind.consent", "from-age", "650000"),
            ("652700", "2025-05-06", "bind.consent-age", "16", "650000"),
            ("652700", "2025-05-06", "till.sponsor-order", "beneficiary-order", "650000"),
            ("652700", "2025-05-06", "till.order-changeable", "true", "650000"),
            ("652700", "2025-05-06", "bind.proof", "upload", "652700"),
            ("652700", "2025-05-06", "bind.review", "before-effect", "652700"),
            ("652700", "2025-05-06", "till.own-account", "aid-first", "652700"),
            ("652700", "2025-05-06", "till.filing-for-aid", "outside-province", "652700"),
            ("652700", "2025-05-06", "till.aid-asked", "at-payment", "652700"),
            (
                "652700",
                "2025-05-06",
                "till.kinds-resident",
                "[outpatient, emergency, chronic, inpatient, pharmacy]",
                "652700",
            ),
            ("150800", "2026-03-02", "till.own-account", "aid-first", "150800"),
            ("150800", "2026-03-02", "bind.max-sponsors", "unlimited", "150000"),
            ("150100", "2026-03-02", "till.own-account", "own-must-be-zero", "150100"),
            ("320500", "2025-03-08", "bind.max-sponsors", "1", "320500"),
            ("320500", "2025-03-08", "unbind.by", "sponsor", "320500"),
            ("320500", "2025-03-08", "end.events", "[moved, insurance-ended, death, kinship-change]", "320500"),
            ("110000", "2022-11-30", "bind.open", "false", "110000"),
            ("110000", "2022-12-01", "bind.open", "true", "110000"),
            ("110000", "2022-11-30", "till.open", "false", "110000"),
            ("110000", "2022-12-01", "till.open", "true", "110000"),
            ("110000", "2022-11-30", "premium.long-term-care", "false", "000000"),
            ("110000", "2022-12-01", "premium.long-term-care", "true", "110000"),
            ("110000", "2022-12-01", "premium.products", "[北京普惠健康保 price 195.00]", "110000"),
            ("110000", "2022-12-01", "till.order-changeable", "true", "110000"),
            ("130100", "2026-01-08", "premium.long-term-care", "false", "000000"),
            ("130100", "2026-01-09", "premium.long-term-care", "true", "000000"),
            ("440300", "2023-09-30", "money.reserve", "7778.00", "440300"),
            ("440300", "2023-10-01", "money.reserve", "0.00", "440300"),
            ("440300", "2023-10-01", "till.item-limit", "[device, consumable] 300.00 a month", "440300"),
            ("440300", "2023-10-01", "till.own-account", "own-must-be-zero", "440300"),
            ("140100", "2024-10-10", "unbind.effect", "next-day-if-bound-today", "140000"),
            ("140100", "2024-10-10", "bind.excluded-sponsor-traits", "[civil-service]", "140000"),
            ("140100", "2024-10-10", "bind.excluded-member-traits", "[civil-service]", "140000"),
            ("370900", "2024-05-06", "bind.roles", "exclusive", "370900"),
            ("370900", "2024-05-06", "bind.relation-count", "[spouse 1, parent 1]", "370900"),
            ("370900", "2024-05-06", "bind.max-sponsors", "1", "370900"),
            ("370900", "2024-05-06", "limits.one-for-all", "true", "370900"),
            ("420100", "2024-05-06", "till.kinds-employee", wuhan, "420100"),
            ("420100", "2024-05-06", "family-code.max-members", "5", "420100"),
            ("990100", "2024-05-06", "bind.cooldown-days", "30", "990100"),
            ("990100", "2024-05-06", "unbind.min-term-months", "3", "990100"),
        ],
    );
}

#[test]
fn further_areas_keep_their_own_rules() {
    let eight_and_more = "[deductible, class-b, copay, over-cap, over-limit, out-of-catalogue, drug, device, \
        consumable, vaccine]";
    check(
        &whole_law(),
        &[
            ("130600", "2024-12-08", "bind.relations", THREE, "130600"),
            ("130682", "2024-12-09", "bind.relations", EIGHT, "000000"),
            ("130600", "2024-05-06", "till.own-account", "own-must-be-zero", "130600"),
            ("130600", "2024-05-06", "till.shortfall", "all-or-nothing", "130000"),
            ("130600", "2024-05-06", "till.kinds-resident", "[outpatient, emergency, pharmacy]", "130600"),
            ("133100", "2021-05-01", "bind.relations", EIGHT, "133100"),
            ("320200", "2024-05-06", "bind.consent", "spouse", "320200"),
            ("330200", "2024-05-06", "money.usable", "previous-years", "330000"),
            ("330600", "2024-05-06", "till.payable-parts", eight_and_more, "330000"),
            ("310000", "2022-06-30", "bind.open", "false", "310000"),
            ("310115", "2022-07-01", "bind.open", "true", "310000"),
            ("310000", "2022-07-31", "till.open", "false", "310000"),
            ("310000", "2022-08-01", "till.open", "true", "310000"),
            ("310000", "2022-08-01", "money.insurance-year-month", "7", "310000"),
            ("310000", "2022-08-01", "till.member-traits", "[mutual-help-plan]", "310000"),
            ("310000", "2022-08-01", "premium.products", "[沪惠保]", "310000"),
            ("370300", "2024-05-06", "till.pooled-benefit", "pure-account-only", "370300"),
            ("370300", "2024-05-06", "bind.roles", "exclusive", "370300"),
            ("370600", "2023-05-06", "bind.reach", "same-province", "370600"),
            ("370200", "2024-05-06", "till.aid-asked", "at-payment", "370200"),
            ("420600", "2024-05-06", "till.sponsor-order", "random", "420600"),
            ("420600", "2024-05-06", "bind.max-members", "6", "420600"),
            ("420600", "2024-05-06", "till.kinds-resident", "[outpatient, emergency, chronic, inpatient]", "420600"),
            ("450200", "2024-12-08", "bind.relations", "[spouse, parent, child, parent-in-law]", "450200"),
            ("450200", "2024-12-09", "bind.relations", EIGHT, "000000"),
            ("450200", "2024-12-09", "money.reserve", "1500.00", "450200"),
            ("450200", "2024-12-09", "bind.excluded-sponsor-traits", "[chronic-entitlement]", "450200"),
            ("350300", "2024-12-09", "money.reserve", "2000.00", "350000"),
            ("350300", "2024-12-09", "till.sponsor-order", "beneficiary-order", "350000"),
            ("360100", "2024-12-09", "bind.max-sponsors", "1", "360000"),
            ("520100", "2024-12-09", "bind.max-sponsors", "1", "520000"),
            ("411000", "2024-12-09", "bind.effect", "at-once", "411000"),
            ("510100", "2021-05-01", "bind.relations", EIGHT, "510000"),
            ("540100", "2024-12-09", "till.kinds-employee", "[outpatient, emergency, inpatient, pharmacy]", "540000"),
        ],
    );
}

/// An invented area with the given rules from 2025-01-01.
fn example_with(rules: &[(&str, &str)]) -> Law {
    let head = "[area]\ncode = \"990300\"\nname = { zh = \"示例\", en = \"Example\" }\n[[source]]\nid = \"X1\"\n\
        document = \"示例\"\nauthority = \"gongji\"\ndate = \"2025\"\ngrade = \"example\"\n";
    let rule = |(key, value): &(&str, &str)| {
        format!("[[rule]]\nkey = \"{key}\"\nfrom = \"2025-01-01\"\nvalue = {value}\nsource = \"X1\"\n")
    };
    let mut files = pack_files();
    files.push(("990300.toml".to_owned(), format!("{head}{}", rules.iter().map(rule).collect::<String>())));
    load(&files).unwrap_or_else(|errors| panic!("{rules:?}: {}", errors[0]))
}

#[test]
fn each_key_sets_its_own_field() {
    let rows = [
        ("bind.open", "false", "BindLaw { open: false"),
        ("bind.reach", "\"nation\"", "reach: Nation"),
        ("bind.relations", "[\"other\", \"child\"]", " relations: {Child, Other}"),
        ("bind.relations-across", "[\"child\"]", "relations_across: {Child}"),
        ("bind.relation-count", "{ parent = 2 }", "relation_count: [(Parent, 2)]"),
        ("bind.spouse-of-other-sex", "true", "spouse_of_other_sex: true"),
        ("bind.member-schemes", "[\"resident\"]", "member_schemes: {Resident}"),
        ("bind.member-traits", "[\"civil-service\"]", "Resident}, member_traits: {CivilService}"),
        ("bind.excluded-sponsor-traits", "[\"civil-service\"]", "excluded_sponsor_traits: {CivilService}"),
        ("bind.excluded-member-traits", "[\"civil-service\"]", "excluded_member_traits: {CivilService}"),
        ("bind.max-members", "7", "max_members: Some(7)"),
        ("bind.max-sponsors", "7", "max_sponsors: Some(7)"),
        ("bind.roles", "\"exclusive\"", "roles: Exclusive"),
        ("bind.consent", "\"everybody\"", "consent: Everybody"),
        ("bind.consent-age", "17", "consent_age: 17"),
        ("bind.consent-days", "9", "consent_days: 9"),
        ("bind.proof", "\"upload\"", "proof: Upload"),
        ("bind.review", "\"before-effect\"", "review: BeforeEffect"),
        ("bind.channels", "[\"counter\"]", "channels: [\"counter\"]"),
        ("bind.effect", "\"next-day\"", " effect: NextDay"),
        ("bind.term-years", "5", "term_years: Some(5)"),
        ("bind.cooldown-days", "30", "cooldown_days: Some(30)"),
        ("unbind.effect", "\"next-day\"", "unbind_effect: NextDay,"),
        ("unbind.by", "\"beneficiary\"", "unbind_by: Beneficiary"),
        ("unbind.min-term-months", "3", "unbind_min_term_months: Some(3)"),
        ("end.events", "[\"death\"]", "end_events: {Death}"),
        ("limits.one-for-all", "true", "one_limit_for_all: true"),
        ("money.usable", "\"previous-years\"", "usable: PreviousYears"),
        ("money.reserve", "\"12.34\"", "reserve: Fen(1234)"),
        ("money.insurance-year-month", "7", "insurance_year_month: 7"),
        ("till.open", "false", "TillLaw { open: false"),
        ("till.own-account", "\"aid-first\"", "own_account: AidFirst"),
        ("till.sponsor-order", "\"latest-bound\"", "sponsor_order: LatestBound"),
        ("till.order-changeable", "true", "order_changeable: true"),
        ("till.sponsors-per-settlement", "\"one\"", "sponsors: One"),
        ("till.pooled-benefit", "\"pure-account-only\"", "pooled_benefit: PureAccountOnly"),
        ("till.kinds-employee", "[\"birth\"]", "kinds_employee: {Birth}"),
        ("till.kinds-resident", "[\"birth\"]", "kinds_resident: {Birth}"),
        ("till.payable-parts", "[\"deductible\"]", "payable: PartSet(1)"),
        ("till.filing-for-aid", "\"outside-pool\"", "filing_for_aid: OutsidePool"),
        ("till.aid-asked", "\"at-payment\"", "aid_asked: AtPayment"),
        ("till.member-traits", "[\"civil-service\"]", "Automatic, member_traits: {CivilService}"),
        ("wallet.open", "true", "WalletLaw { open: true"),
        ("wallet.mode", "\"quota\"", "mode: Quota"),
        ("wallet.transfers-a-day", "4", "transfers_a_day: 4"),
        ("wallet.transfer-max", "\"12.34\"", "transfer_max: Fen(1234)"),
        ("wallet.day-max", "\"2000.00\"", "day_max: Some(Fen(200000))"),
        ("wallet.closed-from", "\"21:30\"", "closed_from: 1290"),
        ("wallet.closed-until", "\"05:30\"", "closed_until: 330"),
        ("wallet.return-at", "\"05:00\"", "return_at: 300"),
        ("wallet.pending-blocks", "false", "pending_blocks: false"),
        ("premium.resident", "false", "PremiumLaw { resident: false"),
        ("premium.long-term-care", "true", "long_term_care: true"),
        ("premium.products", "[{ name = \"甲\" }]", "name: \"甲\", price: None, own_threshold: None"),
        ("premium.season", "{ first = \"09-01\", last = \"12-31\" }", "season: Some(((9, 1), (12, 31)))"),
        ("family-code.max-members", "5", "family_code_max: Some(5)"),
    ];
    for (key, value, expected) in rows {
        assert_sets(&[(key, value)], expected);
    }
    // These contradict the nation's other values unless a second rule stands by them.
    assert_sets(
        &[("bind.members-include-sponsor", "true"), ("bind.max-members", "7")],
        "members_include_sponsor: true",
    );
    assert_sets(&[("bind.reserve-hinders", "true"), ("money.reserve", "\"1.00\"")], "reserve_hinders: true");
    assert_sets(
        &[("till.shortfall", "\"all-or-nothing\""), ("till.sponsors-per-settlement", "\"one\"")],
        "shortfall: AllOrNothing",
    );
    assert_sets(
        &[("till.item-limit", "{ parts = [\"deductible\"], monthly = \"3.00\" }")],
        "item_limit: Some(ItemLimit { parts: PartSet(1), monthly: Fen(300) })",
    );
    assert_eq!(rows.len() + 4, KEYS.len(), "a key without a row");
}

fn assert_sets(rules: &[(&str, &str)], expected: &str) {
    let law = example_with(rules);
    let shown = |on: &str| format!("{:?}", law.on(area("990300"), day(on)).expect("a formalised day"));
    assert!(shown("2025-01-01").contains(expected), "{rules:?} sets {expected} in {}", shown("2025-01-01"));
    assert!(!shown("2024-12-31").contains(expected), "{rules:?}: {expected} held before");
}

#[test]
fn silent_areas_follow_the_nation() {
    let law = whole_law();
    let policy = law.on(area("620100"), day("2025-01-01")).expect("a formalised day");
    assert_eq!(policy.bind.reach, Reach::Province);
    assert_eq!((policy.bind.max_members, policy.bind.max_sponsors), (None, None));
    assert_eq!((policy.bind.consent_days, policy.bind.consent_age), (14, 0));
    assert!(policy.money.reserve.is_zero());
    assert_eq!(policy.till.sponsor_order, SponsorOrder::Binding);
    assert!(!policy.till.order_changeable);
    let xinjiang = law.on(area("650100"), day("2025-01-01")).expect("a formalised day");
    assert!(xinjiang.till.order_changeable, "an order of the beneficiary is his to change");
}

#[test]
fn days_before_the_first_are_refused() {
    let law = whole_law();
    for code in ["130100", "990100", "620100"] {
        let refused = law.on(area(code), day("2021-04-30")).expect_err("nothing is formalised");
        assert_eq!((refused.first, refused.day), (day("2021-05-01"), day("2021-04-30")));
        assert!(law.on(area(code), day("2021-05-01")).is_ok());
        assert_eq!(law.provenance(area(code), day("2021-04-30"), "bind.open"), None);
        assert!(law.show(area(code), day("2021-04-30")).is_err());
    }
}

#[test]
fn the_same_values_have_the_same_digest_and_others_another() {
    let law = whole_law();
    let digest = |code: &str, on: &str| law.on(area(code), day(on)).expect("a formalised day").digest;
    assert_eq!(digest("130100", "2025-03-08"), digest("130283", "2025-03-09"));
    assert_eq!(digest("140100", "2025-03-08"), digest("140000", "2025-03-08"));
    assert_ne!(digest("130100", "2025-01-15"), digest("130100", "2025-01-16"));
    let hebei = digest("130100", "2025-03-08");
    let policy = law.on(area("130100"), day("2025-03-08")).expect("a formalised day");
    assert_eq!(law.policy_by_digest(&hebei), Some(policy));
    assert_eq!(law.policy_by_digest(&[0; 32]), None);
}

#[test]
fn neither_the_order_of_files_nor_of_rules_matters() {
    let mut files = pack_files();
    files.reverse();
    for (_, text) in &mut files {
        let mut blocks: Vec<&str> = text.split("\n\n").collect();
        blocks.reverse();
        *text = blocks.join("\n\n");
    }
    let (again, law) = (load(&files).expect("the same packs"), whole_law());
    for area in law.areas() {
        let digests =
            |law: &Law| law.changes(area).map(|day| (day, law.on(area, day).map(|p| p.digest))).collect::<Vec<_>>();
        assert_eq!(digests(&again), digests(&law), "{area}");
    }
}

#[test]
fn a_draft_stands_in_place_of_the_pack_of_its_area_whatever_its_file_is_called() {
    let files = pack_files();
    let packs: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let hebei = packs.iter().find(|(name, _)| *name == "130000-hebei.toml").expect("the pack of Hebei").1;
    let draft = hebei.replace("value = 8", "value = 5");
    let beside = draft.replace("\"130000\"", "\"130200\"").replace("value = 5", "value = 3");
    let law = Law::with_drafts(&packs, &[("draft.toml", &draft), ("tangshan.toml", &beside)]).expect("drafts are law");
    let members = |code: &str| law.on(area(code), day("2025-03-08")).expect("law").bind.max_members;
    assert_eq!([members("130100"), members("130200"), members("650000")], [Some(5), Some(3), whole_members("650000")]);
    assert_eq!(law.packs().len(), packs.len() + 1, "one is replaced, one is added");
    let twice =
        Law::with_drafts(&packs, &[("draft.toml", &draft), ("again.toml", &draft)]).expect_err("two drafts of one");
    assert!(twice[0].to_string().contains("area 130000 is defined twice"), "{}", twice[0]);
    let broken = draft.replace("till.shortfall", "till.shortfal");
    let mistakes = Law::with_drafts(&packs, &[("draft.toml", &broken)]).expect_err("an unknown key");
    assert!(mistakes.iter().all(|mistake| mistake.file == "draft.toml"), "{}", mistakes[0]);
}

fn whole_members(code: &str) -> Option<u32> {
    whole_law().on(area(code), day("2025-03-08")).expect("law").bind.max_members
}

#[test]
fn requirements_defaults_and_examples_are_named_as_such() {
    let law = whole_law();
    let grade = |code: &str, key: &str| law.provenance(area(code), day("2026-03-02"), key).expect("a line").grade();
    assert_eq!(grade("150800", "till.own-account"), Grade::Requirement);
    assert_eq!(grade("652700", "bind.review"), Grade::Requirement);
    assert_eq!(grade("130100", "bind.max-members"), Grade::B);
    assert_eq!(grade("130100", "bind.effect"), Grade::Default);
    assert_eq!(grade("990100", "bind.cooldown-days"), Grade::Example);
    let line = law.provenance(area("130100"), day("2024-10-08"), "bind.max-members").expect("a line");
    let shown = "bind.max-members = 8  [130000 from 2021-05-01; 国家医保局解答：职工医保个人账户如何共济给家人, \
        国家医疗保障局, 2024-10-05, B]";
    assert_eq!(line.to_string(), shown);
}

#[test]
fn a_source_without_document_is_shown_as_a_reprint() {
    let law = whole_law();
    let line = law.provenance(area("370900"), day("2024-10-08"), "bind.roles").expect("a line");
    assert_eq!(line.source.to_string(), "泰安, reprint, undated, C");
}

#[test]
fn show_has_every_key_and_diff_only_what_differs() {
    let law = whole_law();
    let shown = law.show(area("130100"), day("2025-03-08")).expect("a formalised day");
    assert_eq!(
        shown.iter().map(|line| line.key).collect::<Vec<_>>(),
        KEYS.iter().map(|key| key.name).collect::<Vec<_>>()
    );
    let day_before = (area("440300"), day("2023-09-30"));
    let differences = law.diff(day_before, (area("440300"), day("2023-10-01"))).expect("formalised days");
    let found: Vec<_> = differences.iter().map(|d| (d.first.key, d.first.value, d.second.value)).collect();
    assert_eq!(found, [("money.reserve", "7778.00", "0.00")]);
    assert_eq!(law.diff(day_before, day_before).expect("formalised days"), []);
}

#[test]
fn what_is_not_played_stays_visible() {
    let law = whole_law();
    let remarks = |code: &str| {
        law.remarks(area(code)).map(|(_, remark, source)| (remark.dimension, source.grade)).collect::<Vec<_>>()
    };
    assert!(remarks("320500").contains(&("31", Grade::B)), "a city shows what its province carries");
    assert!(remarks("659001").contains(&("25", Grade::D)));
    assert!(remarks("150800").contains(&("2", Grade::B)));
}

#[test]
fn names_and_areas_are_known() {
    let law = whole_law();
    assert_eq!(law.area_name(area("130000")), Some(("河北省", "Hebei")));
    assert_eq!(law.area_name(area("652701")), Some(("博尔塔拉蒙古自治州", "Bortala")));
    assert_eq!(law.area_name(area("130100")), None);
    let areas: Vec<AreaCode> = law.areas().collect();
    assert!(areas.is_sorted() && areas.contains(&area("660000")) && areas.len() + 1 == law.packs().len());
    let changes: Vec<String> = law.changes(area("440300")).map(|day| day.to_string()).collect();
    assert!(
        ["2021-05-01", "2023-10-01", "2025-01-01", "2026-01-09"].iter().all(|day| changes.contains(&(*day).to_owned()))
    );
}

#[test]
fn every_dimension_is_answered() {
    assert_eq!(DIMENSIONS.len(), 46);
    for dimension in DIMENSIONS {
        let has_key = KEYS.iter().any(|key| key.dimensions.contains(&dimension.number));
        assert!(has_key || !dimension.besides.is_empty(), "dimension {}", dimension.number);
    }
    for key in KEYS {
        let known = key.dimensions.iter().all(|number| DIMENSIONS.iter().any(|dimension| dimension.number == *number));
        assert!(known, "{}", key.name);
        assert_eq!(key_of(key.name).map(|found| found.en), Some(key.en), "{} stands once", key.name);
    }
}

#[test]
fn the_reference_of_keys_is_the_table_of_keys() {
    let written = include_str!("../../../../docs/policy-keys.md");
    assert!(written == key_reference_markdown(), "docs/policy-keys.md is not what key_reference_markdown() says");
}
