//! The pure domain, shown by tables and by generated cases: the till, judged histories, the life of a binding, money.

mod account;
mod across;
mod across_institution;
mod across_messages;
mod across_paying;
mod books;
mod burden;
mod clearing;
mod facts_of_a_bill;
mod forall;
mod histories;
mod journal;
mod laws;
mod life;
mod life_in_time;
mod messages;
mod node;
mod premiums;
mod till;
mod till_everywhere;
mod till_pairs;
mod till_properties;
mod till_reasons;
mod till_steps;
mod wanted;
mod world;
