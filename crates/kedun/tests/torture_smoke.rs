//! A few kills of the real program under load, on both engines; `cargo xtask torture` does the rest.
#![cfg(test)]

use std::path::Path;

use kedun_bench::cluster::Cluster;
use kedun_bench::server::Site;
use kedun_bench::torture::smoke;

const KILLS: u64 = 3;

async fn torture(database: Option<String>) {
    let dir = tempfile::tempdir().expect("a directory");
    let site = Site::new(Path::new(env!("CARGO_BIN_EXE_kedun")), dir.path(), database);
    let tally = smoke(site, 5, KILLS).await.expect("what was acknowledged is there");
    assert_eq!(tally.breaks, KILLS);
    assert!(tally.acknowledged > 0, "nothing was done between the kills: {tally:?}");
    assert!(
        tally.versions > 0 && tally.roles > 0 && tally.verifications > 0,
        "nothing was compared: {tally:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn torture_smoke_sqlite() {
    torture(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn torture_smoke_postgres() {
    let Some(cluster) = Cluster::from_env() else {
        eprintln!("skipped: DATABASE_URL not set");
        return;
    };
    let name = format!("kedun_smoke_{}", std::process::id());
    let url = cluster.database(&name).await.expect("a database");
    torture(Some(url)).await;
    cluster.remove(&name).await.expect("the database is removed");
}
