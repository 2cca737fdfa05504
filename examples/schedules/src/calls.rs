//! The methods of the gRPC service. Those that only read are transactions themselves; the others
//! call `registry.rs`, where `#[retry_on_error]` retries the transactions.
use std::time::Duration;

use futures_util::stream::{self, BoxStream};
use sqlx::Any;
use sqlx_transactional::{ReadOnly, Session, transactional_methods};
use tokio::{select, time::sleep};
use tonic::{Request, Response, Status};

use crate::{
    Planner,
    audit::Attempt,
    error::{ApiError, status},
    plan::day,
    proto::{
        AddStaffRequest, Attempt as Tried, Audit, Change, GenerateRequest, GetJobRequest,
        GetScheduleRequest, Job, ListAuditRequest, Publication, PublishRequest, Schedule, Shift,
        State, Team, schedules_server::Schedules,
    },
};

/// The pause between two looks at a watched job.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

fn attempt<T>(request: &Request<T>, what: String) -> Attempt {
    let user = request
        .metadata()
        .get("user")
        .and_then(|user| user.to_str().ok())
        .unwrap_or("somebody");
    tracing::info!(user, what, "asked");
    Attempt::new(user, what)
}

impl Planner {
    /// Waits until the job differs from `seen`; `None` once it has ended. Each look is a
    /// transaction, and between two looks none is open.
    async fn next(
        self,
        id: String,
        seen: Option<Job>,
    ) -> Result<Option<(Job, (Self, String, Option<Job>))>, Status> {
        if seen
            .as_ref()
            .is_some_and(|job| matches!(job.state(), State::Done | State::Failed))
        {
            return Ok(None);
        }
        loop {
            let job = self.registry.job(&self.registry.db, &id).await?;
            if seen.as_ref() != Some(&job) {
                return Ok(Some((job.clone(), (self, id, Some(job)))));
            }
            select! {
                () = self.ending.cancelled() => return Err(Status::unavailable("shutting down")),
                () = sleep(BETWEEN_LOOKS) => {}
            }
        }
    }
}

/// A name of 1 to 60 lowercase letters, digits and hyphens. A case-insensitive collation, as MySQL
/// has by default, tells these apart too.
fn name(name: &str) -> Result<&str, ApiError> {
    let fits = (1..=60).contains(&name.len())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if fits {
        Ok(name)
    } else {
        Err(ApiError::Invalid(
            "a name has 1 to 60 lowercase letters, digits and hyphens",
        ))
    }
}

#[transactional_methods]
#[tonic::async_trait]
impl Schedules for Planner {
    type WatchJobStream = BoxStream<'static, Result<Job, Status>>;

    async fn add_staff(&self, request: Request<AddStaffRequest>) -> Result<Response<Team>, Status> {
        let staff = request.get_ref();
        for name_of in staff.people.iter().chain([&staff.team]) {
            name(name_of)?;
        }
        if !(1..=200).contains(&staff.people.len()) {
            return Err(ApiError::Invalid("a team has 1 to 200 people").into());
        }
        let attempt = attempt(&request, format!("add team {}", staff.team));
        self.registry.add_staff(&attempt, staff).await?;
        let AddStaffRequest { team, people } = request.into_inner();
        Ok(Response::new(Team {
            name: team,
            people: u32::try_from(people.len()).unwrap_or(u32::MAX),
        }))
    }

    async fn generate(&self, request: Request<GenerateRequest>) -> Result<Response<Job>, Status> {
        let order = request.get_ref();
        let what = format!("generate {} for {}", name(&order.id)?, name(&order.team)?);
        if day(&order.first_day).is_err() || !(1..=52).contains(&order.weeks) {
            return Err(ApiError::Invalid(
                "a schedule begins on a day such as 2026-12-07, and has 1 to 52 weeks",
            )
            .into());
        }
        let attempt = attempt(&request, what);
        Ok(Response::new(
            self.registry.generate(&attempt, request.get_ref()).await?,
        ))
    }

    #[transactional(from = &self.registry.db, map_err = status)]
    async fn get_job(
        &self,
        session: &mut Session<Any, ReadOnly>,
        request: Request<GetJobRequest>,
    ) -> Result<Response<Job>, Status> {
        Ok(Response::new(
            self.registry.job(session, &request.get_ref().id).await?,
        ))
    }

    async fn watch_job(
        &self,
        request: Request<GetJobRequest>,
    ) -> Result<Response<Self::WatchJobStream>, Status> {
        let first = (self.clone(), request.into_inner().id, None);
        Ok(Response::new(Box::pin(stream::try_unfold(
            first,
            |(planner, id, seen)| planner.next(id, seen),
        ))))
    }

    #[transactional(from = &self.registry.db, map_err = status)]
    async fn get_schedule(
        &self,
        session: &mut Session<Any, ReadOnly>,
        request: Request<GetScheduleRequest>,
    ) -> Result<Response<Schedule>, Status> {
        let id = request.into_inner().id;
        let select = self.registry.dialect.sql(
            "SELECT j.team, (SELECT COUNT(*) FROM publications p WHERE p.schedule = s.id)
               FROM schedules s JOIN jobs j ON j.id = s.id WHERE s.id = $1",
        );
        let row: Option<(String, i64)> = sqlx::query_as(select)
            .bind(&id)
            .fetch_optional(&mut *session)
            .await
            .map_err(status)?;
        let (team, published) = row.ok_or(ApiError::NotFound("schedule"))?;
        let select = self.registry.dialect.sql(
            "SELECT day, kind, person FROM shifts WHERE schedule = $1 ORDER BY day, kind, person",
        );
        let rows: Vec<(String, String, String)> = sqlx::query_as(select)
            .bind(&id)
            .fetch_all(session)
            .await
            .map_err(status)?;
        let shifts = rows
            .into_iter()
            .map(|(day, kind, person)| Shift { day, kind, person })
            .collect();
        Ok(Response::new(Schedule {
            id,
            team,
            published: published > 0,
            shifts,
        }))
    }

    async fn publish(
        &self,
        request: Request<PublishRequest>,
    ) -> Result<Response<Publication>, Status> {
        let attempt = attempt(
            &request,
            format!("publish {}", name(&request.get_ref().id)?),
        );
        let published = self
            .registry
            .publish(&attempt, &request.get_ref().id)
            .await?;
        Ok(Response::new(Publication { published }))
    }

    #[transactional(from = &self.registry.db, map_err = status)]
    async fn list_audit(
        &self,
        session: &mut Session<Any, ReadOnly>,
        _: Request<ListAuditRequest>,
    ) -> Result<Response<Audit>, Status> {
        let changes =
            "SELECT happened, user_name, what FROM changes ORDER BY happened DESC, id LIMIT 100";
        let changes: Vec<(i64, String, String)> = sqlx::query_as(changes)
            .fetch_all(&mut *session)
            .await
            .map_err(status)?;
        let attempts = "SELECT happened, user_name, what, carried_out FROM attempts ORDER BY happened DESC, id LIMIT 100";
        let attempts: Vec<(i64, String, String, i64)> = sqlx::query_as(attempts)
            .fetch_all(session)
            .await
            .map_err(status)?;
        Ok(Response::new(Audit {
            changes: changes
                .into_iter()
                .map(|(time, user, what)| Change { time, user, what })
                .collect(),
            attempts: attempts
                .into_iter()
                .map(|(time, user, what, done)| Tried {
                    time,
                    user,
                    what,
                    carried_out: done == 1,
                })
                .collect(),
        }))
    }
}
