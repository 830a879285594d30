//! Showing sealed values whole, for a stated purpose.
