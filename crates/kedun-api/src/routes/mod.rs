//! The routes, one file per noun or use case.

pub mod at_hand;
pub mod evidence;
pub mod health;
pub mod imports;
pub mod jobs;
pub mod me;
pub mod objects;
pub mod people;
pub mod records;
pub mod roles;
pub mod search;
pub mod session;
pub mod setup;
pub mod teams;
pub mod units;
pub mod views;
