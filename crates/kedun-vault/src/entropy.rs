//! Where randomness comes from.

/// A source of bytes fit for keys and nonces.
pub trait Entropy: Send + Sync {
    /// Fills all of `buf` with unpredictable bytes.
    fn fill(&self, buf: &mut [u8]);
}

/// The operating system's generator, through the cryptographic library.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buf: &mut [u8]) {
        // A process without randomness cannot go on safely, and an error that
        // somebody ignores here would be a nonce of zeros.
        if aws_lc_rs::rand::fill(buf).is_err() {
            std::process::abort();
        }
    }
}
