//! One run from beginning to end: the opening, steps of traffic and trouble, and rests in which everything is
//! checked.

use gongji_domain::message::{Answer, Command, Settled};
use gongji_domain::policy::Law;
use gongji_domain::record::Rows;
use gongji_words::{Day, Moment, Month, PersonId};

use crate::check;
use crate::executor::ready;
use crate::plan::{Outcome, Plan, Planted, Weather};
use crate::ports::POINTS;
use crate::random::Rng;
use crate::traffic::{Earlier, Traffic};
use crate::world::{Until, World};

/// Steps between two rests.
const REST: u64 = 20;

/// The step in which a planted fault sets in, where it does not from the start.
const PLANTED_AT: u64 = 15;

/// How often everything is sent again at a rest.
const ROUNDS: usize = 60;

/// Plays a run.
///
/// # Errors
/// A sentence if the stores cannot be made.
pub fn run(plan: Plan, law: &Law) -> Result<Outcome, String> {
    let mut story = Story { world: World::new(plan, law)?, stale: None };
    story.open();
    for step in 1..=plan.steps {
        story.step(step);
        if story.world.violation.is_some() || plan.until == Some(step) {
            break;
        }
    }
    Ok(story.outcome())
}

struct Story {
    world: World,
    /// What the first site held a while ago.
    stale: Option<Rows>,
}

impl Story {
    /// Everybody is registered while nothing goes wrong.
    fn open(&mut self) {
        for (site, command) in self.world.cast.opening(self.world.plan.seed) {
            self.world.order(site, command);
            self.world.go_on(Until::Idle);
        }
        let mut rng = Rng::of(self.world.plan.seed, "agreements", 0);
        let (mut cast, today) = (self.world.cast.clone(), self.world.clock.true_time().day());
        let traffic = Traffic { cast: &mut cast, paid: &[], transfers: &[], today };
        for (site, command) in traffic.first_agreements(&mut rng) {
            self.world.order(site, command);
            self.world.go_on(Until::Idle);
        }
        self.world.net.set_weather(self.world.plan.weather);
    }

    fn step(&mut self, step: u64) {
        let mut rng = Rng::of(self.world.plan.seed, "step", step);
        self.world.begin_step(step);
        self.plant(step);
        self.trouble(&mut rng);
        let to = self.next_time(&mut rng);
        self.world.move_clock(to);
        self.traffic(&mut rng);
        self.send_again(&mut rng);
        if rng.one_in(3) {
            self.world.tick();
        }
        let until = if rng.one_in(3) { Until::Idle } else { Until::Events(rng.below(60)) };
        self.world.go_on(until);
        self.check_step();
        if step.is_multiple_of(REST) || step == self.world.plan.steps {
            self.rest();
        }
    }

    fn plant(&mut self, step: u64) {
        let world = &mut self.world;
        match world.plan.planted {
            Planted::ClockRunsBack if step == PLANTED_AT => world.clock.run_behind(40 * 86_400_000),
            Planted::LostCommit if step == PLANTED_AT => self.stale = world.site(0).dump().ok(),
            Planted::LostCommit if step == PLANTED_AT + 4 => {
                if let Some(rows) = self.stale.take() {
                    world.kill_and_forget(0, &rows);
                }
            }
            Planted::DoubledSettle if step >= PLANTED_AT => {
                let bill = |order: &crate::client::Order| order.settled().is_some();
                if let Some(number) = world.orders.iter().rposition(bill) {
                    world.send_as_stranger(number);
                }
            }
            _ => {}
        }
    }

    /// Crashes to come, nodes that die now, links that go down and up.
    fn trouble(&mut self, rng: &mut Rng) {
        if self.world.plan.weather == Weather::Calm {
            return;
        }
        let site = rng.place(self.world.sites.len());
        if rng.one_in(4) {
            self.world.site(site).crash.arm(*rng.pick(&POINTS), rng.below(4));
        }
        if rng.one_in(12) {
            self.world.kill(site);
        }
        let provinces = self.world.cast.provinces.clone();
        if provinces.len() > 1 && rng.one_in(10) {
            self.world.figures.cuts += 1;
            self.world.net.cut(provinces[0], provinces[1]);
            self.world.tell(|| "the link goes down".to_owned());
        } else if rng.one_in(3) {
            self.world.net.mend();
        }
    }

    /// Minutes mostly; sometimes days; sometimes the last minute of a month or a year.
    fn next_time(&self, rng: &mut Rng) -> Moment {
        let now = self.world.clock.true_time();
        let minutes = |rng: &mut Rng, most: u64| i64::try_from(rng.below(most)).unwrap_or(0);
        match rng.below(20) {
            0..=13 => now.plus_minutes(minutes(rng, 40)),
            14..=16 => now.plus_minutes(minutes(rng, 1_200)),
            17 | 18 => now.plus_minutes(minutes(rng, 8_000)),
            _ => last_minute(now, rng.one_in(4)).max(now),
        }
    }

    fn traffic(&mut self, rng: &mut Rng) {
        for _ in 0..=rng.below(3) {
            let (paid, transfers) = (self.earlier(is_paid), self.earlier(is_transfer));
            let today = self.world.clock.true_time().day();
            let mut cast = self.world.cast.clone();
            let mut traffic = Traffic { cast: &mut cast, paid: &paid, transfers: &transfers, today };
            let drawn = traffic.draw(rng);
            self.world.cast = cast;
            if let Some((site, command)) = drawn {
                self.world.order(site, command);
            }
            if rng.one_in(3) {
                self.world.go_on(Until::Events(rng.below(12)));
            }
        }
        if rng.one_in(6) {
            self.preview_then_settle(rng);
        }
    }

