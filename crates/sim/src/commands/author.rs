//! Who writes a file of commands: families who come in over the months, and what they, tills and clerks ask for.
//!
//! Invariants: one seed and one number of commands are one file; nothing follows from an answer; times never go back.

use std::collections::VecDeque;

use gongji_domain::institution::Institution;
use gongji_domain::message::Command;
use gongji_words::{AreaCode, CommandId, Day, Moment};

use super::household::Household;
use super::{Entry, FORM, Head, Line};
use crate::cast::Cast;
use crate::histories::law::Far;
use crate::orders::message_of;
use crate::plan::Plan;
use crate::random::Rng;

/// Commands for one family, about.
const OF_A_FAMILY: u64 = 250;
/// Least families.
const FEW: u64 = 8;
/// A family in so many lives in several provinces, where there are several.
const FAR: usize = 64;
const FIRST_FAR: usize = 5;
/// How long it goes on: from the time of transfers into that of quotas, over a year's end.
const DAYS: i64 = 430;
/// The day on which the year of one area of each province turns early.
const TURN: (u8, u8) = (12, 20);
/// Ids of a line: its own, and those that nodes draw while they handle it.
pub const IDS_OF_A_LINE: i64 = 1 << 20;

/// Writes line after line.
pub struct Author {
    seed: u64,
    count: u64,
    world: Cast,
    /// What clerks enter before anybody else: institutions at the beginning, and years that turn early.
    of_clerks: VecDeque<(usize, Command)>,
    households: Vec<Household>,
    /// Households who have something to say before anybody else.
    arriving: VecDeque<usize>,
    now: Moment,
    day: Day,
    entered: u64,
    line: i64,
    ended: bool,
}

impl Author {
    /// The author of a file with so many commands, in one province or more.
    #[must_use]
    pub fn new(seed: u64, count: u64, provinces: usize) -> Self {
        let day = Day::new(2025, 10, 20).expect("a day of the calendar");
        let world = Cast { begins: Moment::at(day, 8, 0), ..Cast::of(&Plan::stormy(seed, 0, provinces)) };
        let registered = |one: &Institution| (home(&world, one.area), Command::RegisterInstitution(*one));
        let of_clerks = world.institutions.iter().map(registered).collect();
        let (households, arriving, now) = (Vec::new(), VecDeque::new(), world.begins);
        // The first line says what the file is.
        Self { seed, count, world, of_clerks, households, arriving, now, day, entered: 0, line: 1, ended: false }
    }

    /// What the file begins with.
    #[must_use]
    pub fn head(&self) -> Head {
        let (format, provinces) = (FORM.to_owned(), self.world.provinces.clone());
        Head { format, seed: self.seed, count: self.count, provinces }
    }

    /// Families who should live here by now: a quarter of all at once, the others one after the other.
    fn families(&self) -> u64 {
        let all = (self.count / OF_A_FAMILY).max(FEW);
        let first = all / 4 + 1;
        first + (all - first.min(all)) * self.entered / self.count.max(1)
    }

    fn welcome(&mut self) {
        while u64::try_from(self.households.len()).is_ok_and(|there| there < self.families()) {
            let place = self.households.len();
            let far = if place % FAR == FIRST_FAR { Far::OtherProvince } else { Far::SameProvince };
            self.households.push(Household::new((self.seed, place), &self.world, far));
            self.arriving.push_back(place);
        }
    }

    fn pass_time(&mut self, rng: &mut Rng) {
        let each = DAYS * 86_400_000 / i64::try_from(self.count.max(1)).unwrap_or(i64::MAX);
        let passed = i64::try_from(rng.below(u64::try_from(2 * each).unwrap_or(0) + 1)).unwrap_or(0);
        self.now = Moment::from_millis(self.now.millis() + passed);
    }

    /// A day ends: what is timed until then is done, and it is closed.
    fn close(&mut self, at: Moment) -> Line {
        let day = std::mem::replace(&mut self.day, at.day());
        self.line += 1;
        let turn = Day::new(day.year(), TURN.0, TURN.1).expect("a day of every year");
        if day < turn && turn <= self.day {
            let areas = self
                .world
                .provinces
                .iter()
                .filter_map(|province| self.world.areas.iter().copied().find(|area| area.province() == *province));
            self.of_clerks.extend(areas.map(|area| (home(&self.world, area), Command::TurnYear(area))));
        }
        Line::Close { at, day }
    }

    fn enter(&mut self, rng: &mut Rng) -> Line {
        self.line += 1;
        self.entered += 1;
        let id = CommandId::from_number(self.line * IDS_OF_A_LINE);
        let at = self.now;
        let message = message_of(usize::try_from(self.entered).expect("a number of commands fits"));
        if let Some((site, command)) = self.of_clerks.pop_front() {
            return Line::Enter(Entry { at, family: None, site, message, id, command });
        }
        let place = self.whose_turn(rng);
        let entry = self.households[place].enter((message, id, at), rng);
        Line::Enter(entry)
    }

    /// Mostly who has just come, one after the other, as long as there is somebody; else anybody.
    fn whose_turn(&mut self, rng: &mut Rng) -> usize {
        self.welcome();
        if !rng.one_in(8)
            && let Some(place) = self.arriving.pop_front()
        {
            if self.households[place].is_arriving() {
                self.arriving.push_back(place);
            }
            return place;
        }
        rng.place(self.households.len())
    }
}

fn home(world: &Cast, area: AreaCode) -> usize {
    world.site(area).expect("everything is where there is a node")
}

impl Iterator for Author {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if self.entered == self.count {
            let over = std::mem::replace(&mut self.ended, true);
            return (!over).then(|| self.close(self.day.plus_days(1).start()));
        }
        let mut rng = Rng::of(self.seed, "command", u64::try_from(self.line).unwrap_or(0));
        self.pass_time(&mut rng);
        let today = self.now.day();
        Some(if today > self.day { self.close(today.start()) } else { self.enter(&mut rng) })
    }
}
