//! kedun-api
