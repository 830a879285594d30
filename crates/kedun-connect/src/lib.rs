//! kedun-connect
