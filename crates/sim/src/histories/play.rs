//! A history from its opening to its end.

use std::collections::BTreeSet;

use gongji_domain::binding::BindingState;
use gongji_domain::message::{Answer, Bill, Command, Consented, CreditKind, Pair, Side, Verdict as Reviewed};
use gongji_domain::person::InsuranceStatus;
use gongji_domain::record::{PaymentKind, Share};
use gongji_words::{Fen, Moment, Month, PersonId};

use super::family::{Family, Numbers};
use super::law::Laws;
use super::{Digest, judge};
use crate::books::Money;
use crate::check;
use crate::plan::{Engine, Plan, Telling, Weather};
use crate::random::Rng;
use crate::traffic::Traffic;
use crate::world::{Until, World};

/// What was done in histories and what was held against what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Commands of people.
    pub commands: u64,
    /// Bills settled.
    pub settlements: u64,
    /// Of these with aid.
    pub with_aid: u64,
    /// Reversals.
    pub reversals: u64,
    /// Of these of a payment whose binding, sponsor or area had changed meanwhile.
    pub after_change: u64,
    /// Settlements undone at once and held against what was before.
    pub undone_at_once: u64,
    /// Refusals.
    pub refusals: u64,
    /// Previews held against the settlement.
    pub previews: u64,
    /// Messages sent again, and again with another content.
    pub repeats: u64,
    /// Bills previewed with more money on a sponsor's account.
    pub enriched: u64,
    /// Histories played a second time with other numbers.
    pub twins: u64,
}

impl Told {
    /// Adds those of another.
    pub fn add(&mut self, other: &Self) {
        self.commands += other.commands;
        self.settlements += other.settlements;
        self.with_aid += other.with_aid;
        self.reversals += other.reversals;
        self.after_change += other.after_change;
        self.undone_at_once += other.undone_at_once;
        self.refusals += other.refusals;
        self.previews += other.previews;
        self.repeats += other.repeats;
        self.enriched += other.enriched;
        self.twins += other.twins;
    }
}

/// A history under way.
pub struct History {
    /// Its world.
    pub world: World,
    /// What was compared.
    pub told: Told,
    family: Family,
    seed: u64,
    number: u64,
}

impl History {
    /// The beginning: nobody is registered yet.
    ///
    /// # Errors
    /// A sentence if a store cannot be made.
    pub fn begin(
        (seed, number): (u64, u64),
        (engine, numbers): (Engine, Numbers),
        laws: &Laws,
    ) -> Result<Self, String> {
        let family = Family::of((seed, number), numbers, laws);
        let nodes = family.cast.provinces.len();
        let plan =
            Plan { engine, weather: Weather::Calm, ..Plan::stormy(seed ^ (number << 20), family.commands, nodes) };
        let world = World::of(plan, family.cast.clone(), &family.law)?;
        Ok(Self { world, told: Told::default(), family, seed, number })
    }

    /// Every event is to be told.
    pub fn tell(&mut self) {
        self.world.plan.telling = Telling::Everything;
    }

    /// Commands of the history, the opening apart.
    #[must_use]
    pub fn commands(&self) -> u64 {
        self.family.commands
    }

    /// Whether it is played again with other numbers.
    #[must_use]
    pub fn has_twin(&self) -> bool {
        self.number.is_multiple_of(8) && self.family.is_blind_to_numbers()
    }

    /// What must not be and was.
    #[must_use]
    pub fn violation(&self) -> Option<String> {
        self.world.violation.as_ref().map(|violation| violation.what.clone())
    }

    /// A text for all that came of it.
    #[must_use]
    pub fn digest(&self, digest: Digest) -> String {
        match digest {
            Digest::Answers => format!("{:?}", self.world.orders.fold()),
            Digest::Everything => self.world.hash(),
        }
    }

    /// Plays it, without the commands that are left out.
    pub fn play(&mut self, left_out: &BTreeSet<u64>) {
        self.open();
        for step in (1..=self.family.commands).filter(|step| !left_out.contains(step)) {
            self.world.begin_step(step);
            let mut rng = Rng::of(self.seed ^ (self.number << 20), "history", step);
            self.step(&mut rng);
            if self.world.violation.is_some() {
                return self.finish();
            }
        }
        self.world.begin_step(self.family.commands + 1);
        let mut rng = Rng::of(self.seed ^ (self.number << 20), "end", 0);
        self.misfortune_and_way_back(&mut rng);
        self.rest();
        self.finish();
    }

