//! Jobs are leased by one runner at a time; requests sent twice act once.
#![cfg(test)]

mod common;

use common::{event, things};
use kedun_model::{JobId, OrgId, PersonId};
use kedun_store::{Changeset, CommitError, DONE_BEFORE, Earlier, JobState, NewJob, Once, Store};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;

const SECOND: i64 = 1_000_000;

async fn enqueue(store: &Store, kind: &str, run_at: i64) -> JobId {
    let id = JobId(store.context().new_uuid());
    let job = NewJob {
        id,
        org: OrgId(1),
        kind: kind.into(),
        payload: b"what to do".to_vec(),
        created_by: PersonId(store.context().new_uuid()),
        run_at,
    };
    store.commit(Changeset::new(event("job.create")).job(job)).await.unwrap();
    id
}

db_test! {
    async fn a_job_has_one_runner_at_a_time(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let now = store.context().now();
        for _ in 0..5 {
            enqueue(&store, "import", now).await;
        }
        enqueue(&store, "export", now).await;
        enqueue(&store, "import", now + SECOND).await;
        let mut runners = Vec::new();
        for _ in 0..8 {
            let (store, me) = (store.clone(), store.context().new_uuid());
            runners.push(tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(job) = store.jobs_lease(&["import"], me, now, 60 * SECOND).await.unwrap() {
                    assert_eq!((job.state, job.kind.as_str(), job.attempts), (JobState::Running, "import", 1));
                    mine.push(job.id);
                }
                mine
            }));
        }
        let mut leased = Vec::new();
        for runner in runners {
            leased.extend(runner.await.unwrap());
        }
        leased.sort();
        leased.dedup();
        // A runner that loses every race of one look may go home early, so some may be left; none is taken twice.
        let me = store.context().new_uuid();
        while let Some(job) = store.jobs_lease(&["import"], me, now, 60 * SECOND).await.unwrap() {
            assert!(!leased.contains(&job.id));
            leased.push(job.id);
        }
        assert_eq!(leased.len(), 5);
        store.close().await.unwrap();
    }

    async fn a_lease_that_ran_out_goes_to_another(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let now = store.context().now();
        let id = enqueue(&store, "import", now).await;
        let (dead, alive) = (store.context().new_uuid(), store.context().new_uuid());
        assert_eq!(store.jobs_lease(&["import"], dead, now, SECOND).await.unwrap().unwrap().id, id);
        assert!(store.jobs_lease(&["import"], alive, now, SECOND).await.unwrap().is_none());
        assert!(store.jobs_progress(id, dead, 3, 10, Some(vec![3]), now + 2 * SECOND).await.unwrap());
        let later = now + 3 * SECOND;
        let job = store.jobs_lease(&["import"], alive, later, SECOND).await.unwrap().unwrap();
        assert_eq!((job.attempts, job.done, job.total, job.progress), (2, 3, 10, Some(vec![3])));
        assert!(!store.jobs_progress(id, dead, 4, 10, None, later + SECOND).await.unwrap());
        assert!(!store.jobs_finish(id, dead, JobState::Done, Vec::new(), later).await.unwrap());
        assert!(store.jobs_finish(id, alive, JobState::Queued, Vec::new(), later).await.is_err());
        assert!(store.jobs_finish(id, alive, JobState::Done, b"ok".to_vec(), later).await.unwrap());
        assert!(!store.jobs_finish(id, alive, JobState::Failed, Vec::new(), later).await.unwrap());
        let job = store.jobs_get(id).await.unwrap().unwrap();
        assert_eq!((job.state, job.outcome, job.finished_at), (JobState::Done, Some(b"ok".to_vec()), Some(later)));
        assert!(!store.jobs_cancel(id, later).await.unwrap());
        assert_eq!(store.jobs_prune(later + 1).await.unwrap(), 1);
        assert!(store.jobs_get(id).await.unwrap().is_none());
        store.close().await.unwrap();
    }

    async fn a_job_of_a_program_that_ended_is_taken_up_at_the_next_start(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let now = store.context().now();
        let id = enqueue(&store, "import", now).await;
        let (dead, alive) = (store.context().new_uuid(), store.context().new_uuid());
        store.jobs_lease(&["import"], dead, now, 60 * SECOND).await.unwrap().unwrap();
        store.close().await.unwrap();
        let store = test.open(vec![things()]).await.unwrap();
        let at_once = store.jobs_lease(&["import"], alive, now, 60 * SECOND).await.unwrap();
        // Only one program has the file; of a server of databases, others may be alive.
        assert_eq!(at_once.map(|job| job.id), test.dir().is_some().then_some(id));
        assert_eq!(store.jobs_progress(id, dead, 1, 2, None, now).await.unwrap(), test.dir().is_none());
        store.close().await.unwrap();
    }

    async fn a_job_is_cancelled_before_or_while_it_runs(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let now = store.context().now();
        let me = store.context().new_uuid();
        let waiting = enqueue(&store, "import", now).await;
        assert!(store.jobs_cancel(waiting, now).await.unwrap());
        assert_eq!(store.jobs_get(waiting).await.unwrap().unwrap().state, JobState::Cancelled);
        assert!(store.jobs_lease(&["import"], me, now, SECOND).await.unwrap().is_none());
        let running = enqueue(&store, "import", now).await;
        store.jobs_lease(&["import"], me, now, SECOND).await.unwrap().unwrap();
        assert!(store.jobs_cancel(running, now).await.unwrap());
        let job = store.jobs_get(running).await.unwrap().unwrap();
        assert_eq!((job.state, job.cancel), (JobState::Running, true));
        assert!(!store.jobs_progress(running, me, 1, 2, None, now + SECOND).await.unwrap());
        assert!(store.jobs_finish(running, me, JobState::Cancelled, Vec::new(), now).await.unwrap());
        let again = enqueue(&store, "import", now).await;
        store.jobs_lease(&["import"], me, now, SECOND).await.unwrap().unwrap();
        assert!(store.jobs_retry(again, me, now + SECOND).await.unwrap());
        assert!(store.jobs_lease(&["import"], me, now, SECOND).await.unwrap().is_none());
        assert_eq!(store.jobs_lease(&["import"], me, now + SECOND, SECOND).await.unwrap().unwrap().attempts, 2);
        assert_eq!(store.jobs_list(OrgId(1), 2).await.unwrap().len(), 2);
        store.close().await.unwrap();
    }

    async fn a_request_sent_twice_acts_once(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let (actor, now) = (store.context().new_uuid(), store.context().now());
        let made = [1, 2, 3].map(|n| uuid::Uuid::from_bytes([n; 16]));
        let request = |digest: u8, at: i64| Once {
            org: 1,
            actor,
            key: "key".to_owned(),
            digest: [digest; 32],
            until: at + 60 * SECOND,
        };
        let act = async |digest: u8, made, at| {
            let changes = Changeset::new(event("thing.create"));
            store.commit(changes.once(store.dialect(), &request(digest, at), made, at)).await.map(drop)
        };
        let done = Err(CommitError::Precondition { code: DONE_BEFORE });
        assert_eq!(store.earlier(&request(1, now), now).await.unwrap(), None);
        assert_eq!(act(1, made[0], now).await, Ok(()));
        assert_eq!(act(1, made[1], now).await, done);
        assert_eq!(act(2, made[1], now).await, done, "another request with the same key");
        let first = Some(Earlier { digest: [1; 32], made: made[0] });
        assert_eq!(store.earlier(&request(1, now), now).await.unwrap(), first);
        assert_eq!(store.earlier(&request(2, now), now).await.unwrap(), first);
        let later = now + 60 * SECOND;
        assert_eq!(store.earlier(&request(1, later), later).await.unwrap(), None, "it expired");
        assert_eq!(act(2, made[2], later).await, Ok(()));
        // At once, from several sides.
        let key = |made| Once { key: "other".to_owned(), ..request(made, later) };
        let one = |n: u8| {
            let changes = Changeset::new(event("thing.create"));
            store.commit(changes.once(store.dialect(), &key(1), uuid::Uuid::from_bytes([n; 16]), later))
        };
        let (a, b, c) = tokio::join!(one(7), one(8), one(9));
        assert_eq!([a, b, c].iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(store.idempotency_prune(later + 600 * SECOND).await.unwrap(), 2);
        store.close().await.unwrap();
    }
}
