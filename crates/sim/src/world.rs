//! The simulated world: sites, network, clients, and the one loop that lets them go on in an order of its choice.

use std::sync::Arc;

use gongji_domain::message::{Answer, Command, PeerCommand};
use gongji_domain::policy::Law;
use gongji_service::{Clock, Ids, ServiceError};
use gongji_store::{StoreError, digest_of};
use gongji_words::{MessageId, Moment};

use crate::books::Books;
use crate::cast::Cast;
use crate::check::Touched;
use crate::client::{self, Order, name};
use crate::executor::{Executor, ready, soon};
use crate::network::{Net, Parcel};
use crate::orders::{Orders, message_of};
use crate::plan::{Figures, Plan, Planted, Telling, Violation};
use crate::ports::SimClock;
use crate::random::{Rng, fold};
use crate::site::{Common, Ground, Site};

/// What a piece of work is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A client waits for it.
    Client(usize),
    /// A client that has forgotten under which message it sent the same before: a planted fault.
    Stranger,
    /// Another node waits for it.
    Peer(u64, Asked),
    /// Timed work and what waits in the outbox.
    Tick,
}

/// What another node asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To pay a share. Another amount for the same share is told that it differs, and is not paid.
    Share,
    /// Anything else: a message that differs from an earlier one of the same name must not be.
    Other,
}

/// What a piece of work came to.
pub enum Done {
    /// An answer.
    Answer(Result<Answer, ServiceError>),
    /// Timed work.
    Ticked(Result<(), ServiceError>),
}

/// How long the world goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// So many events.
    Events(u64),
    /// Nothing is under way any more.
    Idle,
}

/// More events than any step needs: what does not end before never ends.
const TOO_MANY: u64 = 100_000;

/// More rounds of timed work than any jump of the clock needs.
const TOO_MANY_TIMERS: usize = 2_000;

/// The world of one run.
pub struct World {
    /// The run.
    pub plan: Plan,
    /// Everybody.
    pub cast: Cast,
    /// The provinces. One is missing only while it restarts.
    pub sites: Vec<Option<Site>>,
    /// The network.
    pub net: Net,
    /// The clock.
    pub clock: Arc<SimClock>,
    /// What clients sent.
    pub orders: Orders,
    /// What each site wrote, followed by books of the simulator's own.
    pub books: Vec<Books>,
    /// What each site wrote since the last rest.
    pub touched: Vec<Touched>,
    /// What happened.
    pub figures: Figures,
    /// The step.
    pub step: u64,
    /// What must never be, once it was.
    pub violation: Option<Violation>,
    /// What was told.
    pub told: Vec<String>,
    work: Executor<Kind, Done>,
    choice: Rng,
    /// Gone after the sites.
    _ground: Ground,
}

impl World {
    /// A world with empty stores.
    ///
    /// # Errors
    /// A sentence if the stores cannot be made.
    pub fn new(plan: Plan, law: &Law) -> Result<Self, String> {
        Self::of(plan, Cast::of(&plan), law)
    }

    /// A world of these people with empty stores.
    ///
    /// # Errors
    /// A sentence if the stores cannot be made.
    pub fn of(plan: Plan, cast: Cast, law: &Law) -> Result<Self, String> {
        let clock = Arc::new(SimClock::new(cast.begins));
        let net = Net::new(plan.seed, plan.planted);
        let common = Common { law: law.clone(), clock: clock.clone(), net: net.clone() };
        let mut ground = Ground::of(plan.engine, cast.provinces.len())?;
        let mut site = |(number, province): (usize, &gongji_words::AreaCode)| -> Result<_, String> {
            let store = ground.store(number)?;
            Ok(Some(Site::new((*province, number, plan.seed), store, &common)))
        };
        let sites = cast.provinces.iter().enumerate().map(&mut site).collect::<Result<Vec<_>, _>>()?;
        let books = cast.provinces.iter().map(|province| Books::of(*province)).collect();
        let touched = cast.provinces.iter().map(|_| Touched::default()).collect();
        Ok(Self {
            plan,
            cast,
            sites,
            books,
            touched,
            net,
            clock,
            orders: Orders::none(),
            figures: Figures::default(),
            step: 0,
            violation: None,
            told: Vec::new(),
            work: Executor::default(),
            choice: Rng::of(plan.seed, "order of events", 0),
            _ground: ground,
        })
    }

