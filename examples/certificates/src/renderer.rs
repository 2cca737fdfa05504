//! The renderer of files, which fails from time to time.
use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use sqlx_transactional::retry_on_error;

use crate::{
    document::{Format, render},
    registry::Certificate,
};

#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum RenderError {
    #[error("the renderer is not available")]
    Unavailable,
    #[error("the certificate cannot be drawn")]
    TooLong,
}

impl RenderError {
    const fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable)
    }
}

/// Stands for a remote service.
#[derive(Debug, Clone, Default)]
pub struct Renderer {
    calls: Arc<AtomicUsize>,
    fails_every: Option<NonZeroUsize>,
}

impl Renderer {
    /// A renderer that fails at every `n`-th call.
    #[must_use]
    pub fn failing_every(n: NonZeroUsize) -> Self {
        Self {
            fails_every: Some(n),
            ..Self::default()
        }
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.load(Relaxed)
    }

    fn call(&self, certificate: &Certificate, format: Format) -> Result<Vec<u8>, RenderError> {
        let call = self.calls.fetch_add(1, Relaxed) + 1;
        match self.fails_every {
            Some(n) if call.is_multiple_of(n.get()) => Err(RenderError::Unavailable),
            _ => render(certificate, format),
        }
    }
}

/// Not a transaction: `#[retry_on_error]` stands alone, and no transaction is open while it waits.
#[retry_on_error(min_delay = "5ms", max_delay = "100ms", when = RenderError::is_temporary)]
pub(crate) async fn rendered(
    renderer: &Renderer,
    certificate: &Certificate,
    format: Format,
) -> Result<Vec<u8>, RenderError> {
    renderer.call(certificate, format)
}
