//! The table at the end.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::audit::{Books, Fault, Finding};
use crate::bank::Kind;
use crate::load::{Call, End};

/// How many findings of a kind are printed.
const SHOWN: usize = 3;

/// The result of a run on one server.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) server: &'static str,
    pub(crate) seed: u64,
    pub(crate) phases: u64,
    /// The longest time that a transaction stayed open after the load.
    pub(crate) quiet: Duration,
    /// The longest call.
    pub(crate) longest: Duration,
    /// The calls by how they ended: the number that is not stored, and the number that is.
    ends: BTreeMap<String, [usize; 2]>,
    findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(server: &'static str, seed: u64) -> Self {
        Self {
            server,
            seed,
            ..Self::default()
        }
    }

    /// Counts the calls of a phase.
    pub(crate) fn add(&mut self, calls: &[Call], books: &Books) {
        for call in calls {
            let end = match (&call.end, call.order.kind) {
                // An error of a call by hand does not tell whether the call took effect.
                (End::Failed(class, _), Kind::ByHand) => format!("{class:?} by hand"),
                (End::Failed(class, _), _) => format!("{class:?}"),
                (End::Ok, kind) if !kind.stores() => "Ok, no row".to_owned(),
                (end, _) => format!("{end:?}"),
            };
            self.ends.entry(end).or_default()[usize::from(books.holds(call))] += 1;
        }
    }

    pub(crate) fn found(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            if self.count(finding.fault) < SHOWN {
                println!("  {:?}: {}", finding.fault, finding.text);
            }
            self.findings.push(finding);
        }
    }

    pub(crate) fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    fn count(&self, fault: Fault) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.fault == fault)
            .count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: usize = self.ends.values().flatten().sum();
        let Self {
            server,
            seed,
            phases,
            longest,
            quiet,
            ..
        } = self;
        writeln!(
            f,
            "{server}, seed {seed}: {calls} calls in {phases} phases, the longest {longest:.1?}, quiet after at most {quiet:.1?}"
        )?;
        writeln!(f, "  {:<20}{:>9}{:>9}", "told", "stored", "not")?;
        for (end, [absent, stored]) in &self.ends {
            writeln!(f, "  {end:<20}{stored:>9}{absent:>9}")?;
        }
        let counts = Fault::ALL.map(|fault| {
            format!(
                "{} {}",
                format!("{fault:?}").to_lowercase(),
                self.count(fault)
            )
        });
        write!(f, "  {}", counts.join(", "))
    }
}
