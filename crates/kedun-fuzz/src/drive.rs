//! The loop: take an input, change it, run the target, keep what met something new.

use std::cell::RefCell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::mutate::mutate;
use crate::{Random, Target, seeds};

/// How many inputs are kept to be changed further.
const KEPT: usize = 4_096;
/// Tries to make a failing input smaller.
const SMALLER: u64 = 600;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// After so many executions.
    Executions(u64),
    /// After this time, looked at between executions.
    Time(Duration),
}

/// What a run of the loop did.
#[derive(Debug, Default)]
pub struct Outcome {
    pub executions: u64,
    /// Different things met: a stand-in for paths.
    pub met: usize,
    /// The input that failed, as small as it could be made, and what the target said.
    pub failure: Option<(Vec<u8>, String)>,
}

thread_local! {
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Panics of the reader of workbooks, each of which ended one file and nothing else.
static READER: AtomicU64 = AtomicU64::new(0);

/// How often the reader of workbooks panicked on its own thread in this process.
pub fn reader_panics() -> u64 {
    READER.load(Ordering::Relaxed)
}

/// Keeps panics quiet and what they say for the report.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some("kedun-workbook") {
                READER.fetch_add(1, Ordering::Relaxed);
            } else if !SAID.with_borrow_mut(|said| said.replace(info.to_string()).is_none()) {
                before(info);
            }
        }));
    });
}

/// Runs the target once; what it said when it failed.
///
/// # Errors
/// The words of the panic.
pub fn once(target: &Target, input: &[u8]) -> Result<u64, String> {
    listen();
    SAID.with_borrow_mut(|said| *said = None);
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input).number()));
    outcome.map_err(|_panic| SAID.with_borrow_mut(Option::take).unwrap_or_else(|| "a panic".to_owned()))
}

/// Feeds a target: first its seeds, then changes of them. The same seed and number of executions do the same.
pub fn drive(target: &Target, seed: u64, until: Until) -> Outcome {
    let mut random = Random::new(seed ^ Random::of(target.name.as_bytes()).number());
    let mut outcome = Outcome::default();
    let mut met = HashSet::new();
    let mut kept: Vec<Vec<u8>> = Vec::new();
    let begun = Instant::now();
    let mut seeds = seeds::of(target).into_iter().map(|(_, bytes)| bytes).chain([Vec::new()]);
    loop {
        let over = match until {
            Until::Executions(most) => outcome.executions >= most,
            Until::Time(most) => begun.elapsed() >= most,
        };
        let input = match seeds.next() {
            Some(seed) => seed,
            None if over => break,
            None => {
                let one = random.pick(&kept).clone();
                let other = random.pick(&kept).clone();
                mutate(target, &one, &other, &mut random)
            }
        };
        outcome.executions += 1;
        match once(target, &input) {
            Ok(number) => {
                if met.insert(number) || kept.is_empty() {
                    if kept.len() < KEPT {
                        kept.push(input);
                    } else {
                        let at = random.below(KEPT);
                        kept[at] = input;
                    }
                }
            }
            Err(said) => {
                outcome.failure = Some(smaller(target, input, said));
                break;
            }
        }
    }
    outcome.met = met.len();
    outcome
}

/// Takes pieces out of a failing input as long as it fails.
fn smaller(target: &Target, mut input: Vec<u8>, mut said: String) -> (Vec<u8>, String) {
    let mut tries = 0;
    let mut piece = input.len().div_ceil(2);
    while piece > 0 && tries < SMALLER {
        let mut at = 0;
        let mut found = false;
        while at < input.len() && tries < SMALLER {
            let mut shorter = input.clone();
            shorter.drain(at..(at + piece).min(input.len()));
            tries += 1;
            match once(target, &shorter) {
                Err(words) => {
                    (input, said) = (shorter, words);
                    found = true;
                }
                Ok(_) => at += piece,
            }
        }
        piece = if found && piece > 1 { piece } else { piece / 2 };
    }
    (input, said)
}
