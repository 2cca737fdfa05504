//! Random programs: short, with all that a user may write, and with every kind of step often
//! enough.

use proptest::{
    collection::vec,
    option::weighted,
    prelude::{BoxedStrategy, Just, Strategy, any},
    prop_oneof,
};
use tests::explorer::{Cut, When};

use super::program::{Act, Body, Callee, End, Program, Step};

/// How deep calls are nested.
const DEPTH: u32 = 3;

pub(super) fn programs() -> impl Strategy<Value = Program> {
    (any::<bool>(), body(DEPTH, false)).prop_map(|(retries, body)| Program { retries, body })
}

/// In a call that is `cut`, leaves out what a documented limit excludes there, and statements that
/// end the transaction, because it would be unknown whether they ran.
fn body(depth: u32, cut: bool) -> BoxedStrategy<Body> {
    let end = if cut {
        prop_oneof![3 => Just(End::Ok), 2 => Just(End::Err)].boxed()
    } else {
        end().boxed()
    };
    (vec(step(depth, cut), 0..6), end)
        .prop_map(|(steps, end)| Body { steps, end })
        .boxed()
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![6 => Just(End::Ok), 3 => Just(End::Err), 1 => (1..4u32).prop_map(End::AgainUntil)]
}

fn step(depth: u32, cut: bool) -> BoxedStrategy<Step> {
    let plain = if cut {
        common().boxed()
    } else {
        prop_oneof![9 => common(), 3 => uncut()].boxed()
    };
    let whole = if depth == 0 {
        plain
    } else {
        prop_oneof![2 => plain, 1 => call(depth, cut)].boxed()
    };
    let dropped = if depth == 0 {
        interruptible().boxed()
    } else {
        prop_oneof![interruptible(), call(depth, true)].boxed()
    };
    let whole = whole.prop_map(|act| (act, None));
    let dropped = (dropped, cut_somewhere()).prop_map(|(act, cut)| (act, Some(cut)));
    (
        weighted(0.15, dropped),
        whole,
        proptest::bool::weighted(0.7),
    )
        .prop_map(|(dropped, whole, swallows)| {
            let (act, cut) = dropped.unwrap_or(whole);
            Step { act, swallows, cut }
        })
        .boxed()
}

fn interruptible() -> impl Strategy<Value = Act> {
    prop_oneof![2 => (1..5i64).prop_map(Act::Insert), 1 => Just(Act::Read)]
}

fn common() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => interruptible(),
        1 => Just(Act::LeaveStream),
        1 => Just(Act::Fail),
        1 => Just(Act::RollbackOnly),
        2 => Just(Act::AfterCommit),
        1 => Just(Act::AfterRollback),
    ]
}

fn uncut() -> impl Strategy<Value = Act> {
    prop_oneof![2 => Just(Act::Lend), 1 => (1..4u32).prop_map(Act::EndUntil)]
}

fn call(depth: u32, cut: bool) -> impl Strategy<Value = Act> {
    let callee = prop_oneof![Just(Callee::Joined), Just(Callee::Nested)];
    let writing = (callee, body(depth - 1, cut)).prop_map(|(callee, body)| Act::Call(callee, body));
    let reading = (
        vec(leaf(), 0..4),
        prop_oneof![Just(End::Ok), Just(End::Err)],
    );
    let reading = reading.prop_map(|(steps, end)| Act::Call(Callee::Reading, Body { steps, end }));
    prop_oneof![6 => writing, 1 => reading]
}

fn leaf() -> impl Strategy<Value = Step> {
    (common(), any::<bool>()).prop_map(|(act, swallows)| Step {
        act,
        swallows,
        cut: None,
    })
}

fn cut_somewhere() -> impl Strategy<Value = Cut> {
    (
        1..12usize,
        prop_oneof![Just(When::AtOnce), Just(When::Woken)],
    )
        .prop_map(|(polls, when)| Cut::at(polls, when))
}