    fn finish(&mut self) {
        let figures = &self.world.figures;
        self.told.commands = figures.commands;
        (self.told.settlements, self.told.with_aid) = (figures.settlements, figures.with_aid);
        (self.told.reversals, self.told.refusals) = (figures.reversals, figures.refusals);
    }

    /// Everybody is registered and has money; each sponsor binds somebody, in whatever way the area asks for.
    fn open(&mut self) {
        for (site, command) in self.world.cast.opening(self.seed ^ self.number) {
            self.answer_of((site, command));
        }
        let mut rng = Rng::of(self.seed, "agreements", self.number);
        for _ in 0..=self.world.cast.people.len() {
            self.agree(&mut rng);
        }
        self.check();
    }

    fn agree(&mut self, rng: &mut Rng) {
        let (site, command) = self.drawing(|traffic| traffic.bind(rng));
        let Command::Bind(request) = &command else { return };
        let pair = Pair { sponsor: request.sponsor, beneficiary: request.beneficiary };
        let first = self.answer_of((site, command));
        if first == Some(Answer::Binding(BindingState::PendingConsent)) {
            self.answer_of((site, Command::Consent(pair, Consented::Yes)));
        }
        if matches!(first, Some(Answer::Binding(BindingState::PendingConsent | BindingState::PendingReview))) {
            self.answer_of((site, Command::Review(pair, Reviewed::Approve)));
        }
    }

