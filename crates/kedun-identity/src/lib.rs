//! kedun-identity
