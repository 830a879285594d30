#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    kedun_fuzz::targets::notes::run(data);
});
