#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    kedun_fuzz::targets::bundle::run(data);
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    kedun_fuzz_guided::change("bundle", data, size, max_size, seed)
});
