//! kedun-arena
