//! kedun-store
