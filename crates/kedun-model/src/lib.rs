//! kedun-model
