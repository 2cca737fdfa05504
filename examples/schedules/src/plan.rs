//! The search for a schedule, which takes time and knows no database. The same people and days
//! always give the same schedule.
use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use time::{Date, error::Parse, macros::format_description};

/// In the order in which they begin. On the next day a person works no kind that begins earlier, so
/// that there is time to rest.
const KINDS: [&str; 3] = ["early", "late", "night"];

/// How many people work each kind of shift.
const EACH: usize = 2;

/// One person's shift on one day.
#[derive(Debug)]
pub(crate) struct Shift {
    pub(crate) day: Date,
    pub(crate) kind: &'static str,
    pub(crate) person: String,
}

/// The shifts so far.
#[derive(Debug)]
pub(crate) struct Plan {
    people: Vec<String>,
    worked: Vec<Worked>,
    next_day: Date,
    pub(crate) shifts: Vec<Shift>,
}

/// What one person has worked.
#[derive(Debug, Clone, Copy, Default)]
struct Worked {
    days: u32,
    of_kind: [u32; KINDS.len()],
    yesterday: Option<usize>,
}

/// The shifts of a day: the index of the kind and the index of the person.
type Day = Vec<(usize, usize)>;

/// Parses a day, such as 2026-12-07.
pub(crate) fn day(text: &str) -> Result<Date, Parse> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
}

impl Plan {
    /// A plan without shifts, or why there can be none. If there are at least as many people as
    /// shifts in a day, there is always a free and rested person for the next shift.
    pub(crate) fn new(people: &[String], first_day: &str) -> Result<Self, String> {
        let (mut people, shifts) = (people.to_vec(), KINDS.len() * EACH);
        if people.len() < shifts {
            return Err(format!(
                "{} people are too few for {shifts} shifts a day",
                people.len()
            ));
        }
        // Databases sort names differently.
        people.sort_unstable();
        let next_day = day(first_day).map_err(|error| error.to_string())?;
        Ok(Self {
            worked: vec![Worked::default(); people.len()],
            people,
            next_day,
            shifts: Vec::new(),
        })
    }

    /// Adds a week: of `candidates` random weeks the one that distributes days and kinds most
    /// evenly.
    pub(crate) fn with_week(mut self, candidates: u64) -> Self {
        let squares = |one: &Worked| {
            4 * one.days * one.days + one.of_kind.iter().map(|count| count * count).sum::<u32>()
        };
        let candidates = (0..candidates.max(1)).map(|seed| self.candidate(seed));
        let Some((worked, week)) =
            candidates.min_by_key(|(worked, _)| worked.iter().map(squares).sum::<u32>())
        else {
            return self;
        };
        self.worked = worked;
        for today in week {
            let day = self.next_day;
            let shift = |(kind, person): (usize, usize)| Shift {
                day,
                kind: KINDS[kind],
                person: self.people[person].clone(),
            };
            self.shifts.extend(today.into_iter().map(shift));
            self.next_day = day.next_day().unwrap_or(day);
        }
        self
    }

    fn candidate(&self, seed: u64) -> (Vec<Worked>, [Day; 7]) {
        let mut random = StdRng::seed_from_u64(seed);
        let mut worked = self.worked.clone();
        let mut order: Vec<usize> = (0..worked.len()).collect();
        let week = [(); 7].map(|()| {
            order.shuffle(&mut random);
            next_day(&mut worked, &order)
        });
        (worked, week)
    }
}

/// Plans a day. Each shift goes to those available people who have worked least; `order` decides
/// between equals.
fn next_day(worked: &mut [Worked], order: &[usize]) -> Day {
    let mut day = Day::new();
    for kind in 0..KINDS.len() {
        let can = |person: usize| {
            worked[person]
                .yesterday
                .is_none_or(|yesterday| yesterday <= kind)
                && day.iter().all(|&(_, busy)| busy != person)
        };
        let mut able: Vec<usize> = order
            .iter()
            .copied()
            .filter(|&person| can(person))
            .collect();
        able.sort_by_key(|&person| (worked[person].days, worked[person].of_kind[kind]));
        day.extend(able.into_iter().take(EACH).map(|person| (kind, person)));
    }
    for person in worked.iter_mut() {
        person.yesterday = None;
    }
    for &(kind, person) in &day {
        worked[person].yesterday = Some(kind);
        worked[person].of_kind[kind] += 1;
        worked[person].days += 1;
    }
    day
}
