//! Who a history is about: two to six people in one province or two, on some day since the first formalised one.

use gongji_domain::policy::{Law, SponsorOrder};
use gongji_words::{Day, Moment};

use super::law::{Far, Laws, areas};
use crate::cast::Cast;
use crate::random::Rng;

/// In which order people are numbered: no outcome may depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// The first has the lowest number.
    Forward,
    /// The first has the highest number.
    Backward,
}

/// A family and the law that it lives under.
#[derive(Debug)]
pub struct Family {
    /// Who lives where.
    pub cast: Cast,
    /// The law.
    pub law: Law,
    /// Steps of the history; with previews, repeats and ways back they come to twenty to forty commands.
    pub commands: u64,
}

impl Family {
    /// The family of a history.
    #[must_use]
    pub fn of((seed, number): (u64, u64), numbers: Numbers, laws: &Laws) -> Self {
        let mut rng = Rng::of(seed, "family", number);
        let law = laws.pick(&mut rng).clone();
        let far = if rng.one_in(8) { Far::OtherProvince } else { Far::SameProvince };
        let areas = areas(&mut rng, &law, far);
        let people = 2 + rng.place(5);
        let employees = 1 + rng.place(people.min(3));
        let homes: Vec<_> = (0..people).map(|_| if rng.one_in(3) { *rng.pick(&areas) } else { areas[0] }).collect();
        let last = i64::try_from(people).unwrap_or(0);
        let ids: Vec<i64> = match numbers {
            Numbers::Forward => (1..=last).collect(),
            Numbers::Backward => (1..=last).rev().collect(),
        };
        let cast = Cast::of_family(&areas, begins(&mut rng), (&homes, employees, &ids));
        Self { cast, law, commands: 12 + rng.below(13) }
    }

    /// Whether the numbers of its people decide nothing here: no lot is drawn, and one node works in its own order.
    #[must_use]
    pub fn is_blind_to_numbers(&self) -> bool {
        let drawn = |area: &gongji_words::AreaCode| {
            let mut days = self.law.changes(*area);
            days.any(|day| self.law.on(*area, day).is_ok_and(|law| law.till.sponsor_order == SponsorOrder::Random))
        };
        self.cast.provinces.len() == 1 && !self.cast.areas.iter().any(drawn)
    }
}

/// Mostly in the time of the wallet; sometimes on any day since the first formalised one.
fn begins(rng: &mut Rng) -> Moment {
    let first = Day::new(2021, 5, 1).expect("a day of the calendar");
    let wallet = Day::new(2024, 11, 20).expect("a day of the calendar");
    let days = |rng: &mut Rng, most: u64| i32::try_from(rng.below(most)).unwrap_or(0);
    let day = if rng.one_in(3) { first.plus_days(days(rng, 1_900)) } else { wallet.plus_days(days(rng, 640)) };
    Moment::at(day, 9, 0)
}
