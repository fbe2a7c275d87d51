//! What people, tills and clerks ask for: one command a draw, to the node that they would go to.

use std::collections::BTreeSet;

use gongji_domain::binding::Channel;
use gongji_domain::burden::{Burden, Part, Purpose, VisitKind};
use gongji_domain::institution::Institution;
use gongji_domain::kinship::NEAR_RELATIVES;
use gongji_domain::limits::Limits;
use gongji_domain::message::{
    Bill, BindRequest, Command, Consented, Correction, CreditKind, LimitChange, Pair, PremiumOrder, Side, Urgency,
    Using, Verdict, WalletOrder,
};
use gongji_domain::person::InsuranceStatus;
use gongji_domain::policy::Proof;
use gongji_words::{AreaCode, CommandId, Day, Fen, MessageId, PersonId};

use crate::cast::{Cast, Member};
use crate::random::Rng;

/// Something that was sent before and that later commands may be about.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its message.
    pub message: MessageId,
    /// Where it was sent.
    pub site: usize,
    /// What it was.
    pub command: Command,
    /// The id under which it was entered.
    pub id: CommandId,
}

/// Draws commands.
pub struct Traffic<'a> {
    /// Everybody.
    pub cast: &'a mut Cast,
    /// Bills and premiums that were answered.
    pub paid: &'a [Earlier],
    /// Transfers that wait.
    pub transfers: &'a [Earlier],
    /// Today.
    pub today: Day,
    /// Most that is credited at once, in fen.
    pub most_credited: i64,
}

type Drawn = (usize, Command);

