//! Sizes tell the class and nothing more.

use super::{class_of, pad, unpadded_len};
use crate::VaultError;

#[test]
fn padding_comes_off_exactly() {
    for len in (0..300).chain([511, 512, 513, 1023, 1024, 1025, 2047, 2048, 2049, 5000]) {
        for fill in [0x00, 0x80, 0xff] {
            let mut body = vec![fill; len];
            pad(&mut body, len);
            let (class, capacity) = class_of(len);
            assert_eq!(body.len(), capacity + 1);
            assert_eq!(unpadded_len(&body, class).unwrap(), len);
        }
    }
}

#[test]
fn classes_are_the_documented_ones() {
    let capacity = |len| class_of(len).1;
    let sizes = [(0, 16), (16, 16), (17, 32), (33, 64), (65, 128), (129, 256), (257, 512), (513, 1024)];
    for (len, expected) in sizes {
        assert_eq!(capacity(len), expected);
    }
    assert_eq!((capacity(1025), capacity(2048), capacity(2049)), (2048, 2048, 3072));
}

#[test]
fn padding_that_nobody_here_would_write_is_refused() {
    let refused = |body: &[u8], class| matches!(unpadded_len(body, class), Err(VaultError::Malformed(_)));
    assert!(refused(&[0; 17], 0), "no mark");
    assert!(refused(&[1; 17], 0), "another mark");
    assert!(refused(&[], 0), "nothing");
    let mut body = vec![7; 5];
    pad(&mut body, 5);
    assert!(!refused(&body, 0));
    assert!(refused(&body, 1), "another class");
    body.push(0);
    assert!(refused(&body, 0), "one byte too long");
}
