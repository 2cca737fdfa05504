//! What a server says of itself.

/// What a server says of itself.
#[doc(hidden)]
#[derive(Debug)]
pub struct ServerInfo {
    pub(crate) version: String,
    /// Whether it follows another one.
    pub(crate) is_replica: bool,
}
