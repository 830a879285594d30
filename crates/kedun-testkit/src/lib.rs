//! kedun-testkit
