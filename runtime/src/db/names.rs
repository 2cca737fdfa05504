//! The names of transactions with what a [`Db`](super::Db) puts in front of them: put together once
//! for each function, not for each call.
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError, RwLock},
};

/// What the functions that were called so far are called with the prefix.
#[derive(Debug)]
pub(crate) struct Names {
    prefix: Box<str>,
    known: RwLock<HashMap<&'static str, &'static str>>,
}

impl Names {
    pub(crate) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.into(),
            known: RwLock::default(),
        }
    }

    pub(crate) fn of(&self, function: &'static str) -> &'static str {
        if let Some(name) = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(function)
        {
            return name;
        }
        let name = lasting(format!("{}{function}", self.prefix));
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(function, name);
        name
    }
}

/// The name for as long as the program runs; as many as there are functions and prefixes, however
/// many handles.
fn lasting(name: String) -> &'static str {
    static ALL: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);

    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    if let Some(name) = all.get(&*name) {
        return name;
    }
    let name = &*name.leak();
    all.insert(name);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_put_together_once() {
        let names = Names::new("shop::");
        let name = names.of("bank::transfer");
        assert_eq!(name, "shop::bank::transfer");
        for again in [
            names.of("bank::transfer"),
            Names::new("shop::").of("bank::transfer"),
        ] {
            assert!(std::ptr::eq(name, again));
        }
    }
}