    fn earlier(&self, wanted: fn(&Answer) -> bool) -> Vec<Earlier> {
        let of = |order: &crate::client::Order| {
            let id = order.id.filter(|_| order.answer.as_ref().is_some_and(wanted))?;
            Some(Earlier { message: order.message.clone(), site: order.site, command: order.command.clone(), id })
        };
        self.world.orders.iter().filter_map(of).collect()
    }

    /// What has no answer is sent again; what has one is, now and then, too.
    fn send_again(&mut self, rng: &mut Rng) {
        let step = self.world.step;
        let waits =
            |order: &crate::client::Order| order.answer.is_none() && order.under_way == 0 && order.again_at <= step;
        for number in self.numbers(waits) {
            self.world.send(number);
        }
        if rng.one_in(3) {
            let recent = self.world.orders.len().saturating_sub(12);
            let number = recent + rng.place(self.world.orders.len() - recent);
            if !self.world.orders[number].is_question() {
                self.world.figures.repeats += 1;
                self.world.send(number);
            }
        }
    }

    fn numbers(&self, wanted: impl Fn(&crate::client::Order) -> bool) -> Vec<usize> {
        self.world.orders.iter().enumerate().filter(|(_, order)| wanted(order)).map(|(number, _)| number).collect()
    }

    /// If nothing changes in between, a settlement comes to what its preview said.
    fn preview_then_settle(&mut self, rng: &mut Rng) {
        self.world.go_on(Until::Idle);
        let mut cast = self.world.cast.clone();
        let today = self.world.clock.true_time().day();
        let (site, bill) = Traffic { cast: &mut cast, paid: &[], transfers: &[], today }.bill_to_preview(rng);
        let (before, quiet) = (self.disturbances(), self.nothing_waits());
        let preview = self.world.order(site, Command::Preview(bill));
        self.world.go_on(Until::Idle);
        let settle = self.world.order(site, Command::Settle(bill));
        self.world.go_on(Until::Idle);
        let answer = |number: usize| self.world.orders[number].answer.clone();
        let (Some(foreseen), Some(came)) = (answer(preview), answer(settle)) else { return };
        if !quiet || before != self.disturbances() {
            return;
        }
        self.world.figures.previews += 1;
        if without_names(&foreseen) != without_names(&came) {
            self.world.violate(format!("a preview said {foreseen:?}, the settlement came to {came:?}"));
        }
    }

    /// All that may make a settlement differ from its preview.
    fn disturbances(&self) -> (u64, [u64; 3]) {
        let net = self.world.net.figures();
        (self.world.figures.crashes, [net.lost, net.unanswered, net.late])
    }

    fn nothing_waits(&self) -> bool {
        let waiting = |site: &crate::site::Site| {
            ready(site.node.store().waiting_outbox(None, 1)).is_ok_and(|rows| rows.is_empty())
        };
        self.world.sites.iter().flatten().all(waiting)
    }

    fn check_step(&mut self) {
        for number in 0..self.world.sites.len() {
            self.world.figures.checks += 1;
            if let Err(what) = check::after_step(self.world.site(number)) {
                self.world.violate(what);
            }
        }
    }

    /// Nothing goes wrong any more; everything is sent until it is answered and has arrived; then all is checked.
    fn rest(&mut self) {
        self.world.net.set_weather(Weather::Calm);
        self.world.net.mend();
        for site in self.world.sites.iter().flatten() {
            site.crash.revive();
        }
        self.settle_down();
        if self.world.violation.is_none() {
            self.world.figures.checks += 1;
            if let Err(what) = check::at_rest(&self.world) {
                self.world.violate(what);
            }
        }
        self.world.net.set_weather(self.world.plan.weather);
    }

    fn settle_down(&mut self) {
        for _ in 0..ROUNDS {
            self.world.go_on(Until::Idle);
            for number in self.numbers(|order| order.answer.is_none()) {
                self.world.send(number);
            }
            self.world.tick();
            self.world.recover();
            self.world.go_on(Until::Idle);
            if self.world.violation.is_some() {
                return;
            }
            let answered = self.world.orders.iter().all(|order| order.answer.is_some());
            if answered && self.nothing_waits() && self.world.net.is_empty() {
                return;
            }
        }
        let open = self.numbers(|order| order.answer.is_none()).len();
        self.world.violate(format!("no rest is reached: {open} commands have no answer, or messages never arrive"));
    }

    fn outcome(mut self) -> Outcome {
        let mut figures = std::mem::take(&mut self.world.figures);
        figures.network = self.world.net.figures();
        for site in self.world.sites.iter().flatten() {
            for (point, count) in site.crash.hits() {
                *figures.crash_points.entry(format!("{point:?}")).or_default() += count;
            }
        }
        let hash = self.world.hash();
        let World { plan, violation, told, .. } = self.world;
        Outcome { plan, figures, hash, violation, told }
    }
}

/// A till hears the amounts; who paid is for the patient's node to know.
fn without_names(answer: &Answer) -> Answer {
    let Answer::Settled(settled) = answer else { return answer.clone() };
    let aid = settled.aid.iter().map(|(_, amount)| (PersonId::from_number(0), *amount)).collect();
    Answer::Settled(Settled { aid, ..settled.clone() })
}

fn is_paid(answer: &Answer) -> bool {
    matches!(answer, Answer::Settled(_) | Answer::PaidBy(_))
}

fn is_transfer(answer: &Answer) -> bool {
    *answer == Answer::Pending
}

/// A minute before the month or the year ends.
fn last_minute(now: Moment, year: bool) -> Moment {
    let month = Month::of(now.day());
    let next = Month::from_number(month.number() + 1).first_day();
    let first = if year { Day::new(now.day().year() + 1, 1, 1).unwrap_or(next) } else { next };
    first.start().plus_minutes(-1)
}
