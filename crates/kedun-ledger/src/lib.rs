//! kedun-ledger
