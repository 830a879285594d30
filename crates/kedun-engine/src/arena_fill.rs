//! Filling the search arenas at start and following the change feed.
