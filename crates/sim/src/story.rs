//! One run from beginning to end: the opening, steps of traffic and trouble, and rests in which everything is
//! checked.

use gongji_domain::message::Command;
use gongji_domain::policy::Law;
use gongji_domain::record::Rows;
use gongji_words::{Day, Moment, Month};

use crate::check;
use crate::client::Order;
use crate::executor::ready;
use crate::histories::judge::as_foreseen;
use crate::plan::{Figures, Outcome, Plan, Planted, Weather};
use crate::ports::POINTS;
use crate::random::Rng;
use crate::traffic::Traffic;
use crate::world::{Until, World};

/// Steps between two rests.
const REST: u64 = 20;

/// The step in which a planted fault sets in, where it does not from the start.
const PLANTED_AT: u64 = 15;

/// Settlements after which everything is checked first in a long run; then after twice as many, and so on.
const FIRST_WHOLE: u64 = 500;

/// How often everything is sent again at a rest.
const ROUNDS: usize = 60;

/// Plays a run.
///
/// # Errors
/// A sentence if the stores cannot be made.
pub fn run(plan: Plan, law: &Law) -> Result<Outcome, String> {
    run_watched(plan, law, |_| {})
}

/// Plays a run and lets somebody watch how far it is.
///
/// # Errors
/// A sentence if the stores cannot be made.
pub fn run_watched(plan: Plan, law: &Law, mut watch: impl FnMut(&Figures)) -> Result<Outcome, String> {
    let _context = plan.engine.enter();
    let mut story = Story { world: World::new(plan, law)?, whole_at: FIRST_WHOLE, stale: None };
    story.open();
    for step in 1..=plan.steps {
        story.step(step);
        watch(&story.world.figures);
        if story.world.violation.is_some() || plan.until == Some(step) || story.is_over(step) {
            break;
        }
    }
    Ok(story.outcome())
}

