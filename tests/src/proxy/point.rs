//! The message at which a fault happens.

use super::{
    fault::Way,
    wire::{Packet, Task},
};

/// A message of the client or its answer, or a message of the server.
#[derive(Debug, Clone, Copy)]
pub enum Point {
    /// The client's n-th message from now, of any kind. The first is 1.
    Message(usize),
    /// The server's n-th message from now, of any kind. The fault happens to that message itself,
    /// on its way to the client. The same is true of [`Kind`](Self::Kind) with a kind of the
    /// server.
    Reply(usize),
    /// The n-th message from now that runs one or more statements, including BEGIN and COMMIT. The
    /// first is 1.
    Statement(usize),
    /// The next message of this kind, by its name in the protocol's manual: `Parse`, `Sync`,
    /// `COM_PING`, or `DataRow`, `Row`.
    Kind(&'static str),
    /// The next message that prepares a statement.
    Prepare,
    /// The next message that begins a transaction.
    Begin,
    /// The next message that commits a transaction.
    Commit,
    /// The next message that rolls back a transaction. Not a message that also begins another one,
    /// and not ROLLBACK TO a savepoint.
    Rollback,
    /// The next message that runs a statement whose text contains this.
    Sql(&'static str),
}

impl Point {
    /// Whether the point can be a message in this direction.
    pub(super) fn goes(self, way: Way) -> bool {
        match self {
            Self::Kind(_) => true,
            Self::Reply(_) => way == Way::ToClient,
            _ => way == Way::ToServer,
        }
    }

    /// Whether the point is this message, and if so, the index of the statement in it. `seen`
    /// counts the candidates.
    pub(super) fn fits(self, packet: &Packet, seen: &mut usize) -> Option<usize> {
        let mut nth = |fits: bool, n: usize| {
            *seen += usize::from(fits);
            (fits && *seen == n).then_some(0)
        };
        let runs = packet.task == Task::Run;
        let first = |test: fn(&str) -> bool| {
            statements(&packet.text)
                .into_iter()
                .position(test)
                .filter(|_| runs)
        };
        match self {
            Self::Message(n) | Self::Reply(n) => nth(true, n),
            Self::Statement(n) => nth(runs, n),
            Self::Kind(kind) => (packet.kind == kind).then_some(0),
            Self::Prepare => (packet.task == Task::Prepare).then_some(0),
            Self::Begin => first(begins),
            Self::Commit => {
                first(|sql| matches!(words(sql), [Some(word), _] if is(word, &["COMMIT", "END"])))
            }
            Self::Rollback => first(rolls_back).filter(|_| first(begins).is_none()),
            Self::Sql(part) => {
                let within = statements(&packet.text)
                    .into_iter()
                    .position(|sql| sql.contains(part));
                // The text spans several statements.
                within
                    .or_else(|| packet.text.contains(part).then_some(0))
                    .filter(|_| runs)
            }
        }
    }
}

fn begins(sql: &str) -> bool {
    match words(sql) {
        [Some(first), second] => {
            is(first, &["BEGIN"])
                || is(first, &["START"]) && second.is_some_and(|it| is(it, &["TRANSACTION"]))
        }
        _ => false,
    }
}

fn rolls_back(sql: &str) -> bool {
    matches!(words(sql), [Some(word), _] if is(word, &["ROLLBACK", "ABORT"]))
        && !sql.split_whitespace().any(|word| is(word, &["TO"]))
}

fn words(sql: &str) -> [Option<&str>; 2] {
    let mut words = sql.split_whitespace();
    [words.next(), words.next()]
}

fn is(word: &str, one_of: &[&str]) -> bool {
    one_of.iter().any(|one| one.eq_ignore_ascii_case(word))
}

/// The statements of a text. The texts of the tests contain quotes, also `$$`, but no escaped
/// quotes and no semicolons in comments.
fn statements(text: &str) -> Vec<&str> {
    let (mut quote, mut before) = (None, ' ');
    let pieces = text.split(|letter| {
        let ends = letter != '$' || before == '$';
        match quote {
            Some(open) if open == letter && ends => quote = None,
            None if matches!(letter, '\'' | '"' | '`' | '$') && ends => quote = Some(letter),
            _ => {}
        }
        before = letter;
        quote.is_none() && letter == ';'
    });
    pieces
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Packet, Point, Task, statements};

    fn where_in(point: Point, text: &str) -> Option<usize> {
        point.fits(
            &Packet {
                text: text.to_owned(),
                task: Task::Run,
                ..Packet::default()
            },
            &mut 0,
        )
    }

    #[test]
    fn proxy_splits_texts_into_statements() {
        assert_eq!(
            statements("a; b 'c; d' ;\n \"e;\";"),
            ["a", "b 'c; d'", "\"e;\""]
        );
        assert_eq!(
            statements("DO $$ a; END $$; b $1; c"),
            ["DO $$ a; END $$", "b $1", "c"]
        );
    }

    #[test]
    fn proxy_finds_the_statement_that_was_named() {
        for (begin, commit, rollback, text) in [
            (
                Some(0),
                None,
                None,
                "BEGIN; SET LOCAL lock_timeout = 1000; SELECT pg_backend_pid()",
            ),
            (Some(0), None, None, "begin isolation level serializable"),
            (
                Some(1),
                None,
                None,
                "SET TRANSACTION READ WRITE; start transaction; SELECT CONNECTION_ID()",
            ),
            (
                Some(2),
                None,
                None,
                "ROLLBACK; SET TRANSACTION READ WRITE; START TRANSACTION",
            ),
            (None, Some(0), None, "COMMIT"),
            (None, Some(0), None, "commit;"),
            (
                None,
                Some(1),
                None,
                "RELEASE SAVEPOINT sqlx_tx_canary; COMMIT",
            ),
            (
                None,
                Some(1),
                None,
                "SET SESSION lock_wait_timeout = 1;COMMIT AND CHAIN",
            ),
            (None, None, Some(0), "ROLLBACK"),
            (
                None,
                None,
                Some(1),
                "SET SESSION lock_wait_timeout = 1; rollback",
            ),
            (
                None,
                None,
                None,
                "ROLLBACK TO SAVEPOINT a; RELEASE SAVEPOINT a",
            ),
            (
                None,
                None,
                None,
                "INSERT INTO log VALUES ('; COMMIT; BEGIN')",
            ),
            (None, None, None, "SAVEPOINT begin"),
            (None, None, None, ""),
        ] {
            assert_eq!(where_in(Point::Begin, text), begin, "{text}");
            assert_eq!(where_in(Point::Commit, text), commit, "{text}");
            assert_eq!(where_in(Point::Rollback, text), rollback, "{text}");
        }
        assert_eq!(
            where_in(
                Point::Sql("cents = 2"),
                "UPDATE a SET cents = 1; UPDATE a SET cents = 2"
            ),
            Some(1)
        );
        assert_eq!(
            where_in(
                Point::Sql("1; UPDATE"),
                "UPDATE a SET cents = 1; UPDATE a SET cents = 2"
            ),
            Some(0)
        );
    }

    #[test]
    fn proxy_counts_messages_and_statements_apart() {
        let packets = [Task::Prepare, Task::Other, Task::Run, Task::Run].map(|task| Packet {
            task,
            ..Packet::default()
        });
        let first = |point: Point| {
            let mut seen = 0;
            packets
                .iter()
                .position(|packet| point.fits(packet, &mut seen).is_some())
        };
        assert_eq!(
            (
                first(Point::Message(1)),
                first(Point::Message(3)),
                first(Point::Message(9))
            ),
            (Some(0), Some(2), None)
        );
        assert_eq!(
            (
                first(Point::Statement(1)),
                first(Point::Statement(2)),
                first(Point::Prepare)
            ),
            (Some(2), Some(3), Some(0))
        );
    }
}