    /// A site, which is there unless it restarts this moment.
    #[must_use]
    pub fn site(&self, number: usize) -> &Site {
        self.sites[number].as_ref().expect("a site is missing only while it restarts")
    }

    /// A new step: chance and ids begin anew.
    pub fn begin_step(&mut self, step: u64) {
        self.step = step;
        self.choice = Rng::of(self.plan.seed, "order of events", step);
        for site in self.sites.iter().flatten() {
            site.ids.set_step(step);
        }
    }

    /// Notes an event, if somebody wants to know.
    pub fn tell(&mut self, event: impl FnOnce() -> String) {
        if self.plan.telling == Telling::Everything {
            self.told.push(format!("{:>5}  {}", self.step, event()));
        }
    }

    /// Notes what must never be. The first one counts.
    pub fn violate(&mut self, what: String) {
        self.tell(|| format!("VIOLATION: {what}"));
        let step = self.step;
        self.violation.get_or_insert(Violation { step, what });
    }

    /// A new order of a client, sent for the first time.
    pub fn order(&mut self, site: usize, command: Command) -> usize {
        let number = self.orders.len();
        let message = message_of(number);
        self.figures.commands += 1;
        self.orders.push(Order {
            message,
            site,
            command,
            sent_at: self.clock.true_time(),
            answer: None,
            id: None,
            under_way: 0,
            again_at: 0,
        });
        self.send(number);
        number
    }

    /// Sends an order, for the first time or again.
    pub fn send(&mut self, number: usize) {
        let order = &mut self.orders[number];
        order.under_way += 1;
        let (message, command, site) = (order.message.clone(), order.command.clone(), order.site);
        self.tell(|| format!("{} to site {site}: {command:?}", name(&message)));
        self.enter(Kind::Client(number), site, (message, command));
    }

    /// Sends the message of an order with another content; gives its answer, if there is one at once.
    pub fn send_changed(&mut self, number: usize, command: Command) -> Option<Answer> {
        let Order { message, site, .. } = &self.orders[number];
        let site = self.site(*site);
        let entering = site.node.enter_as((message.clone(), site.ids.next(), self.clock.now()), command);
        soon(entering)?.ok()
    }

    /// Sends an order again under another message id: what a broken till does.
    pub fn send_as_stranger(&mut self, number: usize) {
        let order = &self.orders[number];
        let message = MessageId::new("till", format!("{number}-again")).expect("a number is short and printable");
        self.enter(Kind::Stranger, order.site, (message, order.command.clone()));
    }

    fn enter(&mut self, kind: Kind, number: usize, (message, command): (MessageId, Command)) {
        let site = self.site(number);
        let (node, id, at) = (site.node.clone(), site.ids.next(), self.clock.now());
        let work = async move { Done::Answer(node.enter_as((message, id, at), command).await) };
        self.work.spawn(number, kind, Box::pin(work));
    }

    /// Lets every site do its timed work and send what waits.
    pub fn tick(&mut self) {
        for number in 0..self.sites.len() {
            let (node, now) = (self.site(number).node.clone(), self.clock.now());
            let work = async move { Done::Ticked(node.tick(now).await.map(|_| ())) };
            self.work.spawn(number, Kind::Tick, Box::pin(work));
        }
    }

    /// Lets every site bring messages to an answer whose senders may never ask again.
    pub fn recover(&mut self) {
        for number in 0..self.sites.len() {
            self.recover_at(number);
        }
    }

