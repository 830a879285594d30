//! kedun-guard
