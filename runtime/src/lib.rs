//! Transactions as attributes.
