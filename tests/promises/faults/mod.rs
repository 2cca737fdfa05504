//! Ok means committed, whatever happens to the connection, the call or the server.

mod a_silent_network_keeps_no_locks;
mod exactly_once;
mod model;
mod one_thousand_cuts;
