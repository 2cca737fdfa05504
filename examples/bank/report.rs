//! Prints the progress bar, the table and the verdict. Colours and the bar appear on a terminal
//! only.
use std::{fmt::Write, time::Duration};

use console::{StyledObject, style};
use indicatif::{HumanCount, HumanFloatCount, ProgressBar, ProgressState, ProgressStyle};

use crate::{
    audit::{Audit, Check},
    bank::{BankError, Fee},
    desk::{Desk, Tally},
    load::{Call, End},
    rush::Rush,
};

/// How many faults of one check are printed.
const FAULTS: usize = 5;
const RULE: &str = "  ──────────────────────────────────";

pub(crate) fn progress(calls: u32) -> ProgressBar {
    let template = "  {bar:30.green/dim} {human_pos} of {human_len} calls  {rate:.dim}";
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let rate = |state: &ProgressState, out: &mut dyn Write| {
        _ = write!(out, "{:.0} per second", state.per_sec());
    };
    ProgressBar::new(u64::from(calls))
        .with_style(style.progress_chars("━━─").with_key("rate", rate))
}

/// `1234567` cents are `12,345.67`.
pub(crate) fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", HumanCount(cents / 100), cents % 100)
}

/// Prints how the calls ended, and how long they took.
pub(crate) fn table(calls: &[Call], desk: &Desk, elapsed: Duration, audit: &Audit) {
    let count = |is: fn(&End) -> bool| calls.iter().filter(|call| is(&call.end)).count();
    let row = |name: &str, count: usize, note: &str| {
        let share = 100.0 * number(count) / number(calls.len().max(1));
        let note = if note.is_empty() {
            String::new()
        } else {
            format!("   {}", style(note).dim())
        };
        println!("  {name:<14}{:>10}{share:>8.1} %{note}", thousands(count));
    };
    let stored = |is: fn(&End) -> bool| {
        let stored = calls
            .iter()
            .filter(|call| is(&call.end) && audit.unanswered.contains(&call.order.id))
            .count();
        if stored > 0 {
            format!("{} stored: COMMIT was under way", thousands(stored))
        } else {
            String::new()
        }
    };
    let committed = count(|end| matches!(end, End::Committed(_)));
    let (overdraft, conflict) = (
        count(|end| matches!(end, End::Overdraft)),
        count(|end| matches!(end, End::Conflict)),
    );
    let other = count(|end| matches!(end, End::Failed(_)));
    let unknown = count(|end| matches!(end, End::Unknown));

    println!(
        "  {}",
        style(format!("{:<14}{:>10}{:>10}", "transfers", "calls", "share")).bold()
    );
    println!("{RULE}");
    row("committed", committed, "");
    row("rolled back", overdraft + conflict + other, "");
    row("  overdraft", overdraft, "");
    row("  conflict", conflict, "");
    row("  other", other, "");
    row("panicked", count(|end| matches!(end, End::Panicked)), "");
    row(
        "cancelled",
        count(|end| matches!(end, End::Cancelled)),
        &stored(|end| matches!(end, End::Cancelled)),
    );
    if unknown > 0 {
        row(
            "no answer",
            unknown,
            &stored(|end| matches!(end, End::Unknown)),
        );
    }
    println!("{RULE}");
    row("all", calls.len(), "");
    if let Some(error) = calls.iter().find_map(failure) {
        println!("\n  the first of the others: {error}");
    }
    beside(calls, desk);

    let mut latencies: Vec<_> = calls
        .iter()
        .filter(|call| matches!(call.end, End::Committed(_)))
        .map(|call| call.took)
        .collect();
    latencies.sort_unstable();
    let seconds = elapsed.as_secs_f64();
    let rate = HumanFloatCount((number(committed) / seconds).round()).to_string();
    println!();
    println!(
        "  {:<14}{rate:>10}   {}",
        "per second",
        style(format!("committed, in {seconds:.1} s")).dim()
    );
    println!(
        "  {:<14}{:>10}   {}",
        "latency p50",
        milliseconds(percentile(&latencies, 50)),
        style("of committed calls").dim()
    );
    println!(
        "  {:<14}{:>10}",
        "latency p99",
        milliseconds(percentile(&latencies, 99))
    );
}

