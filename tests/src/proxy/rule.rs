//! The rules by which faults happen. Each rule sees each message, so that each counts all of them.

use std::collections::{BTreeSet, HashMap};

use super::{
    fault::{Due, Fault, Often, Signals, Trigger, Way},
    point::Point,
    wire::{Packet, Place},
};

/// A fault that waits for its message.
#[derive(Debug)]
pub(super) struct Rule {
    way: Way,
    point: Point,
    fault: Fault,
    often: Often,
    /// How many candidates the point has counted, by connection or over all connections.
    seen: HashMap<Option<usize>, usize>,
    /// How often the message came that the point names.
    met: usize,
    /// The connections on which it came.
    links: BTreeSet<usize>,
    /// The message has passed on this connection. The place is that of its answer.
    awaited: Vec<(usize, Place)>,
    signals: Signals,
}

/// The faults that are due at this message.
pub(super) fn due(rules: &mut Vec<Rule>, link: usize, way: Way, packet: &Packet) -> Vec<Due> {
    rules.retain(|rule| !rule.is_spent());
    rules
        .iter_mut()
        .filter_map(|rule| {
            rule.fires(link, way, packet)
                .then(|| rule.signals.fire(rule.fault))
        })
        .collect()
}

impl Rule {
    pub(super) fn new(way: Way, point: Point, fault: Fault, often: Often) -> (Self, Trigger) {
        let (trigger, signals) = Trigger::new(format!("{way:?} {point:?}"));
        let way = if fault == Fault::SwallowAnswer {
            Way::ToClient
        } else {
            way
        };
        let (seen, links, awaited) = (HashMap::new(), BTreeSet::new(), Vec::new());
        (
            Self {
                way,
                point,
                fault,
                often,
                seen,
                met: 0,
                links,
                awaited,
                signals,
            },
            trigger,
        )
    }

    /// The connection has ended. Its pending answers will not come.
    pub(super) fn forget(&mut self, link: usize) {
        self.awaited.retain(|(awaited, _)| *awaited != link);
    }

    fn is_spent(&self) -> bool {
        self.signals.is_disarmed() || self.often == Often::Once && self.signals.fired() > 0
    }

    fn fires(&mut self, link: usize, way: Way, packet: &Packet) -> bool {
        let answer =
            |(awaited, place): &(usize, Place)| *awaited == link && packet.place >= Some(*place);
        if way == Way::ToClient
            && let Some(index) = self.awaited.iter().position(answer)
        {
            self.awaited.remove(index);
            return true;
        }
        let Some(part) = self.meets(link, way, packet) else {
            return false;
        };
        if way == Way::ToServer && self.way == Way::ToClient {
            self.awaited.extend(packet.place.map(|place| {
                (
                    link,
                    Place {
                        part: place.part + part,
                        ..place
                    },
                )
            }));
            return false;
        }
        true
    }

    /// Whether the fault is due at this message or its answer, and if so, the index of its
    /// statement.
    fn meets(&mut self, link: usize, way: Way, packet: &Packet) -> Option<usize> {
        if !self.point.goes(way) {
            return None;
        }
        let (armed, counter) = match self.often {
            Often::Once => (self.awaited.is_empty(), None),
            Often::EachConnection => (!self.links.contains(&link), Some(link)),
            Often::Every(_) => (true, None),
        };
        let seen = self.seen.entry(counter).or_default();
        let part = self.point.fits(packet, seen).filter(|_| armed)?;
        *seen = 0;
        self.met += 1;
        self.links.insert(link);
        match self.often {
            Often::Every(n) if !self.met.is_multiple_of(n) => None,
            _ => Some(part),
        }
    }
}
