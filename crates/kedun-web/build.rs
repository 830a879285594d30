//! Builds again when the page was built again.

fn main() {
    // Without this a binary built before the page would keep embedding nothing.
    let mut out = std::io::stdout();
    let _ignored = std::io::Write::write_all(&mut out, b"cargo:rerun-if-changed=../../web/dist\n");
}
