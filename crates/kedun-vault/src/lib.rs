//! kedun-vault
