//! The cost of an event: appending it to the log, and verifying it later.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use kedun_ledger::{
    Chain, Checkpoint, EventHeader, Frontier, LoggedEvent, Outcome, Signer, Start, Trust, commit,
    verify_stream,
};

const EVENTS: u64 = 10_000;

fn header(seq: u64) -> EventHeader {
    EventHeader {
        seq,
        at: 1_763_900_000_000_000 + i64::try_from(seq).unwrap_or_default(),
        org: 1,
        action: "record.read".into(),
        object: 7,
        outcome: Outcome::Ok,
        actor: [1; 16],
        session: [2; 8],
        policy: 3,
        commitment: commit(&[4; 32], &seq.to_be_bytes()),
    }
}

fn append(criterion: &mut Criterion) {
    let headers: Vec<_> = (0..EVENTS).map(header).collect();
    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(EVENTS));
    group.bench_function("leaf, chain and frontier", |bench| {
        bench.iter(|| {
            let (mut frontier, mut chain) = (Frontier::new(), Chain::new());
            for header in &headers {
                let leaf = header.leaf();
                chain.append(&leaf);
                frontier.append(leaf);
            }
            (frontier.root(), chain.head())
        });
    });
    group.finish();
}

fn verify(criterion: &mut Criterion) {
    let signer = Signer::from_seed("log.example", &[1; 32]).unwrap_or_else(|error| panic!("{error}"));
    let (mut frontier, mut chain) = (Frontier::new(), Chain::new());
    let mut events = Vec::new();
    let mut notes = Vec::new();
    for header in (0..EVENTS).map(header) {
        let (at, leaf) = (header.at, header.leaf());
        let head = chain.append(&leaf);
        frontier.append(leaf);
        events.push(LoggedEvent { header, leaf, chain: Some(head), disclosed: None });
        if frontier.size() % 1_000 == 0 {
            let checkpoint = Checkpoint {
                origin: "log.example".into(),
                size: frontier.size(),
                root: frontier.root(),
                at,
                chain: head,
            };
            notes.push(checkpoint.sign(&[&signer]).unwrap_or_else(|error| panic!("{error}")));
        }
    }
    let trust = Trust::new(signer.verifier().clone());
    let mut group = criterion.benchmark_group("verify");
    group.sample_size(20).throughput(Throughput::Elements(EVENTS));
    group.bench_function("events with a checkpoint each 1 000", |bench| {
        bench.iter_batched(
            || (events.clone(), notes.clone()),
            |(events, notes)| {
                verify_stream(
                    &trust,
                    Start::beginning(),
                    [],
                    &[],
                    events.into_iter().map(Ok),
                    notes.into_iter().map(Ok),
                )
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, append, verify);
criterion_main!(benches);