    fn recover_at(&mut self, number: usize) {
        let (node, now) = (self.site(number).node.clone(), self.clock.now());
        let work = async move { Done::Ticked(node.recover(now).await.map(|_| ())) };
        self.work.spawn(number, Kind::Tick, Box::pin(work));
    }

    /// Lets events happen.
    pub fn go_on(&mut self, until: Until) {
        let most = match until {
            Until::Events(count) => count,
            Until::Idle => TOO_MANY,
        };
        for _ in 0..most {
            if self.violation.is_some() || !self.event() {
                return;
            }
        }
        if until == Until::Idle {
            self.violate(format!("{most} events, and work is still under way"));
        }
    }

    /// One event; false if there is none.
    fn event(&mut self) -> bool {
        self.net.pass();
        let (runnable, due) = (self.work.runnable(), self.net.due());
        let all = runnable.len() + due.len();
        if all == 0 {
            return self.wait_for_network();
        }
        let place = self.choice.place(all);
        match runnable.get(place) {
            Some(task) => self.poll(*task),
            None => self.arrive(due[place - runnable.len()]),
        }
        true
    }

    fn wait_for_network(&mut self) -> bool {
        if self.net.skip() {
            return true;
        }
        if !self.work.is_empty() {
            let count = self.work.len();
            self.violate(format!("{count} pieces of work wait for ever"));
        }
        false
    }

    fn poll(&mut self, task: u64) {
        let Some((site, done)) = self.work.poll(task) else { return };
        if let Some((kind, done)) = done {
            self.finish(kind, done);
        }
        if self.site(site).crash.is_dead() {
            self.kill(site);
        }
    }

    fn arrive(&mut self, packet: u64) {
        match self.net.take(packet) {
            None => {}
            Some(Parcel::Request(call, message)) => {
                let Some(site) = self.cast.site(message.to) else { return self.net.failed(call) };
                self.tell(|| format!("site {site} hears {}: {:?}", name(&message.message), message.command));
                let share = matches!(message.command, PeerCommand::Pay(..));
                let asked = if share { Asked::Share } else { Asked::Other };
                let node = self.site(site).node.clone();
                let work = async move { Done::Answer(node.answer_peer(message).await) };
                self.work.spawn(site, Kind::Peer(call, asked), Box::pin(work));
            }
            Some(Parcel::Reply(call, answer)) => self.net.hear(call, Ok(answer)),
            Some(Parcel::GiveUp(call)) => self.net.hear(call, Err(gongji_service::Unreachable)),
        }
    }

    fn finish(&mut self, kind: Kind, done: Done) {
        match (kind, done) {
            (Kind::Client(order), Done::Answer(result)) => self.answered(order, result),
            (Kind::Peer(call, asked), Done::Answer(Ok(answer))) => {
                if let (Asked::Other, Answer::Conflict(field)) = (asked, &answer) {
                    self.violate(format!("a message between nodes differs from an earlier one in {field}"));
                }
                self.tell(|| format!("a peer is answered {answer:?}"));
                self.net.answered(call, answer);
            }
            (Kind::Peer(call, _), Done::Answer(Err(error))) => {
                self.net.failed(call);
                self.failed(&error);
            }
            (_, Done::Answer(Err(error)) | Done::Ticked(Err(error))) => self.failed(&error),
            _ => {}
        }
    }

    fn answered(&mut self, number: usize, result: Result<Answer, ServiceError>) {
        let step = self.step;
        let order = &mut self.orders[number];
        order.under_way -= 1;
        let answer = match result {
            Ok(answer) => answer,
            Err(error) => {
                order.again_at = step + 2;
                return self.failed(&error);
            }
        };
        let first = order.answer.is_none();
        let taken = order.take(answer.clone());
        let (message, command, site) = (order.message.clone(), order.command.clone(), order.site);
        self.tell(|| format!("{} is answered {answer:?}", name(&message)));
        if let Err(what) = taken {
            return self.violate(what);
        }
        if first {
            client::count(&mut self.figures, &command, &answer);
            let row = ready(self.site(site).node.message(&message));
            self.orders.answered(number, row.as_ref().ok().and_then(|row| Some(row.as_ref()?.command)));
            if let Err(error) = row {
                self.failed(&error);
            }
        }
    }

