//! Ok means committed, whatever happens to the connection, the call or the server.

mod exactly_once;
mod model;
mod one_thousand_cuts;
