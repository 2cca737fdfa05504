//! A session is put behind a mutex that others share.

use std::sync::{Arc, Mutex};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, place: Arc<Mutex<Option<&'a mut Session<Sqlite>>>>) -> Result<(), sqlx::Error> {
    if let Ok(mut place) = place.lock() {
        *place = Some(session);
    }
    Ok(())
}

fn main() {}
