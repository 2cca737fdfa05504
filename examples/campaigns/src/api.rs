//! The methods of the API. A method with `#[transactional]` is one transaction: the login check,
//! the services and their repositories run in it.
use std::{
    future::{Ready, ready},
    sync::Arc,
};

use poem::Request;
use poem_openapi::{
    ApiResponse, OpenApi, SecurityScheme,
    auth::Bearer,
    param::Path,
    payload::Json,
    types::{ParseFromJSON, ToJSON},
};
use sqlx::Any;
use sqlx_transactional::{Db, ReadOnly, Session, transactional_methods};

use crate::{
    access::Access,
    error::Result,
    experiments::Experiments,
    schema::{Campaign, Change, Credentials, Key, Login, Visit},
};

pub(crate) struct Api {
    pub(crate) db: Db<Any>,
    pub(crate) access: Arc<dyn Access>,
    pub(crate) experiments: Arc<dyn Experiments>,
}

/// The token of a login.
#[derive(Clone, SecurityScheme)]
#[oai(ty = "bearer", checker = "unchecked")]
struct Token(String);

/// Accepts every token: the transaction checks it.
fn unchecked(_: &Request, bearer: Bearer) -> Ready<Option<String>> {
    ready(Some(bearer.token))
}

#[derive(ApiResponse)]
enum Created<T: ParseFromJSON + ToJSON> {
    /// It is stored.
    #[oai(status = 201)]
    Created(Json<T>),
}

#[derive(ApiResponse)]
enum Done {
    /// It is stored. The response has no body.
    #[oai(status = 204)]
    Done,
}

#[transactional_methods]
#[OpenApi]
impl Api {
    /// Signs up.
    #[oai(path = "/accounts", method = "post")]
    async fn sign_up(&self, credentials: Json<Credentials>) -> Result<Done> {
        self.access
            .sign_up(&self.db, credentials.0)
            .await
            .map(|()| Done::Done)
    }

    /// Logs in.
    #[oai(path = "/logins", method = "post")]
    async fn log_in(&self, credentials: Json<Credentials>) -> Result<Created<Login>> {
        self.access
            .log_in(&self.db, credentials.0)
            .await
            .map(Json)
            .map(Created::Created)
    }

    /// Logs out: the token is worth nothing any more.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    #[oai(path = "/logins/mine", method = "delete")]
    async fn log_out(&self, session: &mut Session<Any>, token: Token) -> Result<Done> {
        self.access
            .log_out(session, &token.0)
            .await
            .map(|()| Done::Done)
    }

    /// Creates a campaign, which does not run yet.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    #[oai(path = "/campaigns", method = "post")]
    async fn create(
        &self,
        session: &mut Session<Any>,
        token: Token,
        campaign: Json<Campaign>,
    ) -> Result<Created<Campaign>> {
        let account = self.access.account(session, &token.0).await?;
        self.experiments
            .create(session, &account, campaign.0)
            .await
            .map(Json)
            .map(Created::Created)
    }

    /// Shows a campaign and its results.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    #[oai(path = "/campaigns/:id", method = "get")]
    async fn report(
        &self,
        session: &mut Session<Any, ReadOnly>,
        token: Token,
        Path(id): Path<Key>,
    ) -> Result<Json<Campaign>> {
        let account = self.access.account(session, &token.0).await?;
        self.experiments
            .report(session, &account, &id.0)
            .await
            .map(Json)
    }

    /// Starts or stops a campaign. Once it is stopped, visitors keep their variants, and no others
    /// come.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    #[oai(path = "/campaigns/:id", method = "patch")]
    async fn change(
        &self,
        session: &mut Session<Any>,
        token: Token,
        Path(id): Path<Key>,
        change: Json<Change>,
    ) -> Result<Json<Campaign>> {
        let account = self.access.account(session, &token.0).await?;
        self.experiments
            .change(session, &account, &id.0, change.0)
            .await
            .map(Json)
    }

    /// Says which variant a visitor sees: always the same one.
    #[oai(path = "/campaigns/:id/visitors/:visitor", method = "put")]
    async fn visit(&self, Path(id): Path<Key>, Path(visitor): Path<Key>) -> Result<Json<Visit>> {
        let variant = self.experiments.visit(&self.db, &id.0, &visitor.0).await?;
        Ok(Json(Visit { variant }))
    }

    /// Counts that a visitor was converted, once.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    #[oai(path = "/campaigns/:id/visitors/:visitor/conversion", method = "post")]
    async fn convert(
        &self,
        session: &mut Session<Any>,
        Path(id): Path<Key>,
        Path(visitor): Path<Key>,
    ) -> Result<Done> {
        self.experiments
            .convert(session, &id.0, &visitor.0)
            .await
            .map(|()| Done::Done)
    }
}