struct Story {
    world: World,
    /// Settlements after which everything is checked next, in a run of so many settlements.
    whole_at: u64,
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
        for (site, command) in self.drawing(|traffic| traffic.first_agreements(&mut rng)) {
            self.world.order(site, command);
            self.world.go_on(Until::Idle);
        }
        self.world.follow();
        self.world.net.set_weather(self.world.plan.weather);
    }

    /// What somebody who knows everybody draws now.
    fn drawing<T>(&mut self, draw: impl FnOnce(&mut Traffic<'_>) -> T) -> T {
        let World { cast, orders, clock, plan, .. } = &mut self.world;
        let most_credited = if plan.settlements.is_some() { 500_000 } else { 120_000 };
        let (today, paid, transfers) = (clock.true_time().day(), orders.paid(), orders.transfers());
        draw(&mut Traffic { cast, paid, transfers, today, most_credited })
    }

    /// Whether so many bills are settled as should be.
    fn is_over(&mut self, step: u64) -> bool {
        let over = self.world.plan.settlements.is_some_and(|all| self.world.figures.settlements >= all);
        if over && !step.is_multiple_of(REST) {
            self.rest();
        }
        over
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
        let until = if rng.one_in(3) { Until::Idle } else { Until::Events(rng.below(20 * self.world.plan.crowd())) };
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
                let bill = world.orders.live().rfind(|(_, order)| order.settled().is_some());
                if let Some(number) = bill.map(|(number, _)| number) {
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
        if let Some(pace) = self.world.plan.pace() {
            let ordinary = now.plus_minutes(minutes(rng, 2 * pace));
            return if rng.one_in(40) {
                last_minute_before(now, now.plus_minutes(minutes(rng, 40 * pace)))
            } else {
                ordinary
            };
        }
        match rng.below(20) {
            0..=13 => now.plus_minutes(minutes(rng, 40)),
            14..=16 => now.plus_minutes(minutes(rng, 1_200)),
            17 | 18 => now.plus_minutes(minutes(rng, 8_000)),
            _ => last_minute(now, rng.one_in(4)).max(now),
        }
    }

    fn traffic(&mut self, rng: &mut Rng) {
        for _ in 0..=rng.below(self.world.plan.crowd()) {
            if let Some((site, command)) = self.drawing(|traffic| traffic.draw(rng)) {
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

    /// What has no answer is sent again; what has one is, now and then, too.
    fn send_again(&mut self, rng: &mut Rng) {
        let step = self.world.step;
        let waits = |order: &Order| order.under_way == 0 && order.again_at <= step;
        for number in self.world.orders.open() {
            if waits(&self.world.orders[number]) {
                self.world.send(number);
            }
        }
        if rng.one_in(3) {
            let number = self.world.orders.recent(12, |length| rng.place(length));
            if !self.world.orders[number].is_question() {
                self.world.figures.repeats += 1;
                self.world.send(number);
            }
        }
    }

    /// If nothing changes in between, a settlement comes to what its preview said.
    fn preview_then_settle(&mut self, rng: &mut Rng) {
        self.world.go_on(Until::Idle);
        let (site, bill) = self.drawing(|traffic| traffic.bill_to_preview(rng));
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
        if let Err(what) = as_foreseen(Some(&foreseen), Some(&came)) {
            self.world.violate(what);
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

    /// What was written in this step; in a short run everything.
    fn check_step(&mut self) {
        self.world.figures.checks += 1;
        self.world.follow();
        if self.world.plan.settlements.is_none() {
            self.check_books();
        }
    }

    fn check_books(&mut self) {
        for number in 0..self.world.sites.len() {
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
        self.world.follow();
        if self.world.violation.is_none() {
            self.check_rest();
        }
        self.world.forget_news();
        self.world.net.set_weather(self.world.plan.weather);
    }

    /// What was touched since the last rest; everything where that is due.
    fn check_rest(&mut self) {
        self.world.figures.checks += 1;
        if let Err(what) = check::news(&self.world) {
            return self.world.violate(what);
        }
        let (settled, all) = (self.world.figures.settlements, self.world.plan.settlements);
        if all.is_none_or(|all| settled >= self.whole_at || settled >= all) {
            self.whole_at = settled.max(FIRST_WHOLE) * 2;
            self.world.figures.whole_checks += 1;
            self.check_books();
            if let Err(what) = check::at_rest(&self.world) {
                self.world.violate(what);
            }
        }
    }

    fn settle_down(&mut self) {
        for _ in 0..ROUNDS {
            self.world.go_on(Until::Idle);
            for number in self.world.orders.open() {
                self.world.send(number);
            }
            self.world.tick();
            self.world.recover();
            self.world.go_on(Until::Idle);
            if self.world.violation.is_some() {
                return;
            }
            if self.world.orders.open().is_empty() && self.nothing_waits() && self.world.net.is_empty() {
                return;
            }
        }
        let open = self.world.orders.open().len();
        self.world.violate(format!("no rest is reached: {open} commands have no answer, or messages never arrive"));
    }

    fn outcome(mut self) -> Outcome {
        let mut figures = std::mem::take(&mut self.world.figures);
        figures.network = self.world.net.figures();
        figures.days =
            u64::try_from(self.world.clock.true_time().day().number() - self.world.cast.begins.day().number())
                .unwrap_or(0);
        for site in self.world.sites.iter().flatten() {
            for (point, count) in site.crash.hits() {
                *figures.crash_points.entry(format!("{point:?}")).or_default() += count;
            }
            for (size, count) in site.crash.group_sizes() {
                *figures.groups.entry(size).or_default() += count;
            }
        }
        let hash = self.world.hash();
        let World { plan, violation, told, .. } = self.world;
        Outcome { plan, figures, hash, violation, told }
    }
}

/// A minute before the month or the year ends.
fn last_minute(now: Moment, year: bool) -> Moment {
    let month = Month::of(now.day());
    let next = Month::from_number(month.number() + 1).first_day();
    let first = if year { Day::new(now.day().year() + 1, 1, 1).unwrap_or(next) } else { next };
    first.start().plus_minutes(-1)
}

/// The last minute of the month before a moment, if that is still to come.
fn last_minute_before(now: Moment, moment: Moment) -> Moment {
    let turn = Month::of(moment.day()).first_day().start().plus_minutes(-1);
    if turn > now { turn } else { moment }
}
