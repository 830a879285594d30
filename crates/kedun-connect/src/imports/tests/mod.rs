//! Tests of the use cases through the engine, on both databases.
