#![no_main]

libfuzzer_sys::fuzz_target!(
    init: {
        // A defect of the reader of workbooks ends its own thread and one file, and is no finding here.
        let found = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() != Some("kedun-workbook") {
                found(info);
            }
        }));
    },
    |data: &[u8]| {
        kedun_fuzz::targets::xlsx::run(data);
    }
);

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    kedun_fuzz_guided::change("xlsx", data, size, max_size, seed)
});
