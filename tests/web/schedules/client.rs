//! The service as its clients reach it, and their requests.

use std::{net::SocketAddr, sync::Arc};

use application::{Visitor, open};
use schedules::{
    Planner, Worker,
    proto::{
        AddStaffRequest, GenerateRequest, GetJobRequest, GetScheduleRequest, Job, PublishRequest,
        schedules_client::SchedulesClient,
    },
};
use sqlx::Any;
use sqlx_transactional::Db;
use tests::servers::{Server, TestDatabase};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};

/// The service, until the test's runtime ends or it is asked to end.
pub(super) struct Served {
    pub(super) planner: Planner,
    pub(super) address: SocketAddr,
    pub(super) ending: CancellationToken,
    pub(super) ended: JoinHandle<()>,
}

impl Served {
    pub(super) async fn with(db: Db<Any>, beside: Option<Db<Any>>) -> Self {
        let ending = CancellationToken::new();
        let planner = Planner::new(db, beside, ending.clone())
            .await
            .expect("the database is there");
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("the loopback has free ports");
        let address = listener.local_addr().expect("it is bound");
        let serving = planner.clone().serve(listener);
        let ended = tokio::spawn(async move { serving.await.expect("it can listen") });
        Self {
            planner,
            address,
            ending,
            ended,
        }
    }

    pub(super) async fn channel(&self) -> Channel {
        channel(self.address).await
    }

    pub(super) async fn client(&self) -> SchedulesClient<Channel> {
        SchedulesClient::new(self.channel().await)
    }

    /// A worker that compares few candidates.
    pub(super) fn worker(&self, name: &str) -> Worker {
        self.planner.worker(name, Arc::new(|| 3))
    }
}

/// Connections for what survives a rollback, if the database allows more than one.
pub(super) async fn beside<DB: Server>(database: &TestDatabase<DB>) -> Option<Db<Any>> {
    if DB::NAME == "SQLite" {
        None
    } else {
        Some(open(database, 2).await)
    }
}

async fn channel(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}"))
        .expect("an address")
        .connect()
        .await
        .expect("the service listens")
}

/// A team of so many people.
pub(super) fn staff(team: &str, people: usize) -> AddStaffRequest {
    AddStaffRequest {
        team: team.to_owned(),
        people: (0..people)
            .map(|person| format!("person-{person}"))
            .collect(),
    }
}

/// A schedule for the team `nurses`.
pub(super) fn order(id: &str, weeks: u32) -> GenerateRequest {
    GenerateRequest {
        id: id.to_owned(),
        team: "nurses".to_owned(),
        first_day: "2026-12-07".to_owned(),
        weeks,
    }
}

pub(super) fn job(id: &str) -> GetJobRequest {
    GetJobRequest { id: id.to_owned() }
}

pub(super) fn schedule(id: &str) -> GetScheduleRequest {
    GetScheduleRequest { id: id.to_owned() }
}

pub(super) fn publish(id: &str) -> PublishRequest {
    PublishRequest { id: id.to_owned() }
}

/// The state of a job, its progress, and the number of its attempt.
pub(super) fn state(job: &Job) -> (&'static str, u32, u32) {
    (job.state().as_str_name(), job.progress, job.attempts)
}

/// The status code of a call.
pub(super) fn code<T>(answer: Result<T, Status>) -> Code {
    answer.map_or_else(|status| status.code(), |_| Code::Ok)
}

/// What a client in a crowd asks.
pub(super) enum Question {
    AddStaff(AddStaffRequest),
    Generate(GenerateRequest),
    GetJob(GetJobRequest),
    Publish(PublishRequest),
}

/// A client in a crowd. Dropping it closes its connection.
pub(super) struct Caller(SchedulesClient<Channel>);

impl Visitor for Caller {
    type Question = Question;
    type Status = Code;

    async fn arrive(address: SocketAddr) -> Self {
        Self(SchedulesClient::new(channel(address).await))
    }

    async fn status(&mut self, question: Question) -> Code {
        match question {
            Question::AddStaff(staff) => code(self.0.add_staff(staff).await),
            Question::Generate(order) => code(self.0.generate(order).await),
            Question::GetJob(job) => code(self.0.get_job(job).await),
            Question::Publish(schedule) => code(self.0.publish(schedule).await),
        }
    }
}
