//! The short run: each target for a fixed number of executions, the same ones every time.
#![cfg(test)]

use kedun_fuzz::drive::{Until, drive, once};
use kedun_fuzz::{seeds, target};

fn short(name: &str) {
    let target = target(name).unwrap();
    let outcome = drive(target, 1, Until::Executions(target.short));
    if let Some((input, said)) = outcome.failure {
        panic!("{name} failed after {} executions: {said}\n{}", outcome.executions, hex::encode(input));
    }
    assert_eq!(outcome.executions, target.short);
    assert!(outcome.met >= target.meets, "{name} met only {} different things", outcome.met);
}

/// The seeds are what the writers make now, and each passes.
fn seeds_are_fresh(name: &str) {
    let target = target(name).unwrap();
    let kept = seeds::of(target);
    for (made, bytes) in seeds::made(target) {
        let found = kept.iter().find(|(name, _)| name == made);
        assert!(
            found.is_some_and(|(_, kept)| *kept == bytes),
            "{name}/{made}: run `cargo run -p kedun-fuzz -- seeds`"
        );
    }
    for (seed, bytes) in kept {
        once(target, &bytes).unwrap_or_else(|said| panic!("{name}/{seed}: {said}"));
    }
}

macro_rules! targets {
    ($($name:ident)*) => {$(
        mod $name {
            #[test]
            fn short() { super::short(stringify!($name)) }

            #[test]
            fn seeds() { super::seeds_are_fresh(stringify!($name)) }
        }
    )*};
}

targets!(csv xlsx cells filter cursor envelope notes bundle headers keyfile);
