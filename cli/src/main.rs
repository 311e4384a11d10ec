//! Starts: the one binary `keystead`.
//!
//! Data goes to stdout, talk to stderr. Exit status: 0 done, 1 failed, 2 usage. Secrets come from files, standard input
//! or the environment, never from arguments.

mod commands;
mod failure;
mod listening;
mod log;
mod output;
mod progress;
mod remote;
mod report;
mod service_manager;
#[cfg(feature = "otel")]
mod spans;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    account, audit, backup, bench, brand, config, demo, docs, doctor, follower, health, init, key, member,
    migrate, node, operator, pepper, receipt, restore, serve,
};

/// Many small pieces live for one question each; this takes and gives them back for less than the C library does, and the same
/// everywhere the binary runs.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where a platform's API keys live: issue them, regenerate them safely, tell gateways whether they are good.
#[derive(Debug, Parser)]
#[command(name = "keystead", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a complete sample on this machine and print how to log in
    Demo(demo::Arguments),
    /// Make a data folder: the pepper and the first operator token
    Init(init::Arguments),
    /// Appoint, list, reset or remove those who run the platform, in a data folder
    #[command(subcommand)]
    Operator(operator::Command),
    /// Run the server
    Serve(serve::Arguments),
    /// Bring a stopped server's database to this version's schema
    Migrate(migrate::Arguments),
    /// Check, print or write a configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Write, show or check help pages
    #[command(subcommand)]
    Docs(docs::Command),
    /// Look at this installation and say what is wrong and how to mend it
    Doctor(doctor::Arguments),
    /// Ask this machine's running server whether it may vouch
    Health(health::Arguments),
    /// Brands of a running server
    Brand(brand::Arguments),
    /// Accounts of a running server
    Account(account::Arguments),
    /// Keys of a running server, and why requests with them were refused
    Key(key::Arguments),
    /// Members of a running server's accounts
    Member(member::Arguments),
    /// Processes of a running installation that verify keys
    Node(node::Arguments),
    /// Receipts of deactivations: check one that was kept, print the public keys
    Receipt(receipt::Arguments),
    /// Services that verify in their own process, and may follow a running server for that
    Follower(follower::Arguments),
    /// Copy an installation's database into a file, beside a running server
    Backup(backup::Arguments),
    /// Make a database from a backup and the journals, or end a quarantine
    Restore(restore::Arguments),
    /// Check or export the audit
    #[command(subcommand)]
    Audit(audit::Command),
    /// Rotate the pepper, and see how far that has come
    #[command(subcommand)]
    Pepper(pepper::Command),
    /// Measure this machine
    #[command(subcommand)]
    Bench(bench::Command),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Operator(command) => operator::run(&command),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Config(command) => config::run(command),
        Command::Docs(command) => docs::run(command),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::Health(arguments) => health::run(&arguments),
        Command::Brand(arguments) => brand::run(arguments),
        Command::Account(arguments) => account::run(arguments),
        Command::Key(arguments) => key::run(arguments),
        Command::Member(arguments) => member::run(arguments),
        Command::Node(arguments) => node::run(arguments),
        Command::Receipt(arguments) => receipt::run(arguments),
        Command::Follower(arguments) => follower::run(arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Audit(command) => audit::run(command),
        Command::Pepper(command) => pepper::run(&command),
        Command::Bench(command) => bench::run(&command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
