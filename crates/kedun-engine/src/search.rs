//! Searching across objects.