/// Prints the fees inside the transfers, and the logins, statements and closings beside them.
fn beside(calls: &[Call], desk: &Desk) {
    let fees = |fee| {
        calls
            .iter()
            .filter(|call| matches!(call.end, End::Committed(found) if found == fee))
            .count()
    };
    let fees = Tally {
        done: fees(Fee::Paid),
        refused: fees(Fee::Waived),
        ..Tally::default()
    };
    let row = |name: &str,
               Tally {
                   done,
                   refused,
                   conflicts,
                   ..
               }: &Tally,
               note: &str| {
        let [done, refused, conflicts] = [done, refused, conflicts].map(|count| thousands(*count));
        let note = if note.is_empty() {
            String::new()
        } else {
            format!("   {}", style(note).dim())
        };
        println!("  {name:<14}{done:>10}{refused:>10}{conflicts:>10}{note}");
    };
    println!(
        "\n  {}",
        style(format!(
            "{:<14}{:>10}{:>10}{:>10}",
            "meanwhile", "done", "refused", "conflict"
        ))
        .bold()
    );
    println!("{RULE}──────────");
    row("fees", &fees, "refused: the transfer stays");
    row("logins", &desk.logins, "refused: wrong password");
    row("statements", &desk.statements, "");
    let again = match desk.retried {
        0 => "two at once".to_owned(),
        some => format!("two at once, and {} tried again", thousands(some)),
    };
    row("closings", &desk.closings, &again);
}

/// Prints what became of calls that conflict: without retries, and with them.
pub(crate) fn rush(rush: &Rush, conflict: &str) {
    if rush.waves().all(|wave| wave.calls.is_empty()) {
        return;
    }
    let columns = format!(
        "{:<14}{:>10}{:>10}{:>10}{:>11}{:>5}{:>5}{:>5}",
        "rush", "calls", "committed", "gave up", "attempt 1", "2", "3", "4+"
    );
    println!(
        "\n  {}\n{RULE}────────────────────────────────────",
        style(columns).bold()
    );
    for (name, wave) in [
        ("tried once", &rush.once),
        ("retry_on_error", &rush.retried),
    ] {
        let [calls, committed, gave_up] =
            [wave.calls.len(), wave.committed(), wave.gave_up()].map(thousands);
        let [first, second, third, later] = wave.attempts.map(thousands);
        let took = style(format!("{:.1} s", wave.took.as_secs_f64())).dim();
        println!(
            "  {name:<14}{calls:>10}{committed:>10}{gave_up:>10}{first:>11}{second:>5}{third:>5}{later:>5}   {took}"
        );
    }
    let conflicts = rush
        .waves()
        .any(|wave| wave.gave_up() + wave.committed_later() > 0);
    println!(
        "  {}",
        style(if conflicts {
            conflict
        } else {
            "transactions run one at a time, so none conflicts"
        })
        .dim()
    );
    let mut calls = rush.waves().flat_map(|wave| &wave.calls);
    if let Some(error) = calls.find_map(failure) {
        println!("\n  the first that failed otherwise: {error}");
    }
}

fn failure(call: &Call) -> Option<&BankError> {
    if let End::Failed(error) = &call.end {
        Some(error)
    } else {
        None
    }
}

/// Prints each check, and whether money was conserved.
pub(crate) fn verdict(audit: &Audit) {
    println!();
    for check in audit.money.iter().chain(&audit.rest) {
        println!("  {} {}", mark(check), check.claim);
        for fault in check.faults.iter().take(FAULTS) {
            println!("      {}", style(fault).red());
        }
        if check.faults.len() > FAULTS {
            println!(
                "      {}",
                style(format!("and {} more", check.faults.len() - FAULTS)).red()
            );
        }
    }
    let conserved = style(audit.money_conserved()).bold();
    println!(
        "\nmoney conserved: {}",
        if audit.money_conserved() {
            conserved.green()
        } else {
            conserved.red()
        }
    );
}

fn mark(check: &Check) -> StyledObject<&'static str> {
    if check.holds() {
        style("✓").green()
    } else {
        style("✗").red()
    }
}

/// `1234567` is `1,234,567`.
pub(crate) fn thousands(count: usize) -> String {
    HumanCount(count as u64).to_string()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", 1000.0 * time.as_secs_f64())
}

/// The time within which `percent` percent of the calls ended.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

/// As a float: no run has more than `u32::MAX` calls.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
