//! What it costs to recognise one statement, in nanoseconds, by its length and the dialect.

use std::hint::black_box;
use std::time::Instant;

#[path = "../../../runtime/src/sql/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "the module of the runtime; nothing of its answer is read here"
)]
mod sql;

use sql::{Dialect, Protocol, recognise};

fn main() {
    let with = "WITH open AS (SELECT id FROM orders WHERE state = 'open') SELECT count(*) FROM open JOIN item USING (id) WHERE n > $1";
    let update = "UPDATE account SET note = 'one; two', updated_at = now() WHERE id = $2 AND balance >= $1 RETURNING id";
    let script =
        "INSERT INTO a (b) VALUES (1); UPDATE a SET b = 2 WHERE b = 1; DELETE FROM a WHERE b = 2;";
    let statements = [
        ("select", "SELECT id FROM account WHERE id = $1".to_owned()),
        ("select, 40 columns", select(40)),
        ("select, 800 columns", select(800)),
        (
            "insert",
            "INSERT INTO account (id, owner, balance) VALUES ($1, $2, $3)".to_owned(),
        ),
        ("insert, 20 rows", insert(20)),
        ("insert, 500 rows", insert(500)),
        ("update, `;` in a string", update.to_owned()),
        ("with", with.to_owned()),
        ("three statements", script.to_owned()),
    ];
    println!("ns                               PostgreSQL          MySQL             SQLite");
    println!(
        "statement                 bytes  prepared  simple  prepared  simple  prepared  simple"
    );
    for (name, statement) in &statements {
        print!("{name:24} {:>6}", statement.len());
        for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
            for (protocol, width) in [(Protocol::Prepared, 9), (Protocol::Simple, 7)] {
                print!(" {:>width$.0}", nanoseconds(statement, dialect, protocol));
            }
        }
        println!();
    }
}

fn insert(rows: usize) -> String {
    format!(
        "INSERT INTO event (id, kind, payload) VALUES {}",
        vec!["(?, 'made', '{\"a\": 1}')"; rows].join(", ")
    )
}

fn select(columns: usize) -> String {
    let names: Vec<_> = (0..columns)
        .map(|number| format!("o.column_{number}"))
        .collect();
    format!(
        "SELECT {} FROM orders AS o WHERE o.id = $1 AND o.state <> 'done' FOR UPDATE",
        names.join(", ")
    )
}

/// The fastest of nine rounds. The function only computes, so other load on the machine made the
/// rest slower.
fn nanoseconds(statement: &str, dialect: Dialect, protocol: Protocol) -> f64 {
    let calls: u32 = if statement.len() > 2_000 {
        2_000
    } else {
        50_000
    };
    let round = || {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(recognise(
                black_box(statement),
                black_box(dialect),
                black_box(protocol),
            ));
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    };
    (0..9).map(|_| round()).fold(f64::INFINITY, f64::min)
}
