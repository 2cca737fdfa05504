//! The example program is `bank/main.rs`. The services are packages of their own.
