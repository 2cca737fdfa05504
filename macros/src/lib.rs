//! The attribute macros of `sqlx-transactional`.