impl Traffic<'_> {
    /// One command and the site that it goes to.
    pub fn draw(&mut self, rng: &mut Rng) -> Option<Drawn> {
        match rng.below(100) {
            0..=37 => Some(self.settle(rng)),
            38..=45 => self.reverse(rng),
            46..=58 => Some(self.bind(rng)),
            59..=67 => Some(self.family(rng)),
            68..=79 => Some(self.wallet(rng)),
            80..=84 => self.answer_transfer(rng),
            85..=88 => Some(self.premium(rng)),
            89..=94 => Some(self.credit(rng)),
            _ => Some(self.event(rng)),
        }
    }

    fn site(&self, area: AreaCode) -> usize {
        self.cast.site(area).expect("the cast lives where there are nodes")
    }

    fn pair(&self, rng: &mut Rng) -> (Member, Member) {
        let Cast { people, family, employees, .. } = &*self.cast;
        let first = rng.place(people.len() / family) * family;
        let sponsor = rng.place(*employees);
        let anybody = (sponsor + 1 + rng.place(family - 1)) % family;
        let beneficiary = if rng.one_in(3) || employees == family { anybody } else { self.resident(anybody) };
        (people[first + sponsor].clone(), people[first + beneficiary].clone())
    }

    /// A member of a family without an account of his own, where there is one.
    fn resident(&self, anybody: usize) -> usize {
        let Cast { family, employees, .. } = &*self.cast;
        let place = anybody % family;
        if family == employees { place } else { employees + place % (family - employees) }
    }

    fn bill(&self, rng: &mut Rng) -> (Bill, Institution) {
        let anybody = rng.place(self.cast.people.len());
        let resident = anybody / self.cast.family * self.cast.family + self.resident(anybody);
        let patient = self.cast.people[if rng.one_in(3) { anybody } else { resident }].clone();
        let institution = *rng.pick(&self.cast.institutions);
        let mut burden = Burden::nothing();
        for _ in 0..=rng.below(2) {
            let part = *rng.pick(&[Part::Copay, Part::ClassB, Part::Drug, Part::OutOfCatalogue, Part::Deductible]);
            burden.add(part, Fen::from_fen(rng.fen(0, 60_000)));
        }
        let using = match rng.below(12) {
            0 => Using::Own,
            1 => Using::Cash,
            _ => Using::Auto,
        };
        let bill = Bill {
            patient: patient.id,
            patient_area: patient.area,
            institution: institution.id,
            kind: *rng.pick(VisitKind::ALL),
            burden,
            fund: Fen::from_fen(rng.fen(0, 90_000)),
            using,
            code_of: patient.id,
            urgency: if rng.one_in(9) { Urgency::Emergency } else { Urgency::Ordinary },
        };
        (bill, institution)
    }

    fn settle(&self, rng: &mut Rng) -> Drawn {
        let (bill, institution) = self.bill(rng);
        (self.site(institution.area), Command::Settle(bill))
    }

    fn reverse(&self, rng: &mut Rng) -> Option<Drawn> {
        if self.paid.is_empty() {
            return None;
        }
        // Mostly what was just paid; sometimes what was paid in another month.
        let recent = if rng.one_in(5) { 0 } else { self.paid.len().saturating_sub(30) };
        let original = rng.pick(&self.paid[recent..]);
        Some((original.site, Command::Reverse { original: original.message.clone() }))
    }

    /// What families agree on before the story begins.
    pub fn first_agreements(&self, rng: &mut Rng) -> Vec<Drawn> {
        let mut drawn: Vec<Drawn> = (0..self.cast.people.len()).map(|_| self.bind(rng)).collect();
        drawn.extend((0..self.cast.people.len()).map(|_| self.wallet(rng)));
        drawn
    }

    /// A sponsor binds a relative.
    pub fn bind(&self, rng: &mut Rng) -> Drawn {
        let (sponsor, beneficiary) = self.pair(rng);
        let later = |rng: &mut Rng, times| rng.one_in(times).then(|| i32::try_from(rng.below(40)).unwrap_or(0));
        let from = later(rng, 9).map(|days| self.today.plus_days(days));
        let until = later(rng, 9).map(|days| self.today.plus_days(40 + days));
        let purposes = rng.one_in(9).then(|| BTreeSet::from([Purpose::Outpatient, Purpose::Pharmacy]));
        let request = BindRequest {
            sponsor: sponsor.id,
            beneficiary: beneficiary.id,
            beneficiary_area: beneficiary.area,
            relation: *rng.pick(&NEAR_RELATIVES),
            from,
            until,
            limits: limits(rng),
            purposes,
            proof: if rng.one_in(3) { Proof::Upload } else { Proof::Promise },
            channel: Channel::Portal,
        };
        (self.site(sponsor.area), Command::Bind(request))
    }

    fn family(&self, rng: &mut Rng) -> Drawn {
        let (sponsor, beneficiary) = self.pair(rng);
        let pair = Pair { sponsor: sponsor.id, beneficiary: beneficiary.id };
        let home = self.site(sponsor.area);
        match rng.below(12) {
            0..=2 => (home, Command::ChangeLimits(pair, limit_change(rng))),
            3 => (home, Command::Pause(pair)),
            4 | 5 => (home, Command::Resume(pair)),
            6 => (home, Command::Unbind(pair, Side::Sponsor)),
            7 => (self.site(beneficiary.area), Command::Unbind(pair, Side::Beneficiary)),
            8 => (home, Command::Consent(pair, if rng.one_in(5) { Consented::No } else { Consented::Yes })),
            9 | 10 => (home, Command::Review(pair, *rng.pick(&[Verdict::Approve, Verdict::Approve, Verdict::Reject]))),
            _ => {
                let order = Command::Order { beneficiary: beneficiary.id, sponsors: vec![sponsor.id] };
                (self.site(beneficiary.area), order)
            }
        }
    }

    fn wallet(&self, rng: &mut Rng) -> Drawn {
        let (sponsor, beneficiary) = self.pair(rng);
        let pair = Pair { sponsor: sponsor.id, beneficiary: beneficiary.id };
        let amount = Fen::from_fen(rng.fen(0, 60_000));
        let order = WalletOrder { pair, receiver_area: beneficiary.area, amount };
        match rng.below(8) {
            0 => {
                let place = *rng.pick(&self.cast.areas);
                (self.site(beneficiary.area), Command::OpenWallet { person: beneficiary.id, place })
            }
            1..=3 => (self.site(sponsor.area), Command::Transfer(order)),
            _ => (self.site(sponsor.area), Command::SetQuota(order)),
        }
    }

    /// The receiver takes a transfer, or its sender takes it back.
    fn answer_transfer(&self, rng: &mut Rng) -> Option<Drawn> {
        if self.transfers.is_empty() {
            return None;
        }
        let recent = self.transfers.len().saturating_sub(6);
        let Earlier { site, command, id, .. } = rng.pick(&self.transfers[recent..]);
        let Command::Transfer(WalletOrder { pair, .. }) = command else { return None };
        if rng.one_in(3) {
            return Some((*site, Command::CancelTransfer { transfer: *id, sender: pair.sponsor }));
        }
        let receiver = &self.cast.people[self.cast.place(pair.beneficiary)?];
        let sender_area = self.cast.provinces[*site];
        let command = Command::AcceptTransfer { transfer: *id, receiver: receiver.id, sender_area };
        Some((self.site(receiver.area), command))
    }

    fn premium(&self, rng: &mut Rng) -> Drawn {
        let (payer, person) = self.pair(rng);
        let payer = if rng.one_in(4) { person.clone() } else { payer };
        let order = PremiumOrder {
            payer: payer.id,
            payer_area: payer.area,
            person: person.id,
            plan: (*rng.pick(&["resident", "long-term-care"])).to_owned(),
            year: self.today.year() + i32::try_from(rng.below(2)).unwrap_or(0),
            amount: Fen::from_fen(rng.fen(1_000, 42_000)),
        };
        (self.site(person.area), Command::PayPremium(order))
    }

    fn credit(&self, rng: &mut Rng) -> Drawn {
        let member = self.employee(rng);
        let site = self.site(member.area);
        let amount = rng.fen(1, self.most_credited);
        if rng.one_in(8) {
            let correction = Correction {
                person: member.id,
                amount: Fen::from_fen(amount - 60_000),
                maker: "maker".to_owned(),
                checker: "checker".to_owned(),
                grounds: "counted again".to_owned(),
            };
            return (site, Command::Correct(correction));
        }
        let kind = if rng.one_in(5) { CreditKind::Interest } else { CreditKind::Contribution };
        (site, Command::Credit { person: member.id, amount: Fen::from_fen(amount), kind })
    }

    fn employee(&self, rng: &mut Rng) -> Member {
        let first = rng.place(self.cast.people.len() / self.cast.family) * self.cast.family;
        self.cast.people[first + rng.place(self.cast.employees)].clone()
    }

    /// What happens to people: status, freezing, a move, filings, the turn of a year.
    fn event(&mut self, rng: &mut Rng) -> Drawn {
        let place = rng.place(self.cast.people.len());
        let Member { id, area, .. } = self.cast.people[place].clone();
        let site = self.site(area);
        match rng.below(20) {
            0..=1 => (site, Command::ChangeStatus { person: id, status: status(rng) }),
            2..=8 => (site, Command::ChangeStatus { person: id, status: InsuranceStatus::Active }),
            9 => (site, Command::Freeze(id)),
            10..=12 => (site, Command::Unfreeze(id)),
            13 => (site, Command::PayHeirs { person: id }),
            14 => (site, Command::TurnYear(area)),
            15 | 16 => self.filing(rng, id, area),
            17 | 18 => (site, Command::ShowFamilyCode { holder: self.employee(rng).id, member: id }),
            _ => {
                let to = *rng.pick(&self.cast.areas);
                self.cast.people[place].area = to;
                (site, Command::Move { person: id, area: to })
            }
        }
    }

    fn filing(&self, rng: &mut Rng, person: PersonId, area: AreaCode) -> Drawn {
        let to = *rng.pick(&self.cast.areas);
        (self.site(area), Command::File { person, area: to, from: self.today, until: None })
    }

    /// A bill that will be previewed and then settled.
    pub fn bill_to_preview(&self, rng: &mut Rng) -> (usize, Bill) {
        let (bill, institution) = self.bill(rng);
        (self.site(institution.area), bill)
    }
}

fn status(rng: &mut Rng) -> InsuranceStatus {
    use InsuranceStatus as S;
    *rng.pick(&[S::Suspended, S::Suspended, S::Suspended, S::Arrears, S::Arrears, S::Ended, S::Dead])
}

fn some_limit(rng: &mut Rng, times: u64) -> Option<Fen> {
    rng.one_in(times).then(|| Fen::from_fen(rng.fen(0, 50_000)))
}

fn limits(rng: &mut Rng) -> Limits {
    Limits {
        quota: some_limit(rng, 20),
        per_settlement: some_limit(rng, 12),
        per_day: some_limit(rng, 20),
        per_month: some_limit(rng, 12),
        per_year: some_limit(rng, 20),
    }
}

fn limit_change(rng: &mut Rng) -> LimitChange {
    let mut one = |times: u64| rng.one_in(times).then(|| some_limit(rng, 2));
    LimitChange { quota: one(3), per_settlement: one(3), per_day: one(4), per_month: one(3), per_year: one(4) }
}
