//! A generated schedule can be worked: twelve weeks, as SQLite has stored them.

use std::collections::BTreeMap;

use schedules::proto::{GenerateRequest, Shift};
use tonic::Code;

use super::{
    A_WEEK,
    client::{code, order, schedule, staff},
    created, served,
};

const KINDS: [&str; 3] = ["early", "late", "night"];

/// The days of each person and the kind of shift on each.
fn by_person(shifts: &[Shift]) -> BTreeMap<&str, BTreeMap<usize, usize>> {
    let mut days: Vec<_> = shifts.iter().map(|shift| shift.day.as_str()).collect();
    days.dedup();
    let mut people = BTreeMap::<_, BTreeMap<_, _>>::new();
    for Shift { day, kind, person } in shifts {
        let day = days
            .iter()
            .position(|it| it == day)
            .expect("it is one of them");
        let kind = KINDS
            .iter()
            .position(|it| it == kind)
            .expect("it is one of them");
        assert_eq!(
            people.entry(person.as_str()).or_default().insert(day, kind),
            None,
            "{person} works twice on {day}"
        );
    }
    people
}

#[tokio::test]
async fn nobody_works_without_a_rest_and_all_work_alike() {
    let database = created::<sqlx::Sqlite>().await;
    let (_, served) = served(&database, 2).await;
    let mut client = served.client().await;
    for people in [6, 7, 12, 40] {
        let team = format!("of-{people}");
        assert_eq!(code(client.add_staff(staff(&team, people)).await), Code::Ok);
        let mut made = Vec::new();
        for id in ["one", "other"].map(|name| format!("{name}-{people}")) {
            assert_eq!(
                code(
                    client
                        .generate(GenerateRequest {
                            team: team.clone(),
                            ..order(&id, 12)
                        })
                        .await
                ),
                Code::Ok
            );
            assert!(
                served
                    .worker("worker")
                    .work_next()
                    .await
                    .expect("there is a database")
            );
            made.push(
                client
                    .get_schedule(schedule(&id))
                    .await
                    .expect("it is complete")
                    .into_inner()
                    .shifts,
            );
        }
        let shifts = &made[0];
        assert_eq!(
            (shifts.len(), shifts),
            (12 * A_WEEK, &made[1]),
            "the same people and days are the same schedule"
        );
        assert_eq!(
            (shifts[0].day.as_str(), shifts[12 * A_WEEK - 1].day.as_str()),
            ("2026-12-07", "2027-02-28")
        );
        let everybody = by_person(shifts);
        for (person, days) in &everybody {
            for (day, kind) in days {
                assert!(
                    days.get(&(day + 1)).is_none_or(|next| next >= kind),
                    "{person} has no rest after {day}"
                );
            }
        }
        let worked = |most: bool| {
            everybody
                .values()
                .map(BTreeMap::len)
                .reduce(|one, other| if most { one.max(other) } else { one.min(other) })
        };
        let (most, least) = (
            worked(true).expect("people"),
            worked(false).expect("people"),
        );
        assert!(
            everybody.len() == people && most - least <= 2,
            "{most} and {least} days of {people} people"
        );
    }
}
