//! Runs one input from bytes, or many inputs from a seed.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use fastrand::Rng;
use proc_macro2::TokenStream;

use crate::{choices::Choices, grammar, mutation, properties, targets::Target};

/// The number of bytes of an input. Once they are used up, every choice is the first one.
const BYTES: usize = 512;

/// A property that does not hold, and its input.
#[derive(Debug)]
pub struct Finding {
    target: Target,
    options: String,
    item: String,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            target,
            options,
            item,
            what,
        } = self;
        write!(f, "#[{}({options})]\n{item}\n\n{what}", target.name())
    }
}

/// The figures of a run.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    /// All executions.
    pub executions: u64,
    /// The executions that were expanded without an error.
    pub accepted: u64,
    /// The longest execution. Most of its time is parsing for the checks.
    pub longest: Duration,
}

/// Executions of one macro, with bytes from a seed.
#[derive(Debug)]
pub struct Run {
    target: Target,
    generator: Rng,
    tally: Tally,
}

impl Run {
    /// The same seed makes the same inputs.
    #[must_use]
    pub fn new(target: Target, seed: u64) -> Self {
        Self {
            target,
            generator: Rng::with_seed(seed),
            tally: Tally::default(),
        }
    }

    /// Runs `count` more executions.
    ///
    /// # Errors
    /// The first finding.
    pub fn executions(&mut self, count: u64) -> Result<Tally, Finding> {
        for _ in 0..count {
            let mut bytes = [0; BYTES];
            self.generator.fill(&mut bytes);
            let started = Instant::now();
            let accepted = execute(self.target, &bytes)?;
            self.tally.longest = self.tally.longest.max(started.elapsed());
            self.tally.executions += 1;
            self.tally.accepted += u64::from(accepted);
        }
        Ok(self.tally)
    }
}

/// Expands the input that the bytes make, and returns whether it had no errors.
///
/// # Errors
/// The property that does not hold.
pub fn execute(target: Target, bytes: &[u8]) -> Result<bool, Finding> {
    // Otherwise proc-macro2 would keep the texts of all executions for their spans.
    proc_macro2::extra::invalidate_current_thread_spans();
    let (options, item) = input(target, &mut Choices::new(bytes));
    check(target, &options, &item)
}

/// Expands one input, and returns whether it had no errors.
///
/// # Errors
/// The property that does not hold.
pub fn check(target: Target, options: &TokenStream, item: &TokenStream) -> Result<bool, Finding> {
    let checked = catch_unwind(AssertUnwindSafe(|| {
        properties::check(target, options, item)
    }));
    let what = match checked {
        Ok(Ok(accepted)) => return Ok(accepted),
        Ok(Err(what)) => what,
        Err(_panic) => "a panic".to_owned(),
    };
    Err(Finding {
        target,
        options: options.to_string(),
        item: item.to_string(),
        what,
    })
}

fn input(target: Target, choices: &mut Choices<'_>) -> (TokenStream, TokenStream) {
    let (options, item) = grammar::input(target, choices);
    let (options, item) = (parsed(&options), parsed(&item));
    match choices.below(16) {
        0..=5 => (options, item),
        6..=11 => (options, mutation::mutated(item, choices)),
        12 | 13 => (mutation::mutated(options, choices), item),
        14 => (mutation::random(choices, 0), item),
        _ => (options, mutation::random(choices, 0)),
    }
}

/// The grammar's text can be tokenized, unless the grammar has a mistake.
fn parsed(text: &str) -> TokenStream {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}
