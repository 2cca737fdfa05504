//! Choices made from bytes. The same bytes make the same choices. Once no bytes are left, every
//! choice is the first one.

use arbitrary::Unstructured;

pub(crate) struct Choices<'a> {
    bytes: Unstructured<'a>,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes: Unstructured::new(bytes),
        }
    }

    /// A number in `0..count`, or 0 if `count` is 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.bytes
            .int_in_range(0..=count.saturating_sub(1))
            .unwrap_or(0)
    }

    pub(crate) fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        let index = self.below(texts.len());
        texts.get(index).copied().unwrap_or_default()
    }

    /// True with a probability of one in `of`.
    pub(crate) fn rarely(&mut self, of: usize) -> bool {
        self.below(of) + 1 == of
    }

    /// Up to `most` of `texts`, joined by the separator.
    pub(crate) fn some_of(&mut self, texts: &[&str], most: usize, separator: &str) -> String {
        let count = self.below(most + 1);
        (0..count)
            .map(|_| self.one_of(texts))
            .collect::<Vec<_>>()
            .join(separator)
    }
}