    fn drawing<T>(&mut self, draw: impl FnOnce(&mut Traffic<'_>) -> T) -> T {
        let World { cast, orders, clock, .. } = &mut self.world;
        let (today, paid, transfers) = (clock.true_time().day(), orders.paid(), orders.transfers());
        draw(&mut Traffic { cast, paid, transfers, today, most_credited: 120_000 })
    }

    /// Where all money is, as far as anything was written.
    fn standing(&mut self) -> Vec<Money> {
        self.world.follow();
        judge::standing(&self.world)
    }

    /// Enters a command and waits until nothing is under way.
    fn answer_of(&mut self, (site, command): (usize, Command)) -> Option<Answer> {
        let number = self.world.order(site, command);
        self.world.go_on(Until::Idle);
        self.world.orders[number].answer.clone()
    }

    fn step(&mut self, rng: &mut Rng) {
        let to = self.next_time(rng);
        self.world.move_clock(to);
        let Some((site, command)) = self.drawing(|traffic| traffic.draw(rng)) else { return };
        match command {
            Command::Settle(bill) => self.settle(rng, (site, bill)),
            other => {
                self.answer_of((site, other));
            }
        }
        self.send_again(rng);
        self.check();
    }

    /// Minutes mostly, sometimes days, sometimes the last minute of a month.
    fn next_time(&self, rng: &mut Rng) -> Moment {
        let now = self.world.clock.true_time();
        let minutes = |rng: &mut Rng, most: u64| i64::try_from(rng.below(most)).unwrap_or(0);
        match rng.below(12) {
            0..=7 => now.plus_minutes(minutes(rng, 300)),
            8..=10 => now.plus_minutes(minutes(rng, 12_000)),
            _ => Month::from_number(Month::of(now.day()).number() + 1).first_day().start().plus_minutes(-1).max(now),
        }
    }

    fn settle(&mut self, rng: &mut Rng, (site, bill): (usize, Bill)) {
        let preview = Command::Preview(bill);
        let mut foreseen = self.answer_of((site, preview.clone()));
        if rng.one_in(4)
            && let Some(sponsor) = self.enrich(rng, &bill)
        {
            let richer = self.answer_of((site, preview));
            if judge::more_money_never_hurts(&self.world, &bill, sponsor) {
                self.told.enriched += 1;
                self.hold(judge::no_worse(foreseen.as_ref(), richer.as_ref()));
            }
            foreseen = richer;
        }
        let before = self.standing();
        let number = self.world.order(site, Command::Settle(bill));
        self.world.go_on(Until::Idle);
        self.told.previews += 1;
        self.hold(judge::as_foreseen(foreseen.as_ref(), self.world.orders[number].answer.as_ref()));
        if rng.one_in(3)
            && self.world.orders[number].settled().is_some()
            && judge::is_at_home(&self.world, bill.patient)
        {
            let original = self.world.orders[number].message.clone();
            let answer = self.answer_of((site, Command::Reverse { original }));
            self.told.undone_at_once += 1;
            let after = self.standing();
            self.hold(judge::as_before(answer.as_ref(), &before, &after));
        }
    }

    /// Credits somebody of the family who has an account, other than the patient.
    fn enrich(&mut self, rng: &mut Rng, bill: &Bill) -> Option<PersonId> {
        let employees = &self.world.cast.people[..self.world.cast.employees];
        let sponsor = rng.pick(employees).clone();
        if sponsor.id == bill.patient {
            return None;
        }
        let site = self.world.cast.site(sponsor.area)?;
        let (amount, kind) = (Fen::from_fen(rng.fen(1, 200_000)), CreditKind::Contribution);
        let answer = self.answer_of((site, Command::Credit { person: sponsor.id, amount, kind }));
        (answer == Some(Answer::Done)).then_some(sponsor.id)
    }

    /// A repeat gets the first answer, and the books do not move; a changed repeat is told which field differs.
    fn send_again(&mut self, rng: &mut Rng) {
        let number = self.world.orders.recent(6, |length| rng.place(length));
        if !rng.one_in(3) || self.world.orders[number].is_question() {
            return;
        }
        self.told.repeats += 1;
        let before = self.standing();
        self.world.send(number);
        self.world.go_on(Until::Idle);
        let changed = match &self.world.orders[number].command {
            Command::Settle(bill) => Some(Command::Settle(Bill { fund: bill.fund.plus(Fen::from_fen(1)), ..*bill })),
            _ => None,
        };
        if let Some(changed) = changed {
            let told = self.world.send_changed(number, changed);
            self.hold(judge::told_the_field(told.as_ref(), "fund"));
        }
        let after = self.standing();
        self.hold(judge::not_moved(&before, &after));
    }

    /// Something happens to a binding or a sponsor; then what stands is undone, and that is never refused.
    fn misfortune_and_way_back(&mut self, rng: &mut Rng) {
        let standing: Vec<_> = self.world.orders.paid().iter().rev().take(6).cloned().collect();
        for earlier in standing {
            let number = self.world.orders.of_payment(earlier.id).unwrap_or_default();
            let Command::Settle(bill) = earlier.command else { continue };
            if self.world.orders.undone(number) > 0 || self.world.violation.is_some() {
                continue;
            }
            self.world.follow();
            let shares = judge::shares_of(&self.world, earlier.id, PaymentKind::Settlement);
            self.misfortune(rng, bill.patient, shares.first());
            self.told.after_change += 1;
            let answer = self.answer_of((earlier.site, Command::Reverse { original: earlier.message.clone() }));
            self.hold(judge::undone(answer.as_ref()));
            self.check();
        }
    }

    fn misfortune(&mut self, rng: &mut Rng, patient: PersonId, share: Option<&Share>) {
        let person = share.map_or(patient, |share| share.sponsor);
        let Some(place) = self.world.cast.place(person) else { return };
        let area = self.world.cast.people[place].area;
        let Some(site) = self.world.cast.site(area) else { return };
        let pair = Pair { sponsor: person, beneficiary: patient };
        let command = match rng.below(6) {
            0 | 1 => Command::Unbind(pair, Side::Sponsor),
            2 => Command::ChangeStatus { person, status: InsuranceStatus::Dead },
            3 => Command::ChangeStatus { person, status: InsuranceStatus::Ended },
            4 => Command::Freeze(person),
            _ => {
                let to = *rng.pick(&self.world.cast.areas);
                self.world.cast.people[place].area = to;
                Command::Move { person, area: to }
            }
        };
        self.answer_of((site, command));
    }

    fn check(&mut self) {
        self.world.follow();
        let verdict = judge::no_cash(&self.world);
        self.hold(verdict);
    }

    fn hold(&mut self, verdict: check::Verdict) {
        if let Err(what) = verdict {
            self.world.violate(what);
        }
    }

    /// What is timed and what waits is done; then everything is checked.
    fn rest(&mut self) {
        self.world.tick();
        self.world.go_on(Until::Idle);
        self.world.follow();
        let books = self.world.sites.iter().flatten().try_for_each(check::after_step);
        let verdict = books.and_then(|()| check::news(&self.world)).and_then(|()| check::at_rest(&self.world));
        self.hold(verdict);
    }
}
