//! A sandbox behind `Any`. Each function calls that of the database that the URL names.
use sqlx::{Any, AnyConnection, SqlStr};

use crate::{
    driver::{
        any::{Chosen, chosen},
        testing::{
            fault::Fault,
            sandbox::{Interruption, Sandboxing, unsuccessful},
        },
    },
    mode::Isolation,
};

impl Sandboxing<Any> for Chosen {
    fn begin_sandbox(&self, isolation: Option<Isolation>) -> SqlStr {
        chosen!(
            self,
            chosen => Sandboxing::<Any>::begin_sandbox(chosen, isolation),
            else SqlStr::from_static("BEGIN")
        )
    }

    async fn isolation(&self, connection: &mut AnyConnection) -> Result<Isolation, sqlx::Error> {
        chosen!(self, chosen => Sandboxing::<Any>::isolation(chosen, connection).await, else Ok(Isolation::Serializable))
    }

    async fn provoke(&self, connection: &mut AnyConnection, fault: Fault) -> sqlx::Error {
        chosen!(self, chosen => Sandboxing::<Any>::provoke(chosen, connection, fault).await, else unsuccessful(Ok(())))
    }

    fn interruption(&self) -> Option<Interruption> {
        chosen!(self, chosen => Sandboxing::<Any>::interruption(chosen), else None)
    }
}
