//! Generated cases with a fixed seed. A failure prints the seed and the smallest case that fails;
//! `PROPTEST_RNG_SEED` draws others, `PROPTEST_CASES` (256 stands for the usual number) more.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// What is drawn where the environment names no seed.
const USUAL_SEED: u64 = 20_210_501;

/// Holds a law against so many generated values.
pub fn for_all<S: Strategy>(cases: u32, values: &S, law: impl Fn(S::Value)) {
    let asked = Config::default();
    let seed = match asked.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => USUAL_SEED,
    };
    let cases = cases * asked.cases / 256;
    let config = Config { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..asked };
    let held = TestRunner::new(config).run(values, |value| {
        law(value);
        Ok(())
    });
    if let Err(failure) = held {
        panic!("PROPTEST_RNG_SEED={seed}: {failure}");
    }
}
