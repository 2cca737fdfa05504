//! The same executions with bytes of libFuzzer's, which looks for those that reach code that none has reached: `fuzz/guided` builds it.
#![no_main]

use fuzz::{Target, execute};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The first byte is the macro.
    let Some((target, bytes)) = bytes.split_first() else { return };
    let target = Target::ALL[usize::from(*target) % Target::ALL.len()];
    if let Err(finding) = execute(target, bytes) {
        panic!("{finding}");
    }
});
