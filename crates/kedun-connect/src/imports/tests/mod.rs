//! Imports through the engine, on both databases.

mod acceptance;
mod guarded;
mod office;
mod relations;
mod upload;
