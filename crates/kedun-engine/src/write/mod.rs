//! The write path: every use case returns a changeset with its event.
