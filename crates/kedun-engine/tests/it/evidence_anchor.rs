//! Anchors outside of the database: a file, and an HTTPS address.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use kedun_engine::evidence::{AnchorConfig, EvidenceState};
use kedun_ledger::{Checkpoint, SignedNote};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::evidence_support::House;

const MINUTE: i64 = 60_000_000;

/// An HTTPS server that answers every request with `status` and keeps what it was sent.
struct Receiver {
    address: SocketAddr,
    ca_file: PathBuf,
    got: Arc<Mutex<Vec<String>>>,
}

async fn receiver(folder: &std::path::Path, status: &'static str) -> Receiver {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let ca_file = folder.join(format!("ca-{}.pem", status.replace(' ', "-")));
    std::fs::write(&ca_file, made.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = got.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            let mut part = [0; 4_096];
            while !complete(&request) {
                match stream.read(&mut part).await {
                    Ok(n) if n > 0 => request.extend_from_slice(&part[..n]),
                    _ => break,
                }
            }
            kept.lock().unwrap().push(String::from_utf8(request).unwrap());
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 4\r\nconnection: close\r\n\r\nkept");
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    Receiver { address, ca_file, got }
}

fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
    body.len() >= length.and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn webhook(receiver: &Receiver, allow_private: bool) -> AnchorConfig {
    AnchorConfig::Webhook {
        url: format!("https://localhost:{}/heads?log=1", receiver.address.port()),
        token: Some("a-token".into()),
        ca_file: Some(receiver.ca_file.clone()),
        allow_private,
        every_seconds: Some(60),
    }
}

db_test! {
    async fn a_webhook_gets_the_signed_head(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let receiver = receiver(folder.path(), "200 OK").await;
        evidence.use_anchors(vec![webhook(&receiver, true)]).await.unwrap();
        house.events(30).await;
        let size = evidence.sign_now().await.unwrap().unwrap();
        assert_eq!(evidence.anchor_tick().await.unwrap(), 1);
        assert_eq!(evidence.anchor_tick().await.unwrap(), 0, "nothing new");
        let requests = receiver.got.lock().unwrap().clone();
        assert_eq!(requests.len(), 1);
        assert!(requests[0].starts_with("POST /heads?log=1 HTTP/1.1\r\n"));
        assert!(requests[0].contains("authorization: Bearer a-token\r\n"));
        let note: SignedNote = requests[0].split_once("\r\n\r\n").unwrap().1.parse().unwrap();
        note.verify(&evidence.public_key().await.unwrap()).unwrap();
        assert_eq!(Checkpoint::parse(&note).unwrap().size, size);
        let rows = house.door.store().anchors(10).await.unwrap();
        assert_eq!((rows.len(), rows[0].ok, rows[0].size), (1, true, size));
        assert_eq!((rows[0].target.as_str(), rows[0].receipt.as_slice()), ("webhook:localhost", b"kept".as_slice()));
        assert!(!format!("{rows:?} {:?}", webhook(&receiver, true)).contains("a-token"));
    }

    async fn a_webhook_that_cannot_be_trusted_gets_nothing(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let (good, other) = (receiver(folder.path(), "200 OK").await, receiver(folder.path(), "201 Created").await);
        let failing = receiver(folder.path(), "500 Oh").await;
        let moved = receiver(folder.path(), "302 Found").await;
        house.events(10).await;
        evidence.sign_now().await.unwrap().unwrap();
        let mut foreign = webhook(&good, true);
        if let AnchorConfig::Webhook { ca_file, .. } = &mut foreign {
            *ca_file = Some(other.ca_file.clone());
        }
        let cases = [
            (webhook(&good, false), "anchor.private_address", &good, 0),
            (foreign, "anchor.unreachable", &good, 0),
            (webhook(&failing, true), "anchor.status", &failing, 1),
            (webhook(&moved, true), "anchor.status", &moved, 1),
        ];
        for (config, code, receiver, requests) in cases {
            evidence.use_anchors(vec![config]).await.unwrap();
            assert_eq!(evidence.anchor_tick().await.unwrap(), 0);
            let status = evidence.anchor_status(u64::MAX).remove(0);
            assert_eq!((status.ok, status.problem), (false, Some(code)));
            assert_eq!(receiver.got.lock().unwrap().len(), requests, "{code}");
        }
        let bad = AnchorConfig::Webhook {
            url: "http://localhost/".into(), token: None, ca_file: None, allow_private: true, every_seconds: None,
        };
        assert_eq!(evidence.use_anchors(vec![bad]).await.unwrap_err().code, "anchor.config");
    }

    async fn a_lagging_anchor_raises_the_alarm(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let clock = house.test.clock.clone();
        let path = folder.path().join("not-mounted").join("heads.txt");
        let config = || vec![AnchorConfig::File { path: path.clone(), every_seconds: Some(60) }];
        evidence.use_anchors(config()).await.unwrap();
        house.events(10).await;
        let size = evidence.sign_now().await.unwrap().unwrap();
        assert_eq!(evidence.anchor_tick().await.unwrap(), 0);
        let status = || evidence.anchor_status(size).remove(0);
        assert!(!status().ok && !status().alarm && status().problem == Some("anchor.io"));
        clock.advance(61 * MINUTE);
        assert_eq!(evidence.anchor_tick().await.unwrap(), 0);
        assert!(status().alarm && status().lag > 60 * MINUTE);
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        clock.advance(16 * MINUTE);
        assert_eq!(evidence.anchor_tick().await.unwrap(), 1);
        assert!(status().ok && !status().alarm && status().lag == 0 && status().last_size == size);

        // Power was lost while a line was written; a restart knows what the anchor holds.
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# first public key: kedun-"));
        std::fs::write(&path, format!("{text}anchor 12 half")).unwrap();
        house.events(10).await;
        evidence.sign_now().await.unwrap().unwrap();
        clock.advance(2 * MINUTE);
        assert_eq!(evidence.anchor_tick().await.unwrap(), 1);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().filter(|l| l.starts_with("anchor ")).count(), 3);
        let house = house.restart().await;
        let evidence = house.door.evidence();
        evidence.use_anchors(config()).await.unwrap();
        assert_eq!(evidence.state(), EvidenceState::Whole);
        assert_eq!(evidence.anchor_tick().await.unwrap(), 0, "it holds the newest head");

        // Somebody else's file is not written on.
        let other = "anchor 999999 AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM= 5 elsewhere\n";
        std::fs::write(&path, other).unwrap();
        house.events(10).await;
        house.door.evidence().sign_now().await.unwrap().unwrap();
        clock.advance(20 * MINUTE);
        assert_eq!(house.door.evidence().anchor_tick().await.unwrap(), 0);
        assert_eq!(house.door.evidence().anchor_status(u64::MAX)[0].problem, Some("anchor.other_log"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), other);
    }
}
