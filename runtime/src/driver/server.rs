//! The version and the role of a server, for the health check of `db`.

/// The version and the role of a server.
#[doc(hidden)]
#[derive(Debug)]
pub struct ServerInfo {
    pub(crate) version: String,
    /// Whether the server is a replica of another one.
    pub(crate) is_replica: bool,
}
