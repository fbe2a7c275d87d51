//! A bill in words, and what it comes to in words: the language of the tables.
//!
//! Words come in any order, except that those of a sponsor follow his capital letter. Amounts are yuan. Not said
//! means: an employee with nothing of his own, an outpatient bill of no parts at home, on 2026-03-02, in an area
//! like the nation; a sponsor of his pooling area whose money can all be used, bound in the order written.

use gongji_domain::binding::{Distance, Standing};
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::case::{AccountUse, Candidate, Case, FamilyCode, Filing, Line, PurposeUse, WalletFacts};
use gongji_domain::decide::{Outcome, decide};
use gongji_domain::institution::Takes;
use gongji_domain::message::{Urgency, Using};
use gongji_domain::person::{InsuranceStatus, Scheme, Trait};
use gongji_domain::policy::Law;
use gongji_words::{AreaCode, CommandId, Fen, Moment, PersonId};

use super::laws::{OPEN, ORDERS, OWN, SHUT, SPONSOR_AREAS, STRICT, area_of};

const PATIENT: i64 = 100;
const ELSEWHERE: u32 = 110_000;

/// Yuan, whole or with two decimals.
pub fn yuan(text: &str) -> Fen {
    let text = if text.contains('.') { text.to_owned() } else { format!("{text}.00") };
    Fen::parse_yuan(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A row of a table: the law it is judged by and the case.
pub struct Row {
    /// Which law.
    pub law: &'static Law,
    /// The facts.
    pub case: Case,
    dimensions: [usize; 3],
}

/// Reads a bill in words.
pub fn row(text: &str) -> Row {
    let mut row = Row { law: &OPEN, case: blank(), dimensions: [0, 0, 0] };
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let read = row.read_area(word) || row.read_flag(word) || row.read_sponsor(word);
        if !read {
            let value = words.next().unwrap_or_else(|| panic!("{word} is no word of a bill: {text}"));
            row.read_pair(word, value);
        }
    }
    if row.case.area != AreaCode::from_number(SHUT) {
        let [own, paying, order] = row.dimensions;
        row.case.area = area_of(own, paying, order);
    }
    row
}

/// Decides a bill in words and says in words what it comes to.
pub fn outcome_of(text: &str) -> String {
    let row = row(text);
    shown(&decide(row.law, &row.case).outcome)
}

/// Holds rows of a bill and what it comes to against the decision; all that differ are shown.
pub fn check(rows: &[(&str, &str)]) {
    let differ = rows.iter().map(|(bill, expected)| (bill, expected, outcome_of(bill)));
    let differ = differ.filter(|(_, expected, got)| got != *expected);
    let differ: Vec<String> =
        differ.map(|(bill, expected, got)| format!("{bill}\n  expected {expected}\n  got      {got}")).collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// What is not zero, sponsors in the order of paying, and the reason.
pub fn shown(outcome: &Outcome) -> String {
    let mut words = Vec::new();
    let mut say = |name: String, amount: Fen| {
        if !amount.is_zero() {
            let amount = amount.to_string();
            words.push(format!("{name} {}", amount.strip_suffix(".00").unwrap_or(&amount)));
        }
    };
    say("own".to_owned(), outcome.own);
    say("wallet".to_owned(), outcome.wallet);
    for payment in &outcome.aid {
        say(letter_of(payment.sponsor), payment.amount);
    }
    say("cash".to_owned(), outcome.cash);
    words.extend(outcome.reason.map(|reason| reason.code().to_owned()));
    words.join(" ")
}

fn letter_of(sponsor: PersonId) -> String {
    let number = u8::try_from(sponsor.number()).expect("a sponsor has a letter");
    char::from(b'A' + number - 1).to_string()
}

fn sponsor_of(letter: &str) -> Option<PersonId> {
    let [letter @ b'A'..=b'Z'] = letter.as_bytes() else { return None };
    Some(PersonId::from_number(i64::from(letter - b'A') + 1))
}

fn blank() -> Case {
    Case {
        at: Moment::parse("2026-03-02T10:00").expect("a moment"),
        patient: PersonId::from_number(PATIENT),
        area: area_of(0, 0, 0),
        scheme: Scheme::Employee,
        status: InsuranceStatus::Active,
        traits: 0,
        own: Fen::ZERO,
        wallet: None,
        institution_area: area_of(0, 0, 0),
        takes_aid: Takes::Yes,
        takes_wallet: Takes::Yes,
        kind: VisitKind::Outpatient,
        burden: Burden::nothing(),
        fund: Fen::ZERO,
        using: Using::Auto,
        urgency: Urgency::Ordinary,
        filing: Filing::Unfiled,
        family_code: FamilyCode::Absent,
        items_used: Fen::ZERO,
        order: Vec::new(),
        candidates: Vec::new(),
    }
}

/// A sponsor with nothing, bound after those before him.
pub fn sponsor(id: PersonId, place: usize) -> Candidate {
    let place = i64::try_from(place).expect("a small number");
    Candidate {
        sponsor: id,
        area: AreaCode::from_number(SPONSOR_AREAS[0].1),
        binding: CommandId::from_number(1000 + place),
        asked_at: Moment::parse("2026-01-10T10:00").expect("a moment").plus_minutes(place),
        standing: Standing::Usable,
        distance: Distance::Pool,
        line: Line::Up,
        purpose: PurposeUse::Allowed,
        account: AccountUse::Usable,
        available: Fen::ZERO,
        previous_years: Fen::ZERO,
        frozen_quota: None,
        limit_left: None,
    }
}

impl Row {
    fn read_area(&mut self, word: &str) -> bool {
        let [own, paying, order] = &mut self.dimensions;
        if let Some(place) = OWN.iter().position(|known| *known == word) {
            *own = place;
            return true;
        }
        if let Some(place) = ORDERS.iter().position(|known| *known == word) {
            *order = place;
            return true;
        }
        match word {
            "chain" => *paying = 0,
            "one" => *paying = 1,
            "all-or-nothing" => *paying = 2,
            "strict" => self.law = &STRICT,
            "shut" => self.case.area = AreaCode::from_number(SHUT),
            _ => return false,
        }
        true
    }

    fn read_flag(&mut self, word: &str) -> bool {
        let case = &mut self.case;
        match word {
            "inactive" => case.status = InsuranceStatus::Suspended,
            "uninsured" => case.scheme = Scheme::Uninsured,
            "resident" => case.scheme = Scheme::Resident,
            "mutual-help" => case.traits = 1 << Trait::MutualHelpPlan.number(),
            "stated-emergency" => case.urgency = Urgency::Emergency,
            "filed" => case.filing = Filing::Filed,
            "family-code" => case.family_code = FamilyCode::Present,
            "away" => case.institution_area = AreaCode::from_number(ELSEWHERE),
            "no-aid-calls" => case.takes_aid = Takes::No,
            "no-wallet-calls" => case.takes_wallet = Takes::No,
            "before-any-law" => case.at = Moment::parse("2021-04-30T10:00").expect("a moment"),
            "in-2025" => case.at = Moment::parse("2025-01-15T10:00").expect("a moment"),
            _ => return false,
        }
        true
    }

    fn read_sponsor(&mut self, word: &str) -> bool {
        if let Some(id) = sponsor_of(word) {
            let place = self.case.candidates.len();
            self.case.candidates.push(sponsor(id, place));
            return true;
        }
        let Some(last) = self.case.candidates.last_mut() else { return false };
        match word {
            "consent-pending" => last.standing = Standing::ConsentPending,
            "review-pending" => last.standing = Standing::ReviewPending,
            "later" => last.standing = Standing::NotEffective,
            "expired" => last.standing = Standing::Expired,
            "paused" => last.standing = Standing::Paused,
            "moved" => last.standing = Standing::RebindNeeded,
            "ended" => last.standing = Standing::Nothing,
            "down" => last.line = Line::Down,
            "left-out" => last.purpose = PurposeUse::LeftOut,
            "unavailable" => last.account = AccountUse::Unavailable,
            "near" => last.distance = Distance::Province,
            "far" => {
                last.distance = Distance::Across;
                last.area = AreaCode::from_number(ELSEWHERE);
            }
            _ => return false,
        }
        true
    }

    fn read_pair(&mut self, word: &str, value: &str) {
        if let Some(part) = Part::from_word(word) {
            self.case.burden.add(part, yuan(value));
            return;
        }
        let case = &mut self.case;
        match word {
            "own" => case.own = yuan(value),
            "wallet" => case.wallet = Some(wallet(area_of(0, 0, 0), yuan(value))),
            "wallet-elsewhere" => case.wallet = Some(wallet(AreaCode::from_number(ELSEWHERE), yuan(value))),
            "fund" => case.fund = yuan(value),
            "items-used" => case.items_used = yuan(value),
            "kind" => case.kind = VisitKind::from_word(value).unwrap_or_else(|| panic!("{value} is no kind")),
            "choice" => case.order = value.split(',').filter_map(sponsor_of).collect(),
            "using" => case.using = using(value),
            "instead" => {
                case.burden = Burden::nothing();
                let (part, amount) = value.split_once('=').expect("instead PART=AMOUNT");
                case.burden.add(Part::from_word(part).expect("a part"), yuan(amount));
            }
            _ => self.read_amount_of_sponsor(word, value),
        }
    }

    fn read_amount_of_sponsor(&mut self, word: &str, value: &str) {
        let last = self.case.candidates.last_mut().unwrap_or_else(|| panic!("{word} {value}: of no sponsor"));
        match word {
            "has" => {
                last.available = yuan(value);
                last.previous_years = last.available;
            }
            "previous" => last.previous_years = yuan(value),
            "quota" => last.frozen_quota = Some(yuan(value)),
            "limit" => last.limit_left = Some(yuan(value)),
            "under" => {
                let area = SPONSOR_AREAS.iter().find(|(name, ..)| *name == value);
                last.area = AreaCode::from_number(area.unwrap_or_else(|| panic!("{value} is no area")).1);
            }
            _ => panic!("{word} is no word of a bill"),
        }
    }
}

fn wallet(place: AreaCode, balance: Fen) -> WalletFacts {
    WalletFacts { balance, place }
}

fn using(word: &str) -> Using {
    match word {
        "auto" => Using::Auto,
        "own" => Using::Own,
        "cash" => Using::Cash,
        "without-aid" => Using::WithoutAid,
        "without-wallet" => Using::WithoutWallet,
        "without-both" => Using::WithoutBoth,
        name => Using::Only(sponsor_of(name).unwrap_or_else(|| panic!("{name} is nobody"))),
    }
}
