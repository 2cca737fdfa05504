//! The functions that are compiled: the same statements with the attribute, and with `begin` and
//! `commit` by hand.

use std::fmt::Write as _;

/// Who begins the transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    ByHand,
    Annotated,
}

/// How a function is declared.
enum Kind {
    Plain,
    /// A method of a type that has the pool: `from = &self.pool`.
    Method,
    Timeout,
    Retry,
}

struct Template {
    arguments: &'static str,
    /// What callers pass as these arguments.
    passed: &'static str,
    returned: &'static str,
    /// `ON` stands for the executor of a statement.
    statements: &'static str,
    value: &'static str,
}

const TEMPLATES: [Template; 5] = [
    Template {
        arguments: "from: i64, to: i64, cents: i64",
        passed: "1, 2, 300",
        returned: "()",
        statements: r#"
    sqlx::query("UPDATE account SET cents = cents - $1 WHERE id = $2").bind(cents).bind(from).execute(ON).await?;
    let changed = sqlx::query("UPDATE account SET cents = cents + $1 WHERE id = $2").bind(cents).bind(to).execute(ON).await?;
    if changed.rows_affected() == 0 {
        return Err(BankError::NoSuchAccount(to));
    }"#,
        value: "()",
    },
    Template {
        arguments: "account: i64",
        passed: "1",
        returned: "Option<Account>",
        statements: r#"
    let row: Option<(i64, String, i64)> =
        sqlx::query_as("SELECT id, owner, cents FROM account WHERE id = $1").bind(account).fetch_optional(ON).await?;
    sqlx::query("INSERT INTO seen (account) VALUES ($1)").bind(account).execute(ON).await?;"#,
        value: "row.map(|(id, owner, cents)| Account { id, owner, cents })",
    },
    Template {
        arguments: "customer: i64, lines: Vec<(i64, i32)>",
        passed: "1, vec![(2, 3)]",
        returned: "i64",
        statements: r#"
    let order: i64 = sqlx::query_scalar("INSERT INTO orders (customer) VALUES ($1) RETURNING id").bind(customer).fetch_one(ON).await?;
    for (product, count) in lines {
        let statement = sqlx::query("INSERT INTO line (order_id, product, count) VALUES ($1, $2, $3)");
        statement.bind(order).bind(product).bind(count).execute(ON).await?;
    }"#,
        value: "order",
    },
    Template {
        arguments: "owner: String, limit: i64",
        passed: "String::new(), 10",
        returned: "Vec<Account>",
        statements: r#"
    let mut query = sqlx::QueryBuilder::new("SELECT id, owner, cents FROM account WHERE owner = ");
    query.push_bind(owner).push(" LIMIT ").push_bind(limit);
    let rows: Vec<(i64, String, i64)> = query.build_query_as().fetch_all(ON).await?;
    let known: i64 = sqlx::query_scalar("SELECT count(*) FROM account").fetch_one(ON).await?;
    if rows.len() as i64 > known {
        return Err(BankError::NoSuchAccount(known));
    }"#,
        value: "rows.into_iter().map(|(id, owner, cents)| Account { id, owner, cents }).collect()",
    },
    Template {
        arguments: "account: i64, password: String",
        passed: "1, String::new()",
        // A type that no other function returns, as some functions of a program have.
        returned: "Receipt_N",
        statements: r#"
    let stored: String = sqlx::query_scalar("SELECT password FROM account WHERE id = $1").bind(account).fetch_one(ON).await?;
    sqlx::query("INSERT INTO login (account) VALUES ($1)").bind(account).execute(ON).await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM login WHERE account = $1").bind(account).fetch_one(ON).await?;
    if stored != password {
        return Err(BankError::NoSuchAccount(account));
    }"#,
        value: "Receipt_N { count }",
    },
];

/// What all functions share, with an error type as applications write it.
const HEAD: &str = r"#![allow(dead_code, non_camel_case_types, unused_imports)]
use std::{future::Future, pin::Pin, time::Duration};
use sqlx::{PgPool, Postgres};
use sqlx_transactional::{Db, Session, retry_on_error, transactional};

pub type Calling<'a, T> = Pin<Box<dyn Future<Output = Result<T, BankError>> + Send + 'a>>;

#[derive(Debug)]
pub enum BankError {
    NoSuchAccount(i64),
    TimedOut,
    Database(sqlx::Error),
}

impl From<sqlx::Error> for BankError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl BankError {
    fn is_conflict(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| code == `40001` || code == `40P01`)
    }
}

pub struct Account {
    pub id: i64,
    pub owner: String,
    pub cents: i64,
}

pub struct Bank {
    pub pool: PgPool,
}
";

/// What a caller passes for the session.
const SOURCES: [(&str, &str); 3] = [
    ("pool", "&'a PgPool"),
    ("db", "&'a Db<Postgres>"),
    ("session", "&'a mut Session<Postgres>"),
];

