//! The standard health service, which asks the database each time.
use std::time::Duration;

use futures_util::stream::Pending;
use sqlx::Any;
use sqlx_transactional::Db;
use tonic::{Request, Response, Status};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus,
    health_server::Health,
};

use crate::proto::schedules_server::SERVICE_NAME;

/// Whether the service can reach its database.
pub(crate) struct DbHealth(pub(crate) Db<Any>);

#[tonic::async_trait]
impl Health for DbHealth {
    type WatchStream = Pending<Result<HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        // The empty name stands for the server as a whole.
        if !["", SERVICE_NAME].contains(&request.get_ref().service.as_str()) {
            return Err(Status::not_found("there is no such service"));
        }
        let is_ready = self.0.health(Duration::from_secs(1)).await.is_ready();
        let status = if is_ready {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        };
        Ok(Response::new(HealthCheckResponse {
            status: status.into(),
        }))
    }

    /// Not implemented: clients call `Check` from time to time instead.
    async fn watch(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("call Check instead"))
    }
}
