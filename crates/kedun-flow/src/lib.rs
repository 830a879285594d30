//! kedun-flow
