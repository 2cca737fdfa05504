//! A client: it makes one call and prints the answer. `SERVER` is the address, `LOGNAME` the user.
use std::{
    env,
    error::Error,
    io::{self, ErrorKind, Write as _},
    process::ExitCode,
};

use schedules::proto::{
    AddStaffRequest, Audit, GenerateRequest, GetJobRequest, GetScheduleRequest, ListAuditRequest,
    PublishRequest, Shift, schedules_client::SchedulesClient, schedules_server::SERVICE_NAME,
};
use tonic::{IntoRequest, Request, Status, transport::Endpoint};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

const USAGE: &str = "add-staff TEAM PERSON.. | generate TEAM FIRST_DAY WEEKS | job ID | watch ID | schedule ID | publish ID | audit | health";

/// Adds the user to the metadata.
fn by_me<T>(message: T) -> Result<Request<T>, Box<dyn Error>> {
    let mut request = message.into_request();
    if let Ok(user) = env::var("LOGNAME") {
        request.metadata_mut().insert("user", user.parse()?);
    }
    Ok(request)
}

/// Prints a line. A closed pipe ends the client without a message.
macro_rules! say {
    ($($text:tt)*) => { writeln!(io::stdout(), $($text)*)? };
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Err(error) = call().await else {
        return ExitCode::SUCCESS;
    };
    if error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    {
        return ExitCode::SUCCESS;
    }
    match error.downcast_ref::<Status>() {
        Some(status) => eprintln!("{:?}: {}", status.code(), status.message()),
        None => eprintln!("{error}"),
    }
    ExitCode::FAILURE
}

async fn call() -> Result<(), Box<dyn Error>> {
    let server = env::var("SERVER").unwrap_or_else(|_| "http://127.0.0.1:3000".to_owned());
    let channel = Endpoint::from_shared(server)?.connect().await?;
    let mut client = SchedulesClient::new(channel.clone());
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["add-staff", team, ref people @ ..] => {
            let people = people.iter().map(|&person| person.to_owned()).collect();
            say!(
                "{:?}",
                client
                    .add_staff(by_me(AddStaffRequest {
                        team: team.to_owned(),
                        people
                    })?)
                    .await?
                    .into_inner()
            );
        }
        ["generate", team, first_day, weeks] => {
            // The same arguments name the same job, so the command can be repeated.
            let id = format!("{team}-{first_day}");
            let order = GenerateRequest {
                id,
                team: team.to_owned(),
                first_day: first_day.to_owned(),
                weeks: weeks.parse().map_err(|_| USAGE)?,
            };
            say!("{:?}", client.generate(by_me(order)?).await?.into_inner());
        }
        ["job", id] => say!(
            "{:?}",
            client
                .get_job(GetJobRequest { id: id.to_owned() })
                .await?
                .into_inner()
        ),
        ["watch", id] => {
            let mut jobs = client
                .watch_job(GetJobRequest { id: id.to_owned() })
                .await?
                .into_inner();
            while let Some(job) = jobs.message().await? {
                say!("{job:?}");
            }
        }
        ["schedule", id] => {
            let schedule = client
                .get_schedule(GetScheduleRequest { id: id.to_owned() })
                .await?
                .into_inner();
            for Shift { day, kind, person } in &schedule.shifts {
                say!("{day} {kind} {person}");
            }
        }
        ["publish", id] => say!(
            "{:?}",
            client
                .publish(by_me(PublishRequest { id: id.to_owned() })?)
                .await?
                .into_inner()
        ),
        ["audit"] => {
            let Audit { changes, attempts } =
                client.list_audit(ListAuditRequest {}).await?.into_inner();
            for change in changes {
                say!("{change:?}");
            }
            for attempt in attempts {
                say!("{attempt:?}");
            }
        }
        ["health"] => {
            let service = SERVICE_NAME.to_owned();
            say!(
                "{:?}",
                HealthClient::new(channel)
                    .check(HealthCheckRequest { service })
                    .await?
                    .into_inner()
            );
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}
