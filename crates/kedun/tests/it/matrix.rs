//! Every person, object, record, field and deed, through every exit, against the oracle.
//!
//! Eight roles and somebody without one, in a company with shares, teams, a partner's company and
//! a recycle bin. Each value occurs nowhere else, so that every answer can be searched for values
//! that the person must not have, whatever the answer is about.

mod eye;
mod lists;
mod points;
mod world;
mod writes;

use std::sync::Arc;

use kedun_testkit::db::{TestStore, notice};
use kedun_testkit::db_test;

use self::eye::{Eye, Tally};
pub use self::lists::urlencode;
use self::world::World;
use crate::app::PEOPLE;

db_test! {
    async fn nobody_gets_more_or_less_than_the_rules_give(test: TestStore) {
        let world = Arc::new(World::build(&test).await);
        let tally = Arc::new(Tally::default());
        let begun = std::time::Instant::now();
        let mut walks = tokio::task::JoinSet::new();
        for who in 0..PEOPLE.len() {
            let eye = Eye { who, world: Arc::clone(&world), tally: Arc::clone(&tally) };
            walks.spawn(async move {
                points::walk(&eye).await;
                lists::walk(&eye).await;
                writes::probe(&eye).await;
            });
        }
        while let Some(done) = walks.join_next().await {
            done.expect("a walk ends");
        }
        // What changes something comes last and one after the other.
        for who in 0..PEOPLE.len() {
            let eye = Eye { who, world: Arc::clone(&world), tally: Arc::clone(&tally) };
            writes::really(&eye).await;
        }
        notice(&format!(
            "matrix on {}: {} checks in {} answers with {} values, {} differences, {} s",
            if world.t.args.database.is_some() { "postgres" } else { "sqlite" },
            tally.checks(),
            tally.answers(),
            tally.values(),
            tally.differences().len(),
            begun.elapsed().as_secs(),
        ));
        assert!(tally.checks() > 50_000, "only {} checks", tally.checks());
        assert!(tally.values() > 10_000, "the search for values found only {}", tally.values());
        let differences = tally.differences();
        assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences[..differences.len().min(300)].join("\n"));
    }
}
