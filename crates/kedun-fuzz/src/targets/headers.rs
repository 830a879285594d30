//! Headers of requests that mean something: `Accept-Language`, `If-Match`, `Idempotency-Key`.

use futures::FutureExt;
use kedun_api::testing::{headers, idempotency_key, if_match, tag, wants_english};

use super::Target;
use crate::Seen;
use crate::mutate::Shape;

pub const TARGET: Target = Target {
    name: "headers",
    run,
    shape: Shape::Text,
    words: &[
        "zh",
        "en",
        "zh-CN",
        "en-US;q=0.9",
        "*",
        ",",
        ";q=0",
        "\"7\"",
        "W/\"7\"",
        "\"",
        "W/",
        "\"-1\"",
        "\"9223372036854775808\"",
        "+7",
        "6f1c2c1e-77a1-4e0e-9f0e-1a2b3c4d5e6f",
        "urn:uuid:",
        "{",
        "}",
        "-",
        "\n",
        "\t",
        "\u{7f}",
        "\u{80}",
    ],
    short: 30_000,
    meets: 40,
    longest: 2_000,
};

/// Reads the lines of the bytes as the values of each header.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let lines: Vec<&[u8]> = data.split(|byte| *byte == b'\n').take(4).collect();
    let all = |name: &'static str| headers(&lines.iter().map(|line| (name, *line)).collect::<Vec<_>>());
    seen.note(wants_english(&all("accept-language")));

    let several = all("if-match");
    match if_match(&several) {
        Err(error) => seen.note(error.code),
        Ok(version) => {
            assert!(version >= 0, "a version below 0");
            assert_eq!(several.len(), 1, "several versions were taken for one");
            let tag = tag(version).unwrap();
            assert_eq!(if_match(&headers(&[("if-match", tag.as_bytes())])).ok(), Some(version));
            seen.size(usize::try_from(version).unwrap());
        }
    }

    let several = all("idempotency-key");
    let count = several.len();
    match idempotency_key(several).now_or_never().expect("is ready at once") {
        Err(code) => {
            assert!(count > 0 && code == "idempotency.key");
            seen.note(code);
        }
        Ok(None) => assert_eq!(count, 0, "a key was passed over"),
        Ok(Some(key)) => {
            assert_eq!(count, 1, "several keys were taken for one");
            let text = key.to_string();
            let again = idempotency_key(headers(&[("idempotency-key", text.as_bytes())])).now_or_never();
            assert_eq!(again, Some(Ok(Some(key))));
            seen.note("key");
        }
    }
    seen
}