    /// A failure is no answer: the client sends again. But some failures must never be.
    fn failed(&mut self, error: &ServiceError) {
        self.tell(|| format!("failed: {error}"));
        match error {
            ServiceError::Store(StoreError::Crashed | StoreError::Contended) | ServiceError::Unsettled => {}
            other => self.violate(format!("a failure that must not be: {other}")),
        }
    }

    /// A node dies in the middle of whatever it does, and comes back over what it has written.
    pub fn kill(&mut self, number: usize) {
        self.end_work(number);
        self.figures.crashes += 1;
        self.tell(|| format!("site {number} dies and starts again"));
        let restarted = self.sites[number].take().map(Site::restart);
        self.put_back(number, restarted);
        if self.choice.one_in(2) {
            self.recover_at(number);
        }
    }

    /// A node comes back over rows of an earlier time: a planted fault.
    pub fn kill_and_forget(&mut self, number: usize, rows: &gongji_domain::record::Rows) {
        self.end_work(number);
        let restarted = self.sites[number].take().map(|site| site.restart_with(rows));
        self.put_back(number, restarted);
    }

    fn end_work(&mut self, number: usize) {
        let step = self.step;
        for kind in self.work.kill(number) {
            match kind {
                Kind::Client(order) => {
                    let order = &mut self.orders[order];
                    order.under_way -= 1;
                    order.again_at = step + 1;
                }
                Kind::Peer(call, _) => self.net.failed(call),
                Kind::Tick | Kind::Stranger => {}
            }
        }
    }

    fn put_back(&mut self, number: usize, restarted: Option<Result<Site, StoreError>>) {
        match restarted {
            Some(Ok(site)) => self.sites[number] = Some(site),
            Some(Err(error)) => panic!("the store of site {number} does not open again: {error}"),
            None => {}
        }
    }

    /// Moves the clock; timed work that falls due is done on the way, in order of time.
    pub fn move_clock(&mut self, to: Moment) {
        for _ in 0..TOO_MANY_TIMERS {
            let Some(due) = self.next_due(to) else {
                self.clock.set(to);
                return;
            };
            self.clock.set(due.max(self.clock.true_time()));
            self.tick();
            self.go_on(Until::Idle);
            if self.violation.is_some() {
                return;
            }
        }
        self.violate("timed work is never done".to_owned());
    }

    fn next_due(&mut self, to: Moment) -> Option<Moment> {
        if self.plan.planted == Planted::ClockRunsBack {
            return None;
        }
        let due = self.sites.iter().flatten().filter_map(|site| ready(site.node.store().next_timer()).ok().flatten());
        due.min().filter(|due| *due <= to)
    }

    /// Follows what the sites have written since this was done last, in their own order.
    pub fn follow(&mut self) {
        for number in 0..self.sites.len() {
            for rows in self.site(number).crash.take_written() {
                self.touched[number].note(&rows);
                if let Err(what) = self.books[number].follow(&rows) {
                    return self.violate(format!("at site {number}: {what}"));
                }
            }
        }
    }

    /// What was touched so far has been checked.
    pub fn forget_news(&mut self) {
        self.touched.iter_mut().for_each(|touched| *touched = Touched::default());
        self.orders.forget_news();
        self.net.forget_tries();
        if self.plan.settlements.is_some() {
            self.orders.put_away();
        }
    }

    /// One number for all rows and all answers.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut sums = self.orders.fold();
        let mut add = |text: &str| sums = sums.map(|sum| fold(sum.rotate_left(9), text.as_bytes()));
        for site in self.sites.iter().flatten() {
            add(&site.look(digest_of).unwrap_or_else(|error| error.to_string()));
        }
        format!("{:016x}{:016x}", sums[0], sums[1])
    }
}
