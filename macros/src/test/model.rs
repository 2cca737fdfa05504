//! A function and the options of `#[sqlx_transactional::test]`, validated.
//!
//! The rules about parameters are in `parameters`, the others are here.

use proc_macro2::Ident;
use syn::{LitStr, Path, Signature, Type};

use super::{
    args::{Args, Migrations, Migrator},
    parameters,
};
use crate::{
    attribute_macro::{RETRY_ON_ERROR, TEST, TRANSACTIONAL},
    diagnostics::{Diagnostics, Message},
    function::Function,
    runtime_path::RuntimePath,
    signature::{check_async, check_qualifiers},
};

pub(super) struct Model {
    /// The function as the user wrote it, without what the rules have reported and taken off.
    pub(super) function: Function,
    /// The types of the parameters.
    pub(super) parameters: Vec<Type>,
    pub(super) migrations: MigrationSource,
    pub(super) fixtures: Vec<LitStr>,
    pub(super) database: TestDatabase,
    pub(super) multi_thread: bool,
    pub(super) runtime: RuntimePath,
}

/// Where the migrations are.
pub(super) enum MigrationSource {
    /// In `migrations`, if there is such a directory.
    Default,
    None,
    Directory(LitStr),
    Migrator(Path),
}

/// What the test runs on.
pub(super) enum TestDatabase {
    /// A sandbox in the database of the environment. The mode stands for its isolation level.
    Sandbox { mode: &'static str },
    /// A database of its own.
    Clone,
}

impl Model {
    pub(super) fn new(args: Args, mut function: Function, diagnostics: &mut Diagnostics) -> Self {
        // By field, so that a new option does not compile until it is considered here.
        let Args {
            migrations,
            migrator,
            fixtures,
            isolation,
            clone,
            multi_thread,
            runtime,
        } = args;
        check_async(&function.signature, &TEST, diagnostics);
        check_qualifiers(&mut function.signature, &TEST, diagnostics);
        check_generics(&function.signature, diagnostics);
        check_attributes(&mut function, diagnostics);
        if let (Some(isolation), Some(_)) = (&isolation, &clone) {
            diagnostics.report(&isolation.0, isolation_of_a_clone());
        }
        let parameters = parameters::check(&mut function.signature, clone.is_some(), diagnostics);
        Self {
            function,
            parameters,
            migrations: migration_source(migrations, migrator, diagnostics),
            fixtures,
            database: if clone.is_some() {
                TestDatabase::Clone
            } else {
                // `ReadWrite` asks for no isolation level, so the server's applies.
                let mode = isolation.map_or("ReadWrite", |(_, mode)| mode);
                TestDatabase::Sandbox { mode }
            },
            multi_thread,
            runtime: RuntimePath::new(runtime),
        }
    }
}

fn migration_source(
    migrations: Option<Migrations>,
    migrator: Option<Migrator>,
    diagnostics: &mut Diagnostics,
) -> MigrationSource {
    match (migrations, migrator) {
        (None, None) => MigrationSource::Default,
        (None, Some(migrator)) => MigrationSource::Migrator(migrator.path),
        (Some(migrations), migrator) => {
            if let Some(Migrator { key, .. }) = migrator {
                diagnostics.report(key, two_sources(&migrations.key));
            }
            migrations
                .directory
                .map_or(MigrationSource::None, MigrationSource::Directory)
        }
    }
}

fn two_sources(other: &Ident) -> Message {
    Message::new(format_args!("`migrator` contradicts `{other}`"))
        .note("a migrator has its migrations already")
        .help("keep one of them")
}

fn isolation_of_a_clone() -> Message {
    Message::new("`isolation` contradicts `clone`")
        .note("it is the level of the sandbox, and with `clone` there is none: each function has the level that its session asks for")
        .help("keep one of them")
}

/// The test harness calls the test and cannot choose type parameters.
fn check_generics(signature: &Signature, diagnostics: &mut Diagnostics) {
    if let Some(parameter) = signature.generics.params.first() {
        let message = Message::new("a test cannot be generic")
            .note("the test harness calls it, without arguments")
            .help("write a generic function, and a test for each database that calls it");
        diagnostics.report(parameter, message);
    }
}

/// Reports attributes that would run the test twice, or make it something else.
fn check_attributes(function: &mut Function, diagnostics: &mut Diagnostics) {
    for attribute in function.take_attributes("test") {
        let message = Message::new("the test would run twice")
            .help("remove this attribute: `#[sqlx_transactional::test]` is all that it needs");
        diagnostics.report(attribute.path(), message);
    }
    for attribute in [TRANSACTIONAL, RETRY_ON_ERROR]
        .iter()
        .flat_map(|other| function.take_attributes(other.name))
    {
        let message = Message::new("a test is not a transaction itself")
            .note("what it calls commits, in a sandbox that is rolled back when the test ends")
            .help("remove this attribute, and call functions that have it with `&db`");
        diagnostics.report(attribute.path(), message);
    }
}
