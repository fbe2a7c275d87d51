//! One suite for all engines, and what only a file can show.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod attacks;
mod claims;
mod crashes;
mod door;
mod envelope;
mod equality;
mod files;
mod groups;
mod lists;
mod money;
mod pages;
mod papers;
mod proposals;
mod random;
mod releases;
mod rows;
mod source;
mod spread;
mod stops;
mod tables;
mod texts;
mod tidings;
mod vault;
mod world;

/// Runs each check, a function of an empty store, on every engine.
macro_rules! on_every_engine {
    ($($(#[$meta:meta])* $name:ident)+) => {
        mod memory {
            $(#[test] $(#[$meta])* fn $name() {
                super::$name(&gongji_store::Store::memory());
            })+
        }

        mod sqlite {
            $(#[test] $(#[$meta])* fn $name() {
                let scratch = crate::world::Scratch::new();
                super::$name(&scratch.create());
            })+
        }

        mod postgres {
            $(#[test] $(#[$meta])* fn $name() {
                let database = crate::world::Database::new();
                super::$name(&database.create());
            })+
        }

        /// The same server, spoken to as if its rows were spread over machines.
        mod spread {
            $(#[test] $(#[$meta])* fn $name() {
                let database = crate::world::Database::new();
                super::$name(&database.create_spread());
            })+
        }
    };
}
pub(crate) use on_every_engine;