/// A crate with `count` functions. Each is called in `ways` ways, by functions that box the future:
/// the least that makes the compiler generate its code. A function by hand takes a pool only.
pub(crate) fn source(style: Style, count: usize, ways: usize) -> String {
    let mut code = HEAD.replace('`', "\"");
    for number in 0..count {
        let template = &TEMPLATES[number % TEMPLATES.len()];
        let kind = kind(number / TEMPLATES.len());
        let function = match style {
            Style::ByHand => by_hand(template, &kind),
            Style::Annotated => annotated(template, &kind),
        };
        let calls: String = (0..ways)
            .map(|way| call(style, template, &kind, way))
            .collect();
        let returned = if template.returned == "Receipt_N" {
            "pub struct Receipt_N { pub count: i64 }"
        } else {
            ""
        };
        let _infallible = write!(
            code,
            "{}",
            format!("{returned}{function}{calls}").replace("_N", &format!("_{number}"))
        );
    }
    code
}

/// Of ten functions seven are plain, and one is of each other kind.
fn kind(number: usize) -> Kind {
    match number % 10 {
        2 => Kind::Timeout,
        5 => Kind::Retry,
        8 => Kind::Method,
        _ => Kind::Plain,
    }
}

fn annotated(template: &Template, kind: &Kind) -> String {
    let Template {
        arguments,
        returned,
        value,
        ..
    } = template;
    let statements = template.statements.replace("ON", "&mut *session");
    let (attribute, this) = match kind {
        Kind::Plain => ("#[transactional]", ""),
        Kind::Timeout => ("#[transactional(timeout = \"2s\")]", ""),
        Kind::Retry => ("#[retry_on_error]\n#[transactional]", ""),
        Kind::Method => ("#[transactional(from = &self.pool)]", "&self, "),
    };
    let function = format!(
        "\n{attribute}\npub async fn function_N({this}session: &mut Session<Postgres>, {arguments}) -> Result<{returned}, BankError> {{\
         {statements}\n    Ok({value})\n}}\n"
    );
    in_impl(kind, function)
}

fn by_hand(template: &Template, kind: &Kind) -> String {
    let Template {
        arguments,
        returned,
        value,
        ..
    } = template;
    let statements = template.statements.replace("ON", "&mut *transaction");
    let (this, pool) = if matches!(kind, Kind::Method) {
        ("&self", "self.pool")
    } else {
        ("pool: &PgPool", "pool")
    };
    let signature = |name: &str| {
        format!("async fn {name}({this}, {arguments}) -> Result<{returned}, BankError>")
    };
    let body = format!(
        "{{\n    let mut transaction = {pool}.begin().await?;{statements}\n    let value = {value};\n    transaction.commit().await?;\n    Ok(value)\n}}\n"
    );
    let names: Vec<_> = arguments
        .split(", ")
        .filter_map(|argument| argument.split_once(':'))
        .map(|(name, _)| name)
        .collect();
    let once = format!("once_N(pool, {})", names.join(", "));
    let clones: Vec<_> = names.iter().map(|name| format!("{name}.clone()")).collect();
    let clones = clones.join(", ");
    let function = match kind {
        Kind::Plain | Kind::Method => format!("\npub {} {body}", signature("function_N")),
        Kind::Timeout => format!(
            "\n{} {body}\npub {} {{\n    tokio::time::timeout(Duration::from_secs(2), {once}).await.unwrap_or(Err(BankError::TimedOut))\n}}\n",
            signature("once_N"),
            signature("function_N")
        ),
        Kind::Retry => format!(
            "\n{} {body}\npub {} {{\n    for attempt in 1..10 {{\n        let outcome = once_N(pool, {clones}).await;\n        \
             if !outcome.as_ref().is_err_and(BankError::is_conflict) {{\n            return outcome;\n        }}\n        \
             tokio::time::sleep(Duration::from_millis(10 << attempt)).await;\n    }}\n    {once}.await\n}}\n",
            signature("once_N"),
            signature("function_N"),
        ),
    };
    in_impl(kind, function)
}

fn in_impl(kind: &Kind, function: String) -> String {
    if matches!(kind, Kind::Method) {
        format!("\nimpl Bank {{{function}}}\n")
    } else {
        function
    }
}

/// A function that boxes the future of a call: the least that makes the compiler generate its code.
fn call(style: Style, template: &Template, kind: &Kind, caller: usize) -> String {
    let Template {
        passed, returned, ..
    } = template;
    let (name, mut source) = SOURCES[caller];
    if style == Style::ByHand {
        source = SOURCES[0].1;
    }
    let (argument, call) = match kind {
        Kind::Method => ("bank: &'a Bank", format!("bank.function_N({passed})")),
        _ => (source, format!("function_N(source, {passed})")),
    };
    let argument = argument
        .strip_prefix("bank: ")
        .map_or_else(|| format!("source: {argument}"), |ty| format!("bank: {ty}"));
    format!(
        "pub fn call_N_{name}<'a>({argument}) -> Calling<'a, {returned}> {{\n    Box::pin({call})\n}}\n"
    )
}
