//! kedun-engine
