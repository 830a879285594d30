//! kedun-web
