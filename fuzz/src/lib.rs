//! What the guided targets share: changes that know the format, beside libFuzzer's own.

use kedun_fuzz::{Random, mutate, target};

/// Changes the first `size` bytes of `data` in place and gives the new size: every second time as libFuzzer does,
/// else as the target's format asks for.
pub fn change(name: &str, data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Random::new(u64::from(seed));
    let Some(target) = target(name).filter(|_| random.chance(50)) else {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    };
    let input = data[..size].to_vec();
    let changed = mutate::mutate(target, &input, &input, &mut random);
    let size = changed.len().min(max_size);
    data[..size].copy_from_slice(&changed[..size]);
    size
}
