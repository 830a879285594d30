//! kedun-crm
